"""Conversion between JSON and models, by the one cattrs converter of this client.

A value becomes what the annotation of its field says. Plain values, and arrays and objects of them, are not checked. A
string that cannot be read as its format (date-time, date, uuid, an enum's value) stays a string, and null stays None.
"""

import datetime
import json
from enum import Enum
from typing import Any, Dict, List, Mapping, Tuple, Union, get_args
from uuid import UUID

from ._compile import model_hook
from ._formats import format_datetime, parse_date, parse_datetime, parse_file, parse_uuid
from ._hooks import Hook, check_null, converter, fields, hook_of, is_subclass_of, origin, passthrough, wire_name
from ._unions import union_hook
from .errors import DecodeError, InvalidRequest
from .types import UNSET, BaseModel, File, FileTypes, Model, RequestFiles


def structure(value: Any, type_: Any) -> Any:
    """Return JSON as an instance of a type.

    Raises:
        DecodeError: If it is something else.
    """
    try:
        return hook_of(type_)(value, type_)
    except RecursionError as error:
        reason = "the body is nested too deeply"
        raise DecodeError(reason) from error


def unstructure(value: Any) -> Any:
    """Return models, enums, dates and what contains them as JSON.

    Raises:
        InvalidRequest: If a datetime has no time zone, or the nesting is too deep.
    """
    try:
        return converter.unstructure(value)
    except RecursionError as error:
        reason = "the value is nested too deeply"
        raise InvalidRequest(reason) from error


def json_default(value: Any) -> Any:
    """Return a value that a JSON encoder does not know, with one level of it converted: its `default` function.

    Raises:
        TypeError: If it cannot be converted.
        InvalidRequest: If it is a datetime without a time zone.
    """
    converted = _one_level(value) if isinstance(value, BaseModel) else converter.unstructure(value)
    if type(converted) is type(value):
        message = f"Object of type {type(value).__name__} is not JSON serializable"
        raise TypeError(message)
    return converted


def multipart(value: Any) -> RequestFiles:
    """Return a model, or a plain dict, as the parts of a multipart body; an array becomes a part for each element."""
    fields_: Mapping[str, Any] = unstructure(value)
    return [
        (name, _part(part))
        for name, element in fields_.items()
        for part in (element if isinstance(element, list) else [element])
        if part is not None
    ]


def fits(value: Any, type_: Any) -> bool:
    """Return True if a value that a user passed is of a type."""
    kind = origin(type_) or type_
    if kind is Union:
        return any(fits(value, member) for member in get_args(type_))
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


_wire_names: Dict[Any, List[Tuple[str, str]]] = {}


def _one_level(model: Any) -> Dict[str, Any]:
    """Return the fields of a model by their names in JSON, their values unconverted."""
    cls = type(model)
    if cls not in _wire_names:
        _wire_names[cls] = [(attribute.name, wire_name(attribute)) for attribute in fields(cls)]
    result = dict(model.additional_properties) if isinstance(model, Model) else {}
    for name, wire in _wire_names[cls]:
        value = getattr(model, name)
        if value is not UNSET:
            result[wire] = value
    return result


def _unstructure_model(model: Any) -> Dict[str, Any]:
    result: Dict[str, Any] = converter.unstructure(_one_level(model))
    return result


def _enum_value(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _part(value: Any) -> FileTypes:
    if isinstance(value, File):
        return value.to_tuple()
    if isinstance(value, (dict, list)):
        return None, json.dumps(value, allow_nan=False).encode(), "application/json"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return None, text.encode(), "text/plain"


# Typed as Any: the signatures differ between the versions of cattrs. Hooks that are registered last are asked first.
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
_hooks.register_unstructure_hook_func(is_subclass_of(BaseModel), _unstructure_model)
# Enums are strings or integers too, and cattrs takes them for such.
_hooks.register_unstructure_hook(str, _enum_value)
_hooks.register_unstructure_hook(int, _enum_value)
_hooks.register_unstructure_hook(datetime.datetime, format_datetime)
_hooks.register_unstructure_hook(datetime.date, lambda value: value.isoformat())
_hooks.register_unstructure_hook(UUID, str)
_hooks.register_unstructure_hook(File, passthrough)

__all__ = ["fits", "json_default", "multipart", "parse_datetime", "structure", "unstructure"]
