"""Responses with all of their media types, and the code for them. openapi-python-client keeps only one media type."""

from __future__ import annotations

from typing import Any, Iterator

from attrs import define, field
from openapi_python_client.parser import properties, responses
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.schema.untrusted_string import UntrustedString

from ._types import Types, union

#: Kinds of bodies that can be streamed.
STREAMED = ("lines", "events", "file", "bytes")


@define
class Media:
    """A media type of a response.

    Attributes:
        content_type: The media type.
        kind: The kind of the body, as in `_answers.Answer`.
        prop: openapi-python-client's property for the schema; None without a schema.
        is_encoding: True if the document also has JSON with this schema, so that this is another encoding, such as XML.
    """

    content_type: str
    kind: str
    prop: Any
    is_encoding: bool

    def type(self, types: Types) -> str:
        """Return the type annotation of the body, of a line, or of the data of an event."""
        if self.kind == "events":
            return union([*types.members(self.prop), "str"]) if self.prop else "str"
        if self.prop:
            return types.annotation(self.prop)
        return "Any" if self.kind == "lines" else "bytes"

    def annotation(self, types: Types) -> str:
        """Return the type annotation of the parsed response body."""
        type_ = self.type(types)
        if self.kind == "events":
            return f"List[ServerSentEvent[{type_}]]"
        return f"List[{type_}]" if self.kind == "lines" else type_

    def code(self, types: Types, others: list[Media]) -> str:
        """Return the Python expression of a `ResponseSpec`."""
        arguments = [repr("bytes" if self.kind == "file" else self.kind), self.type(types)]
        if others or self.content_type != "application/json":
            arguments.append(repr(self.content_type))
        if others:
            arguments.append("(" + "".join(f"{other.code(types, [])}, " for other in others) + ")")
        if self.is_encoding:
            arguments.append("is_encoding=True")
        return f"ResponseSpec({', '.join(arguments)})"


@define(order=False)
class MediaResponse(responses.Response):
    """A response of openapi-python-client with all media types. `prop` is the property of the first media type."""

    media: list[Media] = field(factory=list)


def response_from_data(
    *,
    status_code: responses.HTTPStatusPattern,
    data: Any,
    schemas: Any,
    parent_name: str,
    config: Any,
    **_: Any,
) -> tuple[MediaResponse, Any]:
    """Return a response with all media types. This function replaces openapi-python-client's function."""
    name = UntrustedString(f"response_{status_code.pattern}")
    bare = responses.empty_response(status_code=status_code, response_name=name, config=config, data=data)
    result = MediaResponse(status_code=status_code, prop=bare.prop, source=bare.source, data=data)
    done: list[tuple[Any, Any]] = []
    for content_type, node in (data.content or {}).items():
        schema, extra = node.media_type_schema, node.model_extra or {}
        prop = next((prop for known, prop in done if known == schema), None)
        if schema is not None and prop is None:
            prop, schemas = properties.property_from_data(
                name=name, required=True, data=schema, schemas=schemas, parent_name=parent_name, config=config
            )
            done.append((schema, prop))
        kind, is_encoding = str(extra.get("x-kind", "json")), extra.get("x-encoding") is True
        result.media.append(Media(content_type.get_untrusted_value(), kind, prop, is_encoding))
    result.prop = next((media.prop for media in result.media if media.prop), bare.prop)
    return result, schemas


def media_of(endpoint: Endpoint) -> Iterator[tuple[str, list[Media]]]:
    """Yield each status of an operation, with the media types of its response."""
    found: list[Any] = [*endpoint.responses]
    for response in found:
        yield response.status_code.pattern, response.media


def result_annotation(endpoint: Endpoint, types: Types) -> str:
    """Return the type annotation of the parsed body, without media types that repeat the JSON."""
    found = [media.annotation(types) for _, all_ in media_of(endpoint) for media in all_ if not media.is_encoding]
    return union(found or ["Any"])


def stream_annotation(endpoint: Endpoint, types: Types) -> str | None:
    """Return the type annotation of a stream's elements; None if no successful response can be streamed."""
    found = [
        media
        for status, all_ in media_of(endpoint)
        for media in all_
        if (status.startswith("2") or status == "default")
        and media.kind in STREAMED
        and (media.kind == "lines" or not media.is_encoding)
    ]
    return union("bytes" if media.kind == "file" else media.type(types) for media in found) if found else None
