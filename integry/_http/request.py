"""Requests: of generated operations, and those that no operation describes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional
from urllib.parse import urlsplit

from .._generated.errors import InvalidRequest as GeneratedInvalidRequest
from .._generated.operation import Body, Operation, Request
from .._generated.types import UNSET
from ..errors import InvalidRequest

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

#: Methods that can be repeated safely.
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
#: Maximum number of characters of a path in a message.
EXCERPT = 300

#: An HTTP token.
_METHOD = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_JSON = (Body("json", "application/json", Any),)


def build(build: Callable[P, Request], *args: P.args, **kwargs: P.kwargs) -> Request:
    """Return what `build` of a generated operation returns.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent as it is.
    """
    try:
        return build(*args, **kwargs)
    except GeneratedInvalidRequest as error:
        raise InvalidRequest(str(error)) from error


def undescribed(method: str, path: str, base: str, params: Optional[Mapping[str, Any]], json: Any) -> Request:
    """Return a request that no operation describes.

    Args:
        method: The HTTP method.
        path: The path below the server's URL, or a whole URL of that server.
        base: The server's URL, without a slash at its end.
        params: The query.
        json: The body.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent as it is.
    """
    if not _METHOD.fullmatch(method):
        message = f"{method!r} is no HTTP method"
        raise InvalidRequest(message)
    url, name = _url(path, base), f"{method} {path.partition('?')[0]}"
    idempotent = method.upper() in IDEMPOTENT
    operation = Operation(name, method.upper(), "", "", idempotent=idempotent, server=base, bodies=_JSON)
    request = build(operation.request, query=params or {}, body=UNSET if json is None else json)
    request["url"] = url
    return request


def _url(path: str, base: str) -> str:
    """Return the URL of a path, if it is on the server of the base."""
    try:
        path.encode()
        url = path if urlsplit(path).scheme else f"{base}/{path.lstrip('/')}"
        is_allowed = is_on_server(url, base)
    except ValueError as error:
        message = f"{path[:EXCERPT]!r} cannot stand in a URL: {error}"
        raise InvalidRequest(message) from error
    if not is_allowed:
        message = f"{url} is not at {base}: credentials are sent there only"
        raise InvalidRequest(message)
    return url


def is_on_server(url: str, base: str) -> bool:
    """Return True if a URL has the scheme, the host and the port of a server.

    Raises:
        ValueError: If it cannot be parsed.
    """
    return url.startswith(f"{base}/") or urlsplit(url)[:2] == urlsplit(base)[:2]
