"""Requests: of generated operations, and those that no operation describes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional
from urllib.parse import urlsplit

from .._arguments import refuse, required
from .._generated.converter import unstructure
from .._generated.errors import InvalidRequest as GeneratedInvalidRequest
from .._generated.operation import Body, Operation, Request
from .._generated.types import UNSET, BaseModel
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
#: Exceptions that mean that a value cannot be written, such as those of its own methods.
UNWRITABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
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
    except UNWRITABLE as error:
        message = f"An argument cannot be written: {type(error).__name__}: {error}"
        raise InvalidRequest(message) from error


def json_object(parameter: str, value: Any) -> Dict[str, Any]:
    """Return an argument that is a JSON object, as a dict that may be changed.

    Args:
        parameter: The name of the parameter, for the message.
        value: A mapping, an instance of a dataclass or of an attrs class, or the JSON text of an object, as language
            models write the arguments of a tool. None is empty.

    Raises:
        errors.InvalidRequest: If it is something else.
    """
    if isinstance(value, (str, bytes, bytearray)):
        found = _parsed(parameter, value)
    else:
        found = value if isinstance(value, (Mapping, BaseModel)) else _converted(value)
    if not isinstance(found, Mapping):
        refuse(parameter, "a dict, or JSON text of an object", found)
    return dict(found)


def _parsed(parameter: str, text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # Without the error as the cause: it has the text.
        message = f"{parameter} must be a dict, or JSON text of an object: the text cannot be read as JSON"
        raise InvalidRequest(message) from None


def _converted(value: Any) -> Any:
    """Return an instance of a dataclass or an attrs class as a dict, and other values as they are; None is empty."""
    try:
        return {} if value is None else unstructure(value)
    except (GeneratedInvalidRequest, *UNWRITABLE):
        return value


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
    if not _METHOD.fullmatch(required("method", method, str)):
        message = f"{method!r} is no HTTP method"
        raise InvalidRequest(message)
    if not (params is None or isinstance(params, Mapping)):
        refuse("params", "a dict", params)
    url, name = _url(required("path", path, str), base), f"{method} {path.partition('?')[0]}"
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
