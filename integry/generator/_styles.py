"""The styles of parameters and form fields, in the form that the modules of runtime/ understand."""

from __future__ import annotations

from typing import Any, Mapping

from ._media import Media
from ._references import Document

#: The possible styles of path, header and cookie parameters. The first is the default.
_OTHERS = {"path": ("simple", "label", "matrix"), "header": ("simple",), "cookie": ("form", "cookie")}
#: Styles with a separator. "tabDelimited" is not a style of OpenAPI 3: Swagger 2 has it as `collectionFormat: tsv`.
_DELIMITED = {"spaceDelimited": "space", "pipeDelimited": "pipe", "tabDelimited": "tab"}


def query_style(parameter: Mapping[str, Any]) -> str | None:
    """Return the style of a query parameter; None for the default, which repeats the name for each element."""
    found = _query_style(parameter)
    if parameter.get("allowReserved") is True:
        return f"{found or 'form'}+"
    return found


def _query_style(parameter: Mapping[str, Any]) -> str | None:
    named = str(parameter.get("style", "form"))
    if named == "json":
        return "json"
    if named == "deepObject":
        return "deep"
    if named in _DELIMITED:
        return None if parameter.get("explode") is True else _DELIMITED[named]
    return None if parameter.get("explode", True) else "comma"


def other_style(parameter: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return style and name of a path, header or cookie parameter; None for the default. "*" means exploded."""
    place = parameter["in"]
    name = str(parameter.get("x-name", parameter.get("name", "")))
    if parameter.get("style") == "json":
        return "json", name
    known = _OTHERS[place]
    kind = parameter["style"] if parameter.get("style") in known else known[0]
    # By default, write each field of an object as a cookie, and an array as one cookie with commas. For arrays,
    # OpenAPI's default would be a cookie for each element, but servers expect commas.
    is_object = place == "cookie" and _is_object(parameter.get("schema"))
    explode = parameter.get("explode", is_object or kind == "cookie") is True
    if explode:
        return f"{kind}*", name
    return None if kind in ("simple", "form") else (kind, name)


def _is_object(schema: Any) -> bool:
    return isinstance(schema, dict) and (schema.get("type") == "object" or "properties" in schema)


def encodings(document: Document, media: Media, where: str) -> dict[str, list[Any]]:
    """Return style, media type and headers of the form fields that have an encoding, by name."""
    if media.kind not in ("data", "files") or not isinstance(media.encoding, dict):
        return {}
    return {
        str(name): [_field_style(node), _content_type(node), _headers(document, node, where)]
        for name, node in media.encoding.items()
        if isinstance(node, dict)
    }


def _field_style(node: Mapping[str, Any]) -> str:
    """Return the style of a form field; "" if the document gives it no `style`, `explode` and `allowReserved`."""
    has_style = any(key in node for key in ("style", "explode", "allowReserved"))
    return (_query_style(node) or "form") if has_style else ""


def _content_type(node: Mapping[str, Any]) -> str:
    """Return the media type of a field; "" if there are several, or a range."""
    found = node.get("contentType")
    return found if isinstance(found, str) and "," not in found and "*" not in found else ""


def _headers(document: Document, node: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return the headers of a field that have a fixed value in the document, without Content-Type."""
    found = node.get("headers")
    headers = {}
    for name, raw in (found if isinstance(found, dict) else {}).items():
        header = document.resolve(raw, where)
        schema = document.resolve(header.get("schema") or {}, where)
        enum = schema.get("enum")
        value = schema.get("const", enum[0] if isinstance(enum, list) and len(enum) == 1 else schema.get("default"))
        if isinstance(value, (str, int)) and str(name).lower() != "content-type":
            headers[str(name)] = str(value)
    return headers
