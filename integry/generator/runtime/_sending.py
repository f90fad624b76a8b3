"""Helpers of the clients: the type of timeouts, and functions of requests and error messages."""

import re
from typing import Any, Optional, Tuple, Union

import requests
import urllib3

from .operation import Request

#: Seconds, or a tuple (connect, read), as the argument `timeout` of requests; None for no limit.
Timeout = Union[float, Tuple[float, float], None]

#: Maximum timeout in seconds: about thirty years. Operating systems do not support much longer waits.
_LONGEST = 10**9
#: Number of timeouts in a tuple.
_CONNECT_AND_READ = 2
#: The query of a URL in an error message. The pattern may also match other text after a question mark.
_QUERY = re.compile(r"\?\S+")


def check_settings(timeout: Any, max_retries: Any) -> None:
    """Check the settings of a client.

    Raises:
        ValueError: If the timeout is not a number of seconds, or the number of retries is not an int of 0 or more.
    """
    parts = timeout if isinstance(timeout, tuple) and len(timeout) == _CONNECT_AND_READ else (timeout,)
    if not all(part is None or isinstance(part, urllib3.Timeout) or _is_above_0(part) for part in parts):
        wanted = "seconds above 0, a tuple (connect, read) of them, or None for no limit"
        message = f"timeout must be {wanted}, got {_shown(timeout)}"
        raise ValueError(message)
    if not isinstance(max_retries, int) or isinstance(max_retries, bool) or max_retries < 0:
        message = f"max_retries must be an int of 0 or more, got {_shown(max_retries)}"
        raise ValueError(message)


def _is_above_0(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < _LONGEST


def _shown(value: Any) -> str:
    """Return a value for an error message: numbers and None as text, others by the name of their type."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    return repr(value) if value is None or isinstance(value, (int, float)) else type(value).__name__


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
