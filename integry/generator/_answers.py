"""Rules for responses: their documented media types, and how a body of each media type is parsed."""

from __future__ import annotations

import json
import re
from typing import Any

from attrs import define, evolve

from ._media import BINARY, Media, essence, is_lines
from ._references import Document
from ._values import kind_of

#: The order of media types by kind. A response with an undocumented Content-Type is parsed as the first.
_ORDER = {"json": 0, "file": 1, "text": 2, "lines": 3, "events": 3, "bytes": 4}
_NAME = re.compile(r"[\w.+!#$&^*-]+/[\w.+!#$&^*-]+", re.ASCII)
#: A parameter of a media type, such as `version=2`. The others have no effect on the schema of the body.
_PARAMETER = re.compile(r'(?!(?:charset|boundary|q)=)[\w.+-]+=([\w.+/:-]+|"[ !#-\[\]-~]*")', re.ASCII | re.IGNORECASE)
#: The parameter of the media type of a watch in Kubernetes: lines of JSON, one for each event.
_WATCH = "stream=watch"
#: The fields of an event of such a watch.
_WATCH_EVENT = {"type", "object"}
#: The fields of a server-sent event. A schema with only these fields describes an event; any other describes its data.
_EVENT = {"event", "data", "id", "retry", "comment"}


@define
class Answer:
    """A media type of a response.

    Attributes:
        content_type: The media type, without parameters such as `charset`.
        kind: "json", "file" (bytes as a `File`), "text", "lines", "events" or "bytes".
        schema: The schema of the body, of a line, or of the data of an event; None if the document has no schema.
        is_encoding: True if the document also has JSON with this schema, so that this is another encoding, such as XML.
            True also for a watch, which only a stream can read.
    """

    content_type: str
    kind: str
    schema: Any
    is_encoding: bool = False


def answers(document: Document, found: list[Media], where: str) -> list[Answer]:
    """Return the media types of a response, JSON first."""
    in_json = {_text(media.schema) for media in found if media.kind == "json"}
    result: dict[str, Answer] = {}
    for media in found:
        answer = _answer(document, media, where)
        if answer.kind in ("text", "bytes", "file") and _text(media.schema) in in_json:
            answer = _other_encoding(document, answer, media.schema, where)
        elif answer.kind == "file" and is_structured(document, media.schema, where):
            # Treat an object with the media type of files as JSON: it is an error of an operation that returns files.
            answer = Answer(answer.content_type, "json", media.schema)
        result.setdefault(answer.content_type, answer)
    if any(_is_download(document, answer, where) for answer in result.values()):
        result.setdefault("*/*", Answer("*/*", "file", BINARY))
    kept = [answer for answer in result.values() if not _is_repeated(answer, result)]
    return sorted(kept, key=lambda answer: _ORDER[answer.kind])


def _is_download(document: Document, answer: Answer, where: str) -> bool:
    """Return True for bytes that are documented as JSON. Servers send them with another Content-Type."""
    return answer.kind == "json" and _resolved(document, answer.schema, where).get("format") == "binary"


def _is_repeated(answer: Answer, all_: dict[str, Answer]) -> bool:
    """Return True if a media type with parameters differs in nothing else from the one without them."""
    plain = all_.get(essence(answer.content_type))
    return plain not in (None, answer) and evolve(answer, content_type=plain.content_type) == plain


def _other_encoding(document: Document, answer: Answer, schema: Any, where: str) -> Answer:
    """Return a media type of a response that also has JSON with this schema. The kind may become "json"."""
    if not is_structured(document, schema, where):
        return answer
    if essence(answer.content_type) == "text/plain":
        # If servers send objects or numbers as text/plain, the text is JSON.
        return Answer(answer.content_type, "json", schema)
    if answer.kind == "file":
        return Answer(answer.content_type, "bytes", None, is_encoding=True)
    return evolve(answer, is_encoding=True)


def _text(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True, default=str)


def _answer(document: Document, media: Media, where: str) -> Answer:
    name = essence(media.content_type)
    name = name if _NAME.fullmatch(name) else "*/*"
    full = name if "*" in name else _with_parameters(name, media.content_type)
    schema = media.schema if isinstance(media.schema, dict) else None
    if media.kind == "json" and _WATCH in media.content_type.replace(" ", "").lower().split(";"):
        # Kubernetes documents the schema of a list for a watch of its changes. Only WatchEvent is the schema of a line.
        is_event = {*_resolved(document, schema, where).get("properties", ())} == _WATCH_EVENT
        return Answer(f"{name};{_WATCH}", "lines", schema if is_event else {}, is_encoding=True)
    if media.kind == "json":
        return Answer(full, "json", {} if media.schema is None else media.schema)
    if is_lines(name):
        return Answer(full, "lines", _item(document, schema, where))
    if name == "text/event-stream":
        return Answer(full, "events", _event_data(document, _item(document, schema, where), where))
    plain = _resolved(document, schema, where)
    if media.kind == "text":
        is_text = plain.get("type") == "string" and plain.get("format") != "binary"
        return Answer(full, "text", schema if is_text else {"type": "string"})
    is_file = name == "application/octet-stream" and schema
    return Answer(full, "file", schema) if is_file else Answer(full, "bytes", None)


def _with_parameters(name: str, content_type: str) -> str:
    """Return a media type with its parameters, such as `application/json;version=2`."""
    parts = ("=".join(map(str.strip, part.split("=", 1))) for part in content_type.split(";")[1:])
    return ";".join([name, *(part for part in parts if _PARAMETER.fullmatch(part))])


def _item(document: Document, schema: Any, where: str) -> Any:
    """Return the schema of an element of a stream, also if the document has the schema of an array of elements."""
    plain = _resolved(document, schema, where)
    return plain["items"] if plain.get("type") == "array" and isinstance(plain.get("items"), dict) else schema


def _event_data(document: Document, schema: Any, where: str) -> Any:
    """Return the schema of the data of a server-sent event."""
    fields = _resolved(document, schema, where).get("properties")
    if not isinstance(fields, dict) or "data" not in fields or not {*fields} <= _EVENT:
        return schema
    data = fields["data"]
    return data.get("contentSchema", data) if isinstance(data, dict) else {}


def is_structured(document: Document, schema: Any, where: str) -> bool:
    """Return True if the values of a schema are objects, arrays, numbers or booleans, and not text."""
    plain = _resolved(document, schema, where)
    return kind_of(plain) in ("object", "array", "number", "integer", "boolean") or "allOf" in plain


def _resolved(document: Document, schema: Any, where: str) -> dict[str, Any]:
    """Return the schema that a schema refers to. If it does not exist, return {}: `Schemas` reports that."""
    if not isinstance(schema, dict) or document.find(str(schema.get("$ref", "#"))) is None:
        return {}
    return document.resolve(schema, where)
