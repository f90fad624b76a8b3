"""Conversion between JSON and models, with this client's cattrs converter.

Models, enums, date-times, dates and UUIDs become Python objects. Strings, numbers and booleans, and arrays and objects
of them, are returned unchanged, even if the document has another type for the field. A string that is not valid in its
format stays a string, and null becomes None in any field.
"""

import datetime
from enum import Enum
from typing import Any, BinaryIO, Union, get_args
from uuid import UUID

from ._compile import model_hook, reading_body
from ._formats import parse_date, parse_datetime, parse_file, parse_uuid
from ._hooks import Hook, check_null, converter, hook_of, is_subclass_of, origin, passthrough
from ._unions import union_hook
from ._values import json_default, unstructure
from .errors import DecodeError
from .types import BaseModel, File


def structure(value: Any, type_: Any) -> Any:
    """Return JSON as an instance of a type.

    Raises:
        DecodeError: If the value does not match the type.
    """
    try:
        return hook_of(type_)(value, type_)
    except RecursionError as error:
        reason = "the body is nested too deeply"
        raise DecodeError(reason) from error


def structure_body(value: Any, type_: Any) -> Any:
    """Return JSON as an instance of a type. Required fields that only the server sets may be missing: they are UNSET.

    Raises:
        DecodeError: If the value does not match the type.
    """
    with reading_body():
        return structure(value, type_)


def fits(value: Any, type_: Any) -> bool:
    """Return True if an argument is an instance of a type, which may be generic or a union."""
    kind = origin(type_) or type_
    if kind is Union:
        return any(fits(value, member) for member in get_args(type_))
    if kind is BinaryIO:
        return hasattr(value, "read")
    return kind is Any or (isinstance(kind, type) and isinstance(value, kind))


def _list_hook(type_: Any) -> Hook:
    (item,) = get_args(type_)
    hook = hook_of(item)

    def structure_list(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            return check_null(value, "an array")
        return [hook(element, item) for element in value]

    return passthrough if hook is passthrough else structure_list


def _dict_hook(type_: Any) -> Hook:
    (_, item) = get_args(type_)
    hook = hook_of(item)

    def structure_dict(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            return check_null(value, "an object")
        return {key: hook(element, item) for key, element in value.items()}

    return passthrough if hook is passthrough else structure_dict


# Typed as Any, because signatures differ between versions of cattrs. cattrs uses the last registered hook that matches.
_hooks: Any = converter
_hooks.register_structure_hook_func(lambda _: True, passthrough)
_hooks.register_structure_hook_factory(lambda type_: origin(type_) is Union, union_hook)
_hooks.register_structure_hook_factory(lambda type_: origin(type_) is list, _list_hook)
_hooks.register_structure_hook_factory(lambda type_: origin(type_) is dict, _dict_hook)
_hooks.register_structure_hook_factory(is_subclass_of(BaseModel), model_hook)
_hooks.register_structure_hook_func(is_subclass_of(Enum), lambda value, cls: cls(value))
_hooks.register_structure_hook(datetime.datetime, parse_datetime)
_hooks.register_structure_hook(datetime.date, parse_date)
_hooks.register_structure_hook(UUID, parse_uuid)
_hooks.register_structure_hook(File, parse_file)

__all__ = ["fits", "json_default", "parse_datetime", "structure", "structure_body", "unstructure"]
