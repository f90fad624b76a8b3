# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Conversion of Python values to JSON, in bodies, in parameters and by `to_dict`.

Native types are str, int, float, bool, None, list, tuple (also named) and dict. Other types with an unambiguous JSON
form are converted: models, dataclasses, attrs classes and pydantic models to objects, other mappings and sequences to
objects and arrays, enums to their value, date-times (with a time zone), dates and times to ISO 8601, UUIDs, IP
addresses and lazy translations to strings, Decimals and numpy's scalars and arrays to numbers. All others are rejected:
a set has no order, bytes have no encoding, and a pydantic SecretStr would be sent as asterisks.
"""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Callable, Dict, List, Tuple

import attrs

from ._formats import format_datetime
from .errors import InvalidRequest
from .types import UNSET, BaseModel, Model

#: Maximum number of characters of a place, such as `body.items[3].name`, in an error message.
MAX_EXCERPT = 300
#: Maximum number of bits of an int that str() always accepts. Python has a limit of digits, which is at least 640.
_SAFE_BITS = 2000
#: Maximum depth of nested values. Do not rely on RecursionError alone, because Python 3.8 may crash after one.
MAX_DEPTH = 300
_TOO_DEEP = "The value cannot be written as JSON: it is nested too deeply, or contains itself"


def unstructure(value: Any, place: str = "") -> Any:
    """Return a value converted to JSON types: str, int, float, bool, None, list and dict. The value is not changed.

    Args:
        value: The value.
        place: The name of the value, for error messages.

    Raises:
        InvalidRequest: If the value cannot be converted; the message names the place of the part that cannot.
    """
    try:
        return _to_builtin(value, place)
    except RecursionError as error:
        raise InvalidRequest(_TOO_DEEP) from error


def json_default(value: Any) -> Any:
    """Convert a value of a type that JSON lacks. Pass this function to a JSON encoder as `default`.

    Values inside of a dict or list that it returns are not converted.

    Raises:
        TypeError: If the value cannot be converted.
        InvalidRequest: If the value is a datetime without a time zone.
    """
    if isinstance(value, BaseModel):
        return _model_fields(value)
    if isinstance(value, Enum):
        return value.value
    for base in type(value).__mro__:
        convert = _BY_NAME.get(f"{base.__module__}.{base.__qualname__}")
        if convert is not None:
            return convert(value)
    return _structural(value)


def writable(value: Any) -> Any:
    """Convert a value as `json_default` does, but leave out fields of models that only the server sets."""
    if not isinstance(value, BaseModel):
        return json_default(value)
    result = _model_fields(value)
    for name in value._read_only:  # noqa: SLF001 (of this package)
        result.pop(name, None)
    return result


def dumps(value: Any, default: Callable[[Any], Any] = json_default) -> str:
    """Return the JSON text of a value.

    Args:
        value: The value.
        default: The function that converts values of types that JSON lacks: `json_default`, or `writable` for bodies.

    Raises:
        InvalidRequest: If the value cannot be written; the message names the place of the part that cannot.
    """
    try:
        try:
            return _encode(value) if default is json_default else _encode_body(value)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            # The encoder has failed. _to_builtin() also converts keys such as enums, and its error names the place.
            return _encode(_to_builtin(value, "", default=default))
    except RecursionError as error:
        raise InvalidRequest(_TOO_DEEP) from error


_encode = json.JSONEncoder(allow_nan=False, default=json_default).encode
_encode_body = json.JSONEncoder(allow_nan=False, default=writable).encode


def _to_builtin(value: Any, place: str, depth: int = 0, default: Callable[[Any], Any] = json_default) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if depth > MAX_DEPTH:
        raise InvalidRequest(_TOO_DEEP)
    if isinstance(value, dict):
        return {
            _object_key(key, place): _to_builtin(part, _member_place(place, key), depth + 1, default)
            for key, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_to_builtin(part, f"{place}[{number}]", depth + 1, default) for number, part in enumerate(value)]
    try:
        converted = _scalar(value) if isinstance(value, (str, int, float)) else default(value)
    except InvalidRequest as error:
        message = f"{error}{_where(place)}"
        raise InvalidRequest(message) from error
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        # Methods of a user's class may raise these exceptions.
        raise _error(str(error), place) from error
    return (
        converted
        if isinstance(converted, (str, int, float)) and kind is type(converted)
        else _to_builtin(converted, place, depth + 1, default)
    )


def _scalar(value: Any) -> Any:
    """Convert an instance of a subclass of str, int or float to the base type."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        number = int.__pos__(value)
        if number.bit_length() > _SAFE_BITS:
            int.__repr__(number)
        return number
    if not math.isfinite(value):
        message = f"Out of range float values are not JSON compliant: {float.__repr__(value)}"
        raise ValueError(message)
    return float.__pos__(value)


