"""How many calls of functions the hot path takes, beside plain requests: a number that no load of the machine changes.

    python -m bench.count               (with scripts/ and the checkout on the path; the core's dependencies suffice)

Functions are counted, Python's and those of C alike, of one operation whose connection is open and whose caches are
warm. The socket below answers from memory, so that each answer comes in one piece. The numbers depend on the versions
of Python, requests and urllib3; so a bound belongs on the ratio.
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

#: Nothing listens there, and nothing needs to.
URL = "http://127.0.0.1:9"
KINDS = ("call", "get", "functions", "apps")
#: Before counting, each is done so often: to connect, to build converters, to fill caches.
WARM = 5


class Counts(NamedTuple):
    """Calls of functions in one operation.

    Attributes:
        plain: With `requests.Session().post(url, json=, headers=).json()`.
        ours: With the facade.
        session: With the facade on a user's own session.
    """

    plain: int
    ours: int
    session: int


class Socket(socket.socket):
    """A socket that answers requests from memory.

    It is one of a connected pair, and so has a descriptor that can be asked whether there is anything to read: never.
    """

    def __init__(self) -> None:
        here, self.other_end = socket.socketpair()
        super().__init__(here.family, here.type, here.proto, here.detach())
        self._sent, self._answer = b"", memoryview(b"")

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ARG002 (as sockets have it)
        """Take what is sent; answer when a request is whole."""
        self._sent += bytes(data)
        head, found, body = self._sent.partition(b"\r\n\r\n")
        length = server.LENGTH.search(head)
        if found and len(body) >= int(length.group(1) if length else 0):
            self._answer, self._sent = memoryview(server.answer(head.split(b" ", 2)[1], body)), b""

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:  # noqa: ARG002 (as above)
        """Give as much of the answer as fits."""
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
    """Connect to memory, with nothing of this machine's in the way: no proxies, no .netrc."""
    with ExitStack() as stack:

        def connected(*_: Any, **__: Any) -> Socket:
            return stack.enter_context(closing(Socket()))

        stack.enter_context(mock.patch("urllib3.util.connection.create_connection", connected))
        # requests looks at every variable of the environment, in each call: there must always be as many.
        stack.enter_context(mock.patch.dict(os.environ, {"NETRC": os.devnull}, clear=True))
        yield


@contextmanager
def counting() -> Iterator[Dict[str, int]]:
    """Count the calls in a block, but for those of this module and of the server, which stand for the network."""
    seen, ignored = {"calls": 0}, {__file__, server.__file__, __name__}

    def note(frame: Any, event: str, _: Any) -> None:
        if event in ("call", "c_call") and frame.f_code.co_filename not in ignored:
            seen["calls"] += 1

    # The collector calls finalizers whenever it comes by.
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
    """The calls of functions in an operation, once it is warm."""
    for _ in range(WARM):
        operation()
    with counting() as seen:
        operation()
    return seen["calls"]


def count(client: Client) -> Dict[str, int]:
    """The calls in each kind of operation of a client."""
    return {kind: calls(client.operation(kind)) for kind in KINDS}


def counts() -> Dict[str, Counts]:
    """The calls in each kind of operation: plain requests beside ours."""
    with in_memory():
        plain, ours, session = (count(made(URL)) for made in (RequestsSession, Ours, OursWithSession))
    return {kind: Counts(plain[kind], ours[kind], session[kind]) for kind in KINDS}


def main() -> None:
    """Print them."""
    print(f"{'':<10} {'plain':>6} {'ours':>6} {'ratio':>6} {'session':>8} {'ratio':>6}")
    for kind, seen in counts().items():
        ours, session = seen.ours / seen.plain, seen.session / seen.plain
        print(f"{kind:<10} {seen.plain:>6} {seen.ours:>6} {ours:>6.2f} {seen.session:>8} {session:>6.2f}")


if __name__ == "__main__":
    main()
