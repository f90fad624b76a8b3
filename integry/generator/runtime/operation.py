"""Classes that describe operations. An `Operation` builds its requests and parses its responses."""

from http import HTTPStatus
from typing import Any, Callable, Dict, Generic, Mapping, NamedTuple, Optional, Tuple, TypeVar

import requests
from attrs import define, field

from . import _lazy
from ._decoding import decode
from ._encoding import cookie, encode_body, header, is_missing, path_segment, query_pairs
from .errors import DecodeError, UnexpectedStatus
from .types import UNSET, Response, ResponseSpec

R = TypeVar("R")

#: Statuses of responses without a body (RFC 9110), regardless of their Content-Length.
BODILESS = (204, 205, 304)


class Encoding(NamedTuple):
    """The encoding of a field of a form or multipart body, if it differs from the default.

    Attributes:
        style: "form", "comma", "space", "pipe", "tab" or "deep", as in queries; "" if the media type determines the
            encoding.
        content_type: The media type; "" for the default media type of the field's type.
        headers: The headers of the field's part in a multipart body.
    """

    style: str = ""
    content_type: str = ""
    headers: Mapping[str, str] = {}


class Style(NamedTuple):
    """The style of a parameter that is not in the query.

    Attributes:
        kind: "simple", "label", "matrix", "form", "cookie", or "json" for a parameter with a media type; with "*" at
            the end if it is exploded.
        name: The name of the parameter in the document.
    """

    kind: str
    name: str


class Body(NamedTuple):
    """A documented request body.

    Attributes:
        kind: "json", "data" (a form), "files" (multipart) or "content" (bytes).
        content_type: The media type.
        type: The type of the argument.
        encoding: The encodings of the fields, by name, if they differ from the default.
    """

    kind: str
    content_type: str
    type: Any
    encoding: Mapping[str, Encoding] = {}


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


class Pagination(NamedTuple):
    """The rule to get from a page of an operation to the next page: the extension `x-pagination` of the document.

    Attributes:
        kind: "cursor", "page" (a number from 1), "offset" (a number of items from 0), "url" or "link" (a header).
        parameter: The query parameter of the cursor, page number or offset.
        field: The place of the next cursor or URL in the body, such as `meta.next`. For page numbers and offsets, the
            place of a value that is false, null or missing on the last page.
        items: The place of the items in the body; empty if the body is the array.
    """

    kind: str
    parameter: str = ""
    field: str = ""
    items: str = ""


