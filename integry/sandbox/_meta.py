"""Functions in the format of the API, with metadata for forms (`include=meta`)."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from .._results.schema_types import choices_of, properties_of, required_of, resolved, types_of
from ._catalogue import Function


def describe(function: Function, app: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    """Return a function in the format of the API.

    Args:
        function: The function.
        app: The function's app, to include `meta`; None to omit it.
    """
    found = {"name": function.name, "description": function.description, "parameters": function.parameters}
    if app is None:
        return found
    meta = {
        "id": app["id"],
        "version": "1.0.0",
        "type": function.type,
        "is_built_in": True,
        "ui": {"title": function.description},
        "app": {name: app.get(name) for name in ("name", "title", "icon_url", "login_url", "connected_accounts")},
    }
    return {**found, "parameters": _with_fields(function.parameters), "meta": meta}


def _with_fields(parameters: Any) -> Any:
    """Return a schema with `meta` added to each property, except for the boolean schemas `true` and `false`."""
    required, properties = required_of(parameters), properties_of(parameters)
    if not properties:
        return parameters
    fields = {
        name: {**schema, "meta": _field(name, schema, parameters, required=name in required)}
        if isinstance(schema, Mapping)
        else schema
        for name, schema in properties.items()
    }
    return {**parameters, "properties": fields}


def _field(name: str, schema: Mapping[str, Any], root: Any, *, required: bool) -> Dict[str, Any]:
    """Return the `meta` of an argument: derived from its schema, and overridden by the property's own `meta`."""
    known = resolved(schema, root)
    made = {
        "title": known.get("title") or name.replace("_", " ").capitalize(),
        "description_for_users": known.get("description", ""),
        "is_required": required,
        "default_value": known.get("default"),
        "ui": {"placeholder": "", "regex": known.get("pattern"), "ui_field": _ui_field(name, schema, root)},
    }
    return _merge(made, schema.get("meta"))


def _ui_field(name: str, schema: Any, root: Any) -> Dict[str, Any]:
    items = resolved(schema, root).get("items") if "array" in types_of(schema, root) else None
    choices = choices_of(schema, root) or choices_of(items, root)
    # The format for the browser SDK, which sends `id`, and shows `value`.
    options = [{"id": choice, "value": str(choice)} for choice in choices]
    kind = "STATIC_DROPDOWN" if choices else _kind(name, schema, root)
    return {"type": kind, "options": options, "is_multiselect": bool(choices and items)}


def _kind(name: str, schema: Any, root: Any) -> str:
    types = types_of(schema, root) - {"null"}
    kinds = {frozenset(["boolean"]): "CHECKBOX", frozenset(["object"]): "OBJECT"}
    return kinds.get(types, "TEXTAREA" if name in ("text", "body") else "TEXTFIELD")


def _merge(made: Dict[str, Any], own: Any) -> Dict[str, Any]:
    """Return derived metadata, overridden recursively by the metadata in a property's schema."""
    if not isinstance(own, Mapping):
        return made
    both = {name: made[name] for name in made}
    for name, value in own.items():
        inner = both.get(name)
        both[name] = _merge(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return both
