"""Validation with JSON schemas, if `jsonschema` is installed (extra `sandbox`)."""

import json
import logging
from importlib import import_module
from typing import Any, Dict, Mapping

from .. import tags
from .schema_types import properties_of, types_of

log = logging.getLogger(__name__.rsplit(".", 2)[0])


def validator(schema: Mapping[str, Any]) -> Any:
    """Return a validator for a schema. References to other URLs are never fetched, and raise an error.

    Args:
        schema: A JSON schema, draft 2020-12.

    Returns:
        A `jsonschema.Draft202012Validator`.

    Raises:
        ImportError: If `jsonschema` is not installed.
    """
    jsonschema = import_module("jsonschema")
    try:
        # Pass an empty registry: without one, jsonschema fetches references to other URLs.
        return jsonschema.Draft202012Validator(schema, registry=import_module("referencing").Registry())
    except (ImportError, TypeError):  # jsonschema < 4.18
        return jsonschema.Draft202012Validator(schema, resolver=_resolver(jsonschema, schema))


def _resolver(jsonschema: Any, schema: Mapping[str, Any]) -> Any:
    """Return a resolver for references inside a schema. References to other URLs raise an error."""

    class LocalResolver(jsonschema.RefResolver):  # type: ignore[misc]  # jsonschema is Any here
        def resolve_remote(self, uri: str) -> Any:
            msg = f"{uri} is outside the schema"
            raise jsonschema.RefResolutionError(msg)

    return LocalResolver.from_schema(schema)


def keep_texts(schema: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Dict[str, Any]:
    """Return arguments after the substitution of tags, with strings where the schema does not take the variable's type.

    An argument that consists of one tag takes the value of the variable, which may be a number or a bool. If the schema
    allows only strings, this function converts such a value to a string.

    Args:
        schema: The JSON schema of the arguments.
        before: The arguments before the substitution.
        after: The arguments after the substitution.
    """
    properties = properties_of(schema)

    def convert(name: str, value: Any) -> Any:
        was_tag = isinstance(before[name], str) and isinstance(value, (bool, int, float))
        return json.dumps(value) if was_tag and _must_be_string(value, properties.get(name), schema) else value

    return {name: convert(name, value) for name, value in after.items()}


def _must_be_string(value: Any, schema: Any, root: Any) -> bool:
    """Return True if the schema of an argument allows strings, but not the type of the value."""
    types = types_of(schema, root)
    own = {"boolean"} if isinstance(value, bool) else {"number", "integer"}
    return "string" in types and not types & own


def schema_errors(schema: Mapping[str, Any], arguments: Mapping[str, Any], known: Mapping[str, str]) -> Dict[str, str]:
    """Return the errors that jsonschema finds, by argument, or an empty dict if jsonschema is not installed.

    Args:
        schema: The JSON schema of the arguments.
        arguments: The arguments.
        known: The errors that were found already, by argument. No other error is returned for these arguments.
    """
    found: Dict[str, str] = {}
    try:
        for error in validator(schema).iter_errors(arguments):
            name = ".".join(map(str, error.absolute_path)) or "arguments"
            at_top = error.validator == "required" and not error.absolute_path
            if not (name in known or at_top or _contains_tag(error)):
                found[name] = f"{found[name]}; {error.message}" if name in found else error.message
    except ImportError:
        pass
    except Exception as error:  # noqa: BLE001 (with an invalid schema, the server has to check the arguments)
        log.warning("The schema cannot be used to validate all arguments: %s", type(error).__name__)
    return found


def _contains_tag(error: Any) -> bool:
    """Return True if the rejected value contains a tag such as `{name}`, and may be valid when the tag is replaced."""
    as_a_whole = error.validator in ("anyOf", "oneOf", "allOf", "not", "if")
    return (as_a_whole or isinstance(error.instance, str)) and bool(tags.find(error.instance))
