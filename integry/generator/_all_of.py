"""Rules for allOf: merge schemas into one if openapi-python-client cannot combine them."""

from __future__ import annotations

from typing import Any, Iterator

from ._merge import Part, Parts, is_constraint, is_object_schema, merged
from ._references import Document, local_pointer
from ._values import listed

#: Keys of a schema that do not restrict its values.
_ANNOTATION_KEYS = {"description", "default", "example", "nullable", "x-nullable"}
_COMBINING = ("allOf", "anyOf", "oneOf")
#: Maximum depth of nested alternatives (anyOf, oneOf) to search for objects.
_MAX_DEPTH = 4


class AllOf:
    """Merges the parts of schemas with allOf.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts = Parts(document, document.report)

    def merged(self, schema: dict[str, Any], where: str | None) -> dict[str, Any]:
        """Return a schema unchanged if openapi-python-client can combine its allOf, or else without allOf.

        Args:
            schema: The schema.
            where: The JSON pointer of the schema, if it is a component.
        """
        is_shared = self._shares_fields(schema)
        parts = listed(schema, "allOf")
        if not is_shared and (not parts or self._is_alias(schema, where) or self._is_read(schema, where)):
            return schema
        notes = {key: value for key, value in schema.items() if key in _ANNOTATION_KEYS}
        found = self.parts.of(schema, where)
        is_object = any(map(_is_object, found))
        result = (
            self._merge_objects(found, where)
            if is_object
            else _merge_values([part for part in found if part.says_type])
        )
        described = [part.schema["description"] for part in found if part.schema.get("description")]
        selecting = [part.schema for part in found if part.choices and "discriminator" in part.schema]
        kept = {"discriminator": selecting[-1]["discriminator"]} if selecting else {}
        return {**({"description": described[-1]} if described else {}), **result, **kept, **notes}

    def _shares_fields(self, schema: dict[str, Any]) -> bool:
        """Return True if a schema has fields beside alternatives that are objects. These get the fields, too."""
        choices = listed(schema, "anyOf", "oneOf") if schema.get("properties") else []
        is_shared = isinstance(schema.get("properties"), dict) and any(map(self._has_object, choices))
        return is_shared and not (len(choices) == 1 and self._is_class(choices[0]))

    def _is_class(self, choice: dict[str, Any]) -> bool:
        """Return True if an alternative refers to one class, to which openapi-python-client can add fields."""
        return "$ref" in choice and not listed(self.document.resolve(choice, ""), "anyOf", "oneOf")

    def _has_object(self, node: Any, depth: int = 0) -> bool:
        """Return True if an alternative is an object, or has an object among its own alternatives."""
        if is_constraint(node) or not self._is_found(node):
            return False
        return any(
            part.is_object or (depth < _MAX_DEPTH and any(self._has_object(one, depth + 1) for one in part.choices))
            for part in self.parts.of(node, None)
        )

    def _is_found(self, node: Any) -> bool:
        reference = node.get("$ref") if isinstance(node, dict) else None
        return not isinstance(reference, str) or isinstance(self.document.find(reference), dict)

    def _is_alias(self, schema: dict[str, Any], where: str | None) -> bool:
        """Return True if a schema has only a reference to another schema, and perhaps a description or default."""
        only = listed(schema, "allOf")
        others = schema.keys() - {"allOf", "title", *_ANNOTATION_KEYS}
        is_reference = len(only) == 1 and isinstance(only[0], dict) and isinstance(only[0].get("$ref"), str)
        return is_reference and not any(key in _TYPE_KEYS for key in others) and not self._is_circular(only[0], where)

    def _is_read(self, schema: dict[str, Any], where: str | None) -> bool:
        """Return True if openapi-python-client can combine the parts: only objects without contradicting fields."""
        if listed(schema, "anyOf", "oneOf", "enum"):
            return False
        parts = [*listed(schema, "allOf"), {key: value for key, value in schema.items() if key != "allOf"}]
        if not all(self._is_model(part) for part in parts[:-1]) or any(
            self._is_circular(part, where) for part in parts
        ):
            return False
        fields: dict[str, Any] = {}
        for part in parts:
            for name, node in self._fields(part, set()):
                if fields.setdefault(name, node) != node:
                    return False
        return True

    def _is_model(self, part: Any) -> bool:
        """Return True if openapi-python-client finds the fields of a part, inline or in the class that it refers to."""
        if not isinstance(part, dict):
            return False
        if not isinstance(part.get("$ref"), str):
            fields_alone = "properties" in part or part.keys() <= {"required", "type"}
            return fields_alone and part.get("type") in (None, "object") and not listed(part, *_COMBINING)
        target = self.document.resolve(part, "") if self.document.find(part["$ref"]) is not None else {}
        only = listed(target, *_COMBINING)
        if len(only) == 1 and isinstance(only[0], dict) and "$ref" in only[0] and "properties" not in target:
            return not self._is_circular(only[0], None) and self._is_model(only[0])
        if listed(target, "anyOf", "oneOf", "enum") or target.get("nullable") is True:
            return False
        if listed(target, "allOf"):
            return any(_is_object(found) for found in self.parts.of(target, None))
        return is_object_schema(target) and not isinstance(target.get("type"), list)

    def _is_circular(self, part: Any, where: str | None) -> bool:
        """Return True if following the references in allOf from a part leads back to its schema, or into a cycle."""
        on_the_way = {where} if where else set()
        return self._leads_back(part, on_the_way, set())

    def _leads_back(self, part: Any, way: set[str], seen: set[str]) -> bool:
        if not isinstance(part, dict):
            return False
        if not isinstance(part.get("$ref"), str):
            return any(self._leads_back(inner, way, seen) for inner in listed(part, "allOf"))
        target = local_pointer(part["$ref"])
        if target in way or target in seen:
            return target in way
        seen.add(target)
        way.add(target)
        found = self._leads_back(self.document.find(target), way, seen)
        way.discard(target)
        return found

    def _fields(self, part: Any, seen: set[str]) -> Iterator[tuple[str, Any]]:
        """Yield name and schema of the fields that openapi-python-client finds in a part."""
        if not isinstance(part, dict):
            return
        if isinstance(part.get("$ref"), str):
            if part["$ref"] not in seen:
                seen.add(part["$ref"])
                yield from self._fields(self.document.find(part["$ref"]), seen)
            return
        for inner in listed(part, "allOf"):
            yield from self._fields(inner, seen)
        fields = part.get("properties")
        yield from (fields if isinstance(fields, dict) else {}).items()

    def _merge_objects(self, parts: list[Part], where: str | None) -> dict[str, Any]:
        """Return one object schema with the fields of all parts. If parts have alternatives, each gets the fields."""
        fields: dict[str, Any] = {}
        for part in parts:
            for name, node in part.properties.items():
                fields[name] = node if fields.get(name, node) == node else {"allOf": [fields[name], node]}
        result: dict[str, Any] = {"type": "object", "properties": fields}
        required = [*dict.fromkeys(name for part in parts for name in part.required)]
        others = [part.schema["additionalProperties"] for part in parts if "additionalProperties" in part.schema]
        if required:
            result["required"] = required
        typed = [other for other in others if isinstance(other, dict)]
        if typed or others:
            result["additionalProperties"] = (typed or others)[-1]
        choices = next((part.choices for part in parts if part.choices), [])
        if not choices:
            return result
        found = [self._with_fields(choice, result, where) if fields else choice for choice in choices]
        return found[0] if len(found) == 1 and isinstance(found[0], dict) else {"oneOf": found}

    def _with_fields(self, choice: Any, fields: dict[str, Any], where: str | None) -> Any:
        """Return an alternative with the fields of the schema that lists it, unless it extends that schema by allOf."""
        is_another = self._has_object(choice) and not self._is_circular(choice, where)
        return {"allOf": [choice, fields]} if is_another else choice


#: Keys that determine a type. A schema with one of them and a reference is more than an alias of the target.
_TYPE_KEYS = {"properties", "additionalProperties", "anyOf", "oneOf", "enum", "const", "items", "patternProperties"}


def _is_object(part: Part) -> bool:
    return part.is_object


def _merge_values(parts: list[Part]) -> dict[str, Any]:
    """Return one schema that is equivalent to the parts of a schema whose values are not objects."""
    result = merged(part.schema for part in parts)
    choices = [part.choices for part in parts if part.choices]
    says_more = bool(result.keys() & {"type", "enum", "const", "items"})
    return result if says_more or not choices else {**result, "anyOf": choices[-1]}
