"""Bytes that no client of ours would send, and what an attack must leave as it was."""

import socket
import sqlite3
from html.parser import HTMLParser
from typing import Any, List, NamedTuple, Tuple
from urllib.parse import urlsplit

from integry import sign
from tests import figures

USER, OTHER = "123456", "7"
#: Seconds that an answer may take on a machine with much to do.
PATIENCE = 60


def counted() -> None:
    """Count a hostile request."""
    figures.count("hostile requests to the sandbox")


class Said(NamedTuple):
    """What a server said until it closed the connection."""

    status: int
    text: bytes


def address(url: str) -> Tuple[str, int]:
    """Where a server listens."""
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def talk(url: str, *pieces: bytes) -> Said:
    """Send bytes, and read until the server closes the connection, or resets it."""
    counted()
    received = b""
    with socket.create_connection(address(url), timeout=PATIENCE) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it refused before it had all; what it said may be there yet
        try:
            while True:
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
        except ConnectionError:
            pass
    return Said(int(received[9:12] or 0), received)


def request(line: str, headers: List[Tuple[str, str]], body: bytes = b"") -> bytes:
    """A request, its headers as they are given; Host, length and the end of the connection are added."""
    given = [("Host", "127.0.0.1"), *headers, ("Content-Length", str(len(body))), ("Connection", "close")]
    return (
        "".join((f"{line} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in given), "\r\n")).encode("latin-1")
        + body
    )


def signed(sandbox: Any, user: str = USER) -> List[Tuple[str, str]]:
    """The headers that sign a request for a user."""
    return [("App-Key", sandbox.app_key), ("User-ID", user), ("Hash", sign(sandbox.app_secret, user))]


def state(path: Any) -> List[str]:
    """All that a sandbox keeps in a file, as SQL; the file is whole."""
    with sqlite3.connect(str(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = list(connection.iterdump())
    connection.close()
    return found


class Skeleton(HTMLParser):
    """What of a page is no text.

    Attributes:
        parts: Elements, with the names of their attributes, comments, declarations.
        texts: What is text.
        links: Where attributes lead, and styles.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: List[Any] = []
        self.texts: List[str] = []
        self.links: List[Any] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: List[Any]) -> None:
        """An element, and what its attributes are called."""
        self.parts.append((tag, *(name for name, _ in attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src", "action", "style")]

    def handle_endtag(self, tag: str) -> None:
        """The end of an element."""
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """A text."""
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """A comment."""
        self.parts.append(("comment", data))

    # What begins with <! or <? is none of ours either, but for the doctype.
    handle_decl = unknown_decl = handle_pi = handle_comment