def _object_key(key: Any, place: str) -> str:
    """Return the key of an object as a string, as json.dumps() does: 1 becomes "1", and None "null"."""
    if type(key) is str:
        return key
    plain = _to_builtin(key, place)
    if isinstance(plain, (list, dict)):
        reason = f"the keys of an object must be strings, got {type(key).__name__}"
        raise _error(reason, place)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _member_place(place: str, key: Any) -> str:
    """Return the place of an object's member, such as `body.name`, for error messages."""
    name = key if isinstance(key, str) else type(key).__name__
    return f"{place}.{name}" if place else name


def _error(reason: str, place: str) -> InvalidRequest:
    return InvalidRequest(f"The value cannot be written as JSON: {reason}{_where(place)}")


def _where(place: str) -> str:
    """Return the place of a value as the end of an error message."""
    return f" (in argument {place[:MAX_EXCERPT]!r})" if place else ""


_wire_names: Dict[Any, List[Tuple[str, str]]] = {}


def _model_fields(model: Any) -> Dict[str, Any]:
    """Return the unconverted fields of a model, by their names in JSON."""
    cls = type(model)
    if cls not in _wire_names:
        # A field that a subclass adds and that is not in the JSON has the name None.
        named = [(item.name, item.metadata.get("name", item.name)) for item in attrs.fields(cls) if item.init]
        _wire_names[cls] = [(name, wire) for name, wire in named if wire is not None]
    others = getattr(model, "additional_properties" if isinstance(model, Model) else "_undocumented", None)
    result = dict(others or ())
    for name, wire in _wire_names[cls]:
        value = getattr(model, name)
        if value is not UNSET:
            result[wire] = value
    return result


def field_of(value: Any, place: str) -> Any:
    """Return the part of a parsed body at a place such as `meta.next` (names in JSON); None if the part is missing."""
    for name in filter(None, place.split(".")):
        value = (
            _model_fields(value) if isinstance(value, BaseModel) else value if isinstance(value, dict) else {}
        ).get(name)
    return value


def _structural(value: Any) -> Any:
    """Convert a value with fields or elements to a dict or a list. The values inside are not converted."""
    cls = type(value)
    if isinstance(value, Mapping):
        return dict(value.items())
    if dataclasses.is_dataclass(cls):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(cls)}
    if attrs.has(cls):
        return {item.name: getattr(value, item.name) for item in attrs.fields(cls)}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return list(value)
    message = f"Object of type {cls.__name__} is not JSON serializable{_advice(value)}"
    raise TypeError(message)


def _advice(value: Any) -> str:
    """Return what to pass instead of a value that has no JSON form, for the end of an error message.

    The text is empty for unknown types.
    """
    for name, instead in _ALTERNATIVES.items():
        if hasattr(value, name):
            return f": pass {instead}"
    return ""


#: Attributes that identify types without a JSON form, and what to pass instead of a value of the type.
_ALTERNATIVES = {
    "get_secret_value": "its get_secret_value()",
    "__fspath__": "a string, str(path)",
    "total_seconds": "a number, such as its total_seconds()",
    "tobytes": "a string, for example in Base64",
    "decode": "a string: decoded, or in Base64",
    "isdisjoint": "a list",
    "__next__": "a list",
}


def _decimal(value: Any) -> Any:
    """Convert a Decimal to an int or a float of the same value."""
    number = float(value)
    if value.is_finite() and value.as_tuple().exponent >= 0 and math.isfinite(number):
        return int(value)
    if value.is_finite() and type(value)(repr(number)) != value:
        message = "The Decimal has more digits than a float can represent: pass str(value), or round it"
        raise ValueError(message)
    return number


def _numpy(value: Any) -> Any:
    """Convert a numpy scalar or array to Python numbers."""
    converted = value.tolist()
    if value.dtype.kind not in "biufU" or type(converted) is type(value):
        message = f"Object of type {type(value).__name__} ({value.dtype}) is not JSON serializable"
        raise TypeError(message)
    return converted


def _pydantic(value: Any) -> Any:
    """Return the fields of a pydantic model (version 1 or 2)."""
    cls = type(value)
    dump = getattr(cls, "model_dump", None) or cls.dict
    return dump(value)


def _isoformat(value: Any) -> str:
    text: str = value.isoformat()
    return text


#: Functions that convert values, by the name of the class or a base class, so that its library need not be imported.
_BY_NAME: Dict[str, Callable[[Any], Any]] = {
    "array.array": list,
    "collections.UserString": str,
    "datetime.datetime": format_datetime,
    "datetime.date": _isoformat,
    "datetime.time": _isoformat,
    "decimal.Decimal": _decimal,
    "django.utils.functional.Promise": str,
    "ipaddress._IPAddressBase": str,
    "numpy.generic": _numpy,
    "numpy.ndarray": _numpy,
    "pydantic.main.BaseModel": _pydantic,
    "pydantic.networks._BaseMultiHostUrl": str,
    "pydantic.networks._BaseUrl": str,
    "pydantic.v1.main.BaseModel": _pydantic,
    "pydantic_core._pydantic_core.MultiHostUrl": str,
    "pydantic_core._pydantic_core.Url": str,
    "uuid.UUID": str,
}

__all__ = ["dumps", "field_of", "json_default", "unstructure", "writable"]
