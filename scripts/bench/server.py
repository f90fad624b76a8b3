"""An HTTP/1.1 server that keeps connections alive, answers with bytes made beforehand, and costs next to nothing.

Run as a process of its own: `python -m bench.server`. It prints its URLs as JSON, and ends with its standard input. The
port says how it answers: at once, after 20 ms, or over TLS. A thread for each connection: two system calls a request.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple

from . import bodies

#: Seconds that the slow port waits before it answers.
DELAY = 0.02
#: As a server of the field answers; a client reads all of them.
HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Date: Fri, 13 Dec 2024 10:00:00 GMT\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: {}\r\n"
    "Connection: keep-alive\r\n"
    "Server: nginx\r\n"
    "Vary: Accept, Origin\r\n"
    "Allow: POST, OPTIONS\r\n"
    "X-Frame-Options: DENY\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Credits: 1\r\n"
    "X-Session-ID: 3f0c6a52-8a7e-4d0e-9d57-0a4c1f9b7e21\r\n"
    "\r\n"
)
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CURSOR = re.compile(rb'"_cursor": *"(\d+)"')
#: `app=` of a listing says how many functions there are in all: both our client and the vendor's can send it.
_TOTAL = re.compile(rb"[?&]app=(\d+)")

accepted = 0
answered = 0


def response(body: bytes) -> bytes:
    """A whole response, as one piece."""
    return HEAD.format(len(body)).encode() + body


@lru_cache(maxsize=None)
def fixed(kind: str) -> bytes:
    """The response to a call or a get, or a page that is alone."""
    made: Dict[str, Callable[[], bytes]] = {
        "call": bodies.called,
        "get": bodies.function,
        "functions": bodies.functions,
        "apps": bodies.apps,
    }
    return response(made[kind]())


@lru_cache(maxsize=4)
def _page(count: int) -> bytes:
    """A page of a long listing up to its cursor, which comes last."""
    return bodies.functions(count)[: -len(b"null}")]


def page(total: int, start: int) -> bytes:
    """The page of a long listing that begins at an item."""
    count = min(bodies.PAGE, total - start)
    after = start + count
    return response(_page(count) + (b'"%d"}' % after if after < total else b"null}"))


def statistics() -> bytes:
    """What the server did so far, and what it cost."""
    seen = {"accepted": accepted, "answered": answered, "cpu": time.process_time()}
    return response(bodies.encoded(seen))


def answer(target: bytes, body: bytes) -> bytes:
    """The response to a request."""
    path = target.partition(b"?")[0]
    if path.endswith(b"/call/"):
        return fixed("call")
    if path.endswith(b"/get/"):
        return fixed("get")
    if path.endswith(b"/apps/list/"):
        return fixed("apps")
    if path.endswith(b"/functions/list/"):
        return _listing(target, body)
    return statistics()


def _listing(target: bytes, body: bytes) -> bytes:
    total = _TOTAL.search(target)
    if total is None:
        return fixed("functions")
    start = _CURSOR.search(body)
    return page(int(total.group(1)), int(start.group(1)) if start else 0)


def read(connection: socket.socket, received: bytes) -> Tuple[bytes, bytes, bytes]:
    """The next request's target and body, and what came after it; empty if the client is gone."""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return b"", b"", b""
        received += more
    head, _, rest = received.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    size = int(length.group(1)) if length else 0
    while len(rest) < size:
        rest += connection.recv(65536) or b" " * size
    return head.split(b" ", 2)[1], rest[:size], rest[size:]


def converse(connection: socket.socket, delay: float) -> None:
    """Answer the requests of a connection until its client closes it."""
    global answered  # noqa: PLW0603 (one process, one count)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    rest = b""
    while True:
        target, body, rest = read(connection, rest)
        if not target:
            return
        answered += 1
        if delay:
            time.sleep(delay)
        connection.sendall(answer(target, body))


def serve(connection: socket.socket, delay: float, tls: Optional[ssl.SSLContext]) -> None:
    """Answer a connection; one that breaks is over."""
    try:
        with tls.wrap_socket(connection, server_side=True) if tls else connection as open_connection:
            converse(open_connection, delay)
    except OSError:
        return


def accept(listener: socket.socket, delay: float, tls: Optional[ssl.SSLContext]) -> None:
    """Give each connection a thread."""
    global accepted  # noqa: PLW0603 (as above)
    while True:
        connection, _ = listener.accept()
        accepted += 1
        threading.Thread(target=serve, args=(connection, delay, tls), daemon=True).start()


def listen(delay: float = 0.0, tls: Optional[ssl.SSLContext] = None) -> str:
    """Open a port; its URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=accept, args=(listener, delay, tls), daemon=True).start()
    port: int = listener.getsockname()[1]
    return f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"


def certificate(ca: Path) -> ssl.SSLContext:
    """A TLS context for localhost, whose CA is written to a file, among as many others as clients usually load."""
    import certifi
    import trustme

    authority = trustme.CA()
    ca.write_bytes(authority.cert_pem.bytes() + certifi.contents().encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def main() -> None:
    """Serve until the standard input ends, as it does when whoever started this ends."""
    urls: Dict[str, Any] = {
        "plain": listen(),
        "slow": listen(DELAY),
        "tls": listen(tls=certificate(Path(sys.argv[1]))),
    }
    print(json.dumps(urls), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
