"""Retries of generated clients, which are switched on by `max_retries`."""

import io
import socket

import pytest
import requests

from integry.generator.runtime import retry
from integry.generator.runtime.client import Client
from integry.generator.runtime.errors import DecodeError
from integry.generator.runtime.operation import Body, Operation, ResponseSpec
from integry.generator.runtime.retry import CAPACITY, RETRY, RetryQuota
from integry.generator.runtime.types import File
from tests.facade.conftest import Server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}"
TOO_MANY = b"HTTP/1.1 429 Slow down\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}"
LATER = b"HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 2\r\n\r\n{}"
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}"
CUT = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"


def operation(method, **more):
    """Return an operation whose responses may be any JSON value."""
    spec = {"200": ResponseSpec("json", dict), "default": ResponseSpec("json", dict)}
    return Operation("op", method, "/x", "t", idempotent=method == "GET", responses=spec, **more)


@pytest.fixture(autouse=True)
def _no_delays(monkeypatch):
    """Do not wait before a retry, unless the server asks for a delay."""
    monkeypatch.setattr(retry, "FIRST_DELAY", 0)


@pytest.fixture
def send():
    """Return a function that sends a request to a server with scripted responses.

    The function returns the status and the number of requests that the server received.
    """
    servers = []

    def run(script, request, **options):
        server = Server(script)
        servers.append(server)
        with Client(server.url, **options) as client:
            try:
                found = int(client.send(request).status_code)
            except (requests.RequestException, DecodeError) as error:
                found = type(error).__name__
        return found, len(server.requests)

    yield run
    for server in servers:
        server.close()


def close(connection):
    """Close a connection without a response."""
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("script", "get", "post"),
    [
        ([OK], (200, 1), (200, 1)),
        ([BUSY, OK], (200, 2), (503, 1)),
        ([TOO_MANY, OK], (200, 2), (200, 2)),
        ([BUSY, BUSY, OK], (200, 3), (503, 1)),
        ([BUSY, BUSY, BUSY, OK], (503, 3), (503, 1)),
        ([LATER, OK], (503, 1), (503, 1)),
        ([FAILED, OK], (500, 1), (500, 1)),
        ([close, OK], (200, 2), ("ConnectionError", 1)),
        ([close, close, close], ("ConnectionError", 3), ("ConnectionError", 1)),
    ],
)
def test_transient_failures_are_retried(send, script, get, post):
    """A GET is retried after temporary failures, and a POST only if the server cannot have processed it."""
    assert send(script, operation("GET").request(), max_retries=2) == get
    assert send(script, operation("POST").request(), max_retries=2) == post
    assert send(script, operation("GET").request())[1] == 1


def cut(connection):
    """Send a part of a body, and close the connection."""
    connection.sendall(CUT)
    close(connection)


def test_an_incomplete_body_is_retried(send):
    """A request whose response is cut short is retried. After the last retry, DecodeError is raised."""
    assert send([cut, OK], operation("GET").request(), max_retries=1) == (200, 2)
    assert send([cut, cut], operation("GET").request(), max_retries=1) == ("DecodeError", 2)


def test_a_refused_connection_is_retried():
    """A request is retried after a refused connection, even a POST, because nothing was sent."""
    quota = RetryQuota()
    with socket.socket() as closed:
        # A socket that is bound and does not listen: no other program can take the port, which refuses connections.
        closed.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{closed.getsockname()[1]}", max_retries=3, retry_quota=quota)
        with pytest.raises(requests.ConnectionError):
            client.send(operation("POST").request())
    assert quota.acquire(CAPACITY - 3 * RETRY)
    assert not quota.acquire(1)


def test_copies_share_the_quota(send):
    """An empty quota ends the retries of a client and its copies. A success returns tokens."""
    quota = RetryQuota()
    assert Client(retry_quota=quota).with_timeout(1).retry_quota is quota
    assert quota.acquire(CAPACITY)
    assert send([BUSY, OK], operation("GET").request(), max_retries=2, retry_quota=quota) == (503, 1)
    for _ in range(RETRY):
        assert send([OK], operation("GET").request(), max_retries=2, retry_quota=quota) == (200, 1)
    assert send([BUSY, OK], operation("GET").request(), max_retries=2, retry_quota=quota) == (200, 2)


def test_a_forked_child_has_a_lock_of_its_own():
    """The lock of the quota is replaced in a forked child, as another thread of the parent may hold it."""
    held = RetryQuota.lock
    retry._renew_lock()
    assert RetryQuota.lock is not held


@pytest.mark.parametrize("kind", ["files", "content"])
def test_a_file_is_sent_once(send, kind):
    """A request with a file is not retried, because the first attempt has read the file."""
    found = operation("GET", bodies=(Body(kind, "application/octet-stream", File),))
    file = File(io.BytesIO(b"x"), "x")
    request = found.request(body=file if kind == "content" else {"file": file})
    assert send([BUSY, OK], request, max_retries=2) == (503, 1)
    assert send(
        [BUSY, OK], operation("GET", bodies=(Body("json", "application/json", dict),)).request(body={}), max_retries=2
    ) == (200, 2)
