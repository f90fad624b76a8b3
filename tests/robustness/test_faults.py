"""Each fault, seen at a server that does it: what is raised, how often it was sent, what is left behind."""

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
from .faults import ANSWER, DEADLINE, DRIPS, FAULTS, LONGEST, NO_CONNECTION, OTHER
from .server import FaultServer, reply

#: With four ways to have no connection, and two to lose one that was idle.
FAULTS_IN_ALL = len(FAULTS) + 6
#: http.client takes interim responses other than 100 for final ones.
NEEDS_FAST_PATH = {"early hints and no more"}
MARKED = [
    pytest.param(fault, id=fault.name, marks=[pytest.mark.fast] if fault.name in NEEDS_FAST_PATH else [])
    for fault in FAULTS
]
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


def may_have_run(fault, error):
    """Return what a row of the table says, or else a status: the server may have failed after it did its work."""
    if fault.proxy == "https":
        # The request waits for a tunnel, which none of them opens.
        return False
    status = getattr(error, "status", 200)
    by_status = status < 300 or status >= 500 or status in (303, 408, 425)
    return by_status if fault.row.may_have_run is None else fault.row.may_have_run


@BOTH
@pytest.mark.parametrize("fault", MARKED)
@pytest.mark.usefixtures("_at_once", "_nothing_leaks")
def test_a_fault(fault, operation, contexts, client, caplog):
    """It is told as it is promised, without a secret, and was sent as often as the README says."""
    caplog.set_level("DEBUG")
    with failing(fault, contexts, client) as (server, made), pytest.raises(fault.raises, match=fault.says) as caught:
        operation(made)
    assert type(caught.value) is fault.raises
    assert_no_secret(caught.value, caplog.text)
    assert caught.value.may_have_run == may_have_run(fault, caught.value)
    assert (MAY_HAVE_RUN in str(caught.value)) == (operation is call and caught.value.may_have_run)
    sent = fault.row.read if operation is get else fault.row.call
    # Where no request arrives, each attempt makes a connection.
    assert (len(server.requests) if fault.arrives else server.connections) == sent
    assert fault.arrives or not server.requests or fault.proxy
    MEASURED["faults survived"] = f"{FAULTS_IN_ALL}, by reads and by calls"
    del caught


@pytest.mark.alone
@pytest.mark.fast
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

    # Both at once, as they wait most of the time. The machine may stand still for longer than a tenth of a second, but
    # not each time: what is late for itself is late three times.
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
def test_no_connection(operation, client, closed_port, caplog):
    """Nothing was sent, so that calls are tried again too, as the README says."""
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
            with client(url, **options) as made, pytest.raises(APIConnectionError) as caught:
                operation(made)
            assert type(caught.value) is kind
            assert "may have run" not in str(caught.value)
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
            with pytest.raises(APIConnectionError, match="may have run"):
                operation(made)
        assert len(server.requests) == (3 if operation is get else 2)


@pytest.mark.parametrize("fault", FLOODS, ids=[fault.name for fault in FLOODS])
@pytest.mark.parametrize("own", [True, False])
def test_what_is_too_long_is_not_held(fault, own, client):
    """Neither what the server sends nor what it becomes, decompressed; also with a session of one's own."""
    with FaultServer(fault.serve) as server, requests.Session() as session:
        options = {} if own else {"session": session, "deadline": 60}
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


@pytest.mark.fast
def test_an_answer_that_is_announced_is_its_own(client):
    """Not that of the next request, which may be another user's."""

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
    with FaultServer(serve) as server, client(server.url) as made:
        assert [made.apps.get("slack", user_id=user).name for user in users] == users
        assert server.connections == 1
    with FaultServer(serve) as server, requests.Session() as session, client(server.url, session=session) as made:
        for user in users:
            # http.client takes it for the answer; the connection with the answer is closed.
            with pytest.raises(ResponseDecodeError, match="the 103 response is an interim response"):
                made.apps.get("slack", user_id=user, max_retries=0)
        assert server.connections == len(users)


def test_a_long_refusal_is_kept_in_part(client):
    """So that it takes neither long nor much, whatever it says."""
    body = gzip.compress(b"[" + b'"a",' * (4 << 20) + b'"a"]')
    with FaultServer(answering(reply(body, "404 x", "Content-Encoding: gzip\r\n"))) as server:
        for session in (None, requests.Session()):
            made = client(server.url, session=session)
            tracemalloc.start()
            try:
                with pytest.raises(NotFound) as caught:
                    made.apps.get("slack")
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert len(caught.value.body) == MAX_ERROR_BODY
            assert peak < 32 << 20
            if session:
                session.close()


def test_a_redirect_is_not_read(client):
    """However long it is, or takes, also with a session of one's own."""
    for serve in (
        flood(f"302 x\r\nLocation: {OTHER}\r\nContent-Length: 104857600"),
        drip(f"HTTP/1.1 302 x\r\nLocation: {OTHER}\r\nContent-Length: 9999\r\n\r\n".encode()),
    ):
        with FaultServer(serve) as server, requests.Session() as session:
            seen = []
            session.hooks["response"] = lambda response, seen=seen, **_: seen.append(response.status_code)
            with client(server.url, session=session, deadline=5) as made, pytest.raises(APIStatusError, match="302"):
                get(made)
            assert seen == [302], "hooks of the session are called as ever"
            assert server.sent < 32 * LONGEST


def test_names_decide_nothing(client, closed_port):
    """What is asked for may be called like what goes wrong."""
    made = client(f"http://127.0.0.1:{closed_port}/timed-out-deadline", max_retries=0)
    for name in ("slack", "set-deadline", "timed out", "Tunnel connection failed: 407"):
        with pytest.raises(APIConnectionError) as caught:
            made.functions.get(name)
        assert type(caught.value) is APIConnectionError


def test_a_fault_of_a_users_own_hook_is_told_as_it_is(client):
    """It is none of the network's, and nothing is sent again."""

    def hook(*_, **__):
        Path("/nowhere/at/all").read_text(encoding="utf-8")

    with FaultServer(answering(reply(ANSWER))) as server, requests.Session() as session:
        session.hooks["response"] = [hook]
        with client(server.url, session=session) as made, pytest.raises(FileNotFoundError, match="nowhere"):
            get(made)
        assert len(server.requests) == 1
