"""Render the templates for a parsed document, and format the generated files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Mapping, Sequence

from jinja2 import ChoiceLoader, FileSystemLoader, TemplateError, TemplateRuntimeError
from openapi_python_client import Project
from openapi_python_client.config import Config
from openapi_python_client.parser.openapi import GeneratorData
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonCode
from ruff import find_ruff_bin

from ._docstrings import docstring, in_double_quote_literal, indent, safe_for_docstring, wordwrap
from ._errors import GenerationError, one_line
from ._modules import Module, modules
from ._names import operation_names, resources
from ._operations import Document
from ._output import MARK, mark, mark_all
from ._patches import replaced
from ._processes import share
from ._project import METAS, example, markdown, package_name, project_name, project_version, quoted
from ._templates import DATA, CompiledTemplates, ModuleTemplate, Unprintable, UserTemplates, template_message
from ._types import Types, attribute_doc, one_sided, properties, selecting

PACKAGE_FOLDER = Path(__file__).parent
#: Options of ruff. The result must not depend on configuration files, .gitignore or ruff's default excludes (`build/`).
#: Without magic trailing commas, ruff joins short lists, in which the templates write a comma after each element.
FORMAT = (
    *("--isolated", "--line-length=120", "--no-respect-gitignore", "--config=exclude=[]", "--target-version=py38"),
    *("--config=format.skip-magic-trailing-comma=true", "--config=lint.isort.split-on-trailing-comma=false"),
)
#: The modules of runtime/ that are copied into each client.
RUNTIME = sorted(path for path in (PACKAGE_FOLDER / "runtime").glob("*.py") if path.name not in ("__init__.py", *DATA))
#: The names of the templates that a user's template may replace.
KNOWN = {path.name for path in (PACKAGE_FOLDER / "templates").iterdir()} | {f"{path.name}.jinja" for path in RUNTIME}
#: Number of modules from which more processes save time.
LARGE = 200


class ClientProject(Project):
    """A subclass of openapi-python-client's Project that uses the templates and the modules of this package.

    Args:
        document: The repaired document.
        header: First line of each generated file.
        openapi: The parsed document.
        config: The configuration of openapi-python-client.
        templates: Folder with templates of the user, which replace the built-in templates of the same names.
        processes: Maximum number of processes that write the modules of a large document.
    """

    def __init__(
        self,
        *,
        document: Mapping[str, Any],
        header: str,
        openapi: GeneratorData,
        config: Config,
        templates: Path | None = None,
        processes: int = 1,
    ) -> None:
        super().__init__(openapi=openapi, config=config)
        self.processes = processes
        self.user = UserTemplates(templates, KNOWN) if templates else None
        self._name(openapi.title.get_untrusted_value(), openapi.version.get_untrusted_value())
        types = Types({prop.class_info.name for prop in [*openapi.models, *openapi.enums]})
        self.raw = Document(document, types, openapi.models)
        self.header = header
        self.env.globals.update(
            docstring=docstring,
            header=header,
            isbool=lambda prop: prop.get_base_type_string() == PythonCode("bool"),
            operation_names=operation_names(openapi),
            resources=resources(openapi, self.raw.has_pages, self.raw.has_stream),
            **self.raw.data_of_modules(),
        )
        self.env.filters.update(
            annotation=types.annotation,
            argument=types.argument,
            attribute_doc=attribute_doc,
            body_annotation=types.body_annotation,
            body_type=types.body_type,
            declaration=types.declaration,
            endpoint_imports=types.endpoint_imports,
            enum_imports=types.enum_imports,
            in_double_quote_literal=in_double_quote_literal,
            indent=indent,
            literal=repr,
            markdown=markdown,
            model_imports=types.model_imports,
            operation_data=self.raw.operation_data,
            properties=properties,
            quoted=quoted,
            read_only=lambda model: tuple(one_sided(model, "x-read-only")),
            result_annotation=self.raw.result_annotation,
            safe_for_docstring=safe_for_docstring,
            selecting=selecting,
            stream_annotation=self.raw.stream_annotation,
            wordwrap=wordwrap,
        )
        self.env.loader = FileSystemLoader(str(PACKAGE_FOLDER / "templates"))
        self.env.template_class = ModuleTemplate
        self.env.bytecode_cache = CompiledTemplates(str(PACKAGE_FOLDER / "templates" / "__pycache__"))
        if self.user:
            self.env.extend(built_in=self.env.overlay())
            self.env.loader, self.env.undefined = ChoiceLoader([self.user, self.env.loader]), Unprintable
        for collection in openapi.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                self.raw.describe_parameters(endpoint)

    def _name(self, title: str, version: str) -> None:
        """Set valid names of the project and the package, because the title of the document may be any text."""
        self.project_name, self.package_name = project_name(title, self.config), package_name(title, self.config)
        if self.meta != "none":
            self.package_dir = self.project_dir / self.package_name
        self.env.globals.update(
            project_name=self.project_name,
            package_name=self.package_name,
            package_dir=self.package_dir,
            package_version=project_version(version, self.config),
            meta=self.meta,
        )

    @property
    def meta(self) -> str:
        """The kind of project: "none", "pdm", "poetry", "setup" or "uv"."""
        return str(self.config.meta_type.value)

    def build(self) -> Any:
        """Write all files to the empty output folder, and return the errors of openapi-python-client.

        Raises:
            GenerationError: If a user's template, or a command in `post_hooks`, fails.
        """
        self.package_dir.mkdir(parents=True, exist_ok=True)
        try:
            with replaced(UntrustedString, "__str__", _refuse):
                self._render()
        except TemplateError as error:
            raise GenerationError(template_message(error)) from error
        if self.user or self.config.post_hooks:
            self._run_hooks()
        return self._get_errors()

    def _run_hooks(self) -> None:
        """Run the commands in the setting `post_hooks`, and add the first line to files without it."""
        for command in self.config.post_hooks:
            run_hook(command, self.project_dir)
        for folder in self.project_dir.glob(".*_cache"):
            shutil.rmtree(folder)
        mark_all(self.package_dir, self.header)
        mark(self.project_dir, map(Path, METAS[self.meta]), self.header)

    def _render(self) -> None:
        found = modules(self.openapi, self.package_dir, self.config)
        for folder in {module.path.rpartition("/")[0] for module in found}:
            Path(folder).mkdir(parents=True, exist_ok=True)
        # The templates of the user record that they are used, which is lost in another process.
        processes = self.processes if len(found) >= LARGE and not self.user else 1
        share(lambda number: self._write_modules(found[number::processes]), processes)
        for name in DATA:
            self._write(name, self.env.get_template(f"{name}.jinja").render())
        self._write("py.typed", self.header + "\n")
        ruff("check", "--fix", "--quiet", "--select=F401,I001,UP034", *map(str, self._paths_to_fix()))
        ruff("format", "--quiet", str(self.package_dir))
        # Copy the modules of runtime/ after ruff has run, so that they stay identical to the tested files.
        for path in RUNTIME:
            self._write(path.name, self._runtime_module(path))
        self._build_metadata()

    def _write_modules(self, found: Sequence[Module]) -> None:
        templates = {name: self.env.get_template(name) for name in {module.template for module in found}}
        for path, name, variables in found:
            # Path.write_text would take a fifth of the time that all modules take.
            with open(path, "wb") as file:  # noqa: PTH123 (it is faster)
                file.write(templates[name].render(**variables).encode())

    def _paths_to_fix(self) -> list[Path]:
        """Return the modules whose imports `tidy` may leave to ruff, or the package if there are user's templates."""
        if self.user:
            return [self.package_dir]
        return [*self.package_dir.glob("*.py"), self.package_dir / "models" / "__init__.py"]

    def _runtime_module(self, path: Path) -> str:
        """Return the text of a module of runtime/, or of the user's template that replaces it."""
        text = f"{self.header}\n{path.read_text(encoding='utf-8')}"
        name = f"{path.name}.jinja"
        if self.user and name in self.user.list_templates():
            text = self.env.get_template(name).render(original=text)
        return text

    def _build_metadata(self) -> None:
        """Write the files beside the package, such as pyproject.toml. openapi-python-client calls this method."""
        for name in METAS[self.meta]:
            found = example(self.openapi, self.raw.types, lambda one: bool(self.raw.operation_data(one)["is_secured"]))
            text = self.env.get_template(f"{name}.jinja").render(
                example=found,
                server=found and self.raw.operation_data(found.endpoint)["server"],
                markdown_header=self.header.replace(MARK, f"<!--{MARK[1:]}") + " -->",
            )
            (self.project_dir / name).write_text(text, encoding="utf-8")

    def _write(self, name: str, text: str) -> None:
        (self.package_dir / name).write_text(text, encoding="utf-8")


def _refuse(_: UntrustedString) -> str:
    """Raise an error for a text of the document that a template prints unchanged: it could be code."""
    message = (
        "this text of the document may be code: use a filter, such as in_double_quote_literal or safe_for_docstring"
    )
    raise TemplateRuntimeError(message)


def run_hook(command: str, folder: Path) -> None:
    """Run a command of the user's settings in a shell, as openapi-python-client does.

    Raises:
        GenerationError: If the command fails. The message has the last line of its output.
    """
    done = subprocess.run(command, shell=True, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S602 (the settings have shell commands)
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        message = f"the hook {command!r} failed: {one_line(said[-1] if said else f'exit code {done.returncode}')}"
        raise GenerationError(message)


def ruff(command: str, *arguments: str) -> None:
    """Run ruff with the options in FORMAT, and no other configuration.

    Raises:
        GenerationError: If ruff fails.
    """
    done = subprocess.run(  # noqa: S603 (no shell; fixed arguments and a folder)
        [find_ruff_bin(), command, *FORMAT, "--no-cache", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"ruff {command} failed: {one_line(done.stderr or done.stdout)}"
        raise GenerationError(message)
