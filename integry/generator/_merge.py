"""The parts of a schema with allOf, and the merging of schemas."""

from __future__ import annotations

from typing import Any, Iterable, Iterator

from attrs import define, field

from ._references import Document, keys, pointer
from ._report import Report
from ._values import kind_of, listed

#: Keys that restrict a value more than its type does.
_NARROWING = {"enum", "const", "items", "prefixItems", "format", "properties", "additionalProperties"}
#: Keys that determine the type of a value.
_STRUCTURE = {*_NARROWING, "type", "$ref", "allOf", "anyOf", "oneOf", "patternProperties"}
#: The narrower type of two types, of which one includes the other.
_NARROWER = {("integer", "number"): "integer", ("number", "integer"): "integer"}


def is_object_schema(schema: dict[str, Any]) -> bool:
    """Return True if a schema describes an object. Its alternatives (anyOf, oneOf) are ignored."""
    types = schema.get("type")
    return kind_of(schema) == "object" or (isinstance(types, list) and "object" in types)


def is_constraint(schema: Any) -> bool:
    """Return True if a schema only restricts values and does not determine a type, such as `{required: [a]}`."""
    return isinstance(schema, bool) or (isinstance(schema, dict) and not _STRUCTURE & schema.keys())


@define
class Part:
    """A part of a schema with allOf. A value must match all parts.

    Attributes:
        schema: The schema without allOf, anyOf and oneOf.
        reference: The first reference on the way from the schema to the part; None if the part is inline.
        owner: The last reference on the way from the schema to the part; None if the part is inline.
        choices: The alternatives (anyOf, oneOf) of the part.
    """

    schema: dict[str, Any]
    reference: str | None = None
    owner: str | None = None
    choices: list[Any] = field(factory=list)

    @property
    def is_object(self) -> bool:
        """True if the part describes an object."""
        return is_object_schema(self.schema)

    @property
    def says_type(self) -> bool:
        """True if the part determines the type of a value."""
        return bool(self.choices) or bool(_STRUCTURE & self.schema.keys())

    @property
    def properties(self) -> dict[str, Any]:
        """The schemas of the fields, by name."""
        found = self.schema.get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def required(self) -> list[str]:
        """The names of required fields."""
        found = self.schema.get("required")
        return [str(name) for name in found] if isinstance(found, list) else []


class Parts:
    """Finds the parts of a schema with allOf. It follows each reference once, because references may form cycles."""

    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.report = report

    def of(self, schema: Any, where: str | None) -> list[Part]:
        """Return the parts of a schema. The parts of its allOf come first.

        Args:
            schema: The schema.
            where: The JSON pointer of the schema, if it is a component.
        """
        return list(self._walk(schema, None, where, {where}))

    def _walk(self, schema: Any, reference: str | None, owner: str | None, seen: set[str | None]) -> Iterator[Part]:
        if not isinstance(schema, dict):
            return
        if isinstance(schema.get("$ref"), str):
            target = pointer(*keys(schema["$ref"]))
            if target not in seen:
                seen.add(target)
                yield from self._walk(self.document.find(target), reference or target, target, seen)
        for one in listed(schema, "allOf"):
            yield from self._walk(one, reference, owner, seen)
        own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "anyOf", "oneOf")}
        yield Part(own, reference, owner, self._choices(schema, seen))

    def _choices(self, schema: dict[str, Any], seen: set[str | None]) -> list[Any]:
        """Return the alternatives of a schema; an empty list if one of them has this schema as a part."""
        found = listed(schema, "oneOf", "anyOf")
        targets = [one["$ref"] for one in found if isinstance(one, dict) and isinstance(one.get("$ref"), str)]
        if any(pointer(*keys(target)) in seen for target in targets):
            return []
        return [one for one in found if not is_constraint(one)]


def merged(schemas: Iterable[Any]) -> dict[str, Any]:
    """Merge schemas into one for the values that match all of them. If two contradict each other, the later is used."""
    result: dict[str, Any] = {}
    for schema in schemas:
        for key, value in (schema if isinstance(schema, dict) else {}).items():
            result[key] = _merge_values(key, result[key], value) if key in result else value
    return result


def _merge_values(key: str, first: Any, second: Any) -> Any:
    if key == "enum" and isinstance(first, list) and isinstance(second, list):
        return [value for value in first if value in second] or second
    if key == "type":
        return _merge_types(first, second)
    return {"allOf": [first, second]} if key == "items" and first != second else second


def _merge_types(first: Any, second: Any) -> Any:
    if isinstance(first, str) and isinstance(second, str):
        return _NARROWER.get((first, second), second)
    one, other = (value if isinstance(value, list) else [value] for value in (first, second))
    common = [value for value in one if value in other]
    return common[0] if len(common) == 1 else common or second
