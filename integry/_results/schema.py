"""JSON schemas, checked with `jsonschema` where it is installed: the extra `sandbox` brings it."""

from importlib import import_module
from typing import Any, Mapping


def validator(schema: Mapping[str, Any]) -> Any:
    """Return a validator of values. It fetches nothing: a reference to another URL is an error.

    Args:
        schema: A JSON schema, draft 2020-12.

    Returns:
        A `jsonschema.Draft202012Validator`.

    Raises:
        ImportError: `jsonschema` is not installed.
    """
    jsonschema = import_module("jsonschema")
    try:
        # An empty registry: without one, jsonschema would fetch what a schema refers to.
        return jsonschema.Draft202012Validator(schema, registry=import_module("referencing").Registry())
    except (ImportError, TypeError):  # jsonschema before 4.18
        return jsonschema.Draft202012Validator(schema, resolver=_resolver(jsonschema, schema))


def _resolver(jsonschema: Any, schema: Mapping[str, Any]) -> Any:
    """Return a registry that finds the references inside a schema, and no others."""

    class Inside(jsonschema.RefResolver):  # type: ignore[misc]  # jsonschema is Any here
        def resolve_remote(self, uri: str) -> Any:
            msg = f"{uri} is outside of the schema"
            raise jsonschema.RefResolutionError(msg)

    return Inside.from_schema(schema)
