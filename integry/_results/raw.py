"""Raw responses: status, headers and body, with the parsed result."""

from __future__ import annotations

from typing import Any, Generic, Mapping, TypeVar

import requests
from attrs import define, field

from .._generated._display import short
from .._http.body import decode_json

T = TypeVar("T")


@define(repr=False)
class RawResponse(Generic[T]):
    """The HTTP response of a method, with the result that the method would return.

    Attributes:
        status: The HTTP status.
        headers: The headers, with case-insensitive names.
        content: The body, as bytes.
        parsed: The result of the method.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    parsed: T

    def __repr__(self) -> str:
        # Leave out the headers, which may contain cookies.
        return f"<RawResponse: status {self.status}, {len(self.content)} bytes, parsed={short(self.parsed)}>"


def raw(response: requests.Response, parsed: T) -> RawResponse[T]:
    """Return a RawResponse with the status, headers and body of a response, and its parsed result."""
    return RawResponse(response.status_code, response.headers, response.content, parsed)


def parse(response: requests.Response) -> RawResponse[Any]:
    """Return a RawResponse. Its `parsed` is the decoded JSON body, or None if the body is not JSON."""
    try:
        return raw(response, decode_json(response))
    except ValueError:
        return raw(response, None)
