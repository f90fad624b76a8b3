"""Parse a repaired document with openapi-python-client, and choose the Python names of fields and parameters."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties.schemas import Class

from ._errors import one_line
from ._names import RESERVED_FIELDS, rename_fields, rename_operations, rename_parameters
from ._patches import lenient
from ._reading import read
from ._report import Report
from ._types import is_free_form, properties


def parse(document: dict[str, Any], config: Config, report: Report) -> GeneratorData:
    """Parse a repaired document into models and operations."""
    overrides = {**config.content_type_overrides, **document["x-media-types"]}
    config = evolve(config, content_type_overrides=overrides)
    names: set[str] = {Class.from_string(string=name, config=config).name for name in document["components"]["schemas"]}
    with lenient(report, names, document["x-schemas"]):
        whole: Any = read(document)
        data: Any = GeneratorData.from_dict(whole, config=config)
    rename_operations(data)
    data.models = [model for model in data.models if model.required_properties is not None and not is_free_form(model)]
    for model in data.models:
        rename_fields(properties(model), RESERVED_FIELDS)
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            rename_parameters(endpoint)
    _note(data, report)
    parsed: GeneratorData = data
    return parsed


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
