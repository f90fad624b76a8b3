"""The modules of a client: which template writes which file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from openapi_python_client.config import Config
from openapi_python_client.parser.openapi import GeneratorData, import_string_from_class
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.strings import PythonIdentifier


class Module(NamedTuple):
    """A module of the client to write.

    Attributes:
        path: The path of the file.
        template: The name of the template.
        variables: The variables of the template.
    """

    path: str
    template: str
    variables: dict[str, Any]


def modules(openapi: GeneratorData, package: Path, config: Config) -> list[Module]:
    """Return the modules of the package, of its models, and of its operations.

    Args:
        openapi: The operations and models of the document.
        package: The folder of the package.
        config: The configuration of openapi-python-client.
    """
    classes = [*openapi.models, *openapi.enums]
    names = {
        "imports": [import_string_from_class(each.class_info) for each in classes],
        "alls": [each.class_info.name for each in classes],
    }
    found = [
        Module(f"{package}/__init__.py", "package_init.py.jinja", {}),
        Module(f"{package}/models/__init__.py", "models_init.py.jinja", names),
        Module(f"{package}/api/__init__.py", "api_init.py.jinja", {}),
    ]
    for each in classes:
        kind = _kind(each)
        variables = {"model" if kind == "model" else "enum": each}
        found.append(Module(f"{package}/models/{each.class_info.module_name}.py", f"{kind}.py.jinja", variables))
    for tag, collection in openapi.endpoint_collections_by_tag.items():
        found.append(
            Module(f"{package}/api/{tag}/__init__.py", "endpoint_init.py.jinja", {"endpoint_collection": collection})
        )
        for endpoint in collection.endpoints:
            name = PythonIdentifier(endpoint.name, config.field_prefix)
            found.append(Module(f"{package}/api/{tag}/{name}.py", "endpoint_module.py.jinja", {"endpoint": endpoint}))
    return found


def _kind(each: Any) -> str:
    """Return the name of the template of a class."""
    if isinstance(each, ModelProperty):
        return "model"
    return (
        "literal_enum"
        if isinstance(each, LiteralEnumProperty)
        else "int_enum"
        if each.value_type is int
        else "str_enum"
    )
