"""Each fault of a server: the exception, the number of requests, and the sockets that stay open."""

import contextlib
import gzip
import socket
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from integry import APIConnectionError, APIStatusError, APITimeoutError, NotFound, ResponseDecodeError
from integry._http.body import MAX_ERROR_BODY
from integry._http.requester import MAY_HAVE_RUN
from tests.figures import MEASURED

from .behaviour import answering, drip, flood
from .conftest import assert_no_secret, wait_until
from .faults import ANSWER, DEADLINE, DRIPS, FAULTS, MAX_RESPONSE_BYTES, NO_CONNECTION, REDIRECT_TARGET
from .server import FaultServer, reply

#: Number of faults, including four without a connection and two of idle connections, which have their own tests.
FAULTS_IN_ALL = len(FAULTS) + 6
#: Names of faults for which http.client, unlike the fast path, takes an interim response for the final one.
NEEDS_FAST_PATH = {"early hints without a response"}
MARKED = [
    pytest.param(fault, id=fault.name, marks=[pytest.mark.fast] if fault.name in NEEDS_FAST_PATH else [])
    for fault in FAULTS
]
FLOODS = [fault for fault in FAULTS if fault.name.startswith("100 MB")]


def get(integry, **options):
    """Send a request that is safe to repeat."""
    return integry.apps.get("slack", **options)


def call(integry, **options):
    """Send a request that must not run twice."""
    return integry.functions.call("f", {"text": "x"}, **options)


BOTH = pytest.mark.parametrize("operation", [get, call])


@contextlib.contextmanager
def failing(fault, contexts, client):
    """Start a server with a fault, and yield the server and a client that uses it."""
    with FaultServer(fault.serve, contexts.get(fault.certificate)) as server:
        url = server.url.replace("http:", "https:") if fault.certificate else server.url
        options = dict(fault.options)
        if fault.proxy:
            url, options["proxies"] = f"{fault.proxy}://service.test", {fault.proxy: server.url}
        with client(url, **options) as integry:
            yield server, integry


def may_have_run(fault, error):
    """Return the expected value of may_have_run: from the row of the table of faults, or else from the status."""
    if fault.proxy == "https":
        # The tunnel through the proxy is never opened, so the request is not sent.
        return False
    status = getattr(error, "status", 200)
    by_status = status < 300 or status >= 500 or status in (303, 408, 425)
    return by_status if fault.row.may_have_run is None else fault.row.may_have_run


@BOTH
@pytest.mark.parametrize("fault", MARKED)
@pytest.mark.usefixtures("_no_waiting", "_no_open_sockets")
def test_faults_raise_the_documented_error(fault, operation, contexts, client, caplog):
    """A fault raises the documented error without secrets, after the documented number of requests."""
    caplog.set_level("DEBUG")
    with failing(fault, contexts, client) as (server, integry), pytest.raises(
        fault.raises, match=fault.message
    ) as caught:
        operation(integry)
    assert type(caught.value) is fault.raises
    assert_no_secret(caught.value, caplog.text)
    assert caught.value.may_have_run == may_have_run(fault, caught.value)
    assert (MAY_HAVE_RUN in str(caught.value)) == (operation is call and caught.value.may_have_run)
    assert caught.value.is_idempotent == (operation is not call)
    sent = fault.row.read if operation is get else fault.row.call
    # If the fault prevents requests from arriving, count connections: each attempt opens one.
    assert (len(server.requests) if fault.arrives else server.connections) == sent
    assert fault.arrives or not server.requests or fault.proxy
    MEASURED["faults survived"] = f"{FAULTS_IN_ALL}, by reads and by calls"
    del caught