@define(frozen=True)
class Operation:
    """An operation of the document.

    Attributes:
        name: The operationId, which is the name of its module.
        method: The HTTP method, in capitals.
        path: The path template, with `{name}` for each parameter.
        tag: The tag, which is the name of its package.
        idempotent: True if sending a request twice has the same effect as sending it once, so that it can be retried.
        server: The URL of the documented server; None if it is relative or missing.
        security: The required credentials; the first ones if the document lists alternatives.
        alternatives: All combinations of credentials, if the document lists several. An empty one means no credentials.
        other_styles: The styles of path, header and cookie parameters that differ from the default, by place ("path",
            "header" or "cookie") and name.
        bodies: The documented request bodies, one for each media type.
        responses: The documented responses, by status: "200", "4XX", "default".
        styles: The styles of query parameters that differ from the default: "comma", "space", "pipe", "tab", "deep", or
            "json" for a parameter with a media type; with "+" at the end if reserved characters are not encoded.
        pagination: The rule for the next page; None if the document has none.
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
    pagination: Optional[Pagination] = None
    alternatives: Tuple[Tuple[Security, ...], ...] = ()
    other_styles: Mapping[str, Mapping[str, Style]] = field(factory=dict)

    def request(
        self,
        *,
        path: Mapping[str, Any] = {},
        query: Mapping[str, Any] = {},
        headers: Mapping[str, Any] = {},
        cookies: Mapping[str, Any] = {},
        body: Any = UNSET,
        content_type: Any = UNSET,
    ) -> "Request[Any]":
        """Build a request from arguments, which are dicts by the names of the parameters in the document.

        `content_type` is one of the media types of the body, or UNSET for the first one that fits the type of `body`.

        Raises:
            InvalidRequest: If a value cannot be sent.
        """
        # Set the items one by one, because Request(method=…, …) takes twice as long.
        result: Request[Any] = Request()
        result.operation = self
        result["method"] = self.method
        if self.styles or self.other_styles:
            sent, kept = self._add_styled(result, path, query, headers, cookies)
        else:
            result["url"] = self.path.format(**{name: path_segment(name, value) for name, value in path.items()})
            given = [(name, value) for name, value in query.items() if not is_missing(value)]
            pairs = [pair for name, value in given for pair in query_pairs(name, value)]
            if pairs:
                result["params"] = pairs
            sent = {name: header(name, value) for name, value in headers.items() if not is_missing(value)}
            kept = {name: cookie(name, value) for name, value in cookies.items() if not is_missing(value)}
        if body is not UNSET:
            documented = self._body(body, content_type)
            result.update(encode_body(body, documented.kind, documented.content_type, sent, documented.encoding))
        if sent:
            result["headers"] = sent
        if kept:
            result["cookies"] = kept
        return result

    def _add_styled(
        self,
        result: "Request[Any]",
        path: Mapping[str, Any],
        query: Mapping[str, Any],
        headers: Mapping[str, Any],
        cookies: Mapping[str, Any],
    ) -> Tuple[Dict[str, str], Dict[str, str]]:
        """Add URL and query to `result` in the documented styles, and return headers and cookies in their styles."""
        styles = self.other_styles
        encoded, pairs = _lazy.styled_query(query, self.styles)
        url = self.path.format(**_lazy.styled_path(path, styles.get("path", {})))
        if encoded:
            # Some documents tell equal paths apart by a fragment, which is never sent, or have a query in the path.
            url = url.partition("#")[0]
            url += ("&" if "?" in url else "?") + encoded
        result["url"] = url
        if pairs:
            result["params"] = pairs
        return (
            _lazy.styled_headers(headers, styles.get("header", {})),
            _lazy.styled_cookies(cookies, styles.get("cookie", {})),
        )

    def _body(self, value: Any, content_type: Any) -> Body:
        """Return the documented body to send a value as: the first whose type matches it, or else the first of all.

        A value with files needs a multipart body.

        Raises:
            InvalidRequest: If the document does not have the media type.
        """
        if not is_missing(content_type):
            return _lazy.body_of(content_type, self.bodies)
        first, *others = self.bodies
        if not others:
            return first
        found = [body for body in self.bodies if _lazy.fits(value, body.type)] or [first]
        return _lazy.body_for(value, found) if len(found) > 1 else found[0]

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
            lenient: True to keep values that do not match the document, instead of raising `DecodeError`.

        Raises:
            UnexpectedStatus: If the status is not documented.
            DecodeError: If the body does not match the document.
        """
        status = response.status_code
        spec = self.response_spec(status)
        if spec is None and raise_on_unexpected_status:
            raise UnexpectedStatus(status, response.content)
        parsed = None if spec is None else self._parse(response, spec, lenient=lenient)
        return Response(http_status(status), response.content, response.headers, parsed)

    def _parse(self, response: requests.Response, spec: ResponseSpec, *, lenient: bool) -> Any:
        if self.method == "HEAD" or response.status_code in BODILESS:
            return None
        if spec.others:
            from ._media import select

            spec = select(spec, response.headers.get("Content-Type", ""))
        try:
            return decode(response, spec.kind, spec.type, structure_function(lenient=lenient))
        except DecodeError as error:
            reason = f"{self.name}: {error.reason}"
            raise DecodeError(reason, response.status_code, response.content) from error


class Request(Dict[str, Any], Generic[R]):
    """A request, as keyword arguments of `requests.Session.request`. The URL is relative to the server.

    `Request[Pet]` is the type of a request whose response is parsed as a Pet.

    Attributes:
        operation: The operation.
    """

    __slots__ = ("operation",)

    operation: Operation

    def __repr__(self) -> str:
        # Do not show the body and the headers, because they may contain credentials.
        return f"<Request {self.operation.name}: {self.get('method')} {self.get('url')}>"

    def copy(self) -> "Request[R]":
        """Return a shallow copy."""
        copied: Request[R] = Request(self)
        copied.operation = self.operation
        return copied


def structure_function(*, lenient: bool) -> Callable[[Any, Any], Any]:
    """Return the function that converts JSON to a type. The lenient converter is imported when it is used."""
    if lenient:
        from ._lenient import structure_leniently

        return structure_leniently
    return _lazy.structure


def http_status(status: int) -> int:
    """Return a status as an http.HTTPStatus, or unchanged if Python does not know it."""
    try:
        return HTTPStatus(status)
    except ValueError:
        return status


__all__ = ["Body", "Encoding", "Operation", "Pagination", "Request", "ResponseSpec", "Security", "Style"]
