"""Checks of arguments: a value of another type than the documented one is refused by name, before anything is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, List, NoReturn, Optional, Type, TypeVar

from .errors import IntegryError, InvalidRequest

T = TypeVar("T")

#: Maximum number of characters of a value in a message.
EXCERPT = 100
#: The types, in the words of a message.
_WORDS = {str: "a str", bool: "True or False", int: "a whole number"}


def refuse(parameter: str, expected: str, value: Any, error: Type[IntegryError] = InvalidRequest) -> NoReturn:
    """Raise the error for an argument of a wrong type.

    Args:
        parameter: The name of the parameter.
        expected: The values that it takes, in words.
        value: The argument. Numbers and None are describe, of others the type: they may be secrets, or long.
        error: The class of the error.
    """
    message = f"{parameter} must be {expected}, got {describe(value)}"
    raise error(message)


def describe(value: Any) -> str:
    """Return an argument in the words of a message."""
    if isinstance(value, tuple):
        return f"({', '.join(map(describe, value))})"[:EXCERPT]
    try:
        return repr(value)[:EXCERPT] if value is None or isinstance(value, (int, float)) else type(value).__name__
    except ValueError:
        # Python writes no int of more than 4,300 digits.
        return type(value).__name__


def optional(parameter: str, value: Any, cls: Type[T], error: Type[IntegryError] = InvalidRequest) -> Optional[T]:
    """Return an argument that is of a type, or None.

    Raises:
        IntegryError: If it is something else; True and False are no numbers.
    """
    return None if value is None else required(parameter, value, cls, error)


def required(parameter: str, value: Any, cls: Type[T], error: Type[IntegryError] = InvalidRequest) -> T:
    """Return an argument that is of a type.

    Raises:
        IntegryError: If it is something else; True and False are no numbers.
    """
    if not isinstance(value, cls) or (isinstance(value, bool) and cls is not bool):
        refuse(parameter, _WORDS[cls], value, error)
    return value


#: Classes of ids beside str and int: UUIDs, and the ints of numpy and pandas.
_ID_CLASSES = (("uuid", "UUID"), ("numbers", "Integral"))


def as_list(parameter: str, expected: str, value: Any) -> List[Any]:
    """Return the values of an argument that is a list, or another iterable, but no text and no mapping.

    Raises:
        InvalidRequest: If it is something else.
    """
    if isinstance(value, (str, bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        refuse(parameter, expected, value)
    try:
        return list(value)
    except (TypeError, ValueError):
        refuse(parameter, expected, value)


def is_id(value: Any) -> bool:
    """Return True if a value is an id: a str, an int or a UUID."""
    # Nobody has an instance of a class whose module is not loaded, and importing uuid takes time.
    loaded = (getattr(sys.modules[module], name) for module, name in _ID_CLASSES if module in sys.modules)
    return isinstance(value, (str, int, *loaded)) and not isinstance(value, bool)


def plain_text(value: Any) -> str:
    """Return an id as text. Of a member of an enum that is the value.

    Raises:
        ValueError: If it is an int of more digits than Python writes.
    """
    # Not isinstance(): proxies, such as Django's lazy objects, give the class of what they stand for.
    if issubclass(type(value), str):
        return str.__str__(value)
    return int.__repr__(value) if issubclass(type(value), int) else str(value)


def optional_id(parameter: str, value: Any, error: Type[IntegryError] = InvalidRequest) -> Optional[str]:
    """Return an id as text, or None.

    Raises:
        IntegryError: If it is no id.
    """
    return None if value is None else required_id(parameter, value, error)


def required_id(parameter: str, value: Any, error: Type[IntegryError] = InvalidRequest) -> str:
    """Return an id as text.

    Args:
        parameter: The name of the parameter, for the message.
        value: A str, an int or a UUID.
        error: The class of the error.

    Raises:
        IntegryError: If it is empty, or of another type. Its text would name something else.
    """
    if not is_id(value):
        # Of no value more than its type: it may be a whole account.
        message = f"{parameter} must be a str or an int, got {type(value).__name__}"
        raise error(message)
    try:
        text = plain_text(value)
    except ValueError as problem:
        message = f"{parameter} cannot be written: {problem}"
        raise error(message) from problem
    if not text:
        message = f"{parameter} must not be empty"
        raise error(message)
    return text
