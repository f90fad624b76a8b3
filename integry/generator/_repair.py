"""Rewrite what openapi-python-client's parser drops or fails on, without a change of meaning."""

from __future__ import annotations

import json
import re
from typing import Any, Mapping

from openapi_python_client.parser.errors import ParseError

#: The start of references to schemas.
SCHEMAS = "#/components/schemas/"
#: Places of a document whose keys are names, and not words of OpenAPI.
NAMED = {"properties", "patternProperties", "schemas", "$defs", "definitions"}
#: Places that hold any JSON.
FREE = {"example", "examples", "default", "const", "value"}


def repair(document: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Return a document that the parser can read, and complaints about what had to be left out."""
    repaired = normalized(document)
    return repaired, _drop_dead_ends(repaired)


def normalized(node: Any, place: str = "") -> Any:
    """Return a document with the same meaning, without what the parser drops or fails on.

    The parser silently drops fields beside a single allOf, anyOf or oneOf. It gives up on an enum that repeats a
    value, on an array without items, and on statuses that are numbers or in lower case.
    """
    if isinstance(node, list):
        return [normalized(element) for element in node]
    if not isinstance(node, dict) or place in FREE:
        return node
    result = {key: normalized(value, "" if place in NAMED else str(key)) for key, value in node.items()}
    if place == "responses":
        return {_status_key(key): value for key, value in result.items() if not str(key).startswith("x-")}
    return result if place in NAMED else _normalized_schema(result)


def _status_key(key: Any) -> str:
    """Return a status as the parser reads it, and any other name as it is."""
    return str(key).upper() if re.fullmatch(r"[1-5][xX]{2}", str(key)) else str(key)


def _normalized_schema(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("enum"), list):
        # Compare by hash: enums may be long, and a list of seen values would take quadratic time.
        keys = [("JSON", json.dumps(v, default=str)) if isinstance(v, (dict, list)) else v for v in schema["enum"]]
        first = dict(zip(reversed(keys), reversed(schema["enum"])))
        schema["enum"] = [first[key] for key in dict.fromkeys(keys)]
    if schema.get("type") == "array" and not {"items", "prefixItems"} & schema.keys():
        schema["items"] = {}
    lists = [schema[key] for key in ("allOf", "anyOf", "oneOf") if isinstance(schema.get(key), list)]
    combined = [part for parts in lists for part in parts]
    single = len(combined) == 1 and isinstance(combined[0], dict) and "$ref" in combined[0]
    if single and isinstance(schema.get("properties"), dict):
        own = {"type": "object", "properties": schema.pop("properties"), "required": schema.pop("required", [])}
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        return {**rest, "allOf": [*combined, own]}
    return schema


def _drop_dead_ends(document: Mapping[str, Any]) -> list[Any]:
    """Remove schemas that are references to nothing in the document, or in a circle; return complaints about them.

    The parser fails on them, or never returns.
    """
    schemas = (document.get("components") or {}).get("schemas")
    dead = [name for name in schemas if _leads_nowhere(name, schemas)] if isinstance(schemas, dict) else []
    complaints = []
    for name in dead:
        detail = f"{document['components']['schemas'].pop(name)['$ref']} leads to no schema of this document."
        complaints.append(ParseError(header=f"Unable to parse schema {name}.", detail=detail))
    return complaints


def _leads_nowhere(name: str, schemas: Mapping[str, Any]) -> bool:
    """Return True if a schema is a reference that does not end at a schema."""
    seen = set()
    while name in schemas and name not in seen:
        seen.add(name)
        data = schemas[name]
        reference = data.get("$ref") if isinstance(data, dict) else None
        if not isinstance(reference, str):
            return False
        name = reference[len(SCHEMAS) :] if reference.startswith(SCHEMAS) else ""
    return True
