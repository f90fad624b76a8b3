"""Helpers of the clients: the type of timeouts, and functions of requests and error messages."""

import re
from typing import Any, Optional, Tuple, Union

import requests

from .operation import Request

#: Seconds, or a tuple (connect, read), as the argument `timeout` of requests; None for no limit.
Timeout = Union[float, Tuple[float, float], None]

#: The query of a URL in an error message. The pattern may also match other text after a question mark.
_QUERY = re.compile(r"\?\S+")


def no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request unchanged. Without an auth, requests uses .netrc, and overwrites an Authorization header."""
    return request


def without_queries(text: str) -> str:
    """Return an error message without the queries of URLs, which may contain API keys."""
    return _QUERY.sub("?...", text)


def authorization_of(request: Request[Any]) -> Optional[str]:
    """Return the header Authorization of a request, if the operation has it as a parameter."""
    return next((value for name, value in request.get("headers", {}).items() if name.lower() == "authorization"), None)


def is_repeatable(request: Request[Any]) -> bool:
    """Return True if the body of a request can be sent again. A file cannot: the first attempt has read it."""
    return "files" not in request and isinstance(request.get("data"), (bytes, list, type(None)))
