# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Operations as data: how a request is built, and how a response is read."""

from http import HTTPStatus
from typing import Any, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

import requests
from attrs import define, field

from . import _lazy
from ._decoding import decode
from ._encoding import cookie, encode_body, header, is_missing, path_segment, query_pairs
from .errors import DecodeError, UnexpectedStatus
from .types import UNSET, Response

#: Statuses of responses that have no body (RFC 9110), whatever their Content-Length says.
BODILESS = (204, 205, 304)


class Body(NamedTuple):
    """A body that an operation takes.

    Attributes:
        kind: "json", "data" (a form), "files" (multipart) or "content" (bytes).
        content_type: The media type.
        type: The type of the argument.
    """

    kind: str
    content_type: str
    type: Any


class Security(NamedTuple):
    """A credential that an operation wants, and where it stands in the request.

    Attributes:
        name: The name of the security scheme in the document.
        place: "header", "query" or "cookie"; "" if the document names no place, as for client certificates.
        parameter: The name of the header, query parameter or cookie.
    """

    name: str
    place: str
    parameter: str


class ResponseSpec(NamedTuple):
    """A response that the document describes.

    Attributes:
        kind: How its body is read: "json", "text", "bytes", or not at all ("none").
        type: The type of the parsed body.
    """

    kind: str
    type: Any


@define(frozen=True)
class Operation:
    """An operation of the document.

    Attributes:
        name: The operationId, as its module is called.
        method: The HTTP method, in capitals.
        path: The path template, `{name}` for each parameter.
        tag: The tag, as its package is called.
        idempotent: True if sending it twice does what sending it once does, so that it may be repeated.
        server: The URL of the server that the document gives for it, if it is absolute.
        security: The credentials that it wants, the first alternative of them.
        bodies: The bodies it takes, one for each media type.
        responses: The documented responses, by status: "200", "4XX", "default".
        styles: How array and object parameters are written, where it is not the default of their place: "comma",
            "space", "pipe", "deep", or "json" for a parameter that has a media type.
    """

    name: str
    method: str
    path: str
    tag: str
    idempotent: bool
    server: Optional[str] = None
    security: Tuple[Security, ...] = ()
    bodies: Tuple[Body, ...] = ()
    responses: Mapping[str, ResponseSpec] = field(factory=dict)
    styles: Mapping[str, str] = field(factory=dict)

    def request(
        self,
        *,
        path: Mapping[str, Any] = {},
        query: Mapping[str, Any] = {},
        headers: Mapping[str, Any] = {},
        cookies: Mapping[str, Any] = {},
        body: Any = UNSET,
    ) -> "Request":
        """Return the request of this operation with these parameters, given by the names of the document.

        Raises:
            InvalidRequest: If a value cannot be sent as it is.
        """
        # One by one: keyword arguments would take twice as long.
        result = Request()
        result.operation = self
        result["method"] = self.method
        result["url"] = self.path.format(**{name: path_segment(name, value) for name, value in path.items()})
        given = [(name, value) for name, value in query.items() if not is_missing(value)]
        pairs = [pair for name, value in given for pair in self._pairs(name, value)]
        if pairs:
            result["params"] = pairs
        sent = {name: header(name, value) for name, value in headers.items() if not is_missing(value)}
        if body is not UNSET:
            documented = self._body(body)
            result.update(encode_body(body, documented.kind, documented.content_type, sent))
        if sent:
            result["headers"] = sent
        kept = {name: cookie(name, value) for name, value in cookies.items() if not is_missing(value)}
        if kept:
            result["cookies"] = kept
        return result

    def _pairs(self, name: str, value: Any) -> Iterable[Tuple[str, str]]:
        """Return a parameter as pairs of the query, in its style."""
        style = self.styles.get(name, "form")
        if style == "json":
            return query_pairs(name, encode_body(value, "json", "", {})["data"].decode())
        return query_pairs(name, value, style)

    def _body(self, value: Any) -> Body:
        """Return the first documented body that a value fits, or else the first of all."""
        first, *others = self.bodies
        if others:
            return next((body for body in self.bodies if _lazy.fits(value, body.type)), first)
        return first

    def response_spec(self, status: int) -> Optional[ResponseSpec]:
        """Return what the document says of a status, or None."""
        return (
            self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX") or self.responses.get("default")
        )

    def read(self, response: requests.Response, *, raise_on_unexpected_status: bool = True) -> Response[Any]:
        """Return a response of requests with its body parsed.

        Raises:
            UnexpectedStatus: If the status is not documented.
            DecodeError: If the body is not what is documented.
        """
        status = response.status_code
        spec = self.response_spec(status)
        if spec is None and raise_on_unexpected_status:
            raise UnexpectedStatus(status, response.content)
        parsed = None if spec is None else self._parse(response, spec)
        return Response(_http_status(status), response.content, response.headers, parsed)

    def _parse(self, response: requests.Response, spec: ResponseSpec) -> Any:
        if self.method == "HEAD" or response.status_code in BODILESS:
            return None
        try:
            return decode(response, spec.kind, spec.type)
        except DecodeError as error:
            reason = f"{self.name}: {error.reason}"
            raise DecodeError(reason, response.status_code, response.content) from error


class Request(Dict[str, Any]):
    """The keyword arguments of an operation for `requests.Session.request`; the URL is relative to the server.

    Attributes:
        operation: The operation.
    """

    __slots__ = ("operation",)

    operation: Operation

    def __repr__(self) -> str:
        # Without the body and the headers, which may carry credentials.
        return f"<Request {self.operation.name}: {self.get('method')} {self.get('url')}>"

    def copy(self) -> "Request":
        """Return a shallow copy."""
        copied = Request(self)
        copied.operation = self.operation
        return copied


def _http_status(status: int) -> int:
    try:
        return HTTPStatus(status)
    except ValueError:
        return status


__all__ = ["Body", "Operation", "Request", "ResponseSpec", "Security"]
