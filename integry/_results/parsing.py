"""Parsing of bodies that are documented to be a JSON object."""

from __future__ import annotations

from typing import Any, List, Type, TypeVar

from .._generated.converter import structure
from .._generated.errors import DecodeError

T = TypeVar("T")

#: The reason why an app or a function without a name is refused. Requests about it would need the name.
NO_NAME = "the name must be a string, got null"


def parse_object(body: Any, cls: Type[T]) -> T:
    """Return the model for a body that is a JSON object.

    Raises:
        DecodeError: If the body is null, or not an object.
    """
    model: T = structure(body, cls)
    return checked(cls, model, f"an object ({cls.__name__})")


def checked(cls: Type[T], value: Any, expected: str) -> T:
    """Return a value after a check that it is an instance of a class.

    Raises:
        DecodeError: If the value is something else.
    """
    if not isinstance(value, cls):
        reason = f"expected {expected}, got {type(value).__name__}"
        raise DecodeError(reason)
    return value


def parse_items(values: Any, cls: Type[T]) -> List[T]:
    """Return the items of a page, without null. Null instead of a list stands for an empty list.

    Raises:
        DecodeError: If the values are not a list of objects.
    """
    items: List[T] = checked(list, [] if values is None else values, "an array")
    for item in items:
        # Not isinstance() for each item, for speed.
        if item.__class__ is not cls:
            return [checked(cls, each, f"an object ({cls.__name__})") for each in items if each is not None]
    return items
