"""Texts of the command line as values of a JSON schema."""

from __future__ import annotations

import json
import re
from typing import Any, FrozenSet, List, Mapping

from ._schema import TYPES, items_of, type_of, types_of, values_of

#: Maximum number of values in a message.
MAX_VALUES = 20


class WrongValueError(ValueError):
    """A value does not fit its schema. The message says what was expected."""


def read(text: str, schema: Any, root: Mapping[str, Any]) -> Any:
    """Return a text from the command line as a value of a schema.

    Args:
        text: The text.
        schema: The schema of the argument.
        root: The schema of the function, for references.

    Raises:
        WrongValueError: If the text is not a value of the schema.
    """
    names, enum, decoded = types_of(schema, root), values_of(schema, root), _decoded(text)
    if text == "null" and "null" in names:
        return None
    if enum:
        return _chosen(text, decoded, enum)
    if "array" in names and len(names) < len(TYPES):
        return _listed(text, decoded, items_of(schema, root), root, names)
    return _single(text, decoded, names)


def _single(text: str, decoded: Any, names: FrozenSet[str]) -> Any:
    """Return a text where the schema takes no list, or all types."""
    if len(names) == len(TYPES):
        return text if decoded is INVALID else decoded
    if "object" in names and isinstance(decoded, dict):
        return decoded
    if "string" in names:
        return text
    if fits(decoded, names):
        return int(decoded) if names & {"integer", "number"} == {"integer"} and isinstance(decoded, float) else decoded
    if _has_tag(text):
        return text
    raise WrongValueError(_expected(names))


class _Invalid:
    """The type of INVALID, which is not a JSON value."""


INVALID = _Invalid()


def _refuse_constant(name: str) -> Any:
    message = f"{name} is not a value of JSON"
    raise ValueError(message)


def _decoded(text: str) -> Any:
    """Return a text as JSON, or INVALID."""
    try:
        found = json_value(text)
    except WrongValueError:
        return INVALID
    return INVALID if isinstance(found, float) and found in (float("inf"), float("-inf")) else found


def json_value(text: str) -> Any:
    """Return a text as JSON. NaN and Infinity are not JSON.

    Raises:
        WrongValueError: If it is not JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"is not JSON: {error}"
        raise WrongValueError(message) from None


def _has_tag(text: str) -> bool:
    """Return True if a text has a tag such as {name}, which stands for a value of any type."""
    from .. import tags

    return bool(tags.find(text))


def _chosen(text: str, decoded: Any, enum: List[Any]) -> Any:
    if text in enum or _has_tag(text):
        return text
    for each in enum:
        if type(each) is type(decoded) and each == decoded:
            return each
    raise WrongValueError(_one_of(enum))


def _one_of(enum: List[Any]) -> str:
    return f"must be one of {', '.join(json.dumps(each) for each in enum[:MAX_VALUES])}"


def _listed(text: str, decoded: Any, items: Any, root: Mapping[str, Any], names: FrozenSet[str]) -> Any:
    """Return a text where the schema takes a list: a JSON list, or the only item."""
    if isinstance(decoded, list):
        _check_items(decoded, items, root)
        return decoded
    if "string" in names or (re.fullmatch(r"\{[^{}\"]+\}", text) and _has_tag(text)):
        return text
    if fits(decoded, names - {"array"}):
        return decoded
    return [read(text, items, root)]


def fits(value: Any, names: FrozenSet[str]) -> bool:
    """Return True if a JSON value has one of the types."""
    if value is INVALID:
        return False
    found = type_of(value)
    whole = found == "number" and "integer" in names and float(value).is_integer()
    return found in names or whole or (found == "integer" and "number" in names)


def _expected(names: FrozenSet[str]) -> str:
    words = {
        "null": "null",
        "boolean": "true or false",
        "integer": "a whole number",
        "number": "a number",
        "object": "a JSON object",
        "array": "a list",
        "string": "a text",
    }
    shown = names - {"integer"} if "number" in names else names
    return f"must be {' or '.join(words[each] for each in TYPES if each in shown)}"


def check(value: Any, schema: Any, root: Mapping[str, Any]) -> None:
    """Check the type of a value that was given as JSON.

    Raises:
        WrongValueError: If the value does not fit.
    """
    names, enum = types_of(schema, root), values_of(schema, root)
    if isinstance(value, str) and _has_tag(value):
        return
    if not fits(value, names):
        raise WrongValueError(_expected(names))
    if enum and not any(type(each) is type(value) and each == value for each in enum):
        raise WrongValueError(_one_of(enum))
    if isinstance(value, list):
        _check_items(value, items_of(schema, root), root)


def _check_items(items: List[Any], schema: Any, root: Mapping[str, Any]) -> None:
    try:
        for each in items:
            check(each, schema, root)
    except WrongValueError as error:
        message = f"has an item that {error}"
        raise WrongValueError(message) from None
