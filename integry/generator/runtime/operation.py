"""Operations as data, which build requests and read responses."""

from http import HTTPStatus
from typing import Any, Callable, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

import requests
from attrs import define, field

from . import _lazy
from ._decoding import decode
from ._encoding import cookie, encode_body, header, is_missing, path_segment, query_pairs
from .errors import DecodeError, UnexpectedStatus
from .types import UNSET, Response

#: Statuses of responses without a body (RFC 9110), regardless of their Content-Length.
BODILESS = (204, 205, 304)


class Body(NamedTuple):
    """A documented request body.

    Attributes:
        kind: "json", "data" (a form), "files" (multipart) or "content" (bytes).
        content_type: The media type.
        type: The type of the argument.
    """

    kind: str
    content_type: str
    type: Any


class Security(NamedTuple):
    """A credential that an operation requires, and its place in the request.

    Attributes:
        name: The name of the security scheme in the document.
        place: "header", "query" or "cookie"; "" if the document names no place, as for client certificates.
        parameter: The name of the header, query parameter or cookie.
    """

    name: str
    place: str
    parameter: str


class ResponseSpec(NamedTuple):
    """A documented response.

    Attributes:
        kind: The kind of the body: "json", "text", "bytes" or "none".
        type: The type of the parsed body.
    """

    kind: str
    type: Any


@define(frozen=True)
class Operation:
    """An operation of the document.

    Attributes:
        name: The operationId, which is the name of its module.
        method: The HTTP method, in capitals.
        path: The path template, with `{name}` for each parameter.
        tag: The tag, which is the name of its package.
        idempotent: True if sending a request twice has the same effect as once, so that it may be retried.
        server: The URL of the documented server; None if it is relative or missing.
        security: The required credentials; the first ones if the document lists alternatives.
        bodies: The documented request bodies, one for each media type.
        responses: The documented responses, by status: "200", "4XX", "default".
        styles: The styles of array and object parameters that differ from the default of their place: "comma",
            "space", "pipe", "deep", or "json" for a parameter with a media type.
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
        """Build a request from parameters, by their names in the document.

        Raises:
            InvalidRequest: If a value cannot be sent.
        """
        # Set the items one by one: passing keyword arguments takes twice as long.
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
        """Return the query pairs of a parameter, in its style."""
        style = self.styles.get(name, "form")
        if style == "json":
            return query_pairs(name, encode_body(value, "json", "", {})["data"].decode())
        return query_pairs(name, value, style)

    def _body(self, value: Any) -> Body:
        """Return the first documented body that matches a value, or else the first one."""
        first, *others = self.bodies
        if others:
            return next((body for body in self.bodies if _lazy.fits(value, body.type)), first)
        return first

    def response_spec(self, status: int) -> Optional[ResponseSpec]:
        """Return the documented response for a status; None if the status is not documented."""
        return (
            self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX") or self.responses.get("default")
        )

    def read(
        self, response: requests.Response, *, raise_on_unexpected_status: bool = True, lenient: bool = False
    ) -> Response[Any]:
        """Parse a response of requests.

        Args:
            response: The response.
            raise_on_unexpected_status: True to raise `UnexpectedStatus` for a status that is not documented.
            lenient: True to keep what does not match the document, instead of raising `DecodeError`.

        Raises:
            UnexpectedStatus: If the status is not documented.
            DecodeError: If the body does not match the document.
        """
        status = response.status_code
        spec = self.response_spec(status)
        if spec is None and raise_on_unexpected_status:
            raise UnexpectedStatus(status, response.content)
        parsed = None if spec is None else self._parse(response, spec, lenient=lenient)
        return Response(_http_status(status), response.content, response.headers, parsed)

    def _parse(self, response: requests.Response, spec: ResponseSpec, *, lenient: bool) -> Any:
        if self.method == "HEAD" or response.status_code in BODILESS:
            return None
        try:
            return decode(response, spec.kind, spec.type, _lenient_structure() if lenient else _lazy.structure)
        except DecodeError as error:
            reason = f"{self.name}: {error.reason}"
            raise DecodeError(reason, response.status_code, response.content) from error


class Request(Dict[str, Any]):
    """A request, as keyword arguments of `requests.Session.request`. The URL is relative to the server.

    Attributes:
        operation: The operation.
    """

    __slots__ = ("operation",)

    operation: Operation

    def __repr__(self) -> str:
        # Without the body and the headers, which may contain credentials.
        return f"<Request {self.operation.name}: {self.get('method')} {self.get('url')}>"

    def copy(self) -> "Request":
        """Return a shallow copy."""
        copied = Request(self)
        copied.operation = self.operation
        return copied


def _lenient_structure() -> Callable[[Any, Any], Any]:
    """Return the function of the lenient converter, which is imported on first use."""
    from ._lenient import structure_leniently

    return structure_leniently


def _http_status(status: int) -> int:
    try:
        return HTTPStatus(status)
    except ValueError:
        return status


__all__ = ["Body", "Operation", "Request", "ResponseSpec", "Security"]
