"""JSON schemas that all language models accept: copied and relaxed, never tightened."""

from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, List, Mapping

from .._results.functions import Function
from .._results.schema_types import properties_of, required_of, resolved

#: Maximum depth of nested schemas. Deeper ones accept any value.
MAX_DEPTH = 64
#: Keywords that providers refuse at the top of a schema, or that depend on such a keyword.
_NOT_AT_TOP = frozenset(
    {
        *("anyOf", "oneOf", "allOf", "not", "enum", "const", "if", "then", "else"),
        *("$ref", "$dynamicRef", "unevaluatedProperties", "unevaluatedItems"),
    }
)
#: Keywords whose value is a schema, a list of schemas, or schemas by name. All other values are data.
_SCHEMA = frozenset(
    {
        *("additionalItems", "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"),
        *("unevaluatedItems", "unevaluatedProperties"),
    }
)
_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SCHEMAS_BY_NAME = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
#: Keywords for which a value must not match a schema. What relaxes an inner schema tightens the outer one.
_INVERTING = frozenset({"contains", "if", "not", "oneOf"})
#: Keywords that depend on what other keywords have checked.
_UNEVALUATED = frozenset({"unevaluatedItems", "unevaluatedProperties"})


def schema_of(function: Function) -> Dict[str, Any]:
    """Return the JSON schema of a function's arguments, as a new dict that providers of language models accept.

    The schema is relaxed where providers refuse a schema, and accepts all arguments that the function's own schema
    accepts. The server validates the arguments with its own schema. The differences:

    - The top is an object, without `anyOf`, `oneOf`, `allOf`, `not`, `enum` and the like.
    - Every array has `items`.
    - `required` names only declared properties.
    - Properties have no `meta`, which `include="meta"` adds. A parameter called `meta` is kept.

    Example:
        ```python
        from integry.tools import schema_of

        function = integry.functions.get("slack-post-message")
        print(schema_of(function)["required"])
        ```

    Args:
        function: The function.
    """
    return relaxed(function.parameters)


def relaxed(parameters: Any) -> Dict[str, Any]:
    """Return a relaxed copy of the schema of a function's arguments."""
    top = resolved(parameters, parameters)
    kept = {name: value for name, value in top.items() if name not in _NOT_AT_TOP}
    kept.update(type="object", properties=declared(parameters), required=_required(parameters, parameters, 0))
    copied = _copy(kept, 0, may_relax=True, inverted_refs=_has_any(kept, _INVERTING))
    if not copied["required"]:
        del copied["required"]
    found: Dict[str, Any] = map_references(copied, lambda reference: reference if _is_kept(reference) else None)
    return found


def declared(parameters: Any) -> Dict[str, Any]:
    """Return the schemas of all arguments that a schema declares, including those inside `allOf`, `anyOf` and `oneOf`.

    An argument of `anyOf` or `oneOf` may have any type, because another branch of the schema may accept it.
    """
    return _declared(parameters, parameters, 0)


def _declared(schema: Any, root: Any, depth: int) -> Dict[str, Any]:
    top = resolved(schema, root)
    found = properties_of(top)
    for keyword in ("allOf", "anyOf", "oneOf") if depth < MAX_DEPTH else ():
        branches = top.get(keyword)
        for branch in branches if isinstance(branches, (list, tuple)) else ():
            for name, value in _declared(branch, root, depth + 1).items():
                found.setdefault(name, value if keyword == "allOf" else _described(value))
    return found


def _required(schema: Any, root: Any, depth: int) -> List[str]:
    """Return the names of all required arguments, including those inside `allOf`."""
    top = resolved(schema, root)
    found, branches = required_of(top), top.get("allOf")
    for branch in branches if isinstance(branches, (list, tuple)) and depth < MAX_DEPTH else ():
        found.extend(_required(branch, root, depth + 1))
    return found


def _described(schema: Any) -> Dict[str, Any]:
    """Return a schema that accepts any value, with the description of another schema."""
    text = schema.get("description") if isinstance(schema, Mapping) else None
    return {"description": text} if isinstance(text, str) else {}


