"""Checks of defaults. openapi-python-client rejects a schema or parameter if its default has another type."""

from __future__ import annotations

from typing import Any

from openapi_python_client.parser.errors import PropertyError
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from ._references import Document
from ._values import kind_of, listed

#: The property classes of openapi-python-client: for strings, by format, and for other scalar types.
_STRINGS: dict[str, Any] = {"date": DateProperty, "date-time": DateTimeProperty, "uuid": UuidProperty}
_PLAIN: dict[str, Any] = {"boolean": BooleanProperty, "integer": IntProperty, "number": FloatProperty}
#: Maximum depth of nested schemas to search.
_MAX_DEPTH = 16


def fits(document: Document, schema: Any, value: Any, depth: int = 0) -> bool:
    """Return True if openapi-python-client can write a default as code: not for arrays and objects with fields."""
    plain = document.resolve(schema, "") if isinstance(schema, dict) and schema else {}
    choices = listed(plain, "anyOf", "oneOf")
    if listed(plain, "enum") or "const" in plain:
        return any(type(one) is type(value) and one == value for one in [*listed(plain, "enum"), plain.get("const")])
    if isinstance(plain.get("type"), list) and not choices:
        choices = [{**plain, "type": kind} for kind in plain["type"]]
    if choices or listed(plain, "allOf"):
        choices = choices or listed(plain, "allOf")[:1]
        return depth < _MAX_DEPTH and any(fits(document, one, value, depth + 1) for one in choices)
    return _fits_plain(plain, value)


def _fits_plain(schema: dict[str, Any], value: Any) -> bool:
    kind = kind_of(schema)
    if kind is None:
        return True
    if kind == "string":
        found = _STRINGS.get(str(schema.get("format")), StringProperty)
        if isinstance(value, (dict, list)) or schema.get("format") == "binary":
            return False
    else:
        found = _PLAIN.get(kind)
    try:
        return found is not None and not isinstance(found.convert_value(value), PropertyError)
    except (OverflowError, ValueError, TypeError):
        return False


def has_structure(document: Document, schema: Any, depth: int = 0) -> bool:
    """Return True if a value may be an array or object. The client then does not send the default of the document."""
    plain = document.resolve(schema, "") if isinstance(schema, dict) and schema else {}
    inside = listed(plain, "anyOf", "oneOf", "allOf")
    return kind_of(plain) in ("array", "object") or (
        depth < _MAX_DEPTH and any(has_structure(document, one, depth + 1) for one in inside)
    )
