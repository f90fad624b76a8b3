"""The requests session of a client: its pool, and sockets that keep a deadline.

The timeout of requests bounds each wait for data. A server that sends a byte now and then is never late, and keeps a
call busy for hours. So the sockets of this session also know when the whole call must be over, and shorten each wait
to that.
"""

from __future__ import annotations

import io
import socket
import threading
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from typing import Any, Iterator, Optional

import requests
from requests.adapters import HTTPAdapter
from requests.utils import default_user_agent
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, poolmanager
from urllib3.connection import HTTPConnection, HTTPSConnection

from ._version import __version__

#: Connections that are kept for further requests, to each host.
POOL_SIZE = 64

_current = threading.local()


@contextmanager
def until(end: Optional[float]) -> Iterator[None]:
    """Bound what the sockets of this thread do to a point of `time.monotonic`; None for no bound."""
    # A hook may make calls of its own.
    before = getattr(_current, "end", None)
    _current.end = end
    try:
        yield
    finally:
        _current.end = before


class _DeadlineSocket:
    """A connected socket that waits until the deadline at the longest."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._timeout: Optional[float] = sock.gettimeout()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: Optional[float]) -> None:
        self._timeout = seconds
        self._sock.settimeout(seconds)

    def makefile(self, *_: Any) -> io.BufferedReader:
        """A file to read from, as http.client asks for; it must read through this object."""
        reader: Any = socket.SocketIO(self, "r")  # type: ignore[arg-type]  # it calls recv_into, no more
        self._sock._io_refs += 1  # noqa: SLF001 (as socket.makefile does: close waits for the file)
        return io.BufferedReader(reader)

    def recv_into(self, buffer: Any) -> int:
        self._bound()
        count: int = self._sock.recv_into(buffer)
        return count

    def sendall(self, data: Any) -> None:
        self._bound()
        self._sock.sendall(data)

    def _bound(self) -> None:
        """Set the socket's own timeout to what is left. Without a deadline it is what urllib3 set."""
        end = getattr(_current, "end", None)
        left = None if end is None else end - monotonic()
        if left is not None and left <= 0:
            message = "the deadline of the call is over"
            raise socket.timeout(message)
        bounds = [seconds for seconds in (left, self._timeout) if seconds is not None]
        self._sock.settimeout(min(bounds) if bounds else None)


def _watched(sock: Any) -> Any:
    """A socket that keeps the deadline. TLS inside TLS, through an https proxy, has no socket to watch."""
    return _DeadlineSocket(sock) if isinstance(sock, socket.socket) else sock


# The types of what urllib3 and requests do inside differ between versions of their stubs: hence Any.


class _HTTPConnection(HTTPConnection):
    def _new_conn(self) -> Any:
        parent: Any = super()
        return _watched(parent._new_conn())  # noqa: SLF001 (it is its own)


class _HTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> Any:
        # For what a proxy says before TLS begins.
        parent: Any = super()
        return _watched(parent._new_conn())  # noqa: SLF001 (it is its own)

    def connect(self) -> None:
        parent: Any = super()
        parent.connect()
        self.sock: Any = _watched(self.sock)


_POOLS = {
    "http": type("HTTPPool", (HTTPConnectionPool,), {"ConnectionCls": _HTTPConnection}),
    "https": type("HTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": _HTTPSConnection}),
}
_urllib3: Any = poolmanager


class Adapter(HTTPAdapter):
    """Pools of connections that keep the deadline, through proxies too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        parent: Any = super()
        parent.init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        parent: Any = super()
        manager = parent.proxy_manager_for(*args, **kwargs)
        # Managers for SOCKS have connections of their own.
        if manager.pool_classes_by_scheme == _urllib3.pool_classes_by_scheme:
            manager.pool_classes_by_scheme = _POOLS
        return manager


def new_session() -> requests.Session:
    """A session with our adapter and name, that retries nothing and, as our requests have an auth, reads no .netrc."""
    session = requests.Session()
    # Users share the session, and must not share what a server sets for one of them.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = f"integry-requests/{__version__} {default_user_agent()}"
    adapter = Adapter(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
