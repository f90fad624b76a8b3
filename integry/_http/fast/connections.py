"""What goes over the wire: connections that keep deadlines, and write and read the heads of messages the short way.

The standard library writes heads for any use, and reads them as if they were mail. What is plain goes a shorter way
here; anything else is left to it.
"""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from urllib3 import connection

from .connect import connect
from .sockets import DeadlineSocket, with_deadline

#: Statuses that announce another head, and those that have no body.
INTERIM, BODILESS = frozenset(range(100, 200)) - {101}, frozenset({*range(100, 200), 204, 304})
#: What urllib3 takes for "no such header".
SKIPPED = "@@@SKIP_HEADER@@@"
_PLAIN_HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+: [\t\x20-\x7e]*", re.ASCII)
_HEADER_LINES = re.compile(r"^([\w!#$%&'*+.^`|~-]+):([^\r\n\0]*)\r?\n", re.ASCII | re.MULTILINE)


class _Head(http.client.HTTPMessage):
    """The headers of a response. Its values are texts as they came: no mail policy looks at them (20 µs)."""

    _headers: List[Tuple[str, str]]
    _first: Dict[str, str]

    @classmethod
    def of(cls, fields: List[Tuple[str, str]]) -> _Head:
        """A head of names and values."""
        head = cls()
        head._headers, head._first = fields, {name.lower(): value for name, value in reversed(fields)}
        return head

    def items(self) -> Any:
        """All of them, also those that come twice."""
        return self._headers

    def get(self, name: str, failobj: Any = None) -> Any:
        """The first of a name."""
        return self._first.get(name.lower(), failobj)


def _length(text: str) -> Optional[int]:
    try:
        length = int(text)
    except ValueError:
        return None
    return length if length >= 0 else None


class _Response(http.client.HTTPResponse):
    """Reads the head of a response by a pattern, and leaves what does not fit to the parser for mail (45 µs)."""

    headers: Any

    def begin(self, *args: Any, **kwargs: Any) -> None:
        """Read the head."""
        if self.headers is not None or self.debuglevel > 0 or args or kwargs:
            super().begin(*args, **kwargs)
            return
        reader: Any = self
        version, status, reason = reader._read_status()
        # Others announce an answer too. http.client takes them for it, and the answer for that of the next request.
        while status in INTERIM:
            self._read_headers()
            version, status, reason = reader._read_status()
        if not (version.startswith("HTTP/1.") or version == "HTTP/0.9"):
            raise http.client.UnknownProtocol(version)
        self.code = self.status = status
        self.reason = reason.strip()
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.headers = self.msg = self._read_headers()
        self.chunked, self.chunk_left = self.headers.get("transfer-encoding", "").lower() == "chunked", None
        bodiless = status in BODILESS or reader._method == "HEAD"
        self.length = 0 if bodiless else None if self.chunked else _length(self.headers.get("content-length", ""))
        self.will_close = reader._check_close() or (self.length is None and not self.chunked)

    def _read_headers(self) -> http.client.HTTPMessage:
        # Most heads are whole in the buffer, since their first line was read.
        seen = self.fp.peek()
        text = seen[: seen.find(b"\r\n\r\n") + 2].decode("iso-8859-1")
        found = _HEADER_LINES.findall(text)
        # As many as people allow, where a server sends more than is usual.
        if not 0 < len(found) == text.count("\n") <= getattr(http.client, "_MAXHEADERS", 0):
            return http.client.parse_headers(self.fp)
        self.fp.read(len(text) + 2)
        return _Head.of([(name, value.lstrip(" \t")) for name, value in found])


# The types of what urllib3 and the standard library do inside differ between versions of their stubs: hence Any.


class _Messages:
    """What both kinds of connections do with heads."""

    response_class: Any = _Response

    if not TYPE_CHECKING:  # pragma: no branch (their signatures differ between the stubs of urllib3's versions)

        def _tunnel(self) -> None:
            """Ask a proxy for a tunnel. If that fails, Python before 3.12 leaves its file to the garbage collector."""
            sock = self.sock
            try:
                super()._tunnel()
            except BaseException:
                if isinstance(sock, DeadlineSocket):
                    sock.close_file()
                raise

        def putheader(self, header: str, *values: Any) -> None:
            """Write a header, without four patterns for it (3 µs each)."""
            parent: Any = super()
            texts = len(values) == 1 and isinstance(values[0], str) and isinstance(header, str)
            line = f"{header}: {values[0]}" if texts and values[0] != SKIPPED else ""
            if _PLAIN_HEADER.fullmatch(line):
                parent._output(line.encode())
            else:
                parent.putheader(header, *values)


class HTTPConnection(_Messages, connection.HTTPConnection):
    """Without TLS."""

    def _new_conn(self) -> Any:
        parent: Any = super()
        return with_deadline(connect(self, parent._new_conn))


class HTTPSConnection(_Messages, connection.HTTPSConnection):
    """With TLS."""

    def _new_conn(self) -> Any:
        # A proxy's response to CONNECT is read before TLS begins, and the handshake takes the timeout over.
        parent: Any = super()
        return with_deadline(connect(self, parent._new_conn))

    def connect(self) -> None:
        parent: Any = super()
        parent.connect()
        self.sock: Any = with_deadline(self.sock)
