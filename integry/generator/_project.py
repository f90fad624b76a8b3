"""The project around a generated package (`--meta`): its name and version, and the example in its README."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Iterator

from attrs import define
from openapi_python_client.config import Config
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.schema.untrusted_string import UntrustedString

from ._errors import one_line
from ._output import importable
from ._types import Types

#: The files beside the package, for each kind of project (each value of `--meta`).
METAS = {
    "none": [],
    "pdm": ["pyproject.toml", "README.md", ".gitignore"],
    "poetry": ["pyproject.toml", "README.md", ".gitignore"],
    "setup": ["setup.py", "README.md", ".gitignore"],
    "uv": ["pyproject.toml", "README.md", ".gitignore"],
}
#: Code of sample values for the arguments in the README's example, by type.
_SAMPLES = {"str": '"…"', "int": "1", "float": "1.5", "bool": "True", "Any": '"…"'}


def project_name(title: str, config: Config) -> str:
    """Return the name of a project, from the settings or the title of the document."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return config.project_name_override or "-".join([*words, "client"])


def package_name(title: str, config: Config) -> str:
    """Return the name of the package in a project."""
    return config.package_name_override or importable(project_name(title, config))


def project_version(version: str, config: Config) -> str:
    """Return the version of a project, from the settings or the leading numbers of the document's version."""
    found = re.match(r"v?(\d+(\.\d+)*)", version, re.ASCII)
    return config.package_version_override or (found.group(1) if found else "0.1.0")


def _plain(text: object) -> str:
    """Return a text as one line of printable characters."""
    line = one_line(text.get_untrusted_value() if isinstance(text, UntrustedString) else text)
    return "".join(letter for letter in line if letter.isprintable())


def quoted(text: object) -> str:
    """Return a text as one line in double quotes, which is valid in TOML and Python."""
    return json.dumps(_plain(text), ensure_ascii=False)


def markdown(text: object) -> str:
    """Return a text as one line of Markdown with its special characters escaped."""
    return re.sub(r"([\\`*_\[\]<>&#|])", r"\\\1", _plain(text))


@define
class Example:
    """A call of an operation for the README.

    Attributes:
        endpoint: The operation.
        arguments: The required arguments, as code.
        needs_token: True if the operation requires credentials, so that the example has a token.
    """

    endpoint: Endpoint
    arguments: list[str]
    needs_token: bool

    @property
    def module(self) -> str:
        """The end of the import statement: the package of the operation in `api`, and its module."""
        return f"{self.endpoint.tags[0]} import {self.endpoint.name}"


def example(data: GeneratorData, types: Types, is_secured: Callable[[Endpoint], bool]) -> Example | None:
    """Return a call of the operation that is easiest to call, preferably a GET with few arguments."""
    found = [one for collection in data.endpoint_collections_by_tag.values() for one in collection.endpoints]
    if not found:
        return None
    best = min(found, key=_effort)
    return Example(best, [*_arguments(best, types)], is_secured(best))


def _effort(endpoint: Endpoint) -> tuple[bool, bool, bool, int]:
    has_result = any(response.source["attribute"] == "response.json()" for response in endpoint.responses)
    return endpoint.method != "get", bool(endpoint.bodies), not has_result, len(_required_parameters(endpoint))


def _required_parameters(endpoint: Endpoint) -> list[Any]:
    return [prop for prop in endpoint.list_all_parameters() if prop.required and prop.default is None]


def _arguments(endpoint: Endpoint, types: Types) -> Iterator[str]:
    in_path = {id(prop) for prop in endpoint.path_parameters}
    for prop in _required_parameters(endpoint):
        value = _sample(types.annotation(prop))
        yield value if id(prop) in in_path else f"{prop.python_name}={value}"
    if any(body.prop.required for body in endpoint.bodies):
        yield "body=..."


def _sample(annotation: Any) -> str:
    """Return the code of a sample value of a type, or `...`, which the reader of the README replaces."""
    members = re.sub(r"^Union\[(.*)\]$", r"\1", annotation).split(", ")
    return next((_SAMPLES[member] for member in members if member in _SAMPLES), "...")
