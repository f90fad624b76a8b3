"""Closing a client while threads use it: each call succeeds or raises a clear error, and no socket stays open."""

import contextlib
import gc
import subprocess
import sys
from collections import Counter
from time import monotonic, sleep

import pytest
import requests

from integry import ConfigurationError, Integry, IntegryError
from integry._generated.api.apps import get_app
from tests.figures import MEASURED

from .conftest import wait_until
from .load_server import ROOT, running
from .test_load import KEY, SECRET, open_descriptors, run_in_threads, send_call

THREADS, ROUNDS = 16, 25
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("_without_logging")]


@pytest.fixture
def server():
    """Yield a server without faults."""
    with running() as started:
        yield started


def client_of(server, **options):
    """Return a client that uses a server."""
    return Integry(KEY, SECRET, user_id=1, base_url=server.url, **{"timeout": 30, **options})


def outcome_of(client, number):
    """Return True for a call with the right response, or else the start of the error's message."""
    try:
        return send_call(client, number)
    except ConfigurationError as error:
        return str(error)[:22]
    except Exception as error:  # noqa: BLE001 (any fails the test)
        return repr(error)


def test_close_closes_connections_at_once(server):
    """close() closes all connections before the client is garbage-collected."""
    client, before = client_of(server), open_descriptors()
    run_in_threads(lambda number: send_call(client, number), THREADS)
    client.close()
    counts = server.ledger()["counts"]
    assert counts["connections"] > 0
    assert counts["open"] == 0
    assert open_descriptors() == before


@pytest.mark.parametrize("options", [{}, {"deadline": 20}], ids=str)
def test_a_deleted_client_closes_its_sockets(server, options):
    """A client without close() is freed by reference counting, because calls make no reference cycle."""
    gc.collect()
    gc.disable()
    try:
        before = open_descriptors()
        assert [send_call(client_of(server, **options), number) for number in range(8)] == [True] * 8
        assert open_descriptors() == before
    finally:
        gc.enable()


def fail(*_):
    """Raise an exception, as a user's hook may."""
    message = "a hook failed"
    raise LookupError(message)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.apps.list(),
        lambda client: list(client.functions.list()),
        lambda client: client.functions.get("slack-post-message"),
        lambda client: client.functions.call("slack-post-message", {"channel": "random", "text": "x"}),
        lambda client: client.functions.call("slack-post-message", {}),
        lambda client: client.apps.get("nope"),
        lambda client: client.with_raw_response.apps.list(),
        lambda client: client.request("GET", "/nope"),
        lambda client: (client.apps.list(), client.with_options(on_request=fail).apps.list()),
        lambda client: (client.apps.list(), client.with_options(on_response=fail).apps.list()),
        lambda client: client.send(get_app.build("slack"), lambda response: response.nonsense),
    ],
    ids=range(11),
)
def test_no_reference_cycle_keeps_a_socket(integry_live_sandbox, call):
    """Without the garbage collector, a deleted client leaves no socket open, whatever its calls did."""
    integry_live_sandbox.connect("slack")
    gc.collect()
    gc.disable()
    try:
        before = open_descriptors()
        for _ in range(5):
            with contextlib.suppress(IntegryError, LookupError):
                call(integry_live_sandbox.client(max_retries=0))
        # The server runs in this process too, and closes its sockets after the client has closed its own.
        assert eventually(lambda: open_descriptors() <= before)
    finally:
        gc.enable()


def eventually(condition):
    """Return True as soon as a condition holds, and False after five seconds."""
    deadline = monotonic() + 5
    while not condition():
        if monotonic() > deadline:
            return False
        sleep(0.01)
    return True


