"""Each fault, seen at a server that does it: what is raised, how often it was sent, what is left behind."""

import contextlib
import socket
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from integry import APIConnectionError, APITimeoutError, ResponseDecodeError
from tests.figures import MEASURED

from .conftest import assert_no_secret, wait_until
from .faults import ANSWER, DEADLINE, DRIPS, FAULTS, LONGEST, NO_CONNECTION
from .server import FaultServer, reply

#: With four ways to have no connection, and two to lose one that was idle.
FAULTS_IN_ALL = len(FAULTS) + 6
FLOODS = [fault for fault in FAULTS if fault.name.startswith("100 MB")]


def get(made, **options):
    """What is safe to repeat."""
    return made.apps.get("slack", **options)


def call(made, **options):
    """What must not run twice."""
    return made.functions.call("f", {"text": "x"}, **options)


BOTH = pytest.mark.parametrize("operation", [get, call])


@contextlib.contextmanager
def failing(fault, contexts, client):
    """A server with a fault, and a client of it."""
    with FaultServer(fault.serve, contexts.get(fault.certificate)) as server:
        url = server.url.replace("http:", "https:") if fault.certificate else server.url
        options = dict(fault.options)
        if fault.proxy:
            url, options["proxies"] = f"{fault.proxy}://service.test", {fault.proxy: server.url}
        with client(url, **options) as made:
            yield server, made


@BOTH
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
@pytest.mark.usefixtures("_at_once", "_nothing_leaks")
def test_a_fault(fault, operation, contexts, client, caplog):
    """It is told as it is promised, without a secret, and was sent as often as the README says."""
    caplog.set_level("DEBUG")
    with failing(fault, contexts, client) as (server, made), pytest.raises(fault.raises, match=fault.says) as caught:
        operation(made)
    assert type(caught.value) is fault.raises
    assert_no_secret(caught.value, caplog.text)
    sent = fault.row.read if operation is get else fault.row.call
    # Where no request arrives, each attempt makes a connection.
    assert (len(server.requests) if fault.arrives else server.connections) == sent
    assert fault.arrives or not server.requests or fault.proxy
    MEASURED["faults survived"] = f"{FAULTS_IN_ALL}, by reads and by calls"
    del caught


@pytest.mark.parametrize("fault", DRIPS, ids=[fault.name for fault in DRIPS])
@pytest.mark.usefixtures("_nothing_leaks")
def test_a_deadline(fault, contexts, client, caplog):
    """It is held within 10 %, and nothing is sent again."""
    caplog.set_level("DEBUG")

    def late(operation):
        with failing(fault, contexts, client) as (server, made):
            start = time.monotonic()
            with pytest.raises(APITimeoutError, match=fault.says) as caught:
                operation(made)
            took = time.monotonic() - start
        assert server.connections == 1
        return caught.value, took

    # Both at once, as they wait most of the time.
    with ThreadPoolExecutor(2) as pool:
        for error, took in pool.map(late, (get, call)):
            assert type(error) is APITimeoutError
            assert_no_secret(error, caplog.text)
            assert 0.9 * DEADLINE < took < 1.1 * DEADLINE
    del error
    MEASURED["deadlines held within 10 %"] = f"{len(DRIPS)} ways to be late, by reads and by calls"


def closed_port():
    """A URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


@contextlib.contextmanager
def silent_port():
    """A URL where nobody answers: the queue of those who wait to be let in is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 (its one argument)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@BOTH
@pytest.mark.usefixtures("_at_once", "_nothing_leaks")
def test_no_connection(operation, client, caplog):
    """Nothing was sent, so that calls are tried again too, as the README says."""
    caplog.set_level("DEBUG", "integry")
    port = closed_port()
    with silent_port() as silent:
        for url, kind, options in (
            (port, APIConnectionError, {}),
            ("https://nowhere.invalid", APIConnectionError, {}),
            ("https://service.test", APIConnectionError, {"proxies": {"https": port}}),
            (silent, APITimeoutError, {"timeout": 0.3}),
        ):
            caplog.clear()
            with client(url, **options) as made, pytest.raises(APIConnectionError) as caught:
                operation(made)
            assert type(caught.value) is kind
            assert "may have done it" not in str(caught.value)
            assert_no_secret(caught.value, caplog.text)
            tried = [line for line in caplog.messages if "failed after" in line]
            assert len(tried) == (NO_CONNECTION.read if operation is get else NO_CONNECTION.call)
            del caught


@BOTH
@pytest.mark.usefixtures("_nothing_leaks")
def test_a_connection_that_was_closed_while_idle(operation, client):
    """Another is made, and nobody notices."""

    def serve(peer):
        peer.receive()
        peer.send(reply(ANSWER))

    with FaultServer(serve) as server, client(server.url, max_retries=0) as made:
        for number in range(1, 4):
            operation(made)
            assert len(server.requests) == server.connections == number
            # What closes it has been seen to arrive.
            wait_until(lambda: not server.threads[-1].is_alive())


@BOTH
@pytest.mark.usefixtures("_at_once", "_nothing_leaks")
def test_a_connection_that_is_closed_as_the_request_comes(operation, client):
    """A read is sent again; a call may have run, and is not."""

    def serve(peer):
        while peer.receive():
            if len(server.requests) % 2 == 0:
                return
            peer.send(reply(ANSWER))

    with FaultServer(serve) as server, client(server.url) as made:
        operation(made)
        if operation is get:
            operation(made)
        else:
            with pytest.raises(APIConnectionError, match="may have done it"):
                operation(made)
        assert len(server.requests) == (3 if operation is get else 2)


@pytest.mark.parametrize("fault", FLOODS, ids=[fault.name for fault in FLOODS])
@pytest.mark.parametrize("own", [True, False])
def test_what_is_too_long_is_not_held(fault, own, client):
    """Neither what the server sends nor what it becomes, decompressed; also with a session of one's own."""
    with FaultServer(fault.serve) as server, requests.Session() as session:
        options = {} if own else {"session": session, "verify": None, "deadline": 60}
        with client(server.url, max_response_bytes=LONGEST, **options) as made:
            tracemalloc.start()
            try:
                with pytest.raises(ResponseDecodeError, match=fault.says):
                    get(made)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    assert peak < 16 * LONGEST
    # The rest is what the system keeps on its way.
    assert server.sent < 32 * LONGEST
