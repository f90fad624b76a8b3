"""Rules for media types: how to encode or parse a body, and the media type to pass to openapi-python-client."""

from __future__ import annotations

import json
from typing import Any, Iterator

from attrs import define, field

from ._references import Document

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BINARY = {"type": "string", "format": "binary"}
#: The order of preference of the kinds, if a body has several media types.
_ORDER = {"json": 0, "data": 1, "files": 2, "text": 3, "bytes": 4}
#: Media types that are parsed as JSON. Servers that document a range, such as `*/*`, usually send JSON.
_JSON = {"application/json", "text/json", "application/*", "application/*+json", "*/*", "*"}
#: Media types of several JSON values in a row, which cannot be parsed as one JSON value.
_LINES = {
    "application/stream+json",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
    "application/json-seq",
}
#: The media type to pass to openapi-python-client for each kind of body, because it does not know all media types.
PARSER_MEDIA_TYPES = {
    "json": JSON,
    "data": FORM,
    "files": "multipart/form-data",
    "text": "application/octet-stream",
    "bytes": "application/octet-stream",
}


@define
class Media:
    """A documented media type of a body.

    Attributes:
        kind: "json", "data" (a form), "files" (multipart), "text" or "bytes".
        content_type: The media type that is sent.
        schema: The schema, or None.
        encoding: The encoding of the fields of a form.
        others: Other media types with the same schema, which the user can choose.
    """

    kind: str
    content_type: str
    schema: Any
    encoding: Any = None
    others: list[str] = field(factory=list)


def media_kind(content_type: str) -> str:
    """Return the kind of body for a media type: "json", "data", "files" or "text"; "bytes" for any other."""
    name = essence(content_type)
    if is_lines(name):
        return "text"
    if name in _JSON or name.endswith("+json"):
        return "json"
    if name == FORM:
        return "data"
    if name.startswith("multipart/"):
        return "files"
    return "text" if name.startswith("text/") else "bytes"


def essence(content_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_lines(name: str) -> bool:
    """Return True for a media type of several JSON values in a row, such as application/x-ndjson."""
    return name in _LINES or name.endswith("+json-seq")


def media_types(document: Document, content: Any, where: str) -> list[Media]:
    """Return the media types of a body, JSON first."""
    found = []
    for name, node in (content if isinstance(content, dict) else {}).items():
        media = document.resolve(node, where) if node else {}
        schema = media.get("itemSchema", media.get("schema"))
        effective_type = document.media_types.get(str(name), str(name))
        found.append(Media(_kind(effective_type, document, schema, where), name, schema, media.get("encoding")))
    return sorted(found, key=lambda media: _ORDER[media.kind])


def _kind(content_type: str, document: Document, schema: Any, where: str) -> str:
    """Return the kind of a body. A range such as `*/*` is JSON, unless its schema is a string or a file."""
    kind = media_kind(content_type)
    if kind == "json" and "*" in content_type and isinstance(schema, dict):
        plain = document.resolve(schema, where)
        if plain.get("type") == "string" and "enum" not in plain:
            return "bytes" if plain.get("format") == "binary" else "text"
    return kind


def request_media(found: list[Media]) -> Iterator[Media]:
    """Yield the media types of a request body. A range becomes a media type that can be sent.

    JSON media types with the same schema are yielded as one.
    """
    seen: dict[Any, Media] = {}
    for media in found:
        schema = media.schema if media.kind in ("json", "data", "files") else BINARY
        name = media.content_type
        if "*" in name or "/" not in name:
            name = "text/plain" if media.kind == "text" else PARSER_MEDIA_TYPES[media.kind]
        key = (media.kind, None if media.kind == "json" else name, json.dumps(schema, default=str))
        first = seen.setdefault(key, Media(media.kind, name, {} if schema is None else schema, media.encoding))
        if _is_another(name, [first.content_type, *first.others]):
            first.others.append(name)
    yield from seen.values()


def _is_another(name: str, known: list[str]) -> bool:
    """Return True for a media type that differs from the known ones. `text/json` is the same as `application/json`."""
    return _without_charset(name) not in map(_without_charset, known)


def _without_charset(name: str) -> str:
    kept = [part.strip().lower() for part in name.split(";") if not part.strip().lower().startswith("charset=")]
    return ";".join([JSON if kept[0] == "text/json" else kept[0], *kept[1:]])
