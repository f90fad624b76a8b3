"""A fast HTTP/1.1 server with keep-alive connections and precomputed responses.

Run as a process of its own: `python -m bench.server`. The server prints its URLs as JSON, and ends when its standard
input ends. It has three ports: without latency, with 20 ms latency, and with TLS. Each connection has a thread, and
each request takes two system calls.
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

#: Latency of the slow port, in seconds.
DELAY = 0.02
#: Realistic response headers.
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
#: The number of functions in a listing is sent as `app=`, which both this package and the vendor's SDK can send.
_TOTAL = re.compile(rb"[?&]app=(\d+)")

accepted = 0
answered = 0


def response(body: bytes) -> bytes:
    """Return a complete response."""
    return HEAD.format(len(body)).encode() + body


@lru_cache(maxsize=None)
def fixed_response(kind: str) -> bytes:
    """Return the response to a call or a get, or a single page."""
    made: Dict[str, Callable[[], bytes]] = {
        "call": bodies.call_response,
        "get": bodies.function,
        "functions": bodies.functions,
        "apps": bodies.apps,
    }
    return response(made[kind]())


@lru_cache(maxsize=4)
def _page(count: int) -> bytes:
    """Return a page of a long listing without the value of the cursor, the last field."""
    return bodies.functions(count)[: -len(b"null}")]


def page(total: int, start: int) -> bytes:
    """Return the page of a long listing that starts at an item."""
    count = min(bodies.PAGE_SIZE, total - start)
    after = start + count
    return response(_page(count) + (b'"%d"}' % after if after < total else b"null}"))


def statistics() -> bytes:
    """Return the statistics of the server so far."""
    seen = {"accepted": accepted, "answered": answered, "cpu": time.process_time()}
    return response(bodies.encode(seen))


def answer(target: bytes, body: bytes) -> bytes:
    """Return the response to a request."""
    path = target.partition(b"?")[0]
    if path.endswith(b"/call/"):
        return fixed_response("call")
    if path.endswith(b"/get/"):
        return fixed_response("get")
    if path.endswith(b"/apps/list/"):
        return fixed_response("apps")
    if path.endswith(b"/functions/list/"):
        return _listing(target, body)
    return statistics()


def _listing(target: bytes, body: bytes) -> bytes:
    total = _TOTAL.search(target)
    if total is None:
        return fixed_response("functions")
    start = _CURSOR.search(body)
    return page(int(total.group(1)), int(start.group(1)) if start else 0)


def read(connection: socket.socket, received: bytes) -> Tuple[bytes, bytes, bytes]:
    """Return target and body of the next request, and the bytes after it. All are empty if the client disconnected."""
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


def serve_requests(connection: socket.socket, delay: float) -> None:
    """Respond to the requests of a connection until the client closes it."""
    global answered  # noqa: PLW0603 (a counter of the whole process)
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
    """Serve a connection until it is closed or broken."""
    try:
        with tls.wrap_socket(connection, server_side=True) if tls else connection as open_connection:
            serve_requests(open_connection, delay)
    except OSError:
        return


def accept(listener: socket.socket, delay: float, tls: Optional[ssl.SSLContext]) -> None:
    """Accept connections, and start a thread for each."""
    global accepted  # noqa: PLW0603 (a counter of the whole process)
    while True:
        connection, _ = listener.accept()
        accepted += 1
        threading.Thread(target=serve, args=(connection, delay, tls), daemon=True).start()


def listen(delay: float = 0.0, tls: Optional[ssl.SSLContext] = None) -> str:
    """Listen on a free port, and return its URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=accept, args=(listener, delay, tls), daemon=True).start()
    port: int = listener.getsockname()[1]
    return f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"


def certificate(ca: Path) -> ssl.SSLContext:
    """Return a TLS context for localhost, and write its CA to a file, with the CAs that clients usually load."""
    import certifi
    import trustme

    authority = trustme.CA()
    ca.write_bytes(authority.cert_pem.bytes() + certifi.contents().encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def main() -> None:
    """Serve until the standard input ends, which happens when the parent process ends."""
    urls: Dict[str, Any] = {
        "plain": listen(),
        "slow": listen(DELAY),
        "tls": listen(tls=certificate(Path(sys.argv[1]))),
    }
    print(json.dumps(urls), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
