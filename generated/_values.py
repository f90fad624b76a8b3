# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""JSON values: how each Python value is written, in bodies, in parameters and by `to_dict`.

Native values are str, int, float, bool, None, list, tuple (named ones too) and dict. Of others, those with one plain
meaning are written: models, dataclasses, attrs classes and pydantic models as objects, other mappings and sequences as
objects and arrays, enums by their value, date-times (with a time zone), dates and times in ISO 8601, UUIDs, IP
addresses and lazy translations as text, Decimals and the scalars and arrays of numpy as numbers. Everything else is
refused: a set has no order, bytes have no encoding, and a secret that hides itself would be sent as asterisks.
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

#: Maximum number of characters of a place in a message.
EXCERPT = 300
#: Maximum number of bits of an int that every Python writes; above, it may refuse more than 4,300 digits.
_SAFE_BITS = 2000
_TOO_DEEP = "The value cannot be written as JSON: the value is nested too deeply, or contains itself"


def unstructure(value: Any, place: str = "") -> Any:
    """Return a value as JSON: str, int, float, bool, None, and lists and dicts of them. It is not changed.

    Args:
        value: The value.
        place: The name of the value, for the message.

    Raises:
        InvalidRequest: If it cannot be written as JSON; the message says where it stands.
    """
    try:
        return _plain(value, place)
    except RecursionError as error:
        raise InvalidRequest(_TOO_DEEP) from error


def json_default(value: Any) -> Any:
    """Return a value that is not native in JSON, with one level of it converted: the `default` of an encoder.

    Raises:
        TypeError: If it cannot be written.
        InvalidRequest: If it is a datetime without a time zone.
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


def dumps(value: Any) -> str:
    """Return the JSON text of a value.

    Raises:
        InvalidRequest: If it cannot be written; the message says where it stands.
    """
    try:
        try:
            return _encode(value)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            # This names the place; and the encoder asks `default` about values alone, not about keys such as enums.
            return _encode(unstructure(value))
    except RecursionError as error:
        raise InvalidRequest(_TOO_DEEP) from error


_encode = json.JSONEncoder(allow_nan=False, default=json_default).encode


def _plain(value: Any, place: str) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if isinstance(value, dict):
        return {_key(key, place): _plain(part, _member(place, key)) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part, f"{place}[{number}]") for number, part in enumerate(value)]
    try:
        converted = _scalar(value) if isinstance(value, (str, int, float)) else json_default(value)
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        # The value's own class may raise any of these.
        raise _refusal(str(error), place) from error
    return (
        converted if isinstance(converted, (str, int, float)) and kind is type(converted) else _plain(converted, place)
    )


def _scalar(value: Any) -> Any:
    """Return a str, int or float without a subclass, as an encoder writes it."""
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


def _key(key: Any, place: str) -> str:
    """Return the key of an object as JSON writes it: 1 becomes "1", and None "null"."""
    if type(key) is str:
        return key
    plain = _plain(key, place)
    if isinstance(plain, (list, dict)):
        reason = f"the keys of an object must be text, got {type(key).__name__}"
        raise _refusal(reason, place)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _member(place: str, key: Any) -> str:
    """Return the place of an object's member."""
    name = key if isinstance(key, str) else type(key).__name__
    return f"{place}.{name}" if place else name


def _refusal(reason: str, place: str) -> InvalidRequest:
    where = f" (in argument {place[:EXCERPT]!r})" if place else ""
    return InvalidRequest(f"The value cannot be written as JSON: {reason}{where}")


_wire_names: Dict[Any, List[Tuple[str, str]]] = {}


def _model_fields(model: Any) -> Dict[str, Any]:
    """Return the fields of a model by their names in JSON, their values unconverted."""
    cls = type(model)
    if cls not in _wire_names:
        # Fields of a subclass that are no part of the JSON have the name None.
        named = [(item.name, item.metadata.get("name", item.name)) for item in attrs.fields(cls) if item.init]
        _wire_names[cls] = [(name, wire) for name, wire in named if wire is not None]
    result = dict(model.additional_properties) if isinstance(model, Model) else {}
    for name, wire in _wire_names[cls]:
        value = getattr(model, name)
        if value is not UNSET:
            result[wire] = value
    return result


def _structural(value: Any) -> Any:
    """Return an object or an array of a value that has fields or members."""
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
    """Return the end of a message: what to pass instead."""
    for name, instead in _INSTEAD.items():
        if hasattr(value, name):
            return f": pass {instead}"
    return ""


#: An attribute of types that are refused, and what to pass instead of them.
_INSTEAD = {
    "get_secret_value": "its get_secret_value()",
    "__fspath__": "its text, str(path)",
    "total_seconds": "a number, such as its total_seconds()",
    "tobytes": "text: Base64, for example",
    "decode": "text: decoded, or in Base64",
    "isdisjoint": "a list",
    "__next__": "a list",
}


def _decimal(value: Any) -> Any:
    """Return a Decimal as a number that is the same."""
    number = float(value)
    if value.is_finite() and value.as_tuple().exponent >= 0 and math.isfinite(number):
        return int(value)
    if value.is_finite() and type(value)(repr(number)) != value:
        message = "The Decimal has more digits than a float keeps: pass str(value), or round it"
        raise ValueError(message)
    return number


def _numpy(value: Any) -> Any:
    """Return a scalar or an array of numpy as Python's numbers."""
    converted = value.tolist()
    if value.dtype.kind not in "biufU" or type(converted) is type(value):
        message = f"Object of type {type(value).__name__} ({value.dtype}) is not JSON serializable"
        raise TypeError(message)
    return converted


def _pydantic(value: Any) -> Any:
    """Return the fields of a pydantic model, of version 2 or 1."""
    cls = type(value)
    dump = getattr(cls, "model_dump", None) or cls.dict
    return dump(value)


def _isoformat(value: Any) -> str:
    text: str = value.isoformat()
    return text


#: How values are written, by the names of their classes and base classes: nothing has to be imported for it.
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

__all__ = ["dumps", "json_default", "unstructure"]
