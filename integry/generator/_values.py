"""Helpers for the values of a schema: null, enums, and the type of a schema without `type`."""

from __future__ import annotations

import json
from typing import Any

#: Keys that imply the type of a schema without `type`.
_TYPES_BY_KEY = {
    "properties": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "items": "array",
    "prefixItems": "array",
}
#: Common misspellings of types, and the type of files in Swagger 2.
_OTHER_NAMES = {"file": "string", "int": "integer", "float": "number", "bool": "boolean"}


def kind_of(schema: dict[str, Any]) -> str | None:
    """Return the `type` of a schema, or the type that its other keys imply; None if they imply no type."""
    said = schema.get("type")
    if isinstance(said, str):
        return _OTHER_NAMES.get(said, said)
    return next((kind for key, kind in _TYPES_BY_KEY.items() if isinstance(schema.get(key), (dict, list))), None)


def listed(schema: dict[str, Any], *names: str) -> list[Any]:
    """Return the elements of the lists at several keys of a schema, as one list."""
    found: list[Any] = []
    for name in names:
        value = schema.get(name)
        if isinstance(value, list):
            found += value
    return found


def is_null_allowed(schema: dict[str, Any]) -> bool:
    """Return True if a value may be null, by the keywords of OpenAPI 3.0 or 3.1, or by `x-nullable` of Swagger 2."""
    types = schema.get("type")
    enum = schema.get("enum")
    return (
        schema.get("nullable") is True
        or schema.get("x-nullable") is True
        or (isinstance(types, list) and "null" in types)
        or (isinstance(enum, list) and None in enum)
    )


def enum_values(schema: dict[str, Any]) -> list[Any]:
    """Return the unique values of an enum without null. In an enum of strings, other values become strings."""
    found = [value for value in schema["enum"] if value is not None] if isinstance(schema["enum"], list) else []
    if kind_of(schema) == "string":
        # In YAML, 2020 and true without quotes are a number and a boolean.
        found = [value if isinstance(value, str) else json.dumps(value, default=str) for value in found]
    # Remove duplicates with a dict, because enums may be long. Use JSON texts as keys: as keys, 1 and True are equal.
    return [*{json.dumps(value, default=str, sort_keys=True): value for value in reversed(found)}.values()][::-1]