@pytest.mark.alone
@pytest.mark.fast
@pytest.mark.parametrize("fault", DRIPS, ids=[fault.name for fault in DRIPS])
@pytest.mark.usefixtures("_no_open_sockets")
def test_deadlines_are_exact(fault, contexts, client, caplog):
    """A deadline ends a call within 10 % of its time, and the request is not repeated."""
    caplog.set_level("DEBUG")

    def late(operation):
        with failing(fault, contexts, client) as (server, integry):
            start = time.monotonic()
            with pytest.raises(APITimeoutError, match=fault.message) as caught:
                operation(integry)
            took = time.monotonic() - start
        assert server.connections == 1
        return caught.value, took

    # Run both operations at the same time, because they mostly wait. The machine may pause for longer than 10 % of the
    # deadline, but not three times in a row.
    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(late, (get, call)))
        for error, took in found:
            assert type(error) is APITimeoutError
            assert_no_secret(error, caplog.text)
            assert took > 0.9 * DEADLINE
        slowest = max(took for _, took in found)
        if slowest < 1.1 * DEADLINE:
            break
    assert slowest < 1.1 * DEADLINE
    del error, found
    MEASURED["deadlines held within 10 %"] = f"{len(DRIPS)} ways to be late, by reads and by calls"


@contextlib.contextmanager
def silent_port():
    """Yield the URL of a port whose queue of connections is full, so that connecting times out."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 (the only argument)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@BOTH
@pytest.mark.usefixtures("_no_waiting", "_no_open_sockets")
def test_unsent_requests_are_retried(operation, client, closed_port, caplog):
    """If no connection can be made, even function calls are retried as documented."""
    caplog.set_level("DEBUG", "integry")
    refused = f"http://127.0.0.1:{closed_port}"
    with silent_port() as silent:
        for url, kind, options in (
            (refused, APIConnectionError, {}),
            ("https://nowhere.invalid", APIConnectionError, {}),
            ("https://service.test", APIConnectionError, {"proxies": {"https": refused}}),
            (silent, APITimeoutError, {"timeout": 0.3}),
        ):
            caplog.clear()
            with client(url, **options) as integry, pytest.raises(APIConnectionError) as caught:
                operation(integry)
            assert type(caught.value) is kind
            assert "may have run" not in str(caught.value)
            assert_no_secret(caught.value, caplog.text)
            attempts = [line for line in caplog.messages if "failed after" in line]
            assert len(attempts) == (NO_CONNECTION.read if operation is get else NO_CONNECTION.call)
            del caught


@BOTH
@pytest.mark.usefixtures("_no_open_sockets")
def test_a_connection_closed_while_idle_is_replaced(operation, client):
    """If the server closed an idle connection, the request is sent on a new one without an error."""

    def serve(peer):
        peer.receive()
        peer.send(reply(ANSWER))

    with FaultServer(serve) as server, client(server.url, max_retries=0) as integry:
        for number in range(1, 4):
            operation(integry)
            assert len(server.requests) == server.connections == number
            # Wait until the server has closed the connection.
            wait_until(lambda: not server.threads[-1].is_alive())


@BOTH
@pytest.mark.usefixtures("_no_waiting", "_no_open_sockets")
def test_a_connection_closed_after_the_request_retries_reads_only(operation, client):
    """If the server closes the connection instead of responding, reads are retried, and function calls are not."""

    def serve(peer):
        while peer.receive():
            if len(server.requests) % 2 == 0:
                return
            peer.send(reply(ANSWER))

    with FaultServer(serve) as server, client(server.url) as integry:
        operation(integry)
        if operation is get:
            operation(integry)
        else:
            with pytest.raises(APIConnectionError, match="may have run"):
                operation(integry)
        assert len(server.requests) == (3 if operation is get else 2)


@pytest.mark.parametrize("fault", FLOODS, ids=[fault.name for fault in FLOODS])
@pytest.mark.parametrize("is_owned", [True, False], ids=["owned session", "user session"])
def test_long_bodies_are_not_read_into_memory(fault, is_owned, client):
    """A body over max_response_bytes is neither read nor decompressed completely, also by a user's session."""
    with FaultServer(fault.serve) as server, requests.Session() as session:
        options = {} if is_owned else {"session": session, "deadline": 60}
        with client(server.url, max_response_bytes=MAX_RESPONSE_BYTES, **options) as integry:
            tracemalloc.start()
            try:
                with pytest.raises(ResponseDecodeError, match=fault.message):
                    get(integry)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    assert peak < 16 * MAX_RESPONSE_BYTES
    # The server may have sent more bytes than were read, into buffers of the operating system.
    assert server.sent < 32 * MAX_RESPONSE_BYTES


