"""Parse a repaired document with openapi-python-client, and choose the Python names of fields and parameters."""

from __future__ import annotations

from typing import Any, Iterator

from attrs import define, evolve
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import EndpointCollection
from openapi_python_client.parser.properties.schemas import Class
from openapi_python_client.schema import PathItem
from openapi_python_client.schema.untrusted_string import UntrustedString
from pydantic import ValidationError

from ._errors import GenerationError, one_line
from ._names import RESERVED_FIELDS, rename_fields, rename_operations, rename_parameters
from ._patches import lenient, replaced
from ._report import Report
from ._types import is_free_form, properties


def parse(document: dict[str, Any], config: Config, report: Report) -> GeneratorData:
    """Parse a repaired document into models and operations.

    Raises:
        GenerationError: If the document is not valid OpenAPI.
    """
    overrides = {**config.content_type_overrides, **document["x-media-types"]}
    config = evolve(config, content_type_overrides=overrides)
    names: set[str] = {Class.from_string(string=name, config=config).name for name in document["components"]["schemas"]}
    paths = _Paths(document["paths"], EndpointCollection.from_data)
    with lenient(report, names, document["x-schemas"]), replaced(EndpointCollection, "from_data", paths.parse):
        data = _parsed(document, config)
    rename_operations(data)
    data.models = [model for model in data.models if model.required_properties is not None and not is_free_form(model)]
    for model in data.models:
        rename_fields(properties(model), RESERVED_FIELDS)
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            rename_parameters(endpoint)
    _note(data, report)
    return data


def _parsed(document: dict[str, Any], config: Config) -> GeneratorData:
    try:
        data = GeneratorData.from_dict(_for_parser(document), config=config)
    except ValidationError as error:
        data = GeneratorError(detail=str(error))
    if isinstance(data, GeneratorError):
        message = f"{config.document_source} is not valid OpenAPI: {one_line(data.detail)}"
        raise GenerationError(message)
    return data


def _for_parser(document: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a document that openapi-python-client needs. Others may be invalid, and would be rejected.

    The paths are left to `_Paths`.
    """
    components = {"schemas": document["components"]["schemas"]}
    return {"openapi": document["openapi"], "info": _info(document), "paths": {}, "components": components}


@define
class _Paths:
    """The paths of a document, which are validated one by one. pydantic's objects for all paths need much memory.

    Attributes:
        raw: The paths of the document.
        from_data: The function of openapi-python-client that parses paths.
    """

    raw: dict[str, Any]
    from_data: Any

    def items(self) -> Iterator[tuple[UntrustedString, PathItem]]:
        """Yield each path with its validated operations."""
        for path, item in self.raw.items():
            valid = {key: _operation(raw) for key, raw in item.items() if key != "servers"}
            yield UntrustedString(path), PathItem.model_validate(valid)

    def parse(self, **arguments: Any) -> Any:
        """Parse these paths in place of the empty dict that openapi-python-client has validated."""
        return self.from_data(**{**arguments, "data": self})


def _info(document: dict[str, Any]) -> dict[str, Any]:
    info = document["info"]
    return {key: info[key] for key in ("title", "version", "description") if isinstance(info.get(key), str)}


def _operation(raw: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in raw.items() if key not in ("servers", "deprecated")}
    security = [one for one in raw.get("security") or [] if isinstance(one, dict)]
    if "security" in raw:
        kept["security"] = [{str(name): [] for name in one} for one in security]
    return kept


def _note(data: GeneratorData, report: Report) -> None:
    """Report the errors of openapi-python-client as warnings, and the number of operations."""
    made: set[int] = set()
    for collection in data.endpoint_collections_by_tag.values():
        made.update(id(endpoint) for endpoint in collection.endpoints)
        for error in collection.parse_errors:
            report.warn(one_line(error.detail or error.header), error.header.removeprefix("WARNING parsing "))
    for error in data.errors:
        report.warn(one_line((error.detail or "").partition("\n\n")[0]), one_line(error.header))
    report.operations.made = len(made)
