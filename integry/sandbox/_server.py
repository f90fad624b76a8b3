"""A small threaded HTTP/1.1 server for a WSGI application, on http.server, with keep-alive connections."""

from __future__ import annotations

import io
import os
import socket
import struct
import sys
import threading
from contextlib import suppress
from email import errors
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from time import monotonic
from typing import Any, Callable, Dict, List
from urllib.parse import urlsplit

from ._http import MAX_BODY, make_environ

#: Seconds after which an idle connection is closed.
IDLE_TIMEOUT = 60.0
#: Seconds that `stop` waits for requests in progress.
STOP_TIMEOUT = 1.0
#: Bytes that are read at once to discard a body.
CHUNK_SIZE = 65536
#: Maximum digits of a Content-Length.
MAX_LENGTH_DIGITS = 18

#: Malformed header lines that some HTTP parsers skip, and others take as the end of the headers.
_AMBIGUOUS_DEFECTS = (
    errors.FirstHeaderLineIsContinuationDefect,
    errors.InvalidHeaderDefect,
    errors.MisplacedEnvelopeHeaderDefect,
    errors.MissingHeaderBodySeparatorDefect,
)


class _Handler(BaseHTTPRequestHandler):
    """A handler of the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "integry-sandbox"
    sys_version = ""
    timeout = IDLE_TIMEOUT
    # Nagle's algorithm would delay small bodies until the headers are acknowledged.
    disable_nagle_algorithm = True
    server: Any  # the Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            # The client disconnected, or a fault asks for a reset: with SO_LINGER of 0 seconds, close() sends RST.
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server looks up a method do_GET, do_POST, … for the method of each request.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def parse_request(self) -> bool:
        """Parse the headers, and reject those that HTTP parsers interpret differently (request smuggling)."""
        if not super().parse_request():
            return False
        lengths, hosts = (self.headers.get_all(name, []) for name in ("Content-Length", "Host"))
        status = 0
        if "Transfer-Encoding" in self.headers:
            status = 411
        elif (
            any(isinstance(each, _AMBIGUOUS_DEFECTS) for each in self.headers.defects)
            or not self.path.startswith("/")
            or max(len(lengths), len(hosts)) > 1
            or not all(each.isascii() and each.isdecimal() and len(each) <= MAX_LENGTH_DIGITS for each in lengths)
        ):
            status = 400
        if status:
            self.close_connection = True
            self.send_error(status)
        return not status

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        received = io.BufferedReader(_LimitedReader(self.rfile, int(length)))
        host, port = self.server.server_address[:2]
        url = urlsplit(f"http://{f'[{host}]' if ':' in host else host}:{port}{self.path}")
        environ = make_environ(self.command, url, self.headers.items(), received, length)
        self._answer({**environ, "REMOTE_ADDR": self.client_address[0]})
        self._drain(received)

    def _drain(self, received: io.BufferedIOBase) -> None:
        """Discard the rest of the body, so that the next request does not start inside it.

        If the rest is too large, close the connection instead.
        """
        with suppress(OSError):
            for _ in range(0, MAX_BODY, CHUNK_SIZE):
                if not received.read(CHUNK_SIZE):
                    return
        self.close_connection = True

    def _answer(self, environ: Dict[str, Any]) -> None:
        head: List[Any] = []
        chunks = self.server.application(environ, lambda status, headers: head.extend((status, headers)))
        code, _, phrase = head[0].partition(" ")
        self.send_response(int(code), phrase)
        for name, value in head[1]:
            self.send_header(name, value)
        self.end_headers()
        left = int(dict(head[1])["Content-Length"])
        for chunk in chunks:
            left -= len(chunk)
            if self.command != "HEAD":
                self.wfile.write(chunk)
                self.wfile.flush()
        # A response that is shorter than its Content-Length ends with the connection.
        self.close_connection = self.close_connection or left > 0

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 (the name in the base class)
        """Do nothing: the console shows the calls."""


class _LimitedReader(io.RawIOBase):
    """A reader of a limited number of bytes of a stream."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._stream.read1(min(len(buffer), self._left)) if self._left else b""
        buffer[: len(found)] = found
        self._left -= len(found)
        return len(found)


class Server(ThreadingHTTPServer):
    """A server that runs a WSGI application in background threads until `stop`.

    Args:
        application: The WSGI application.
        host: The address to listen on.
        port: The port; 0 for any free one.

    Raises:
        OSError: If the port is taken.
    """

    request_queue_size = 128

    def __init__(self, application: Callable[..., Any], host: str, port: int) -> None:
        self.application, self._is_stopping = application, False
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._open: Dict[socket.socket, threading.Thread] = {}
        super().__init__((host, port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="integry-sandbox", daemon=True)
        self._thread.start()

    def server_bind(self) -> None:
        """Bind the socket without the DNS lookup of HTTPServer.server_bind()."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a new thread. Remember the connection and the thread, which `stop` ends."""
        given = (request, client_address)
        thread = threading.Thread(
            target=self.process_request_thread, args=given, name="integry-sandbox-connection", daemon=True
        )
        self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, and remove it from the open ones."""
        super().shutdown_request(request)
        self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the traceback of an error in a thread, unless `stop` caused it.

        With gevent's sockets, a read fails with an OSError when its connection is shut down.
        """
        if not (self._is_stopping and isinstance(sys.exc_info()[1], OSError)):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop the server, and close all connections."""
        self._is_stopping = True
        self.shutdown()
        self._thread.join()
        self.server_close()
        last = monotonic() + STOP_TIMEOUT
        for connection, thread in self._open.copy().items():
            with suppress(OSError):
                # Wake the thread, even if it waits for a slow client. The thread closes the connection.
                connection.shutdown(socket.SHUT_RDWR)
            if thread is not threading.current_thread():
                thread.join(max(0.0, last - monotonic()))
