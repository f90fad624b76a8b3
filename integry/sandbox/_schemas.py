"""Checks of the schemas of functions that are added to the sandbox."""

from __future__ import annotations

import json
from typing import Any, Iterator

from .._results.schema import validator


def schema_error(schema: Any) -> str:
    """Return the reason why a value is not a JSON schema of an object, draft 2020-12; empty if it is valid.

    Args:
        schema: The value.

    Raises:
        ImportError: If `jsonschema` is not installed.
    """
    if not isinstance(schema, dict):
        return f"expected a dict, got {type(schema).__name__}"
    checked = validator(schema)
    try:
        text = json.dumps(schema)
        checked.check_schema(schema)
        # Skip the check if there is a nested $id, which changes the targets of references.
        for reference in () if '"$id"' in text else _references(schema):
            next(checked.descend({}, {"$ref": reference}), None)
    except RecursionError:
        return "it is nested too deeply, or a reference leads back to itself"
    except Exception as error:  # noqa: BLE001 (for references, each version of jsonschema raises others)
        place = ".".join(map(str, getattr(error, "absolute_path", ())))
        reason = getattr(error, "message", str(error))
        return f"{place}: {reason}" if place else reason
    return ""


def _references(schema: Any) -> Iterator[str]:
    """Yield the references in a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        schema = list(schema.values())
    for part in schema if isinstance(schema, (list, tuple)) else ():
        yield from _references(part)
