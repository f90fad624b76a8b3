"""Parsing of bodies that are documented to be a JSON object."""

from __future__ import annotations

from typing import Any, List, Type, TypeVar

from .._generated.converter import structure
from .._generated.errors import DecodeError

T = TypeVar("T")

#: The error for an app or a function whose name is null. Methods need the name to send further requests.
NO_NAME = "the name must be a string, got null"


def parse_object(body: Any, cls: Type[T]) -> T:
    """Convert a decoded JSON object to a model.

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
    """Return the items of a page, without null items. Return an empty list if the page has null instead of a list.

    Raises:
        DecodeError: If the values are not a list of objects.
    """
    items: List[T] = checked(list, [] if values is None else values, "an array")
    for item in items:
        # Compare classes first: isinstance() for each item would be slow.
        if item.__class__ is not cls:
            return [checked(cls, each, f"an object ({cls.__name__})") for each in items if each is not None]
    return items
