"""Headers that users add to requests: `default_headers` of a client, and `headers` of a call."""

from __future__ import annotations

import re
from typing import Any, Mapping, Tuple, Type

from ._arguments import describe, refuse
from ._secrets import Secret
from .errors import IntegryError

#: Pairs of name and value. The values are Secret objects, because a header may contain the key of an API gateway.
Headers = Tuple[Tuple[str, Secret], ...]

#: Headers that carry the credentials of the API.
CREDENTIALS = frozenset({"authorization", "app-key", "user-id", "hash"})
#: Headers of the body and the connection, which this package and requests set.
FRAMING = frozenset(
    {
        *("accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host"),
        *("keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
#: A token of RFC 9110, such as the name of a header.
_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
#: Words in the names of headers whose values are masked in messages and logs.
_SENSITIVE = re.compile("auth|cookie|credential|key|pass|secret|session|sign|token", re.IGNORECASE)


def hide_values(headers: Any) -> Any:
    """Return headers with their values as Secret objects, because error reporters show local variables.

    Args:
        headers: A mapping of names to values, or None. Any other value is returned as a Secret, for which
            `checked_headers` raises an error.
    """
    if headers is None:
        return ()
    if not isinstance(headers, Mapping):
        return Secret(headers)
    return tuple((name, Secret(value)) for name, value in headers.items())


def checked_headers(parameter: str, headers: Any, error: Type[IntegryError]) -> Headers:
    """Return the headers after a check, without duplicates.

    Args:
        parameter: The name of the parameter, for the message.
        headers: The result of `hide_values`.
        error: The class of the error.

    Raises:
        IntegryError: If a header cannot be sent, or would replace a header that this package sets.
    """
    if isinstance(headers, Secret):
        refuse(parameter, "a dict of headers", headers.get_secret_value(), error)
    for name, secret in headers:
        reason = _name_error(name) or secret.header_error()
        if reason:
            message = f"{parameter}: {_describe_name(name)} {reason}"
            raise error(message)
    return merge_headers((), headers)


def _describe_name(name: Any) -> str:
    """Return a name for a message. Do not show an invalid name: a caller may have passed a secret by mistake."""
    if not isinstance(name, str):
        return describe(name)
    return repr(name) if _NAME.fullmatch(name) else f"a str of {len(name)} characters"


def _name_error(name: Any) -> str:
    """Return the reason why users cannot set a header of this name, or an empty string if they can."""
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        return "is not the name of a header"
    # WSGI servers do not distinguish App_Key from App-Key.
    normal = name.lower().replace("_", "-")
    if normal in CREDENTIALS:
        return "would replace a credential: pass the credential to the client instead"
    return "is set by this package" if normal in FRAMING else ""


def merge_headers(headers: Headers, others: Headers) -> Headers:
    """Return headers and other headers as one tuple. If a name is in both, ignoring case, the second value is kept."""
    return tuple({name.lower(): (name, value) for name, value in (*headers, *others)}.values())


def with_headers(request: Any, headers: Headers) -> Any:
    """Return a copy of a request with further headers. Headers of the request are not replaced."""
    copied = request.copy()
    texts = {name: value.get_secret_value() for name, value in headers}
    copied["headers"] = {**texts, **request.get("headers", {})}
    return copied


def sensitive_values(headers: Headers) -> Tuple[Secret, ...]:
    """Return the values of headers whose names suggest credentials, to mask them in messages and logs."""
    return tuple(value for name, value in headers if _SENSITIVE.search(name))