def _copy(schema: Any, depth: int, *, may_relax: bool, inverted_refs: bool) -> Any:
    """Return a copy of a schema with `items` for arrays, without `meta`, and relaxed if `may_relax` is True.

    Args:
        schema: The schema.
        depth: The number of schemas around it.
        may_relax: True if the copy may accept more values than the schema.
        inverted_refs: True if references from an inverting keyword may lead to `$defs`, which then must not be relaxed.
    """
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        return {} if may_relax or not isinstance(schema, bool) else schema
    copied: Dict[str, Any] = {}
    for name, value in schema.items():
        inner = may_relax and name not in _INVERTING and not (inverted_refs and name in ("$defs", "definitions"))
        options = {"may_relax": inner, "inverted_refs": inverted_refs}
        if name in _SCHEMA:
            copied[name] = value if isinstance(value, bool) else _copy(value, depth + 1, **options)
        elif name in _SCHEMAS and isinstance(value, (list, tuple)):
            copied[name] = [_copy(each, depth + 1, **options) for each in value]
        elif name in _SCHEMAS_BY_NAME and isinstance(value, Mapping):
            copied[name] = {str(key): _copy(each, depth + 1, **options) for key, each in value.items()}
        elif name != "meta":
            copied[name] = copy_json(value)
    return _for_providers(copied, may_relax=may_relax)


def _for_providers(schema: Dict[str, Any], *, may_relax: bool) -> Dict[str, Any]:
    types = schema.get("type")
    is_array = "array" in (types if isinstance(types, list) else [types])
    if is_array and (may_relax or not _UNEVALUATED & schema.keys()):
        items = schema.get("items")
        schema["items"] = items if isinstance(items, dict) else items if items is False and not may_relax else {}
    if may_relax and "required" in schema:
        names = [name for name in required_of(schema) if name in properties_of(schema)]
        schema["required"] = list(dict.fromkeys(names))
    return schema


def _has_any(value: Any, keywords: FrozenSet[str], depth: int = 0) -> bool:
    """Return True if a value contains one of the keywords at any depth. Deep values count as if they did."""
    if depth > MAX_DEPTH:
        return True
    if isinstance(value, Mapping):
        return bool(keywords & value.keys()) or any(_has_any(each, keywords, depth + 1) for each in value.values())
    return isinstance(value, (list, tuple)) and any(_has_any(each, keywords, depth + 1) for each in value)


def copy_json(value: Any, depth: int = 0) -> Any:
    """Return a copy of a JSON value, without parts that are nested too deeply."""
    if isinstance(value, Mapping):
        return {str(name): copy_json(each, depth + 1) for name, each in value.items()} if depth < MAX_DEPTH else {}
    if isinstance(value, (list, tuple)):
        return [copy_json(each, depth + 1) for each in value] if depth < MAX_DEPTH else []
    return value


def _is_kept(reference: str) -> bool:
    """Return True if a reference does not lead to a keyword that was removed from the top of the schema."""
    parts = reference.split("/")
    return not (parts[0] == "#" and len(parts) > 1 and parts[1] in _NOT_AT_TOP)


def map_references(schema: Any, convert: Callable[[str], Any]) -> Any:
    """Replace the references in a schema, in place, and return the schema.

    Args:
        schema: A copy of a schema.
        convert: A function that returns the new reference, or None to remove it, so that any value is accepted.
    """
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            target = convert(schema["$ref"])
            schema.update({"$ref": target}) if target else schema.pop("$ref")
        for each in schema.values():
            map_references(each, convert)
    elif isinstance(schema, list):
        for each in schema:
            map_references(each, convert)
    return schema


def without_optional(schema: Mapping[str, Any]) -> Dict[str, Any]:
    """Return a copy of a relaxed schema with the required properties only."""
    properties = {name: schema["properties"][name] for name in required_of(schema)}
    kept = {name: value for name, value in schema.items() if name != "additionalProperties"}
    copied: Dict[str, Any] = copy_json({**kept, "properties": properties})
    map_references(copied, _without_properties(properties))
    return copied


def _without_properties(properties: Mapping[str, Any]) -> Callable[[str], Any]:
    def convert(reference: str) -> Any:
        parts: List[str] = reference.split("/")
        is_gone = parts[:2] == ["#", "properties"] and len(parts) > 2 and unescaped(parts[2]) not in properties  # noqa: PLR2004 (the name)
        return None if is_gone else reference

    return convert


def unescaped(part: str) -> str:
    """Return the name in a part of a JSON pointer."""
    return part.replace("~1", "/").replace("~0", "~")
