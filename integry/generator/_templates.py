"""Compiled templates, and templates of modules."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from jinja2 import FileSystemBytecodeCache, Template
from jinja2.bccache import Bucket

from ._imports import tidy

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
        """Return the result of the template. openapi-python-client calls this method."""
        variables = dict(*args, **variables)
        built_in = getattr(self.environment, "built_in", None)
        if built_in and "original" not in variables:
            replaced = built_in.get_template(self.name)
            if replaced.filename != self.filename:
                # This is a user's template: it may change the text of the template that it replaces.
                variables["original"] = replaced.render(variables)
        context = self.new_context(variables)
        try:
            text = "".join(self.root_render_func(context))
        except Exception:  # noqa: BLE001 (this method raises it again)
            self.environment.handle_exception()
        finally:
            # The macros of the template are in its context, and refer to it: free them without the garbage collector.
            context.vars.clear()
        return tidy(text) if self.name in MODULES else text
