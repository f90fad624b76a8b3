"""Rules for discriminators: the values that select each class, and the child classes of a base class.

A schema with a discriminator and without alternatives is a base class. Its children are the schemas that have it in
their allOf. A reference to a base class accepts values of the base class and of all of its children.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Iterable, Iterator, NamedTuple

from ._merge import Parts
from ._references import Document, keys, pointer
from ._values import listed

#: A key that this package adds to object schemas. Its value has, for each field that is a discriminator, the values
#: that select the class of the schema. None means all values that select no other class.
VALUES = "x-discriminator"
#: Prefix of references to schemas.
SCHEMAS = "#/components/schemas/"
#: Maximum number of classes in the union type that stands for a base class and all of its children.
_MAX_CLASSES = 200


class Discriminator(NamedTuple):
    """A discriminator.

    Attributes:
        name: The name of the field whose value selects the class.
        mapping: The JSON pointer of the schema that each value selects; None if the schema does not
            exist.
    """

    name: str
    mapping: dict[str, str | None]


class Choice(NamedTuple):
    """A schema that a discriminator may select.

    Attributes:
        schema: The schema, which may be a reference.
        pointer: The JSON pointer of the schema; None for an inline schema.
    """

    schema: Any
    pointer: str | None


class Discriminators:
    """Reads the discriminators of a document.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._parts = Parts(document, document.report)
        self._found: dict[str, dict[str, list[str | None]]] = {}

    def read(self, node: Any, where: str) -> Discriminator | None:
        """Return the discriminator of a schema; None without one. In Swagger 2, it has a field name and no mapping."""
        found = node.get("discriminator")
        found = {"propertyName": found} if isinstance(found, str) else found
        if not isinstance(found, dict) or not isinstance(found.get("propertyName"), str):
            return None
        mapping = found.get("mapping")
        given = mapping.items() if isinstance(mapping, dict) else ()
        targets = {str(value): self._target(str(to)) for value, to in given}
        for value, target in targets.items():
            if target is None:
                self.document.report.warn(
                    "a discriminator maps a value to a schema that the document does not have", f"{where} {value}"
                )
        return Discriminator(found["propertyName"], targets)

    def _target(self, text: str) -> str | None:
        """Return the JSON pointer for a value in a mapping: a reference to a schema, or the name of a schema."""
        named = pointer("components", "schemas", text.rpartition("/")[2])
        found = pointer(*keys(text)) if text.startswith("#") else pointer("components", "schemas", text)
        return next((target for target in (found, named) if isinstance(self.document.find(target), dict)), None)

    def selecting(self, schema: dict[str, Any], node: dict[str, Any], where: str) -> list[tuple[str, list[str | None]]]:
        """Return, for each alternative of a schema, the field of the discriminator and the values that select it.

        The list is empty if the schema has no discriminator.
        """
        choices = [Choice(one, _reference(one)) for one in listed(schema, "anyOf", "oneOf")]
        discriminator = self.read(node, where) if choices else None
        if discriminator is None:
            return []
        return [(discriminator.name, values) for values in self.values(discriminator, choices)]

    def values(self, discriminator: Discriminator, choices: list[Choice]) -> list[list[str | None]]:
        """Return a list for each schema in `choices`: the values mapped to it, its name, and its constants."""
        own = [self._constants(choice, discriminator.name) for choice in choices]
        count = Counter(value for values in own for value in values)
        found: list[list[str | None]] = []
        for choice, constants in zip(choices, own):
            mapped = [value for value, target in discriminator.mapping.items() if target == choice.pointer is not None]
            alone = [value for value in constants if count[value] == 1]
            implied = [value for value in (*self._names(choice), *alone) if value not in discriminator.mapping]
            found.append([*dict.fromkeys([*mapped, *implied])])
        return found

    def _names(self, choice: Choice) -> Iterator[str]:
        if choice.pointer is None:
            return
        *place, name = keys(choice.pointer)
        if place == ["components", "schemas"]:
            yield name
        said = self.document.find(choice.pointer)
        if isinstance(said, dict) and isinstance(said.get("x-ms-discriminator-value"), str):
            yield said["x-ms-discriminator-value"]

    def _constants(self, choice: Choice, name: str) -> list[str]:
        """Return the strings that a schema allows in the discriminator's field `name`, by `const` or `enum`."""
        found: list[str] = []
        for part in self._parts.of(choice.schema, None):
            if isinstance(part.properties.get(name), dict):
                node = self.document.resolve(part.properties[name], name) if part.properties[name] else {}
                said = [node["const"]] if "const" in node else listed(node, "enum")
                found = [value for value in said if isinstance(value, str)] or found
        return found

    def note(self, parts: list[dict[str, Any]], selecting: list[tuple[str, list[str | None]]]) -> None:
        """Store the values that select each of the rewritten alternatives of a schema."""
        for part, (name, values) in zip(parts, selecting):
            if "$ref" in part:
                self._add(part["$ref"][len(SCHEMAS) :], name, values)
            else:
                part.setdefault(VALUES, {})[name] = values

    def _add(self, component: str, name: str, values: Iterable[str | None]) -> None:
        known = self._found.setdefault(component, {}).setdefault(name, [])
        known.extend(value for value in values if value not in known)

    def finish(self, names: dict[str, str], components: dict[str, dict[str, Any]], paths: dict[str, Any]) -> None:
        """Add the selecting values to the components, and let references to a base class include its children.

        Args:
            names: The names of the components, by the JSON pointers of their original schemas.
            components: The rewritten components.
            paths: The rewritten paths.
        """
        replaced = dict(self._bases(names, components))
        for component, found in self._found.items():
            for name, values in found.items():
                _add_values(components, component, name, values)
        if replaced:
            _replace_references({"paths": paths, "components": components}, replaced)
            for variants, members in replaced.values():
                components[variants] = {"oneOf": [{"$ref": SCHEMAS + member} for member in members]}

    def _bases(self, names: dict[str, str], components: dict[str, Any]) -> Iterator[tuple[str, tuple[str, list[str]]]]:
        """Yield for each base class its reference, an unused name for its union, and the classes in the union."""
        children = self._children(names)
        done: set[str] = set()
        for base in names:
            discriminator = self._own_discriminator(base)
            if discriminator is None:
                continue
            family = [base, *_descendants(base, children)]
            family += [to for to in discriminator.mapping.values() if to in names and to not in family]
            self._select(discriminator, family, children, names)
            for parent in family:
                members = [
                    names[one] for one in (family if parent == base else [parent, *_descendants(parent, children)])
                ]
                if len(members) > _MAX_CLASSES:
                    self.document.report.warn(
                        "a base class has too many children, and is typed without them", names[parent]
                    )
                elif len(members) > 1 and parent not in done:
                    done.add(parent)
                    _with_own_class(components, members)
                    yield SCHEMAS + names[parent], (_unused_name(f"{names[parent]} variants", components), members)

    def _own_discriminator(self, base: str) -> Discriminator | None:
        """Return the discriminator that makes a schema a base class: its own, or that of a part of its allOf."""
        node = self.document.find(base)
        for part in [node, *listed(node, "allOf")] if isinstance(node, dict) else []:
            if isinstance(part, dict) and "discriminator" in part and not listed(part, "oneOf", "anyOf"):
                return self.read(part, keys(base)[-1])
        return None

    def _select(
        self, discriminator: Discriminator, family: list[str], children: dict[str, list[str]], names: dict[str, str]
    ) -> None:
        if len(family) == 1:
            return
        choices = [Choice({"$ref": one}, one) for one in family]
        for one, values in zip(family, self.values(discriminator, choices)):
            self._add(
                names[one], discriminator.name, [*values, None] if children.get(one) or one == family[0] else values
            )

    def _children(self, names: dict[str, str]) -> dict[str, list[str]]:
        """Return, for the JSON pointer of each schema, the schemas that extend it by allOf."""
        found: dict[str, list[str]] = {}
        for target in names:
            for parent in dict.fromkeys(_parents(self.document.find(target))):
                found.setdefault(parent, []).append(target)
        return found


