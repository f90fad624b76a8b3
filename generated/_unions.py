# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Structure hooks of unions, which select the member that a JSON value matches."""

import datetime
from enum import Enum
from typing import Any, Callable, List, Literal, Tuple, Union, get_args
from uuid import UUID

from ._hooks import Hook, fields, hook_of, is_subclass_of, origin, passthrough, wire_name
from .types import BaseModel, Unset

#: Names of fields, and predicates of their values.
Checks = List[Tuple[str, Callable[[Any], bool]]]


def union_hook(type_: Any) -> Hook:
    """Return a hook that tries the members in order, and returns a value unchanged if it matches no member.

    A value of a union with one member, apart from null, must match it.
    """
    members = [(hook_of(member), member) for member in get_args(type_) if member not in (type(None), Unset)]
    converting = [(hook, member, _const_checks(member)) for hook, member in members if hook is not passthrough]
    if not converting:
        return passthrough
    if len(members) == 1:
        return members[0][0]
    if len(converting) == 1 and not converting[0][2]:
        return _attempt(*converting[0][:2])
    # First a member whose constants, enums and dates all match, then any member that can be structured.
    candidates = [(hook, member, _strict_checks(member)) for hook, member, _ in converting] + converting

    def structure_union(value: Any, _: Any) -> Any:
        if value is None:
            return None
        for hook, member, checks in candidates:
            try:
                if _matches(value, checks):
                    return hook(value, member)
            except (ValueError, TypeError):  # noqa: PERF203 (each member needs a try of its own)
                continue
        return value

    return structure_union


def _attempt(hook: Hook, type_: Any) -> Hook:
    """Return a hook that returns a value unchanged if another hook fails."""

    def attempt(value: Any, _: Any) -> Any:
        if value is None:
            return None
        try:
            return hook(value, type_)
        except (ValueError, TypeError):
            return value

    return attempt


def _const_checks(type_: Any) -> Checks:
    """Return checks of the `const` fields of a model, which distinguish the members of a union."""
    return [(name, get_args(first).__contains__) for name, first in _field_types(type_) if origin(first) is Literal]


def _strict_checks(type_: Any) -> Checks:
    """Return checks of the fields of a model that are `const` or have a format: enums, dates, UUIDs."""
    return _const_checks(type_) + [
        (name, _readable(first)) for name, first in _field_types(type_) if _has_format(first)
    ]


def _field_types(type_: Any) -> List[Tuple[str, Any]]:
    """Return the names of a model's fields, and their types without Unset."""
    if not is_subclass_of(BaseModel)(type_):
        return []
    return [(wire_name(attribute), _first_member(attribute.type)) for attribute in fields(type_)]


def _first_member(type_: Any) -> Any:
    """Return the first member of a union, and any other type unchanged."""
    return get_args(type_)[0] if origin(type_) is Union else type_


def _has_format(type_: Any) -> bool:
    return type_ in (datetime.datetime, datetime.date, UUID) or is_subclass_of(Enum)(type_)


def _readable(type_: Any) -> Callable[[Any], bool]:
    """Return a predicate: True if a value can be structured as a type with a format."""
    hook = hook_of(type_)

    def readable(value: Any) -> bool:
        try:
            return value is None or isinstance(hook(value, type_), type_)
        except (ValueError, TypeError):
            return False

    return readable


def _matches(value: Any, checks: Checks) -> bool:
    if not checks:
        return True
    return isinstance(value, dict) and all(check(value[name]) for name, check in checks if name in value)
