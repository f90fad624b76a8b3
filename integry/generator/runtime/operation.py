"""What an operation is, as data, and how its request is built and its response read."""

import codecs
import json
import re
from http import HTTPStatus
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import quote, unquote

import requests
from attrs import define, field

from .errors import DecodeError, InvalidRequest, UnexpectedStatus
from .types import UNSET, File, Response, Unset


#: Statuses of responses that have no body (RFC 9110), whatever their Content-Length says.
BODILESS = (204, 205, 304)


class Body(NamedTuple):
    """A body that an operation takes: as "json", "data" (a form), "files" (multipart) or "content" (bytes)."""

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


class Answer(NamedTuple):
    """A body that an operation gives: read as "json", "text", "bytes", or not at all ("none")."""

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
        idempotent: Whether sending it twice does what sending it once does, so that it may be repeated.
        server: The URL of the server that the document gives for it, if it is absolute.
        security: The credentials that it wants, the first alternative of them.
        bodies: The bodies it takes, one for each media type.
        responses: What it answers, by status: "200", "4XX", "default".
        styles: How array and object parameters are written, where it is not the default of their place.
    """

    name: str
    method: str
    path: str
    tag: str
    idempotent: bool
    server: Optional[str] = None
    security: Tuple[Security, ...] = ()
    bodies: Tuple[Body, ...] = ()
    responses: Mapping[str, Answer] = field(factory=dict)
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
        result["url"] = self.path.format(**{name: _segment(name, value) for name, value in path.items()})
        given = [(name, value) for name, value in query.items() if not _absent(value)]
        pairs = [pair for name, value in given for pair in _query(name, value, self.styles.get(name, "form"))]
        if pairs:
            result["params"] = pairs
        sent = {name: _header(name, value) for name, value in headers.items() if not _absent(value)}
        if body is not UNSET:
            result.update(_encode(body, self._body(body), sent))
        if sent:
            result["headers"] = sent
        kept = {name: _cookie(name, value) for name, value in cookies.items() if not _absent(value)}
        if kept:
            result["cookies"] = kept
        return result

    def _body(self, value: Any) -> Body:
        """Which of the documented bodies a value is."""
        documented = list(self.bodies)
        if len(documented) > 1:
            from .converter import fits

            return next((body for body in documented if fits(value, body.type)), documented[0])
        return documented[0]

    def answer(self, status: int) -> Optional[Answer]:
        """What the document says of a status, or None."""
        return (
            self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX") or self.responses.get("default")
        )

    def read(self, response: requests.Response, *, raise_on_unexpected_status: bool = True) -> Response[Any]:
        """A response of requests, its body parsed.

        Raises:
            UnexpectedStatus: If the status is not documented.
            DecodeError: If the body is not what is documented.
        """
        status = response.status_code
        answer = self.answer(status)
        if answer is None and raise_on_unexpected_status:
            raise UnexpectedStatus(status, response.content)
        parsed = None if answer is None else self._parse(response, answer)
        return Response(_status(status), response.content, response.headers, parsed)

    def _parse(self, response: requests.Response, answer: Answer) -> Any:
        from .converter import structure

        content = response.content
        try:
            if self.method == "HEAD" or response.status_code in BODILESS:
                return None
            _check_length(response)
            if answer.kind == "none":
                return None
            if answer.kind == "bytes":
                return structure(content, answer.type)
            if answer.kind == "text":
                return structure(_read_text(response), answer.type)
            if not content:
                return _nothing(answer.type)
            return structure(_loads(response), answer.type)
        except DecodeError as error:
            reason = f"{self.name}: {error.reason}"
            raise DecodeError(reason, response.status_code, content) from error


class Request(Dict[str, Any]):
    """The keyword arguments of an operation for `requests.Session.request`; the URL is relative to the server.

    Attributes:
        operation: The operation.
    """

    __slots__ = ("operation",)

    operation: Operation


def _nothing(type_: Any) -> None:
    """Accept an empty body where an empty object would do; elsewhere something is missing."""
    from .converter import structure

    try:
        structure({}, type_)
    except DecodeError as error:
        reason = "the body is empty"
        raise DecodeError(reason) from error


#: The charset in a Content-Type. Old versions of requests fail on one without a value.
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
#: Codecs of texts that are no charsets: the first takes quadratic time, the others are for Python's own source.
_NO_CHARSETS = {"punycode", "raw_unicode_escape", "unicode_escape"}


def charset(response: requests.Response) -> str:
    """The charset of a body, as Python calls it: UTF-8, unless the server says another that there is.

    requests alone would take text for Latin-1, or guess.
    """
    declared = _CHARSET.search(response.headers.get("Content-Type", ""))
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared.group(1)).name
        # Some are for bytes, or fail whatever they read.
        b"x".decode(name, errors="replace")
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name.replace("-", "_") in _NO_CHARSETS else name


def _read_text(response: requests.Response) -> str:
    """The text of a body."""
    return response.content.decode(charset(response), errors="replace")


def _loads(response: requests.Response) -> Any:
    try:
        # Of bytes, json sees for itself which UTF they are.
        return json.loads(response.content if charset(response) == "utf-8" else _read_text(response))
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON: {error}"
        raise DecodeError(reason) from error


def _check_length(response: requests.Response) -> None:
    """Refuse a body that is shorter than its Content-Length: urllib3 1 lets it pass."""
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and "Content-Encoding" not in response.headers and len(response.content) < int(declared):
        reason = f"the body is cut short: {len(response.content)} of {declared} bytes"
        raise DecodeError(reason)


def _status(status: int) -> int:
    try:
        return HTTPStatus(status)
    except ValueError:
        return status


def _absent(value: Any) -> bool:
    return value is None or isinstance(value, Unset)


def _plain(value: Any) -> Any:
    """A value without models, enums and datetimes."""
    if value is None or type(value) in (str, int, bool, float):
        return value
    from .converter import unstructure

    return unstructure(value)


def _text(value: Any) -> str:
    """A plain value as it stands in a URL or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return _dumps(value)
    try:
        return str(value)
    except ValueError as error:
        # An int of more digits than Python writes.
        reason = f"The value cannot be written: {error}"
        raise InvalidRequest(reason) from error


