"""The description of an argument in the schema of a function. The schema may be any JSON value."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Tuple

from attrs import define, field

from ..._results.functions import Function
from ..._results.pages import NOT_ARGUMENTS
from ..._results.schema_types import MAX_DEPTH, choices_of, properties_of, required_of, resolved
from .values import TYPES, json_text, printable, text_of

#: The value of an option, and its text. The value is sent.
Option = Tuple[Any, str]
#: Kinds of fields of the vendor's browser SDK that list their values.
DROPDOWNS = ("STATIC_DROPDOWN", "DYNAMIC_DROPDOWN")


@define
class Argument:
    """An argument of a function.

    Attributes:
        name: The name.
        schema: The schema, with references resolved, and without alternatives for null.
        root: The schema of all arguments.
        is_required: True if the argument is required.
        is_nullable: True if the schema has an alternative for null.
        types: The JSON types other than null that the schema allows; empty for any type.
    """

    name: str
    schema: Dict[str, Any]
    root: Any
    is_required: bool
    is_nullable: bool
    types: FrozenSet[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        found = _types(self.schema, self.root)
        self.is_nullable = self.is_nullable or "null" in found
        self.types = found - {"null"} or found

    @classmethod
    def of(cls, name: str, schema: Any, root: Any, *, required: bool = False) -> Argument:
        """Return the argument that a schema describes."""
        found, nullable = _simplified(schema, root)
        return cls(name, found, root, required, nullable)

    @property
    def items(self) -> Argument:
        """The items of an array."""
        return Argument.of(self.name, self.schema.get("items"), self.root)

    @property
    def meta(self) -> Mapping[str, Any]:
        """The metadata for a form."""
        return _mapping(self.schema.get("meta"))

    @property
    def ui_field(self) -> Mapping[str, Any]:
        """The metadata for the field of the vendor's browser SDK."""
        return _mapping(_mapping(self.meta.get("ui")).get("ui_field"))

    @property
    def placeholder(self) -> str:
        """The example to show in an empty field."""
        return _text(_mapping(self.meta.get("ui")).get("placeholder"))

    @property
    def label(self) -> str:
        """The title, or the name."""
        title = _text(self.meta.get("title")) or _text(self.schema.get("title"))
        return title or printable(self.name).replace("_", " ").strip().capitalize() or self.name

    @property
    def description(self) -> str:
        """The description, which is not HTML."""
        return _text(self.meta.get("description_for_users")) or _text(self.schema.get("description"))

    @property
    def default(self) -> Any:
        """The default value; None without one."""
        found = self.schema.get("default")
        return self.meta.get("default_value") if found is None else found

    @property
    def options(self) -> List[Option]:
        """The options of a dropdown, or the values that the schema lists; empty if any value is allowed."""
        if self.ui_field.get("type") in DROPDOWNS:
            options = self.ui_field.get("options")
            found = [_option(each) for each in options] if isinstance(options, list) else []
            if found:
                return found
        return list(_listed(self.schema, self.root))


def arguments_of(function: Function) -> Iterator[Argument]:
    """Yield the arguments of a function that a form can fill in.

    Fields of the call itself, such as a cursor, are left out, and so are arguments whose schema allows no value.
    """
    root = function.parameters
    required = frozenset(required_of(root))
    for name, schema in properties_of(root).items():
        if name not in NOT_ARGUMENTS and schema is not False:
            yield Argument.of(name, schema, root, required=name in required)


def _simplified(schema: Any, root: Any) -> Tuple[Dict[str, Any], bool]:
    """Return a schema without `allOf`, and without `anyOf` and `oneOf` that have one alternative other than null.

    Returns:
        The schema, and True if there was an alternative for null.
    """
    found, nullable = resolved(schema, root), False
    for _ in range(MAX_DEPTH):
        way = next((way for way in ("allOf", "anyOf", "oneOf") if isinstance(found.get(way), list)), "")
        parts: List[Dict[str, Any]] = [resolved(part, root) for part in found[way]] if way else []
        kept = [part for part in parts if way == "allOf" or not _is_null(part)]
        nullable = nullable or len(kept) < len(parts)
        own = {name: value for name, value in found.items() if name != way}
        if not way or (way != "allOf" and len(kept) > 1):
            return ({**own, way: kept} if way else found), nullable
        for part in kept:
            own = {**part, **own}
        found = own
    return found, nullable


def _is_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") in ("null", ["null"]) or schema.get("enum") == [None] or schema.get("const", 0) is None


def _types(schema: Mapping[str, Any], root: Any) -> FrozenSet[str]:
    """Return the types that a schema allows; an empty set for any type."""
    named = schema.get("type")
    if named is None:
        parts: List[Any] = next((schema[way] for way in ("anyOf", "oneOf") if isinstance(schema.get(way), list)), [])
        each = [_types({"type": resolved(part, root).get("type", "")}, root) for part in parts]
        return frozenset().union(*each) if all(each) else frozenset()
    names = named if isinstance(named, list) else [named]
    return TYPES.intersection(name for name in names if isinstance(name, str))


def _listed(schema: Mapping[str, Any], root: Any) -> Iterator[Option]:
    """Yield the values that a schema lists, with their titles if they are alternatives."""
    titles = {
        json_text(part["const"]): _text(part.get("title"))
        for way in ("oneOf", "anyOf")
        for part in (schema[way] if isinstance(schema.get(way), list) else ())
        if isinstance(part, Mapping) and "const" in part
    }
    for value in choices_of(schema, root):
        yield value, titles.get(json_text(value), "")


def _option(given: Any) -> Option:
    if not isinstance(given, Mapping):
        return given, ""
    value = given.get("value")
    return given.get("id", value), _text(value) or ("" if value is None else text_of(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return printable(value) if isinstance(value, str) else ""
