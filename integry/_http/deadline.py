"""Deadlines of whole calls, kept by the sockets.

The timeout of requests bounds each wait for data. A server that sends a byte now and then is never late, and keeps a
call busy for hours. So these sockets also know when the whole call must be over, and shorten each wait to that.
"""

from __future__ import annotations

import io
import os
import socket
import threading
from contextlib import suppress
from time import monotonic
from typing import Any, Callable, Optional
from weakref import WeakSet, ref

from .._lazy import at_fork

#: So many bytes wait until more are sent, or an answer is awaited.
LONGEST_UNSENT = 65536

_current = threading.local()
_open: WeakSet[DeadlineSocket] = WeakSet()


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


def watched(sock: Any) -> Any:
    """A socket that keeps the deadline; what somebody put in the place of sockets is left as it is."""
    if not isinstance(getattr(sock, "_io_refs", None), int):
        return sock
    kept = DeadlineSocket(sock)
    _open.add(kept)
    return kept


def _close_inherited() -> None:
    """In a child: close its copies of the parent's sockets. A server sees a connection closed when all copies are."""
    for inherited in list(_open):
        descriptor = inherited.detach()
        if descriptor >= 0:
            # As it is, without a word to the server.
            os.close(descriptor)


at_fork(after_in_child=_close_inherited)


class DeadlineSocket:
    """A connected socket that waits until the deadline at the longest."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._timeout: Optional[float] = sock.gettimeout()
        self._set = self._timeout
        self._unsent = b""
        self._file: Callable[[], Optional[io.BufferedReader]] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: Optional[float]) -> None:
        """Note it: urllib3 sets it several times for each request, and it counts when somebody waits."""
        self._timeout = seconds

    def makefile(self, *_: Any) -> io.BufferedReader:
        """A file to read from, as http.client asks for; it must read through this object."""
        reader: Any = socket.SocketIO(self, "r")  # type: ignore[arg-type]  # it calls recv_into, no more
        self._sock._io_refs += 1  # noqa: SLF001 (as the makefile of a socket does)
        file = io.BufferedReader(reader)
        self._file = ref(file)
        return file

    def close_file(self) -> None:
        """Close the file that was read from last: a socket is open as long as its files are."""
        file = self._file()
        if file is not None:
            file.close()

    def recv_into(self, buffer: Any) -> int:
        # A server that wants no more may have answered all the same: if it has not, reading says so.
        with suppress(BrokenPipeError, ConnectionResetError):
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
