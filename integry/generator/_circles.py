"""Rules for circles of components without an object between, whose types Python cannot name."""

from __future__ import annotations

from typing import Any, Iterator

from ._report import Report
from ._schemas import SCHEMAS
from ._values import listed

Component = dict[str, Any]


def without_circles(components: dict[str, Component], report: Report) -> None:
    """Move objects that are alternatives of circular schemas to components; open what is circular still."""
    for name in [*_circular(components)]:
        _move_objects(name, components)
    while True:
        circle = next(iter(_circular(components).items()), None)
        if circle is None:
            return
        name, reference = circle
        reference.clear()
        report.warn("a schema that refers to itself without an object between is typed as Any", name)


def _circular(components: dict[str, Component]) -> dict[str, Component]:
    """Return components that need themselves, with a reference that closes the circle."""
    found: dict[str, Component] = {}
    state: dict[str, int] = {}
    for start in components:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, _needed(components[start], is_component=True))]
        while stack:
            name, rest = stack[-1]
            reference = next(rest, None)
            if reference is None:
                state[name] = 2
                stack.pop()
                continue
            target = reference["$ref"][len(SCHEMAS) :]
            if state.get(target) == 1:
                found.setdefault(name, reference)
            elif target in components and target not in state:
                state[target] = 1
                stack.append((target, _needed(components[target], is_component=True)))
    return found


def _needed(schema: Component, *, is_component: bool = False, is_choice: bool = False) -> Iterator[Component]:
    """Yield the references that must be known before a component is: those not inside of a class of its own."""
    if "$ref" in schema:
        yield schema
        return
    for part in listed(schema, "anyOf", "oneOf"):
        yield from _needed(part, is_choice=True)
    for part in listed(schema, "prefixItems"):
        yield from _needed(part, is_choice=True)
    if len(listed(schema, "allOf")) == 1:
        yield from _needed(schema["allOf"][0], is_choice=is_choice)
    if isinstance(schema.get("items"), dict):
        yield from _needed(schema["items"], is_choice=is_choice)
    is_list = isinstance(schema.get("type"), list)
    if (is_choice and not is_component) or is_list:
        for part in (schema.get("properties") or {}).values():
            yield from _needed(part, is_choice=True)
        if isinstance(schema.get("additionalProperties"), dict):
            yield from _needed(schema["additionalProperties"], is_choice=True)


def _move_objects(name: str, components: dict[str, Component]) -> None:
    for key in ("anyOf", "oneOf"):
        for number, part in enumerate(listed(components[name], key)):
            if "properties" in part or "additionalProperties" in part:
                moved = f"{name}_type_{number}"
                while moved in components:
                    moved += "_"
                components[moved] = part
                components[name][key][number] = {"$ref": SCHEMAS + moved}
