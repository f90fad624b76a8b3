"""Raw responses: status, headers and body beside the result."""

from __future__ import annotations

from typing import Any, Generic, Mapping, TypeVar

import requests
from attrs import define, field

from .._generated._display import short
from .._http.body import decode_json

T = TypeVar("T")


@define(repr=False)
class RawResponse(Generic[T]):
    """The response of a call, beside its result.

    Attributes:
        status: The HTTP status.
        headers: The headers, with case-insensitive names.
        content: The body, as bytes.
        parsed: The result of the call.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    parsed: T

    def __repr__(self) -> str:
        # Without the headers, which may have cookies.
        return f"<RawResponse: status {self.status}, {len(self.content)} bytes, parsed={short(self.parsed)}>"


def raw(response: requests.Response, parsed: T) -> RawResponse[T]:
    """Return a response beside its result."""
    return RawResponse(response.status_code, response.headers, response.content, parsed)


def parse(response: requests.Response) -> RawResponse[Any]:
    """Return a response beside its JSON body, None if it has none."""
    try:
        return raw(response, decode_json(response))
    except ValueError:
        return raw(response, None)
