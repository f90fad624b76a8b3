"""Reading properties, types and choices from JSON schemas, which may be invalid."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping

#: Maximum number of references in a row, and of nested `anyOf`, `oneOf` and `allOf`, that are followed.
MAX_DEPTH = 8


def properties_of(parameters: Any) -> Dict[str, Any]:
    """Return the schemas of an object's properties by name, or an empty dict."""
    found = parameters.get("properties") if isinstance(parameters, Mapping) else None
    return {str(name): schema for name, schema in found.items()} if isinstance(found, Mapping) else {}


def required_of(parameters: Any) -> List[str]:
    """Return the names of the required properties of an object."""
    found = parameters.get("required") if isinstance(parameters, Mapping) else None
    return [name for name in found if isinstance(name, str)] if isinstance(found, (list, tuple)) else []


def resolved(schema: Any, root: Any) -> Dict[str, Any]:
    """Return a schema with its references resolved, or an empty dict if it is not an object.

    Args:
        schema: The schema.
        root: The schema of all arguments, in which references such as `#/$defs/name` are resolved.
    """
    for _ in range(MAX_DEPTH):
        if not isinstance(schema, Mapping):
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return dict(schema)
        own = {name: value for name, value in schema.items() if name != "$ref"}
        target = _target(reference, root)
        schema = {**target, **own} if isinstance(target, Mapping) else own
    return {}


def _target(reference: str, root: Any) -> Any:
    """Return the target of a reference inside the root schema, or None for a reference to another document."""
    found = root
    for part in reference.split("/")[1:] if reference.startswith("#") else [reference]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def types_of(schema: Any, root: Any, depth: int = 0) -> FrozenSet[str]:
    """Return the types that a schema allows. An empty set stands for any type.

    Args:
        schema: The schema.
        root: The schema of all arguments.
        depth: The number of `anyOf`, `oneOf` and `allOf` around the schema.
    """
    found = resolved(schema, root)
    named = found.get("type")
    if isinstance(named, (str, list)):
        return frozenset([named] if isinstance(named, str) else filter(lambda each: isinstance(each, str), named))
    parts = [part for way in ("anyOf", "oneOf", "allOf") for part in _list(found.get(way))]
    if depth == MAX_DEPTH or not parts:
        return frozenset()
    return frozenset().union(*(types_of(part, root, depth + 1) for part in parts))


def choices_of(schema: Any, root: Any) -> List[Any]:
    """Return the values that a schema lists in `enum`, `const` or alternatives, or an empty list."""
    found = resolved(schema, root)
    if "const" in found:
        return [found["const"]]
    if isinstance(found.get("enum"), list):
        return list(found["enum"])
    parts = [resolved(part, root) for way in ("anyOf", "oneOf") for part in _list(found.get(way))]
    listed = [
        _list(part.get("enum")) or [part["const"]] for part in parts if "const" in part or _list(part.get("enum"))
    ]
    return [value for values in listed for value in values] if len(listed) == len(parts) else []


def _list(value: Any) -> List[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
