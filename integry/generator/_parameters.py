"""Rules for parameters. Each must be declared once, in a valid place, and path parameters in the path template."""

from __future__ import annotations

import re
from typing import Any

from ._references import Document
from ._schemas import Schemas
from ._values import listed

#: The valid places of parameters.
PLACES = ("path", "query", "header", "cookie")
_TEMPLATED = re.compile(r"\{([^{}]*)\}")
#: Headers that the client sends itself. OpenAPI ignores parameters with these names, so they are optional arguments.
_SENT_BY_CLIENTS = ("accept", "authorization", "content-type")
#: Pattern of the names of path parameters that openapi-python-client accepts.
_PARSER_NAME = re.compile(r"[a-zA-Z_-][a-zA-Z0-9_-]*")


def declared(document: Document, item: dict[str, Any], raw: dict[str, Any], path: str, where: str) -> list[Any]:
    """Return the parameters of an operation: its own, those of its path item, and undeclared ones in the path template.

    A parameter of the operation takes precedence over a parameter of the path item with the same name and place.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for node in [*listed(raw, "parameters"), *listed(item, "parameters")]:
        parameter = document.resolve(node, where)
        place, name = str(parameter.get("in")), str(parameter.get("name", ""))
        if parameter and "name" not in parameter:
            document.report.warn("a parameter has no name, and is left out", where)
        elif place in PLACES:
            found.setdefault((place, name), parameter)
        elif parameter:
            document.report.warn(
                "a parameter is not in path, query, header or cookie, and is left out", f"{where} {name}"
            )
    names = [*dict.fromkeys(_TEMPLATED.findall(path))]
    for _, name in (key for key in found if key[0] == "path" and key[1] not in names):
        document.report.warn("a path parameter is not in the path template, and is left out", f"{where} {name}")
    for name in (name for name in names if ("path", name) not in found):
        document.report.warn("a path parameter is not declared, and is typed as a string", f"{where} {name}")
    text = {"in": "path", "schema": {"type": "string"}}
    in_path = [found.get(("path", name), {**text, "name": name}) for name in names]
    return [*in_path, *(found[key] for key in found if key[0] != "path")]


def readable_path(path: str) -> tuple[str, dict[str, str]]:
    """Return a path template with valid names, and a dict from the names in the document to the valid names.

    openapi-python-client rejects some names. They can be changed, because the names in a path are not sent.
    """
    names: dict[str, str] = {}
    for name in _TEMPLATED.findall(path):
        plain = name if _PARSER_NAME.fullmatch(name) else "p_" + re.sub(r"[^a-zA-Z0-9_-]", "_", name).strip("_")
        while plain in names.values() and names.get(name) != plain:
            plain += "x"
        names[name] = plain
    pieces = _TEMPLATED.split(path)
    # Every second piece is a name. Double the other braces, because the path becomes a Python format string.
    found = [f"{{{names[piece]}}}" if index % 2 else _doubled(piece) for index, piece in enumerate(pieces)]
    return "".join(found), names


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def parameter(schemas: Schemas, raw: dict[str, Any], names: dict[str, str], where: str) -> dict[str, Any]:
    """Return a parameter rewritten so that openapi-python-client accepts it."""
    place, name = raw["in"], str(raw["name"])
    content = raw.get("content")
    is_media = "schema" not in raw and isinstance(content, dict) and bool(content)
    media = next(iter(content.values())) if is_media and isinstance(content, dict) else raw
    rewrite = schemas.schema if place == "path" else schemas.field
    schema = rewrite(media.get("schema") if isinstance(media, dict) else None, f"{where} {name}")
    if isinstance(schema.get("default"), (dict, list)):
        # A mutable object cannot be the default of a Python argument. The server applies the default.
        del schema["default"]
    result: dict[str, Any] = {"name": name, "in": place, "required": raw.get("required") is True, "schema": schema}
    if place == "path":
        result.update(name=names[name], required=True, schema=not_null(schemas, schema))
        if names[name] != name:
            result["x-name"] = name
    if place == "header" and name.lower() in _SENT_BY_CLIENTS:
        result["required"] = False
    if isinstance(raw.get("description"), str):
        result["description"] = raw["description"]
    for key in ("style", "explode", "allowReserved"):
        if key in raw and isinstance(raw[key], (str, bool)):
            result[key] = raw[key]
    if is_media and any("json" in key or "*" in key for key in content or ()):
        result["style"] = "json"
    return result


def not_null(schemas: Schemas, schema: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return the schema of a path parameter without null and default, because a value in a path is required."""
    plain = {key: value for key, value in schema.items() if key not in ("default", "nullable")}
    if "$ref" in schema and depth == 0:
        found = schemas.components().get(schema["$ref"].partition("#/components/schemas/")[2], {})
        return schema if not _may_be_null(found) else not_null(schemas, found, depth + 1)
    for key in ("anyOf", "oneOf"):
        if key in plain:
            plain[key] = [not_null(schemas, part, 1) for part in plain[key] if part.get("type") != "null"]
    if isinstance(plain.get("type"), list):
        left = [kind for kind in plain["type"] if kind != "null"]
        plain["type"] = left[0] if len(left) == 1 else left
    if isinstance(plain.get("enum"), list):
        plain["enum"] = [value for value in plain["enum"] if value is not None]
    return {**plain, "type": "string"} if plain.get("type") == "null" else plain


def _may_be_null(schema: dict[str, Any]) -> bool:
    types = schema.get("type")
    return (
        schema.get("nullable") is True
        or types == "null"
        or (isinstance(types, list) and "null" in types)
        or None in listed(schema, "enum")
        or any(part.get("type") == "null" for part in listed(schema, "anyOf", "oneOf"))
    )
