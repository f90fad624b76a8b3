"""Rules for single schemas: null, enums, and types that are not said."""

from __future__ import annotations

import json
from typing import Any

#: Keys that tell the type of a schema without `type`.
_TELLING = {
    "properties": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "items": "array",
    "prefixItems": "array",
}
#: Types as some write them, and the files of Swagger 2.
_OTHER_NAMES = {"file": "string", "int": "integer", "float": "number", "bool": "boolean"}


def kind_of(schema: dict[str, Any]) -> str | None:
    """Return the `type` of a schema, as it says or as its other keys tell; None if they do not."""
    said = schema.get("type")
    if isinstance(said, str):
        return _OTHER_NAMES.get(said, said)
    return next((kind for key, kind in _TELLING.items() if isinstance(schema.get(key), (dict, list))), None)


def listed(schema: dict[str, Any], *names: str) -> list[Any]:
    """Return the elements of the lists that a schema has under the names, one after the other."""
    return [part for name in names if isinstance(schema.get(name), list) for part in schema[name]]


def is_null_allowed(schema: dict[str, Any]) -> bool:
    """Return True if a value may be null: in the words of OpenAPI 3.0, 3.1 or 2."""
    types = schema.get("type")
    enum = schema.get("enum")
    return (
        schema.get("nullable") is True
        or schema.get("x-nullable") is True
        or (isinstance(types, list) and "null" in types)
        or (isinstance(enum, list) and None in enum)
    )


def enum_values(schema: dict[str, Any]) -> list[Any]:
    """Return the values of an enum, each once and in its schema's type, without null."""
    found = [value for value in schema["enum"] if value is not None] if isinstance(schema["enum"], list) else []
    if kind_of(schema) == "string":
        # YAML reads 2020 and true as what they look like.
        found = [value if isinstance(value, str) else json.dumps(value, default=str) for value in found]
    # Compare by text: enums may be long, and 1 is equal to True.
    return [*{json.dumps(value, default=str, sort_keys=True): value for value in reversed(found)}.values()][::-1]
