"""What goes over the wire: sockets that keep a deadline, and connections that write and read the heads of messages.

The timeout of requests bounds each wait for data. A server that sends a byte now and then is never late, and keeps a
call busy for hours. So these sockets also know when the whole call must be over, and shorten each wait to that.

The standard library writes heads for any use, and reads them as if they were mail. What is plain goes a shorter way
here; anything else is left to it.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import threading
from email.parser import Parser
from time import monotonic
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

#: So many bytes wait until more are sent, or an answer is awaited.
LONGEST_UNSENT = 65536
#: Statuses that announce another head, and those that have no body.
CONTINUE, BODILESS = 100, (204, 304)
#: As in the standard library.
LONGEST_LINE, MOST_HEADERS = 65536, 100
_PLAIN_HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+: [\t\x20-\x7e]*", re.ASCII)
_HEADER_LINES = re.compile(r"^([\w!#$%&'*+.^`|~-]+):([^\r\n\0]*)\r?\n", re.ASCII | re.MULTILINE)

_current = threading.local()


class until:  # noqa: N801 (as contextlib's own)
    """Bound what the sockets of this thread do to a point of `time.monotonic`; None for no bound."""

    def __init__(self, end: Optional[float]) -> None:
        self._end = end

    def __enter__(self) -> None:
        # A hook may make calls of its own.
        self._before = getattr(_current, "end", None)
        _current.end = self._end

    def __exit__(self, *_: object) -> None:
        _current.end = self._before


class _DeadlineSocket:
    """A connected socket that waits until the deadline at the longest."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._timeout: Optional[float] = sock.gettimeout()
        self._set = self._timeout
        self._unsent = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: Optional[float]) -> None:
        """Note it: urllib3 sets it several times for each request, and it counts when somebody waits."""
        self._timeout = seconds

    def makefile(self, *_: Any) -> io.BufferedReader:
        """A file to read from, as http.client asks for; it must read through this object."""
        reader: Any = socket.SocketIO(self, "r")  # type: ignore[arg-type]  # it calls recv_into, no more
        self._sock._io_refs += 1
        return io.BufferedReader(reader)

    def recv_into(self, buffer: Any) -> int:
        self._flush()
        self._bound()
        count: int = self._sock.recv_into(buffer)
        return count

    def sendall(self, data: Any) -> None:
        """Send, at the latest when an answer is awaited: head and body of a request leave together (30 µs saved)."""
        self._unsent += data
        if len(self._unsent) > LONGEST_UNSENT:
            self._flush()

    def _flush(self) -> None:
        if self._unsent:
            data, self._unsent = self._unsent, b""
            self._bound()
            self._sock.sendall(data)

    def _bound(self) -> None:
        """Set the socket's own timeout to what is left. Without a deadline it is what urllib3 set."""
        end = getattr(_current, "end", None)
        wanted = self._timeout
        if end is not None:
            left = end - monotonic()
            if left <= 0:
                message = "the deadline of the call is over"
                raise socket.timeout(message)
            wanted = left if wanted is None else min(left, wanted)
        if wanted != self._set:
            self._sock.settimeout(wanted)
            self._set = wanted


def _watched(sock: Any) -> Any:
    """A socket that keeps the deadline. TLS inside TLS, through an https proxy, has no socket to watch."""
    return _DeadlineSocket(sock) if isinstance(sock, socket.socket) else sock


class _Head(http.client.HTTPMessage):
    """The headers of a response. Its values are texts as they came: no mail policy looks at them (20 µs)."""

    _headers: List[Tuple[str, str]]

    def items(self) -> List[Tuple[str, str]]:
        """All of them, also those that come twice."""
        return self._headers

    def get(self, name: str, failobj: Any = None) -> Any:
        """The first of a name."""
        wanted = name.lower()
        return next((value for found, value in self._headers if found.lower() == wanted), failobj)


def _length(text: str) -> Optional[int]:
    try:
        length = int(text)
    except ValueError:
        return None
    return length if length >= 0 else None


class _Response(http.client.HTTPResponse):
    """Reads the head of a response by a pattern, and leaves what does not fit to the parser for mail (45 µs)."""

    headers: Any

    def begin(self) -> None:
        """Read the head."""
        if self.headers is not None:
            return
        reader: Any = self
        version, status, reason = reader._read_status()
        while status == CONTINUE:
            self._read_headers()
            version, status, reason = reader._read_status()
        if not version.startswith("HTTP/1."):
            raise http.client.UnknownProtocol(version)
        self.code = self.status = status
        self.reason = reason.strip()
        self.version = 10 if version == "HTTP/1.0" else 11
        self.headers = self.msg = self._read_headers()
        self.chunked, self.chunk_left = self.headers.get("transfer-encoding", "").lower() == "chunked", None
        bodiless = status in BODILESS or reader._method == "HEAD"
        self.length = 0 if bodiless else None if self.chunked else _length(self.headers.get("content-length", ""))
        self.will_close = reader._check_close() or (self.length is None and not self.chunked)

    def _read_headers(self) -> http.client.HTTPMessage:
        lines = []
        while True:
            line = self.fp.readline(LONGEST_LINE + 1)
            if len(line) > LONGEST_LINE:
                message = "header line"
                raise http.client.LineTooLong(message)
            if line in (b"\r\n", b"\n", b""):
                break
            lines.append(line)
            if len(lines) > MOST_HEADERS:
                message = f"got more than {MOST_HEADERS} headers"
                raise http.client.HTTPException(message)
        text = b"".join(lines).decode("iso-8859-1")
        found = _HEADER_LINES.findall(text)
        if len(found) != len(lines):
            return Parser(_class=http.client.HTTPMessage).parsestr(text)
        head = _Head()
        head._headers = [(name, value.lstrip(" \t")) for name, value in found]
        return head


# The types of what urllib3 and the standard library do inside differ between versions of their stubs: hence Any.


class _Messages:
    """What both kinds of connections do with heads."""

    response_class: Any = _Response

    if not TYPE_CHECKING:  # pragma: no branch (its signature differs between the stubs of urllib3's versions)

        def putheader(self, header: str, *values: Any) -> None:
            """Write a header, without four patterns for it (3 µs each)."""
            parent: Any = super()
            line = f"{header}: {values[0]}" if len(values) == 1 and isinstance(values[0], str) else ""
            if _PLAIN_HEADER.fullmatch(line):
                parent._output(line.encode())
            else:
                parent.putheader(header, *values)


class _HTTPConnection(_Messages, HTTPConnection):
    def _new_conn(self) -> Any:
        parent: Any = super()
        return _watched(parent._new_conn())


class _HTTPSConnection(_Messages, HTTPSConnection):
    def _new_conn(self) -> Any:
        # For what a proxy says before TLS begins.
        parent: Any = super()
        return _watched(parent._new_conn())

    def connect(self) -> None:
        parent: Any = super()
        parent.connect()
        self.sock: Any = _watched(self.sock)


class _PlainHeaders:
    def urlopen(self, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Hand on headers as a plain dict: urllib3 walks through them twice (15 µs)."""
        parent: Any = super()
        store = getattr(headers, "_store", None)
        return parent.urlopen(method, url, body, headers if store is None else dict(store.values()), *args, **kwargs)


POOLS = {
    "http": type("HTTPPool", (_PlainHeaders, HTTPConnectionPool), {"ConnectionCls": _HTTPConnection}),
    "https": type("HTTPSPool", (_PlainHeaders, HTTPSConnectionPool), {"ConnectionCls": _HTTPSConnection}),
}
