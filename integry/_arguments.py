"""Checks of argument types, before anything is sent. Error messages name the argument."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, List, NoReturn, Optional, Type, TypeVar

from .errors import IntegryError, InvalidRequest

T = TypeVar("T")

#: Maximum number of characters of a value in an error message.
EXCERPT = 100
#: The names of types in error messages.
_WORDS = {str: "a str", bool: "True or False", int: "an int"}


def refuse(parameter: str, expected: str, value: Any, error: Type[IntegryError] = InvalidRequest) -> NoReturn:
    """Raise the error for an argument of a wrong type.

    Args:
        parameter: The name of the parameter.
        expected: A description of the values that the parameter accepts.
        value: The argument. The message shows numbers and None, but only the type of other values: they may be secrets.
        error: The class of the error.
    """
    message = f"{parameter} must be {expected}, got {describe(value)}"
    raise error(message)


def describe(value: Any) -> str:
    """Return an argument for an error message: numbers and None as text, other values by the name of their type."""
    if isinstance(value, tuple):
        return f"({', '.join(map(describe, value))})"[:EXCERPT]
    try:
        return repr(value)[:EXCERPT] if value is None or isinstance(value, (int, float)) else type(value).__name__
    except ValueError:
        # Python does not convert an int of more than 4,300 digits to a string.
        return type(value).__name__


def optional(parameter: str, value: Any, cls: Type[T], error: Type[IntegryError] = InvalidRequest) -> Optional[T]:
    """Check that an argument is None or an instance of `cls`, and return it.

    Raises:
        IntegryError: If the argument has another type. True and False do not count as int.
    """
    return None if value is None else required(parameter, value, cls, error)


def required(parameter: str, value: Any, cls: Type[T], error: Type[IntegryError] = InvalidRequest) -> T:
    """Check that an argument is an instance of `cls`, and return it.

    Raises:
        IntegryError: If the argument has another type. True and False do not count as int.
    """
    if not isinstance(value, cls) or (isinstance(value, bool) and cls is not bool):
        refuse(parameter, _WORDS[cls], value, error)
    return value


#: Classes of ids other than str and int: UUIDs, and the integers of numpy and pandas.
_ID_CLASSES = (("uuid", "UUID"), ("numbers", "Integral"))


def as_list(parameter: str, expected: str, value: Any) -> List[Any]:
    """Return an argument as a list, if it is an iterable other than a string or a mapping.

    Raises:
        InvalidRequest: If the argument is a string, a mapping, or not iterable.
    """
    if isinstance(value, (str, bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        refuse(parameter, expected, value)
    try:
        return list(value)
    except (TypeError, ValueError):
        refuse(parameter, expected, value)


def is_id(value: Any) -> bool:
    """Return True if a value is an id: a str, an int or a UUID."""
    # Look the classes up in sys.modules instead of importing uuid, which takes time. A class whose module was never
    # imported has no instances.
    loaded = (getattr(sys.modules[module], name) for module, name in _ID_CLASSES if module in sys.modules)
    return isinstance(value, (str, int, *loaded)) and not isinstance(value, bool)


def plain_text(value: Any) -> str:
    """Return an id as a string. For a member of a str or int enum, return its value.

    Raises:
        ValueError: If the id is an int with more digits than Python converts to a string.
    """
    # Do not use isinstance(): it is True for proxies of strings, such as Django's lazy objects, but str.__str__()
    # raises a TypeError for a proxy.
    if issubclass(type(value), str):
        return str.__str__(value)
    return int.__repr__(value) if issubclass(type(value), int) else str(value)


def optional_id(parameter: str, value: Any, error: Type[IntegryError] = InvalidRequest) -> Optional[str]:
    """Return an id as a string, or None.

    Raises:
        IntegryError: If the value is neither an id nor None.
    """
    return None if value is None else required_id(parameter, value, error)


def required_id(parameter: str, value: Any, error: Type[IntegryError] = InvalidRequest) -> str:
    """Return an id as a string.

    Args:
        parameter: The name of the parameter, for the message.
        value: A str, an int or a UUID.
        error: The class of the error.

    Raises:
        IntegryError: If the value is empty, or has another type.
    """
    if not is_id(value):
        # Show only the type: the value may be a model with personal data.
        message = f"{parameter} must be a str, an int or a UUID, got {type(value).__name__}"
        raise error(message)
    try:
        text = plain_text(value)
    except ValueError as problem:
        message = f"{parameter} cannot be converted to a string: {problem}"
        raise error(message) from problem
    if not text:
        message = f"{parameter} must not be empty"
        raise error(message)
    return text