def _reference(node: Any) -> str | None:
    """Return the JSON pointer that a schema, or the first part of its allOf, refers to; None without a reference."""
    for one in [node, *listed(node, "allOf")[:1]] if isinstance(node, dict) else []:
        if isinstance(one, dict) and isinstance(one.get("$ref"), str):
            return pointer(*keys(one["$ref"]))
    return None


def _parents(node: Any) -> Iterator[str]:
    for part in listed(node, "allOf") if isinstance(node, dict) else []:
        if isinstance(part, dict) and isinstance(part.get("$ref"), str):
            yield pointer(*keys(part["$ref"]))
        else:
            yield from _parents(part)


def _descendants(base: str, children: dict[str, list[str]]) -> list[str]:
    """Return the children of a base class, their children, and so on."""
    found: dict[str, None] = {}
    waiting = list(children.get(base, ()))
    while waiting:
        child = waiting.pop(0)
        if child not in found and child != base:
            found[child] = None
            waiting += children.get(child, ())
    return list(found)


def _unused_name(wanted: str, components: dict[str, Any]) -> str:
    while wanted in components:
        wanted += "_"
    return wanted


def _with_own_class(components: dict[str, Any], members: list[str]) -> None:
    """Add an empty object to the allOf of children without own fields. Without it, they would be aliases."""
    for member in members:
        schema = components[member]
        if len(listed(schema, "allOf")) == 1 and "$ref" in schema["allOf"][0] and "properties" not in schema:
            schema["allOf"] = [*schema["allOf"], {"type": "object", "properties": {}}]


def _add_values(components: dict[str, Any], component: str, name: str, values: list[str | None]) -> None:
    """Add selecting values to a component. For an alias or a union, add them to the objects that it refers to."""
    waiting, seen = [component], set()
    while waiting:
        found = waiting.pop()
        if found in seen or found not in components:
            continue
        seen.add(found)
        schema = components[found]
        parts = [schema, *listed(schema, "anyOf", "oneOf")]
        inside = [part["$ref"][len(SCHEMAS) :] for part in parts if "$ref" in part]
        waiting += inside
        if not inside:
            known = schema.setdefault(VALUES, {}).setdefault(name, [])
            known.extend(value for value in values if value not in known)


def _replace_references(node: Any, replaced: dict[str, tuple[str, list[str]]], *, is_part: bool = False) -> None:
    """Replace references to a base class by references to its union, except in the allOf of schemas that extend it."""
    if isinstance(node, list):
        for element in node:
            _replace_references(element, replaced, is_part=is_part)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and node["$ref"] in replaced and not is_part:
            node["$ref"] = SCHEMAS + replaced[node["$ref"]][0]
        is_composed = is_part or len(listed(node, "allOf")) > 1 or "properties" in node
        for key, value in node.items():
            _replace_references(value, replaced, is_part=key == "allOf" and is_composed)
