"""Requests and answers of the sandbox: WSGI's dictionaries as objects."""

from __future__ import annotations

import json
from http import HTTPStatus
from math import isfinite
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union
from urllib.parse import SplitResult, parse_qsl, unquote_to_bytes

from attrs import define, field

#: Larger bodies are refused.
LONGEST_BODY = 10_000_000
#: What is nested deeper is refused. So all that reads it may call itself.
DEEPEST = 100


@define
class Answer:
    """An answer.

    Attributes:
        status: The HTTP status.
        body: What becomes JSON; text is sent as HTML, bytes as they are, None as nothing.
        headers: Further headers.
    """

    status: int = 200
    body: Any = None
    headers: Dict[str, str] = field(factory=dict)

    def content(self) -> bytes:
        """The body as it is sent."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        # JSON may hold halves of characters, which no page can.
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode(errors="backslashreplace")

    def head(self) -> Tuple[str, List[Tuple[str, str]]]:
        """The status and the headers, as WSGI wants them."""
        kind = "text/html; charset=utf-8" if isinstance(self.body, str) else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(self.content())), **self.headers}
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        return f"{self.status} {phrase}", list(headers.items())


class Refused(Exception):  # noqa: N818 (it is an answer)
    """The request is refused with an answer."""

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        super().__init__(status, body)
        self.answer = Answer(status, body, headers)


def environ_of(
    method: str, url: SplitResult, headers: Iterable[Tuple[str, str]], body: Any, length: str
) -> Dict[str, Any]:
    """What WSGI calls a request.

    Args:
        method: The HTTP method.
        url: The URL, with the address that the server listens at.
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
        # A request in this process; the server puts the address of its client here.
        "REMOTE_ADDR": "127.0.0.1",
    }
    given = joined((f"HTTP_{name.upper().replace('-', '_')}", value) for name, value in headers)
    return {**environ, **given, "CONTENT_TYPE": given.get("HTTP_CONTENT_TYPE", "")}


def joined(pairs: Iterable[Tuple[str, str]]) -> Dict[str, str]:
    """Values by name; several of a name are joined by commas, so that a credential that is doubled fits nothing."""
    found: Dict[str, List[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in found.items()}


class Request:
    """A request.

    Attributes:
        method: The HTTP method.
        path: The path, unquoted by the server.
        query: The parameters of the query, several of a name joined by commas.
    """

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace") or "/"
        self.query: Dict[str, str] = joined(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        self._content: Optional[bytes] = None

    def header(self, name: str) -> str:
        """A header; empty if there is none."""
        value: str = self._environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
        return value

    def credential(self, header: str) -> str:
        """One of the values that sign a request: from a header, or from the query as the browser SDK sends it."""
        return self.header(header) or self.query.get(header.lower().replace("-", "_"), "")

    def flag(self, name: str) -> bool:
        """Whether a parameter of the query says yes."""
        return self.query.get(name, "").lower() in ("true", "1", "yes")

    @property
    def server(self) -> str:
        """The address that the server listens at."""
        name: str = self._environ["SERVER_NAME"]
        return name

    @property
    def peer(self) -> str:
        """The address of the client; an IPv4 address stays one on a server that listens on IPv6 too."""
        address: str = self._environ.get("REMOTE_ADDR", "")
        return address[len("::ffff:") :] if address.startswith("::ffff:") else address

    @property
    def url(self) -> str:
        """Where the sandbox was asked, without path."""
        host = self.header("Host") or f"{self._environ['SERVER_NAME']}:{self._environ['SERVER_PORT']}"
        return f"{self._environ['wsgi.url_scheme']}://{host}"

    def content(self) -> bytes:
        """The body.

        Raises:
            Refused: If it is too large, or does not come as a whole.
        """
        if self._content is not None:
            return self._content
        length = int(self._environ.get("CONTENT_LENGTH") or 0)
        if length > LONGEST_BODY:
            raise Refused(413, {"detail": f"The body is larger than {LONGEST_BODY} bytes."})
        try:
            content = bytes(self._environ["wsgi.input"].read(length))
        except OSError as error:
            raise Refused(408, {"detail": "The body did not come."}, Connection="close") from error
        if len(content) < length:
            raise Refused(400, {"detail": "The body is shorter than its Content-Length."}, Connection="close")
        self._content = content
        return content

    @property
    def received(self) -> bytes:
        """The body as far as it was read."""
        return self._content or b""

    @property
    def is_form(self) -> bool:
        """Whether the body is a form, whose fields are all texts."""
        return self._kind.startswith("application/x-www-form-urlencoded")

    @property
    def _kind(self) -> str:
        kind: str = self._environ.get("CONTENT_TYPE", "")
        return kind

    def cursor(self) -> Any:
        """The cursor in the body, by its older name too, or in the query as one of the vendor's clients sends it."""
        body = self.body()
        return body.get("_cursor", body.get("next_page", self.query.get("_cursor")))

    @property
    def patience(self) -> Optional[float]:
        """Seconds that the client waits for an answer, where that is known: in its own process."""
        return self._environ.get("integry.timeout")

    def body(self, empty: bytes = b"{}") -> Dict[str, Any]:
        """The object in the body, from JSON or from a form.

        Args:
            empty: What a body that is empty stands for.

        Raises:
            Refused: If it is no object.
        """
        content = self.content()
        if self._kind.startswith("multipart/"):
            raise Refused(415, {"detail": "Unsupported media type: send JSON, or an URL-encoded form."})
        try:
            if self.is_form:
                return dict(parse_qsl(content.decode(), keep_blank_values=True))
            found = decoded(content or empty)
        except ValueError as error:
            raise Refused(400, {"detail": f"JSON parse error - {error}"}) from error
        if not isinstance(found, dict):
            raise Refused(400, {"detail": f"Invalid data. Expected a dictionary, but got {type(found).__name__}."})
        return found


def decoded(text: Union[str, bytes]) -> Any:
    """What a text of JSON says.

    Raises:
        ValueError: If it is none, or is nested too deeply.
    """
    message = f"it is nested deeper than {DEEPEST}"
    try:
        found = json.loads(text, parse_float=_number, parse_constant=_number)
    except RecursionError as error:
        raise ValueError(message) from error
    level = [found]
    for _ in range(DEEPEST + 1):
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
    """A number of JSON. Python takes `NaN` and `1e999` too, and no JSON could hold what comes of them."""
    number = float(text)
    if not isfinite(number):
        message = f"{text} is no number of JSON"
        raise ValueError(message)
    return number
