"""Fixtures: clients with mocked responses, and scripted servers on real sockets."""

import contextlib
import socket
import threading
import time

import pytest
import responses

from integry import Integry, Organisation

#: Recognisable values, which tests.leaks searches for.
KEY, SECRET, TOKEN = "planted-app-key-1234", "planted-app-secret-5678", "planted-token-90"
API = "https://api.integry.io"
ORG = "0192202e-b6f3-7d23-8025-3f60675cc031"
INTEGRATIONS = f"https://api.telex.im/api/v1/organisations/{ORG}/integrations"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    """Unset the environment variables of clients and proxies."""
    for name in (
        "APP_KEY",
        "APP_SECRET",
        "USER_ID",
        "INTEGRATION_ID",
        "BASE_URL",
        "ORGANISATION_TOKEN",
        "ORGANISATION_BASE_URL",
    ):
        monkeypatch.delenv(f"INTEGRY_{name}", raising=False)
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def answers():
    """Yield mocked responses instead of the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def integry():
    """Yield a client of Integry for user 123456."""
    with Integry(KEY, SECRET, user_id="123456") as client:
        yield client


@pytest.fixture
def organisation():
    """Yield a client of an organisation."""
    with Organisation(ORG, TOKEN) as client:
        yield client


def reply(body=b"{}", status="200 OK", headers=""):
    """Return the bytes of an HTTP response."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def receive(connection):
    """Return a whole request as text, or an empty text if the client closed the connection."""
    data = ""
    while "\r\n\r\n" not in data or len(data.partition("\r\n\r\n")[2]) < content_length(data):
        received = connection.recv(65536).decode("latin-1")
        if not received:
            return ""
        data += received
        if data.startswith("\x16"):
            return data  # not a request but a TLS handshake
    return data


def content_length(request):
    """Return the Content-Length of a request."""
    return int((request.lower().partition("content-length: ")[2] or "0").split("\r\n")[0])


class Server:
    """A server that responds to each request with the next step of its script.

    Attributes:
        url: Base URL of the server.
        requests: Text of each request that was received.
        connections: Number of connections that were made.
    """

    def __init__(self, script):
        self.script, self.requests, self.connections = list(script), [], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            while self.script:
                request = receive(connection)
                if not request:
                    return
                self.requests.append(request)
                step = self.script.pop(0)
                try:
                    if callable(step):
                        step(connection)
                        return
                    connection.sendall(step)
                except OSError:
                    return

    def close(self):
        """Stop listening."""
        # shutdown() ends a pending accept(). Without it, the thread would accept one more connection.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@pytest.fixture
def serve():
    """Yield a function that starts a server with a script: bytes to send, or functions of the connection."""
    servers = []

    def start(*script):
        servers.append(Server(script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def drip(connection):
    """Send a response byte by byte, for five seconds."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_headers(connection):
    """Send headers byte by byte, without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


def reset(_):
    """Close the connection without a response."""
