# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Functions that convert JSON to a union type (cattrs' structure hooks): they choose the matching member."""

import datetime
from enum import Enum
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Literal, NamedTuple, Optional, Tuple, Union, get_args
from uuid import UUID

from ._hooks import Hook, fields, hook_of, is_subclass_of, origin, passthrough, wire_name
from .types import BaseModel, StrictModel, Unset

#: Checks of an object: each is the name of a field, and a function that returns True if the value of the field matches.
Checks = List[Tuple[str, Callable[[Any], bool]]]


class Member(NamedTuple):
    """A member of a union type whose JSON values need a conversion, such as a model.

    Attributes:
        hook: The function that converts a value to the type.
        type: The type of the member.
        constants: Checks of fields with fixed values, by a discriminator or `const`.
        formats: Checks of fields with enums, dates or UUIDs.
        names: The names in JSON of a model's fields.
        selecting: The values of discriminators that select a model, by the name of the discriminator's field.
        inner: For each field whose type is a StrictModel: the names of that model's fields.
    """

    hook: Hook
    type: Any
    constants: Checks
    formats: Checks
    names: FrozenSet[str]
    selecting: Dict[str, Tuple[Optional[str], ...]]
    inner: Dict[str, FrozenSet[str]]


def union_hook(type_: Any) -> Hook:
    """Return a function that converts a value to the first matching member that accepts it, or returns it unchanged.

    The function raises an error for an object that cannot be converted to the model that its discriminator selects. If
    the union has only one member apart from null, the function raises an error for other values.
    """
    types = [member for member in get_args(type_) if member not in (type(None), Unset)]
    members = converting(types)
    if not members:
        return passthrough
    if len(types) == 1:
        return members[0].hook
    if len(members) == 1 and not members[0].constants:
        return _attempt(*members[0][:2])
    selected = [] if _has_dict(types) else [member for member in members if member.selecting]

    def structure_union(value: Any, _: Any) -> Any:
        if value is None:
            return None
        for member in matching(value, members):
            try:
                return member.hook(value, member.type)
            except (ValueError, TypeError):  # noqa: PERF203 (each member needs a try of its own)
                continue
        for member in selected:
            if isinstance(value, dict) and _is_selected(value, member) and _matches(value, member.constants):
                # This raises an error again, which names the class and the reason.
                return member.hook(value, member.type)
        return value

    return structure_union


def _has_dict(types: List[Any]) -> bool:
    """Return True if one of the types is a dict of unconverted values, which every object is an instance of."""
    return any(hook_of(type_) is passthrough and origin(type_) is dict for type_ in types)


def converting(types: List[Any]) -> List[Member]:
    """Return a `Member` for each type whose values need a conversion."""
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
    """Return how many of an object's fields a member has, and how many of the fields in its nested StrictModels."""
    parts = [(names, value.get(name)) for name, names in member.inner.items()]
    inside = sum(len(names.intersection(part)) for names, part in parts if isinstance(part, dict))
    return len(member.names.intersection(value)), inside


def _attempt(hook: Hook, type_: Any) -> Hook:
    """Return a function that calls `hook`, and returns the value unchanged if it fails."""

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
    selecting = type_._selecting  # noqa: SLF001 (an attribute of this package)
    constants = [(name, get_args(first).__contains__) for name, first in found.items() if origin(first) is Literal]
    constants += [(name, values.__contains__) for name, values in selecting.items() if None not in values]
    formats = [(name, _readable(first)) for name, first in found.items() if _has_format(first)]
    closed = {name: first for name, first in found.items() if is_subclass_of(StrictModel)(first)}
    inner = {name: frozenset(map(wire_name, fields(first))) for name, first in closed.items()}
    return Member(hook, type_, constants, formats, frozenset(found), selecting, inner)


def _is_selected(value: Dict[str, Any], member: Member) -> bool:
    """Return True if the value of a discriminator selects the member. None in `selecting` means: all other values."""
    return any(value.get(name) in values for name, values in member.selecting.items() if value.get(name) is not None)


def _first_member(type_: Any) -> Any:
    """Return the first member of a union, and any other type unchanged."""
    return get_args(type_)[0] if origin(type_) is Union else type_


def _has_format(type_: Any) -> bool:
    return type_ in (datetime.datetime, datetime.date, UUID) or is_subclass_of(Enum)(type_)


def _readable(type_: Any) -> Callable[[Any], bool]:
    """Return a function that returns True if a value can be converted to a type, such as a date or an enum."""
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