def _writable(value: Any) -> Any:
    from .converter import writable

    return writable(value)


_encode_json = json.JSONEncoder(allow_nan=False, default=_writable).encode


def _dumps(value: Any) -> str:
    """JSON; what the encoder does not know is made plain as it comes to it."""
    try:
        try:
            return _encode_json(value)
        except TypeError:
            # Keys it does not ask about: enums, dates.
            return _encode_json(_plain(value))
    except (TypeError, ValueError, RecursionError) as error:
        reason = f"The body cannot be written as JSON: {error}"
        raise InvalidRequest(reason) from error


def _joined(value: Any, separator: str = ",") -> str:
    plain = _plain(value)
    if isinstance(plain, dict):
        plain = [part for pair in plain.items() for part in pair]
    return separator.join(map(_text, plain)) if isinstance(plain, list) else _text(plain)


#: What needs no quoting, and is no `.` or `..`.
_PLAIN_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*")


#: So often a text is unquoted to see whether it is `.` or `..`: servers do so once, or with proxies before them a few times.
_UNQUOTED = 8


def _segment(name: str, value: Any) -> str:
    """A value as one segment of a path."""
    if type(value) is str and _PLAIN_SEGMENT.fullmatch(value):
        return value
    text = "" if _absent(value) else _joined(value)
    decoded = text
    for _ in range(_UNQUOTED):
        decoded = unquote(decoded)
    if decoded in ("", ".", ".."):
        # requests and servers would resolve such a segment, and another path would be asked.
        message = f"{name} must not be empty, '.' or '..' to stand in the path, got {text!r}"
        raise InvalidRequest(message)
    return _quoted(name, text)


def _quoted(name: str, text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        message = f"{name} has a character that UTF-8 cannot write: {error}"
        raise InvalidRequest(message) from error


def _header(name: str, value: Any) -> str:
    """A value as a header."""
    text = _joined(value)
    try:
        text.encode("latin-1")
    except UnicodeEncodeError as error:
        message = f"The header {name} can carry latin-1 only: {error}"
        raise InvalidRequest(message) from error
    if "\r" in text or "\n" in text:
        message = f"The header {name} must not contain a line break"
        raise InvalidRequest(message)
    return text


def _cookie(name: str, value: Any) -> str:
    """A value as a cookie."""
    text = _header(name, value)
    if ";" in text:
        message = f"The cookie {name} must not contain a semicolon: what follows would be another cookie"
        raise InvalidRequest(message)
    return text


#: The separator of an array that is written as one value.
_SEPARATORS = {"comma": ",", "space": " ", "pipe": "|"}


def _query(name: str, value: Any, style: str = "form") -> Iterable[Tuple[str, str]]:
    """A parameter as pairs of a query or a form: arrays repeat the name, objects give a pair for each field."""
    plain = _plain(value) if not isinstance(value, Unset) else None
    if plain is None:
        return []
    if style in _SEPARATORS:
        plain = _joined(plain, _SEPARATORS[style])
    if isinstance(plain, dict):
        template = name + "[{}]" if style == "deep" else "{}"
        named = [(template.format(key), part) for key, part in plain.items()]
    else:
        named = [(name, part) for part in plain] if isinstance(plain, list) else [(name, plain)]
    pairs = [(str(key), _text(part)) for key, part in named if part is not None]
    _quoted(name, "".join(map("".join, pairs)))
    return pairs


def _encode(value: Any, body: Body, headers: Dict[str, str]) -> Dict[str, Any]:
    """A body as keyword arguments for requests."""
    if body.kind == "files":
        # requests writes the Content-Type, which names the boundary.
        from .converter import multipart

        return {"files": multipart(value)}
    headers["Content-Type"] = body.content_type
    if body.kind == "content":
        return {"data": value.payload if isinstance(value, File) else value}
    if body.kind == "data":
        fields: List[Tuple[str, str]] = []
        for name, part in _plain(value).items():
            fields.extend(_query(name, _dumps(part) if isinstance(part, dict) else part))
        return {"data": fields}
    return {"data": _dumps(value).encode()}


__all__ = ["Answer", "Body", "Operation", "Request", "Security"]
