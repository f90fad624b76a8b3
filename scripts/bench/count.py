"""Number of Python function calls in an operation, relative to plain requests, which does not depend on machine load.

    python -m bench.count       (needs scripts/ and this repository on PYTHONPATH, and the package's dependencies)

Calls of Python and C functions are counted, in one operation with an open connection and warm caches. The fake `Socket`
responds from memory, so that each response arrives in one piece. The numbers depend on the versions of Python, requests
and urllib3, so tests should limit the ratio.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from contextlib import ExitStack, closing, contextmanager
from typing import Any, Callable, Dict, Iterator, NamedTuple
from unittest import mock

from . import server
from .clients import Client, Ours, OursWithSession, RequestsSession

#: No server listens on this port, because fake sockets replace the connections.
URL = "http://127.0.0.1:9"
KINDS = ("call", "get", "functions", "apps")
#: Number of operations before counting, to connect, compile converters and fill caches.
WARM_UP = 5


class Counts(NamedTuple):
    """Number of function calls in one operation.

    Attributes:
        plain: With `requests.Session().post(url, json=, headers=).json()`.
        ours: With this package.
        session: With this package and a session of the user.
    """

    plain: int
    ours: int
    session: int


class Socket(socket.socket):
    """A fake socket that responds to requests from memory.

    The socket is one end of a socketpair(), so that select() accepts its file descriptor. It reports no data to read,
    because urllib3 would otherwise take the connection for closed.
    """

    def __init__(self) -> None:
        here, self.other_end = socket.socketpair()
        super().__init__(here.family, here.type, here.proto, here.detach())
        self._sent, self._answer = b"", memoryview(b"")

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ARG002 (the signature of a socket)
        """Collect the data of a request, and prepare the response once the request is complete."""
        self._sent += bytes(data)
        head, found, body = self._sent.partition(b"\r\n\r\n")
        length = server.LENGTH.search(head)
        if found and len(body) >= int(length.group(1) if length else 0):
            self._answer, self._sent = memoryview(server.answer(head.split(b" ", 2)[1], body)), b""

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:  # noqa: ARG002 (the signature of a socket)
        """Copy the next part of the response to the buffer."""
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._answer))
        target[:count], self._answer = self._answer[:count], self._answer[count:]
        return count

    def close(self) -> None:
        """Close both ends."""
        self.other_end.close()
        super().close()


@contextmanager
def in_memory() -> Iterator[None]:
    """Replace connections by fake sockets, and ignore proxies and .netrc."""
    with ExitStack() as stack:

        def connected(*_: Any, **__: Any) -> Socket:
            return stack.enter_context(closing(Socket()))

        stack.enter_context(mock.patch("urllib3.util.connection.create_connection", connected))
        # requests reads each environment variable in each call, so the number of variables must not vary.
        stack.enter_context(mock.patch.dict(os.environ, {"NETRC": os.devnull}, clear=True))
        yield


@contextmanager
def counting() -> Iterator[Dict[str, int]]:
    """Count the function calls in a `with` block, except for calls in this module and in bench.server."""
    seen, ignored = {"calls": 0}, {__file__, server.__file__, __name__}

    def note(frame: Any, event: str, _: Any) -> None:
        if event in ("call", "c_call") and frame.f_code.co_filename not in ignored:
            seen["calls"] += 1

    # The garbage collector would call finalizers at random moments.
    gc.collect()
    gc.disable()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)
        gc.enable()


def calls(operation: Callable[[], Any]) -> int:
    """Return the number of function calls in an operation, after a warm-up."""
    for _ in range(WARM_UP):
        operation()
    with counting() as seen:
        operation()
    return seen["calls"]


def count(client: Client) -> Dict[str, int]:
    """Return the number of function calls of a client, by kind of operation."""
    return {kind: calls(client.operation(kind)) for kind in KINDS}


def counts() -> Dict[str, Counts]:
    """Return the numbers of function calls of all clients, by kind of operation."""
    with in_memory():
        plain, ours, session = (count(made(URL)) for made in (RequestsSession, Ours, OursWithSession))
    return {kind: Counts(plain[kind], ours[kind], session[kind]) for kind in KINDS}


def main() -> None:
    """Print the numbers as a table."""
    print(f"{'':<10} {'plain':>6} {'ours':>6} {'ratio':>6} {'session':>8} {'ratio':>6}")
    for kind, seen in counts().items():
        ours, session = seen.ours / seen.plain, seen.session / seen.plain
        print(f"{kind:<10} {seen.plain:>6} {seen.ours:>6} {ours:>6.2f} {seen.session:>8} {session:>6.2f}")


if __name__ == "__main__":
    main()
