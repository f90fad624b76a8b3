"""Sockets that observe the deadline of the current call."""

from __future__ import annotations

import io
import os
import socket
from contextlib import suppress
from typing import Any, Callable, Optional
from weakref import WeakSet, ref

from ..._lazy import at_fork
from ..deadline import limit_to_deadline

#: Maximum bytes buffered before they are sent.
WRITE_BUFFER_SIZE = 65536
#: Minimum timeout in seconds, because socket.settimeout(0) would make a socket non-blocking.
MIN_TIMEOUT = 0.001

_live_sockets: WeakSet[DeadlineSocket] = WeakSet()


def with_deadline(sock: Any) -> Any:
    """Return a socket that observes the deadline. Return other objects, such as a test's fakes, unchanged."""
    if not isinstance(getattr(sock, "_io_refs", None), int):
        return sock
    wrapped = DeadlineSocket(sock)
    _live_sockets.add(wrapped)
    return wrapped


def _close_inherited() -> None:
    """Close the sockets that a forked child has inherited: a server sees EOF only when all copies are closed."""
    for inherited in list(_live_sockets):
        descriptor = inherited.detach()
        if descriptor >= 0:
            # Do not call SSLSocket.unwrap() or shutdown(): the parent process still uses the connection.
            os.close(descriptor)


at_fork(after_in_child=_close_inherited)


class DeadlineSocket:
    """A wrapper of a connected socket that never waits beyond the deadline."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._timeout: Optional[float] = sock.gettimeout()
        self._applied_timeout = self._timeout
        self._write_buffer = b""
        self._file: Callable[[], Optional[io.BufferedReader]] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: Optional[float]) -> None:
        """Store the timeout, and apply it before the next wait: urllib3 sets a timeout several times per request."""
        self._timeout = seconds

    def gettimeout(self) -> Optional[float]:
        """Return the timeout of the next wait. `SSLContext.wrap_socket` uses it for the TLS handshake."""
        timeout = limit_to_deadline(self._timeout)
        return timeout if timeout is None else max(timeout, MIN_TIMEOUT)

    def makefile(self, *_: Any) -> io.BufferedReader:
        """Return a buffered file for http.client, which reads through this object."""
        reader: Any = socket.SocketIO(self, "r")  # type: ignore[arg-type]  # SocketIO uses only recv_into()
        self._sock._io_refs += 1  # as socket.makefile() does, so that the socket stays open as long as its files
        file = io.BufferedReader(reader)
        self._file = ref(file)
        return file

    def close_file(self) -> None:
        """Close the file of the last makefile() call, because a socket stays open as long as its files are open."""
        file = self._file()
        if file is not None:
            file.close()

    def recv_into(self, buffer: Any) -> int:
        # Ignore that sending failed: a server may respond without reading the whole request. If it sent no response,
        # recv_into() below raises.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._flush()
        self._apply_timeout()
        count: int = self._sock.recv_into(buffer)
        return count

    def sendall(self, data: Any) -> None:
        """Buffer data until the next read, so that headers and body are sent in one packet (saves 30 µs)."""
        self._write_buffer += data
        if len(self._write_buffer) > WRITE_BUFFER_SIZE:
            self._flush()

    def _flush(self) -> None:
        if self._write_buffer:
            data, self._write_buffer = self._write_buffer, b""
            self._apply_timeout()
            self._sock.sendall(data)

    def _apply_timeout(self) -> None:
        """Cut the timeout of the wrapped socket to the time left.

        Raises:
            socket.timeout: If the deadline has passed.
        """
        wanted = limit_to_deadline(self._timeout)
        if wanted != self._applied_timeout:
            if wanted is not None and wanted <= 0:
                message = "the deadline of the call has passed"
                raise socket.timeout(message)
            self._sock.settimeout(wanted)
            self._applied_timeout = wanted
