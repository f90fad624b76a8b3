"""Render the templates for a parsed document, and format what they give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Mapping

from openapi_python_client import Project
from openapi_python_client.parser.openapi import GeneratorData

from ._errors import GenerationError, one_line
from ._names import operation_names, resources
from ._operations import Document
from ._types import Types, attribute_doc, one_sided, properties, selecting

HERE = Path(__file__).parent
#: The modules with the data of the document. The runtime has examples of some.
DATA = ("operations.py", "resources.py", "security.py", "servers.py")
#: ruff ignores configuration files, and what git or ruff itself would leave out, such as folders called `build`. The
#: templates end each element with a comma, which would keep short lists on several lines.
FORMAT = (
    *("--isolated", "--line-length=120", "--no-respect-gitignore", "--config=exclude=[]", "--target-version=py38"),
    *("--config=format.skip-magic-trailing-comma=true", "--config=lint.isort.split-on-trailing-comma=false"),
)


class ClientProject(Project):
    """openapi-python-client's project, with our templates, and our runtime in place of its own."""

    def __init__(self, *, document: Mapping[str, Any], header: str, openapi: GeneratorData, **kwargs: Any) -> None:
        super().__init__(openapi=openapi, custom_template_path=HERE / "templates", **kwargs)
        types = Types({prop.class_info.name for prop in [*openapi.models, *openapi.enums]})
        raw = Document(document, types)
        self.header = header
        self.env.globals.update(
            header=header,
            operation_names=operation_names(openapi),
            resources=resources(openapi),
            **raw.data_of_modules(),
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
            literal=repr,
            model_imports=types.model_imports,
            operation_data=raw.operation_data,
            properties=properties,
            result_annotation=raw.result_annotation,
            stream_annotation=raw.stream_annotation,
            read_only=lambda model: tuple(one_sided(model, "x-read-only")),
            selecting=selecting,
        )
        for collection in openapi.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                raw.describe_parameters(endpoint)

    def build(self) -> Any:
        """Write the files into the (empty) output folder, and return the parser's complaints."""
        self.package_dir.mkdir(parents=True, exist_ok=True)
        self._create_package()
        self._build_models()
        self._build_api()
        for name in DATA:
            self._write(name, self.env.get_template(f"{name}.jinja").render())
        self._write("py.typed", self.header + "\n")
        ruff("check", "--fix", "--quiet", "--select=F401,I001,UP034", str(self.package_dir))
        ruff("format", "--quiet", str(self.package_dir))
        # Last, so that they are as they were tested.
        for path in (HERE / "runtime").glob("*.py"):
            if path.name not in ("__init__.py", *DATA):
                self._write(path.name, f"{self.header}\n{path.read_text(encoding='utf-8')}")
        return self._get_errors()

    def _write(self, name: str, text: str) -> None:
        (self.package_dir / name).write_text(text, encoding="utf-8")


def ruff(command: str, *arguments: str) -> None:
    """Run ruff with the settings of FORMAT alone."""
    done = subprocess.run(  # noqa: S603 (no shell, and the arguments are our own)
        [sys.executable, "-m", "ruff", command, *FORMAT, "--no-cache", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"ruff {command} failed: {one_line(done.stderr or done.stdout)}"
        raise GenerationError(message)
