"""Raw requests that the clients of this package never send, and checks that an attack has changed nothing."""

import socket
import sqlite3
from html.parser import HTMLParser
from typing import Any, List, NamedTuple, Tuple
from urllib.parse import urlsplit

from integry import sign
from tests import figures

USER, OTHER = "123456", "7"
#: Maximum seconds to wait for a response, long enough for a busy machine.
TIMEOUT = 60


def count_request() -> None:
    """Add a hostile request to the figures that the tests print."""
    figures.count("hostile requests to the sandbox")


class RawResponse(NamedTuple):
    """A raw response, read until the server closed the connection."""

    status: int
    text: bytes


def address(url: str) -> Tuple[str, int]:
    """Return the host and port of a server."""
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def send_raw(url: str, *chunks: bytes) -> RawResponse:
    """Send bytes, and return the response that was received until the connection ended."""
    count_request()
    received = b""
    with socket.create_connection(address(url), timeout=TIMEOUT) as connection:
        try:
            for chunk in chunks:
                connection.sendall(chunk)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server refused the request early, but its response may still be readable
        try:
            while True:
                chunk = connection.recv(65536)
                if not chunk:
                    break
                received += chunk
        except ConnectionError:
            pass
    return RawResponse(int(received[9:12] or 0), received)


def request(line: str, headers: List[Tuple[str, str]], body: bytes = b"") -> bytes:
    """Return the bytes of a request with these headers, plus Host, Content-Length and Connection."""
    lines = [("Host", "127.0.0.1"), *headers, ("Content-Length", str(len(body))), ("Connection", "close")]
    return (
        "".join((f"{line} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in lines), "\r\n")).encode("latin-1")
        + body
    )


def signed(sandbox: Any, user: str = USER) -> List[Tuple[str, str]]:
    """Return the headers that sign a request for a user."""
    return [("App-Key", sandbox.app_key), ("User-ID", user), ("Hash", sign(sandbox.app_secret, user))]


def dump_database(path: Any) -> List[str]:
    """Return the contents of a sandbox's file as SQL statements, after an integrity check."""
    with sqlite3.connect(str(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = list(connection.iterdump())
    connection.close()
    return found


class Skeleton(HTMLParser):
    """A parser that collects the markup of a page.

    Attributes:
        parts: Elements with the names of their attributes, comments, declarations.
        texts: The text content.
        links: Values of attributes that hold URLs or styles.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: List[Any] = []
        self.texts: List[str] = []
        self.links: List[Any] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: List[Any]) -> None:
        """Record an element and the names of its attributes."""
        self.parts.append((tag, *(name for name, _ in attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src", "action", "style")]

    def handle_endtag(self, tag: str) -> None:
        """Record the end of an element."""
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Record text."""
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """Record a comment."""
        self.parts.append(("comment", data))

    # The pages have no declaration or processing instruction except the doctype.
    handle_decl = unknown_decl = handle_pi = handle_comment
