# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Structure hooks of unions, which select the member that a JSON value matches."""

import datetime
from enum import Enum
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Literal, NamedTuple, Optional, Tuple, Union, get_args
from uuid import UUID

from ._hooks import Hook, fields, hook_of, is_subclass_of, origin, passthrough, wire_name
from .types import BaseModel, StrictModel, Unset

#: Names of fields, and predicates of their values.
Checks = List[Tuple[str, Callable[[Any], bool]]]


class Member(NamedTuple):
    """A member of a union whose values are converted.

    Attributes:
        hook: The structure hook of the type.
        type: The type.
        constants: Checks of fields with one value, which are those of a discriminator or `const`.
        formats: Checks of fields with enums, dates or UUIDs.
        names: The names of the fields of a model.
        selecting: The values of discriminators that select a model.
        inner: The names of the fields of its fields that are closed models, by the names of the latter.
    """

    hook: Hook
    type: Any
    constants: Checks
    formats: Checks
    names: FrozenSet[str]
    selecting: Dict[str, Tuple[Optional[str], ...]]
    inner: Dict[str, FrozenSet[str]]


def union_hook(type_: Any) -> Hook:
    """Return a hook that tries the matching members, and returns a value unchanged if all of them reject it.

    If the union has only one member apart from null, a value must match this member.
    """
    types = [member for member in get_args(type_) if member not in (type(None), Unset)]
    members = converting(types)
    if not members:
        return passthrough
    if len(types) == 1:
        return members[0].hook
    if len(members) == 1 and not members[0].constants:
        return _attempt(*members[0][:2])

    def structure_union(value: Any, _: Any) -> Any:
        if value is None:
            return None
        for member in matching(value, members):
            try:
                return member.hook(value, member.type)
            except (ValueError, TypeError):  # noqa: PERF203 (each member needs a try of its own)
                continue
        return value

    return structure_union


def converting(types: List[Any]) -> List[Member]:
    """Return the types whose values are converted, as the members of a union."""
    hooks = [(hook_of(type_), type_) for type_ in types]
    return [_member(hook, type_) for hook, type_ in hooks if hook is not passthrough]


def matching(value: Any, members: List[Member]) -> Iterator[Member]:
    """Yield the members that may match a value, the best match first.

    All constants must match. Members that a discriminator selects come first, then members whose enums, dates and UUIDs
    match, and among those the members that have the most fields of the value.
    """
    found = [member for member in members if _matches(value, member.constants)]
    if len(found) > 1 and isinstance(value, dict):
        found.sort(key=lambda member: _known(value, member), reverse=True)
        yield from (member for member in found if _is_selected(value, member))
    yield from (member for member in found if _matches(value, member.formats))
    yield from found


def _known(value: Dict[str, Any], member: Member) -> Tuple[int, int]:
    """Return how many fields of an object a member has, and how many inside of its closed models."""
    parts = [(names, value.get(name)) for name, names in member.inner.items()]
    inside = sum(len(names.intersection(part)) for names, part in parts if isinstance(part, dict))
    return len(member.names.intersection(value)), inside


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


def _member(hook: Hook, type_: Any) -> Member:
    if not is_subclass_of(BaseModel)(type_):
        return Member(hook, type_, [], [], frozenset(), {}, {})
    found = {wire_name(attribute): _first_member(attribute.type) for attribute in fields(type_)}
    selecting = type_._selecting  # noqa: SLF001 (of this package)
    constants = [(name, get_args(first).__contains__) for name, first in found.items() if origin(first) is Literal]
    constants += [(name, values.__contains__) for name, values in selecting.items() if None not in values]
    formats = [(name, _readable(first)) for name, first in found.items() if _has_format(first)]
    closed = {name: first for name, first in found.items() if is_subclass_of(StrictModel)(first)}
    inner = {name: frozenset(map(wire_name, fields(first))) for name, first in closed.items()}
    return Member(hook, type_, constants, formats, frozenset(found), selecting, inner)


def _is_selected(value: Dict[str, Any], member: Member) -> bool:
    """Return True if a discriminator in a value selects the member. None stands for values that select no member."""
    return any(value.get(name) in values for name, values in member.selecting.items() if value.get(name) is not None)


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
