"""Compiled templates, templates of modules, and templates of the user."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from jinja2 import (
    FileSystemBytecodeCache,
    FileSystemLoader,
    Template,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.bccache import Bucket

from ._errors import one_line
from ._imports import tidy
from ._report import Report

#: The modules that are generated from the document. runtime/ has examples of some of them for tests; do not copy these.
DATA = ("operations.py", "resources.py", "security.py", "servers.py")
#: The templates of modules other than `__init__.py`, in which imports that are not used have a purpose.
MODULES = {
    *(f"{name}.jinja" for name in ("endpoint_module.py", "int_enum.py", "literal_enum.py", "model.py", "str_enum.py")),
    *(f"{name}.jinja" for name in DATA),
}


class CompiledTemplates(FileSystemBytecodeCache):
    """A cache of compiled templates in a folder. Compiling the templates takes longer than rendering a small client.

    Attributes:
        known: The compiled templates of this process, by their keys and the checksums of their sources.
    """

    known: ClassVar[dict[tuple[str, str], CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a compiled template from memory or the folder. jinja2 calls this method."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a compiled template to the folder, if the folder is writable. jinja2 calls this method."""
        self.known[bucket.key, bucket.checksum] = bucket.code
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


class ModuleTemplate(Template):
    """A template whose result has only the imports that it needs, if it is a module.

    If its environment has an attribute `built_in`, the environment of the built-in templates, a user's template has the
    variable `original`: the text of the built-in template of the same name.
    """

    def render(self, *args: Any, **variables: Any) -> str:
        """Return the result of the template."""
        variables = dict(*args, **variables)
        built_in = getattr(self.environment, "built_in", None)
        if built_in and "original" not in variables:
            replaced = built_in.get_template(self.name)
            if replaced.filename != self.filename:
                # This is a user's template: it may change the text of the template that it replaces.
                variables["original"] = replaced.render(variables)
        # jinja2's globals are several dicts in one, and it copies them for each result. A plain dict is copied fast.
        self.globals = self.globals if type(self.globals) is dict else dict(self.globals)
        context = self.new_context(variables)
        try:
            text = "".join(self.root_render_func(context))
        except Exception:  # noqa: BLE001 (this method raises it again)
            self.environment.handle_exception()
        finally:
            # The macros of the template are in its context, and refer to it: free them without the garbage collector.
            context.vars.clear()
        return tidy(text) if self.name in MODULES else text


class UserTemplates(FileSystemLoader):
    """A loader for the user's folder of templates, which records the templates that were used.

    Args:
        folder: The folder.
        known: The names of the templates that a user's template may replace.
    """

    def __init__(self, folder: Path, known: set[str]) -> None:
        super().__init__(str(folder))
        self.known = known
        self.used: set[str] = set()

    def get_source(self, environment: Any, template: str) -> Any:
        """Return the source of a template, and record that it was used. jinja2 calls this method."""
        source = super().get_source(environment, template)
        self.used.add(template)
        return source

    def note_unused(self, report: Report) -> None:
        """Warn of templates that neither replace a built-in template nor are included by another template."""
        for name in sorted({*self.list_templates()} - self.known - self.used):
            if name.endswith(".jinja"):
                report.warn("a file in the folder of templates has no template's name, and is not used", name)


class Unprintable(Undefined):
    """An undefined variable in a user's template. `{% if %}` treats it as false; printing it raises an error."""

    __str__ = Undefined._fail_with_undefined_error  # noqa: SLF001 (jinja2's own subclasses use it, too)


def template_message(error: TemplateError) -> str:
    """Return the message of an error, with the name and the line of the template."""
    if isinstance(error, TemplateSyntaxError):
        name, line = error.name, error.lineno
    else:
        frames = traceback.extract_tb(error.__traceback__)
        last = next((frame for frame in reversed(frames) if frame.filename.endswith(".jinja")), frames[-1])
        name, line = Path(last.filename).name, last.lineno or 0
    return f"the template {name}, line {line}: {one_line(error.message)}"
