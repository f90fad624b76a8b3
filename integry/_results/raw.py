"""What a server answered, as callers may ask for it, and where the responses of their calls are noted for that."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Generic, List, Mapping, Optional, TypeVar

import requests
from attrs import define, field

T = TypeVar("T")

#: The responses of the calls made now, where they are asked for.
responses: ContextVar[Optional[List[requests.Response]]] = ContextVar("integry_responses", default=None)


@define
class RawResponse(Generic[T]):
    """What the server answered, beside what the call gives.

    Attributes:
        status: The HTTP status.
        headers: The headers, found in any case.
        content: The body, as bytes.
        parsed: What the call gives.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    parsed: T
