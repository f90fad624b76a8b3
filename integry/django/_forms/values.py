"""Conversion between the text of form fields and JSON values."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Collection, FrozenSet, Union

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from ... import tags
from ..._generated._json import loads

#: The clean value of a field that was left empty, so that its argument is not sent. None is JSON's null.
EMPTY = object()
#: Maximum number of characters of a number. Python 3.11 and later convert no more digits than 4,300.
MAX_NUMBER = 1000
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
#: JSON types by the class of a value.
_TYPES = {
    dict: {"object"},
    list: {"array"},
    str: {"string"},
    bool: {"boolean"},
    int: {"integer", "number"},
    float: {"number"},
    type(None): {"null"},
}
#: The classes of values that are written as JSON.
_JSON = (*_TYPES, tuple)
#: The names of JSON types.
TYPES = frozenset(name for names in _TYPES.values() for name in names)


def printable(text: str) -> str:
    """Return a text that can be part of a page. JSON may contain lone surrogates, which cannot be encoded."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def json_text(value: Any, indent: Union[int, None] = None) -> str:
    """Return a value as JSON; the empty string if it is nested too deeply."""
    try:
        return printable(json.dumps(value, ensure_ascii=False, indent=indent, default=_plain))
    except (TypeError, ValueError, RecursionError):
        return ""


def text_of(value: Any) -> str:
    """Return a value as the text of a field. Data that are not from a browser may have any type."""
    if isinstance(value, str):
        return printable(value)
    value = json_value(value)
    return value if isinstance(value, str) else "" if value is None else json_text(value)


def json_value(value: Any) -> Any:
    """Return a value of JSON as it is, and another one, such as a date or a UUID from a database, as a text."""
    return value if isinstance(value, _JSON) else printable(_plain(value))


def _plain(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def parse_number(text: str, *, whole: bool = False) -> Union[int, float]:
    """Return a number with exactly the digits of a text.

    Args:
        text: The text.
        whole: True to accept whole numbers only.

    Raises:
        ValidationError: If the text is not a finite number, or a float would have other digits.
    """
    if len(text) <= MAX_NUMBER and _INTEGER.fullmatch(text):
        return int(text)
    if whole or len(text) > MAX_NUMBER or not _NUMBER.fullmatch(text):
        message = gettext_lazy("Enter a whole number.") if whole else gettext_lazy("Enter a number.")
        raise ValidationError(message, code="invalid")
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValidationError(gettext_lazy("This number is too large."), code="overflow")
    if Decimal(repr(found)) != Decimal(text):
        raise ValidationError(gettext_lazy("This number has more digits than can be sent."), code="digits")
    return found


def parse_json(text: str) -> Any:
    """Return the value of a JSON text, whose numbers keep their digits.

    Raises:
        ValueError: If the text is not JSON.
        ValidationError: If a number cannot be sent.
    """
    try:
        return loads(text, parse_int=parse_number, parse_float=parse_number, parse_constant=_refuse_constant)
    except RecursionError as error:
        message = "the value is nested too deeply"
        raise ValueError(message) from error


def _refuse_constant(name: str) -> None:
    message = f"{name} is not JSON"
    raise ValueError(message)


def has_type(value: Any, types: Collection[str]) -> bool:
    """Return True if a value has one of the JSON types. No types stand for any type."""
    own = _TYPES[type(value)]
    is_whole = isinstance(value, float) and value.is_integer() and "integer" in types
    return not types or is_whole or not own.isdisjoint(types)


def is_tag(text: Any, names: Collection[str]) -> bool:
    """Return True if a value is a text that consists of one tag with a known name."""
    return isinstance(text, str) and text[1:-1] in names and text == f"{{{text[1:-1]}}}" and bool(tags.find(text))


def has_tag(text: str, names: Collection[str]) -> bool:
    """Return True if a text contains a tag with a known name."""
    return bool(names) and "{" in text and not tags.find(text).isdisjoint(names)


def names_in(value: Any) -> FrozenSet[str]:
    """Return the names of the tags in a text, or in the texts of a list."""
    texts = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    return frozenset(tags.find(texts)) if any("{" in text for text in texts) else frozenset()
