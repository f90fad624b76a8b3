"""Rules for components that refer to each other in a cycle without an object, for which Python has no type."""

from __future__ import annotations

from typing import Any, Dict, Iterator

from ._directions import KEYWORDS
from ._discriminators import SCHEMAS, VALUES
from ._report import Report
from ._values import listed

Component = Dict[str, Any]


def without_circles(components: dict[str, Component], report: Report) -> None:
    """Break cycles of components.

    Objects among the alternatives of a schema become components of their own, because openapi-python-client resolves
    the fields of components last. A reference that still closes a cycle is replaced by an empty schema, with a warning.
    """
    for name in [*components]:
        _move_objects(name, components[name], components)
    while True:
        circle = next(iter(_circular(components).items()), None)
        if circle is None:
            return
        name, reference = circle
        reference.clear()
        report.warn("a schema that refers to itself without an object in between is typed as Any", name)


def _circular(components: dict[str, Component]) -> dict[str, Component]:
    """Return the components that are part of a cycle, each with the reference that closes the cycle."""
    found: dict[str, Component] = {}
    state: dict[str, int] = {}
    for start, schema in components.items():
        if start in state:
            continue
        state[start] = 1
        stack = [(start, _required_references(schema, is_component=True))]
        while stack:
            name, rest = stack[-1]
            reference = next(rest, None)
            if reference is None:
                state[name] = 2
                stack.pop()
                continue
            target = reference["$ref"][len(SCHEMAS) :]
            if state.get(target) == 1:
                found.setdefault(target, reference)
            elif target in components and target not in state:
                state[target] = 1
                stack.append((target, _required_references(components[target], is_component=True)))
    return found


def _required_references(
    schema: Component, *, is_component: bool = False, is_choice: bool = False
) -> Iterator[Component]:
    """Yield the references that openapi-python-client must resolve before a component. It resolves fields later."""
    if "$ref" in schema:
        yield schema
        return
    for part in listed(schema, "anyOf", "oneOf"):
        yield from _required_references(part, is_choice=True)
    for part in listed(schema, "prefixItems"):
        yield from _required_references(part, is_choice=True)
    if len(listed(schema, "allOf")) == 1:
        yield from _required_references(schema["allOf"][0], is_choice=is_choice)
    if isinstance(schema.get("items"), dict):
        yield from _required_references(schema["items"], is_choice=is_choice)
    is_list = isinstance(schema.get("type"), list)
    if (is_choice and not is_component) or is_list:
        for part in (schema.get("properties") or {}).values():
            yield from _required_references(part, is_choice=True)
        if isinstance(schema.get("additionalProperties"), dict):
            yield from _required_references(schema["additionalProperties"], is_choice=True)


def _move_objects(name: str, schema: Component, components: dict[str, Component]) -> None:
    """Move the objects in a schema to components, named as openapi-python-client names their classes."""
    if isinstance(schema.get("items"), dict):
        _move_objects(f"{name}_item", schema["items"], components)
    _split_null(schema)
    number = 0
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(listed(schema, key)):
            moved, number = f"{name}_type_{number}", number + 1
            if not {"properties", "additionalProperties"} & part.keys() and len(listed(part, "allOf")) < _MIN_PARTS:
                _move_objects(moved, part, components)
                continue
            while moved in components:
                moved += "_"
            components[moved] = part
            schema[key][index] = {"$ref": SCHEMAS + moved}
            _split_null(part)
            _move_objects(moved, part, components)


#: An allOf with at least this number of parts becomes a class. An allOf with one part is an alias of the part.
_MIN_PARTS = 2
_STRUCTURE = ("properties", "additionalProperties", "required", VALUES, *KEYWORDS)


def _split_null(schema: Component) -> None:
    """Rewrite an object that may be null as a union of the object and null, as openapi-python-client does later."""
    types = schema.get("type")
    is_nullable = schema.pop("nullable", False)
    if isinstance(types, str) and is_nullable:
        types = [types, "null"]
    if isinstance(types, list):
        types = [*types, "null"] if is_nullable and "null" not in types else types
        if "object" in types and any(key in schema for key in _STRUCTURE) and not listed(schema, "anyOf", "oneOf"):
            own = {key: schema.pop(key) for key in _STRUCTURE if key in schema}
            others = {key: schema.pop(key) for key in ("items", "prefixItems", "format") if key in schema}
            del schema["type"]
            schema["oneOf"] = [{"type": kind, **(own if kind == "object" else others)} for kind in types]
        else:
            schema["type"] = types
    elif is_nullable and len(listed(schema, "allOf")) >= _MIN_PARTS and not listed(schema, "anyOf", "oneOf"):
        schema["oneOf"] = [{"type": "null"}, {"allOf": schema.pop("allOf"), **_pop_structure(schema)}]
    elif is_nullable:
        schema["nullable"] = True


def _pop_structure(schema: Component) -> Component:
    return {key: schema.pop(key) for key in _STRUCTURE if key in schema}
