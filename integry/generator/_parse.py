"""Parse a repaired document with openapi-python-client, and give what it found its Python names."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator
from unittest.mock import patch

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.schema import ParameterLocation
from openapi_python_client.schema.untrusted_string import UntrustedString

from ._errors import GenerationError, one_line
from ._names import RESERVED_FIELDS, rename_fields, rename_parameters
from ._types import is_free_form, properties

HERE = Path(__file__).parent

# The parser would drop the whole operation over an array, a date or an object in a header.
PropertyProtocol._allowed_locations.add(ParameterLocation("header"))  # noqa: SLF001 (it has no setting for it)


def configuration(spec: str, output: Path) -> Config:
    """Return the settings of openapi-python-client to write a client of a document into a folder."""
    return Config.from_sources(
        config_file=ConfigFile.load_from_path(HERE / "config.yaml"),
        meta_type=MetaType("none"),
        document_source=spec,
        file_encoding="utf-8",
        overwrite=True,
        output_path=output,
    )


def parse(document: dict[str, Any], config: Config) -> GeneratorData:
    """Return the models and operations of a document.

    Raises:
        GenerationError: If it is not valid OpenAPI.
    """
    with _readable_complaints():
        data = GeneratorData.from_dict(document, config=config)
    if isinstance(data, GeneratorError):
        message = f"{config.document_source} is not valid OpenAPI: {one_line(data.detail)}"
        raise GenerationError(message)
    data.models = [model for model in data.models if model.required_properties is not None and not is_free_form(model)]
    for model in data.models:
        rename_fields(properties(model), RESERVED_FIELDS)
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            rename_parameters(endpoint)
    return data


@contextmanager
def _readable_complaints() -> Iterator[None]:
    """Let the parser name things in its complaints. Elsewhere a raw text of the document must not print itself."""
    with patch.object(UntrustedString, "__repr__", lambda text: json.dumps(text.get_untrusted_value())):
        yield
