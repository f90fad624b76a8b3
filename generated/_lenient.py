# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Lenient conversion of JSON to models, for `Client(lenient=True)`. Other clients do not import this module.

Values that do not match their type are kept unchanged, missing fields are UNSET, and models keep undocumented fields.
"""

from typing import Any, Callable, Dict, List, Set, Union, get_args

import attrs

from . import converter  # noqa: F401 (registers the hooks that convert values)
from ._compile import is_required
from ._hooks import fields, hook_of, is_subclass_of, origin, passthrough, wire_name
from ._unions import Member, converting, matching
from .errors import DecodeError
from .types import UNSET, BaseModel, Model, StrictModel, Unset

#: A function that converts a JSON value.
Convert = Callable[[Any], Any]

_converters: Dict[Any, Convert] = {}


def structure_leniently(value: Any, type_: Any) -> Any:
    """Return a JSON value as an instance of a type. Parts of the value that do not match are kept unchanged.

    Raises:
        DecodeError: If the value is nested too deeply.
    """
    try:
        return _structure(value, type_)
    except RecursionError as error:
        reason = "the body is nested too deeply"
        raise DecodeError(reason) from error


def _structure(value: Any, type_: Any) -> Any:
    # Look the function up at each call: models may contain each other, so it may not exist before.
    convert = _converters.get(type_)
    if convert is None:
        convert = _converters[type_] = _converter(type_)
    return convert(value)


def _converter(type_: Any) -> Convert:
    kind = origin(type_) or type_
    if is_subclass_of(BaseModel)(kind):
        return _model(type_)
    if kind is Union:
        return _union(type_)
    if kind is list:
        (item,) = get_args(type_)
        return lambda value: [_structure(part, item) for part in value] if isinstance(value, list) else value
    if kind is dict:
        (_, item) = get_args(type_)
        return lambda value: (
            {key: _structure(part, item) for key, part in value.items()} if isinstance(value, dict) else value
        )
    return _attempt(type_)


def _attempt(type_: Any) -> Convert:
    """Return a function that converts a value strictly. If that fails, the function returns the value unchanged."""
    hook = hook_of(type_)

    def attempt(value: Any) -> Any:
        try:
            return hook(value, type_)
        except (ValueError, TypeError):
            return value

    return attempt


def _model(cls: Any) -> Convert:
    documented = [(wire_name(attribute), attribute.type) for attribute in fields(cls)]
    known = {name for name, _ in documented}
    others = attrs.fields_dict(cls)["additional_properties"].type if issubclass(cls, Model) else Dict[str, Any]

    def structure_model(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        model: Any = cls(*(_structure(value[name], type_) if name in value else UNSET for name, type_ in documented))
        rest = {name: part for name, part in value.items() if name not in known}
        if rest and issubclass(cls, StrictModel):
            model._undocumented = rest  # noqa: SLF001 (an attribute of this package)
        elif rest:
            model.additional_properties = _structure(rest, others)
        return model

    return structure_model


def _union(type_: Any) -> Convert:
    types = [member for member in get_args(type_) if member not in (type(None), Unset)]
    members = converting(types)
    attempt = _attempt(type_)
    # If the union has dict or Any, an object without a required field of a model is a dict, and not that model.
    is_free = any(hook_of(member) is passthrough and (origin(member) is dict or member is Any) for member in types)
    required = {member.type: _required(member.type) for member in members if is_subclass_of(BaseModel)(member.type)}

    def structure_union(value: Any) -> Any:
        kind = dict if isinstance(value, dict) else list
        if not isinstance(value, kind):
            return attempt(value)
        found = [member.type for member in matching(value, members) if _takes(member, kind)]
        whole = [one for one in found if required.get(one, set()) <= set(value if kind is dict else ())]
        best = whole or ([] if is_free else found)
        return _structure(value, best[0]) if best else value

    return structure_union


def _takes(member: Member, kind: type) -> bool:
    """Return True if the JSON of a member is of a kind: `list` for arrays, or `dict` for objects."""
    return origin(member.type) is kind or (kind is dict and is_subclass_of(BaseModel)(member.type))


def _required(cls: Any) -> Set[str]:
    return {wire_name(attribute) for attribute in fields(cls) if is_required(attribute)}


__all__: List[str] = ["structure_leniently"]
