"""The JSON schema of a function: the types and values that its parameters take."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, Optional

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
#: Maximum number of references that are followed: a schema may refer to itself.
MAX_DEPTH = 20
#: Maximum depth of `allOf` in `allOf`, and number of alternatives: a hostile schema may have millions.
MAX_ALL_OF, MAX_BRANCHES = 2, 200


def resolved(schema: Any, root: Mapping[str, Any], depth: int = 0) -> Dict[str, Any]:
    """Return a schema with its local reference followed and its `allOf` merged; {} if it is not an object."""
    for _ in range(MAX_DEPTH):
        if not isinstance(schema, dict):
            return {}
        target, parts = schema.get("$ref"), schema.get("allOf")
        if isinstance(target, str) and target.startswith("#/"):
            found: Any = root
            for part in target[2:].split("/"):
                found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
            rest = {name: each for name, each in schema.items() if name != "$ref"}
            schema = {**found, **rest} if isinstance(found, dict) else rest
        elif isinstance(parts, list):
            merged: Dict[str, Any] = {}
            for part in parts[:MAX_DEPTH] if depth < MAX_ALL_OF else ():
                merged.update(resolved(part, root, depth + 1))
            schema = {**merged, **{name: each for name, each in schema.items() if name != "allOf"}}
        else:
            return schema
    return {}


def _branches(schema: Any, root: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """Return the alternatives of a schema: those of `anyOf` and `oneOf`, and null for `nullable`."""
    found: List[Dict[str, Any]] = []
    waiting = [schema]
    while waiting and len(found) + len(waiting) < MAX_BRANCHES:
        each = resolved(waiting.pop(), root)
        options = each.get("anyOf") or each.get("oneOf")
        if isinstance(options, list) and "type" not in each:
            waiting.extend(reversed(options))
        else:
            found.append(each)
        if each.get("nullable") is True:
            found.append({"type": "null"})
    return found or [{}]


def types_of(schema: Any, root: Mapping[str, Any]) -> FrozenSet[str]:
    """Return the types that a schema takes; all types if it names none."""
    return frozenset().union(*(_types(each) for each in _branches(schema, root)))


def _types(schema: Mapping[str, Any]) -> FrozenSet[str]:
    declared = schema.get("type")
    if isinstance(declared, str):
        names = {declared}
    elif isinstance(declared, list) and all(isinstance(each, str) for each in declared):
        names = set(declared)
    else:
        names = {type_of(each) for each in _values(schema) or ()}
    return frozenset(names & set(TYPES) or TYPES)


def _values(schema: Mapping[str, Any]) -> Optional[List[Any]]:
    if "const" in schema:
        return [schema["const"]]
    if schema.get("type") == "null":
        return [None]
    found = schema.get("enum")
    return found if isinstance(found, list) and found else None


def values_of(schema: Any, root: Mapping[str, Any]) -> List[Any]:
    """Return the only values that a schema takes, of `enum` and `const`; [] if there are others."""
    found: List[Any] = []
    for each in _branches(schema, root):
        values = _values(each)
        if values is None:
            return []
        found += values
    return found


def items_of(schema: Any, root: Mapping[str, Any]) -> Any:
    """Return the schema of the items of a list; None if it has no items."""
    return next((each["items"] for each in _branches(schema, root) if "items" in each), None)


def type_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = {int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def properties_of(schema: Any) -> Dict[str, Any]:
    """Return the parameters of a function by name."""
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def required_of(schema: Any) -> List[str]:
    """Return the names of required parameters."""
    found = schema.get("required") if isinstance(schema, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def takes_others(schema: Any) -> bool:
    """Return True if a function takes parameters that its schema does not name."""
    return bool(schema.get("additionalProperties")) or not properties_of(schema)


def parameters(schema: Any) -> List[Dict[str, Any]]:
    """Return name, type, enum and description of each parameter, the required ones first."""
    required = set(required_of(schema))
    found = []
    for name, raw in properties_of(schema).items():
        each = resolved(raw, schema)
        found.append(
            {
                "name": name,
                "type": describe(each, schema),
                "required": name in required,
                "enum": values_of(each, schema),
                "description": each.get("description") or "",
            }
        )
    return sorted(found, key=lambda each: not each["required"])


def describe(schema: Any, root: Mapping[str, Any]) -> str:
    """Return the types of a schema in words."""
    names = types_of(schema, root)
    if len(names) == len(TYPES):
        return "any"
    items = types_of(items_of(schema, root), root)
    of = f" of {'|'.join(sorted(items))}" if "array" in names and len(items) < len(TYPES) else ""
    return "|".join(each + (of if each == "array" else "") for each in TYPES if each in names)
