# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Hooks of unions: which member of a union a JSON value is."""

import datetime
from enum import Enum
from typing import Any, Callable, List, Literal, Tuple, Union, get_args
from uuid import UUID

from ._hooks import Hook, fields, hook_of, is_subclass_of, origin, passthrough, wire_name
from .types import BaseModel, Unset

#: Names of fields, and what their values must fulfil.
Checks = List[Tuple[str, Callable[[Any], bool]]]


def union_hook(type_: Any) -> Hook:
    """Return a hook that tries the members in their order; a value that fits none stays as it is.

    An object or an array that is the only choice must fit.
    """
    members = [(hook_of(member), member) for member in get_args(type_) if member not in (type(None), Unset)]
    converting = [(hook, member, _constants(member)) for hook, member in members if hook is not passthrough]
    if not converting:
        return passthrough
    if len(members) == 1:
        return members[0][0]
    if len(converting) == 1 and not converting[0][2]:
        return _attempt(*converting[0][:2])
    # First the member whose constants, enums and dates are all as documented, then the first that can be read.
    candidates = [(hook, member, _strict(member)) for hook, member, _ in converting] + converting

    def structure_union(value: Any, _: Any) -> Any:
        if value is None:
            return None
        for hook, member, checks in candidates:
            try:
                if _match(value, checks):
                    return hook(value, member)
            except (ValueError, TypeError):  # noqa: PERF203 (each member needs a try of its own)
                continue
        return value

    return structure_union


def _attempt(hook: Hook, type_: Any) -> Hook:
    """Return a hook that leaves a value as it is if another hook cannot read it."""

    def attempt(value: Any, _: Any) -> Any:
        if value is None:
            return None
        try:
            return hook(value, type_)
        except (ValueError, TypeError):
            return value

    return attempt


def _constants(type_: Any) -> Checks:
    """Return checks of the `const` fields of a model, which tell the members of a union apart."""
    return [(name, get_args(first).__contains__) for name, first in _typed(type_) if origin(first) is Literal]


def _strict(type_: Any) -> Checks:
    """Return checks of the `const` fields of a model, and of those with a format: enums, dates, UUIDs."""
    return _constants(type_) + [(name, _readable(first)) for name, first in _typed(type_) if _has_format(first)]


def _typed(type_: Any) -> List[Tuple[str, Any]]:
    """Return the names of a model's fields, and their types without Unset."""
    if not is_subclass_of(BaseModel)(type_):
        return []
    return [(wire_name(attribute), _first(attribute.type)) for attribute in fields(type_)]


def _first(type_: Any) -> Any:
    """Return the first member of a union, and any other type as it is."""
    return get_args(type_)[0] if origin(type_) is Union else type_


def _has_format(type_: Any) -> bool:
    return type_ in (datetime.datetime, datetime.date, UUID) or is_subclass_of(Enum)(type_)


def _readable(type_: Any) -> Callable[[Any], bool]:
    """Return a check that a value can be read as a type with a format."""
    hook = hook_of(type_)

    def readable(value: Any) -> bool:
        try:
            return value is None or isinstance(hook(value, type_), type_)
        except (ValueError, TypeError):
            return False

    return readable


def _match(value: Any, checks: Checks) -> bool:
    if not checks:
        return True
    return isinstance(value, dict) and all(check(value[name]) for name, check in checks if name in value)