@pytest.mark.fast
def test_early_hints_do_not_shift_responses(client):
    """After early hints (status 103), each request gets its own response and not that of another user."""

    def serve(peer):
        while True:
            request = peer.receive()
            if not request:
                return
            user = request.partition("User-ID: ")[2].split("\r\n")[0]
            peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            time.sleep(0.05)
            peer.send(reply(ANSWER.replace(b"slack", user.encode())))

    users = ["alice", "bob", "carol"]
    with FaultServer(serve) as server, client(server.url) as integry:
        assert [integry.apps.get("slack", user_id=user).name for user in users] == users
        assert server.connections == 1
    with FaultServer(serve) as server, requests.Session() as session, client(server.url, session=session) as integry:
        for user in users:
            # Without the fast path, http.client treats early hints as the response, and the connection is closed.
            with pytest.raises(ResponseDecodeError, match="the 103 response is an interim response"):
                integry.apps.get("slack", user_id=user, max_retries=0)
        assert server.connections == len(users)


def test_long_error_bodies_are_truncated(client):
    """The body of an error response is truncated, to limit time and memory."""
    body = gzip.compress(b"[" + b'"a",' * (4 << 20) + b'"a"]')
    with FaultServer(answering(reply(body, "404 x", "Content-Encoding: gzip\r\n"))) as server:
        for session in (None, requests.Session()):
            integry = client(server.url, session=session)
            tracemalloc.start()
            try:
                with pytest.raises(NotFound) as caught:
                    integry.apps.get("slack")
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert len(caught.value.body) == MAX_ERROR_BODY
            assert peak < 32 << 20
            if session:
                session.close()


def test_bodies_of_redirects_are_not_read(client):
    """The body of a redirect is not read, even if it is long or slow, also by a user's session."""
    for serve in (
        flood(f"302 x\r\nLocation: {REDIRECT_TARGET}\r\nContent-Length: 104857600"),
        drip(f"HTTP/1.1 302 x\r\nLocation: {REDIRECT_TARGET}\r\nContent-Length: 9999\r\n\r\n".encode()),
    ):
        with FaultServer(serve) as server, requests.Session() as session:
            seen = []
            session.hooks["response"] = lambda response, seen=seen, **_: seen.append(response.status_code)
            with client(server.url, session=session, deadline=5) as integry, pytest.raises(APIStatusError, match="302"):
                get(integry)
            assert seen == [302], "hooks of the session are still called"
            assert server.sent < 32 * MAX_RESPONSE_BYTES


def test_names_do_not_affect_errors(client, closed_port):
    """Names of functions and paths that contain texts of error messages do not change the exception."""
    integry = client(f"http://127.0.0.1:{closed_port}/timed-out-deadline", max_retries=0)
    for name in ("slack", "set-deadline", "timed out", "Tunnel connection failed: 407"):
        with pytest.raises(APIConnectionError) as caught:
            integry.functions.get(name)
        assert type(caught.value) is APIConnectionError


def test_exceptions_of_a_users_hook_are_raised_unchanged(client):
    """An exception of a user's hook is not a failure of the request, which is not repeated."""

    def hook(*_, **__):
        Path("/nowhere/at/all").read_text(encoding="utf-8")

    with FaultServer(answering(reply(ANSWER))) as server, requests.Session() as session:
        session.hooks["response"] = [hook]
        with client(server.url, session=session) as integry, pytest.raises(FileNotFoundError, match="nowhere"):
            get(integry)
        assert len(server.requests) == 1