@pytest.mark.parametrize("options", [{}, {"deadline": 20}], ids=str)
def test_a_client_can_be_closed_while_threads_call(server, options):
    """Calls of a closed client, or of its copies, raise an error which says so, and leave no socket open."""
    before, outcomes, clients = open_descriptors(), [], []
    for turn in range(ROUNDS):
        client = client_of(server, **options)
        clients.append(client)

        def work(number, client=client, turn=turn):
            if number == THREADS:
                sleep(turn / 1000)
                client.close()
                return
            copy, outcome = client.for_user(number) if number % 2 else client, True
            while outcome is True:
                outcome = outcome_of(copy, number)
                outcomes.append(outcome)

        run_in_threads(work, THREADS + 1)
    seen = Counter(outcomes)
    assert set(seen) == {True, "This client was closed"}
    assert seen["This client was closed"] == ROUNDS * THREADS
    assert server.ledger()["counts"]["open"] == 0
    assert open_descriptors() == before
    label = "clients closed while 16 threads called" + (", with a deadline" if options else "")
    MEASURED[label] = f"{ROUNDS}, {seen[True]:,} calls right, no socket left"


def test_a_client_can_be_closed_while_threads_wait_to_retry():
    """Threads that wait for a retry raise an error which says that the client was closed."""
    with running("--rate", 1, "--faults", "503", "reset before it ran") as server:
        asked, outcomes = [], []
        client = client_of(server, max_retries=30, on_request=asked.append)
        client._quota.acquire = lambda _: True  # an unlimited quota

        def work(number):
            if number == THREADS:
                # Wait until the threads have sent more requests than a first request and a retry each.
                wait_until(lambda: len(asked) > 2 * THREADS)
                client.close()
            else:
                outcomes.append(outcome_of(client, 4 * number + 1))

        run_in_threads(work, THREADS + 1)
        counts = server.ledger()["counts"]
    assert outcomes == ["This client was closed"] * THREADS
    assert counts["requests"] > THREADS
    assert counts["open"] == 0


def test_close_may_be_called_several_times(server):
    """close() of a client may be called several times, also by several threads."""
    client, failed = client_of(server), []
    run_in_threads(lambda number: send_call(client, number), THREADS)

    def close(_):
        try:
            client.close()
            client.close()
        except Exception as error:  # noqa: BLE001 (any fails the test)
            failed.append(error)

    run_in_threads(close, THREADS)
    assert failed == []
    assert outcome_of(client, 1) == "This client was closed"
    assert server.ledger()["counts"]["open"] == 0


@pytest.mark.parametrize("hook", ["on_request", "on_response"])
def test_a_hook_may_close_the_client(server, hook):
    """A call whose hook closes the client succeeds, and later calls raise the error of a closed client."""
    clients = []
    clients.append(client_of(server, **{hook: lambda _: clients[0].close()}))
    assert [outcome_of(clients[0], number) for number in (1, 2)] == [True, "This client was closed"]
    assert server.ledger()["counts"]["open"] == 0


def test_closing_between_two_steps_of_a_call_raises(server, monkeypatch):
    """If the pool is closed before the request is sent, the call raises the error of a closed client."""
    client, before = client_of(server, max_retries=0), open_descriptors()
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "add_headers", lambda *_, **__: client.close())
    assert outcome_of(client, 0) == "This client was closed"
    assert server.ledger()["executed"] == {}
    assert open_descriptors() == before


def test_closing_a_copy_keeps_the_original_open(server):
    """A copy can be closed without closing the original."""
    client = client_of(server)
    with client.for_user(2) as copy:
        assert send_call(copy, 1)
    assert send_call(client, 1)
    client.close()
    assert outcome_of(copy, 1) == "This client was closed"
    assert server.ledger()["counts"] == {"requests": 2, "": 0, "connections": 1, "open at once": 1, "open": 0}


AT_EXIT = """
import sys, threading, time
from integry import ConfigurationError, Integry
client, called = Integry("k" * 9, "s" * 9, user_id=1, base_url=sys.argv[1]), threading.Event()
def work():
    try:
        while True:
            client.apps.get("x")
            called.set()
    except ConfigurationError:
        pass
for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
assert called.wait(30)
{close}
"""


@pytest.mark.parametrize("close", ["", "import atexit; atexit.register(client.close)"], ids=["left open", "closed"])
def test_threads_may_call_at_interpreter_exit(server, close):
    """Threads that still call when the process exits print nothing."""
    line = [sys.executable, "-c", AT_EXIT.format(close=close), server.url]
    for _ in range(5):
        done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    assert server.ledger()["counts"]["open"] == 0
