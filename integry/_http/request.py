"""Building requests: of generated operations, and for paths that openapi.yaml does not describe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, TypeVar
from urllib.parse import urlsplit

from .._arguments import refuse, required
from .._generated._json import loads
from .._generated._values import json_default
from .._generated.errors import InvalidRequest as GeneratedInvalidRequest
from .._generated.operation import Body, Operation, Request
from .._generated.types import UNSET, BaseModel
from ..errors import InvalidRequest

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")

#: HTTP methods whose requests can be repeated safely (RFC 9110, section 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
#: Maximum number of characters of a path in a message.
EXCERPT = 300

#: A token of RFC 9110, such as a method.
_METHOD = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
#: Exceptions that mean that a value cannot be serialized as JSON. An encoder or the value's own methods raise them.
UNWRITABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
_JSON = (Body("json", "application/json", Any),)


def build(build: Callable[P, Request[T]], *args: P.args, **kwargs: P.kwargs) -> Request[T]:
    """Call `build` of an operation in `_generated/api`, and return the request.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    try:
        return build(*args, **kwargs)
    except GeneratedInvalidRequest as error:
        raise InvalidRequest(str(error)) from error
    except UNWRITABLE as error:
        message = f"An argument cannot be serialized: {type(error).__name__}: {error}"
        raise InvalidRequest(message) from error


def json_object(parameter: str, value: Any) -> Dict[str, Any]:
    """Return an argument that is a JSON object as a new dict.

    Args:
        parameter: The name of the parameter, for the message.
        value: A mapping, an instance of a dataclass or of an attrs class, or a JSON string with an object, as language
            models write the arguments of a tool. None stands for an empty object.

    Raises:
        errors.InvalidRequest: If the value is something else.
    """
    if value.__class__ is dict:
        return dict(value)
    if isinstance(value, (str, bytes, bytearray)):
        return _parse_json(parameter, value)
    found = value if isinstance(value, Mapping) else _to_mapping(parameter, value)
    try:
        return dict(found)
    except UNWRITABLE as error:
        message = f"{parameter} cannot be read: {type(error).__name__} in the class {type(value).__name__}"
        raise InvalidRequest(message) from error


def _parse_json(parameter: str, text: Any) -> Dict[str, Any]:
    try:
        found = loads(text)
    except (ValueError, RecursionError):
        # Do not raise `from error`: JSONDecodeError.doc is the whole text, which may contain secrets.
        message = f"{parameter} must be a dict, or a JSON string with an object: the string is not valid JSON"
        raise InvalidRequest(message) from None
    if not isinstance(found, dict):
        refuse(parameter, "a dict, or a JSON string with an object", found)
    return found


def _to_mapping(parameter: str, value: Any) -> Any:
    """Return the fields of a dataclass, an attrs class or a pydantic model, and an empty dict for None.

    Raises:
        errors.InvalidRequest: If the value is something else, or has a field that cannot be written as JSON.
    """
    try:
        found = {} if value is None else json_default(value)
    except (GeneratedInvalidRequest, *UNWRITABLE):
        found = None
    if not isinstance(found, Mapping) or isinstance(value, BaseModel):
        refuse(parameter, "a dict, or a JSON string with an object", value)
    return found


def custom_request(method: str, path: str, base: str, params: Optional[Mapping[str, Any]], json: Any) -> Request[Any]:
    """Return a request for a path that openapi.yaml does not describe.

    Args:
        method: The HTTP method.
        path: The path, relative to the base URL, or an absolute URL on that server.
        base: The base URL of the server, without a trailing slash.
        params: The query parameters.
        json: The body.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    if not _METHOD.fullmatch(required("method", method, str)):
        message = f"{method!r} is not an HTTP method, such as GET"
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
    """Return the absolute URL of a path.

    Raises:
        InvalidRequest: If the URL is not valid, or is on another server.
    """
    try:
        path.encode()
        url = path if urlsplit(path).scheme else f"{base}/{path.lstrip('/')}"
        is_allowed = is_on_server(url, base)
    except ValueError as error:
        message = f"path {path[:EXCERPT]!r} cannot be used in a URL: {error}"
        raise InvalidRequest(message) from error
    if not is_allowed:
        message = f"{url} is not on {base}. Credentials are sent to this server only."
        raise InvalidRequest(message)
    return url


def is_on_server(url: str, base: str) -> bool:
    """Return True if a URL has the same scheme, host and port as a base URL.

    Raises:
        ValueError: If a URL cannot be parsed.
    """
    return url.startswith(f"{base}/") or urlsplit(url)[:2] == urlsplit(base)[:2]
