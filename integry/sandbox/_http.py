"""Requests and responses of the sandbox, as objects instead of WSGI's environ."""

from __future__ import annotations

import json
from http import HTTPStatus
from math import isfinite
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union
from urllib.parse import SplitResult, parse_qsl, unquote_to_bytes

from attrs import define, field

from .._generated._json import loads

#: Maximum bytes of a request body.
MAX_BODY = 10_000_000
#: Maximum nesting depth of JSON in a request, so that functions that process the JSON can be recursive.
MAX_DEPTH = 100


@define
class Response:
    """A response of the sandbox.

    Attributes:
        status: The HTTP status.
        body: A value to send as JSON; text is sent as HTML, bytes unchanged, None as an empty body.
        headers: Further headers.
    """

    status: int = 200
    body: Any = None
    headers: Dict[str, str] = field(factory=dict)

    def content(self) -> bytes:
        """Return the body as bytes."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        # JSON may contain lone surrogates, which cannot be encoded as UTF-8.
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode(errors="backslashreplace")

    def head(self) -> Tuple[str, List[Tuple[str, str]]]:
        """Return the status line and the headers for WSGI's start_response()."""
        kind = "text/html; charset=utf-8" if isinstance(self.body, str) else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(self.content())), **self.headers}
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        return f"{self.status} {phrase}", list(headers.items())


class HTTPError(Exception):
    """A refused request, with the response to send.

    Args:
        status: The HTTP status.
        body: The body of the response, see `Response`.
        **headers: The headers of the response.
    """

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        super().__init__(status, body)
        self.response = Response(status, body, headers)


def make_environ(
    method: str, url: SplitResult, headers: Iterable[Tuple[str, str]], body: Any, length: str
) -> Dict[str, Any]:
    """Return the WSGI environ of a request.

    Args:
        method: The HTTP method.
        url: The URL, with the address that the server listens on.
        headers: The headers.
        body: A file to read the body from.
        length: The length of the body, in bytes.
    """
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or {"https": 443}.get(url.scheme, 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": length,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": body,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        # The default for requests within the process. The server replaces it with the client's address.
        "REMOTE_ADDR": "127.0.0.1",
    }
    given = join_values((f"HTTP_{name.upper().replace('-', '_')}", value) for name, value in headers)
    return {**environ, **given, "CONTENT_TYPE": given.get("HTTP_CONTENT_TYPE", "")}


def join_values(pairs: Iterable[Tuple[str, str]]) -> Dict[str, str]:
    """Return values by name. Values of one name are joined by commas, so a credential that is sent twice is invalid."""
    found: Dict[str, List[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in found.items()}


class Request:
    """A request to the sandbox, from a WSGI environ.

    Attributes:
        method: The HTTP method.
        path: The path, percent-decoded by the server.
        query: The query parameters; several values of a name are joined by commas.
    """

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace") or "/"
        self.query: Dict[str, str] = join_values(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        self._content: Optional[bytes] = None

    def header(self, name: str) -> str:
        """Return a header; empty if it is missing."""
        value: str = self._environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
        return value

    def credential(self, header: str) -> str:
        """Return a credential from its header, or from the query, where the browser SDK sends it."""
        return self.header(header) or self.query.get(header.lower().replace("-", "_"), "")

    def flag(self, name: str) -> bool:
        """Return True if a query parameter is "true", "1" or "yes"."""
        return self.query.get(name, "").lower() in ("true", "1", "yes")

    @property
    def server(self) -> str:
        """The address that the server listens on."""
        name: str = self._environ["SERVER_NAME"]
        return name

    @property
    def peer(self) -> str:
        """The address of the client. IPv4-mapped IPv6 addresses are converted to IPv4."""
        address: str = self._environ.get("REMOTE_ADDR", "")
        return address[len("::ffff:") :] if address.startswith("::ffff:") else address

    @property
    def url(self) -> str:
        """The URL of the sandbox as the client sees it, without a path."""
        host = self.header("Host") or f"{self._environ['SERVER_NAME']}:{self._environ['SERVER_PORT']}"
        return f"{self._environ['wsgi.url_scheme']}://{host}"

    def content(self) -> bytes:
        """Return the body.

        Raises:
            HTTPError: If the body is too large, or incomplete.
        """
        if self._content is not None:
            return self._content
        length = int(self._environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY:
            raise HTTPError(413, {"detail": f"The body is larger than {MAX_BODY} bytes."})
        try:
            content = bytes(self._environ["wsgi.input"].read(length))
        except OSError as error:
            raise HTTPError(408, {"detail": "The body did not arrive in time."}, Connection="close") from error
        if len(content) < length:
            raise HTTPError(400, {"detail": "The body is shorter than its Content-Length."}, Connection="close")
        self._content = content
        return content

    @property
    def received(self) -> bytes:
        """The body if it was read already; empty otherwise."""
        return self._content or b""

    def as_json(self) -> bytes:
        """Return the received body. A form is converted to JSON, and its fields that are JSON texts are parsed."""
        if not self.is_form:
            return self.received
        pairs = parse_qsl(self.received.decode(errors="replace"), keep_blank_values=True)
        return json.dumps({name: _json_or_text(value) for name, value in pairs}).encode()

    @property
    def is_form(self) -> bool:
        """True if the body is a URL-encoded form, whose fields are all strings."""
        return self._kind.startswith("application/x-www-form-urlencoded")

    @property
    def _kind(self) -> str:
        kind: str = self._environ.get("CONTENT_TYPE", "")
        return kind

    def cursor(self) -> Any:
        """Return the cursor from the body, where its name is `_cursor` or (older) `next_page`, or else from the query.

        One of the vendor's clients sends the cursor in the query.
        """
        body = self.body()
        return body.get("_cursor", body.get("next_page", self.query.get("_cursor")))

    @property
    def client_timeout(self) -> Optional[float]:
        """The read timeout of the client in seconds; None if the request came over a socket."""
        return self._environ.get("integry.timeout")

    def body(self, empty: bytes = b"{}") -> Dict[str, Any]:
        """Return the object in the body, from JSON or from a form.

        Args:
            empty: The JSON that an empty body stands for.

        Raises:
            HTTPError: If the body is not an object.
        """
        content = self.content()
        if self._kind.startswith("multipart/"):
            raise HTTPError(415, {"detail": "Unsupported media type: send JSON, or a URL-encoded form."})
        try:
            if self.is_form:
                return dict(parse_qsl(content.decode(), keep_blank_values=True))
            found = parse_json(content or empty)
        except ValueError as error:
            raise HTTPError(400, {"detail": f"JSON parse error - {error}"}) from error
        if not isinstance(found, dict):
            raise HTTPError(400, {"detail": f"Invalid data. Expected a dictionary, but got {type(found).__name__}."})
        return found


def _json_or_text(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return text


def parse_json(text: Union[str, bytes]) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: If the text is not valid JSON, or is nested more deeply than `MAX_DEPTH`.
    """
    message = f"it is nested deeper than {MAX_DEPTH}"
    try:
        found = loads(text, parse_float=_number, parse_constant=_number)
    except RecursionError as error:
        raise ValueError(message) from error
    level = [found]
    for _ in range(MAX_DEPTH + 1):
        level = [
            part
            for each in level
            if isinstance(each, (dict, list))
            for part in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return found
    raise ValueError(message)


def _number(text: str) -> float:
    """Return a JSON number. Python's parser accepts `NaN` and `1e999` too, which JSON cannot represent."""
    number = float(text)
    if not isfinite(number):
        message = f"{text} is not a JSON number"
        raise ValueError(message)
    return number
