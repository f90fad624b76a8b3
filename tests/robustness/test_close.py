"""Closing a client, also while others use it: a right answer or a clear error, and no socket left."""

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
from .test_load import KEY, SECRET, ask, descriptors, together

THREADS, ROUNDS = 16, 25
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("_quiet")]


@pytest.fixture
def server():
    """A server without faults."""
    with running() as started:
        yield started


def made(server, **options):
    """A client of a server."""
    return Integry(KEY, SECRET, user_id=1, base_url=server.url, **{"timeout": 30, **options})


def outcome_of(client, number):
    """What becomes of a call: right, or the name and start of an error."""
    try:
        return ask(client, number)
    except ConfigurationError as error:
        return str(error)[:22]
    except Exception as error:  # noqa: BLE001 (any fails the test)
        return repr(error)


def test_connections_are_closed_at_once(server):
    """Not when the client is collected."""
    client, before = made(server), descriptors()
    together(lambda number: ask(client, number), THREADS)
    client.close()
    counts = server.ledger()["counts"]
    assert counts["connections"] > 0
    assert counts["open"] == 0
    assert descriptors() == before


@pytest.mark.parametrize("options", [{}, {"deadline": 20}], ids=str)
def test_a_client_that_goes_takes_its_sockets_along(server, options):
    """Without close(), and without the garbage collector: an ordinary call makes no reference circle."""
    gc.collect()
    gc.disable()
    try:
        before = descriptors()
        assert [ask(made(server, **options), number) for number in range(8)] == [True] * 8
        assert descriptors() == before
    finally:
        gc.enable()


def fail(*_):
    """Raise, as a hook of a user's may."""
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
def test_no_reference_circle_keeps_a_socket(integry_live_sandbox, call):
    """With the collector off, a client that nobody holds leaves no socket, whatever its call did."""
    integry_live_sandbox.connect("slack")
    gc.collect()
    gc.disable()
    try:
        before = descriptors()
        for _ in range(5):
            with contextlib.suppress(IntegryError, LookupError):
                call(integry_live_sandbox.client(max_retries=0))
        # The server has sockets in this process, too, and closes its ends when ours are closed.
        assert eventually(lambda: descriptors() <= before)
    finally:
        gc.enable()


def eventually(condition):
    """Return True as soon as a condition holds, and False after five seconds."""
    end = monotonic() + 5
    while not condition():
        if monotonic() > end:
            return False
        sleep(0.01)
    return True


@pytest.mark.parametrize("options", [{}, {"deadline": 20}], ids=str)
def test_while_others_call(server, options):
    """Through copies too, at any moment of their first calls or of later ones."""
    before, outcomes, clients = descriptors(), [], []
    for turn in range(ROUNDS):
        client = made(server, **options)
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

        together(work, THREADS + 1)
    seen = Counter(outcomes)
    assert set(seen) == {True, "This client was closed"}
    assert seen["This client was closed"] == ROUNDS * THREADS
    assert server.ledger()["counts"]["open"] == 0
    assert descriptors() == before
    what = "clients closed while 16 threads called" + (", with a deadline" if options else "")
    MEASURED[what] = f"{ROUNDS}, {seen[True]:,} calls right, no socket left"


def test_while_others_wait_to_try_again():
    """They say that the client was closed, when it is their turn."""
    with running("--rate", 1, "--faults", "503", "reset before it ran") as server:
        asked, outcomes = [], []
        client = made(server, max_retries=30, on_request=asked.append)
        client._quota.acquire = lambda _: True  # that many retries

        def work(number):
            if number == THREADS:
                # More than the first of all threads have arrived then.
                wait_until(lambda: len(asked) > 2 * THREADS)
                client.close()
            else:
                outcomes.append(outcome_of(client, 4 * number + 1))

        together(work, THREADS + 1)
        counts = server.ledger()["counts"]
    assert outcomes == ["This client was closed"] * THREADS
    assert counts["requests"] > THREADS
    assert counts["open"] == 0


def test_by_several_threads_and_again(server):
    """It is as closed as by one."""
    client, failed = made(server), []
    together(lambda number: ask(client, number), THREADS)

    def close(_):
        try:
            client.close()
            client.close()
        except Exception as error:  # noqa: BLE001 (any fails the test)
            failed.append(error)

    together(close, THREADS)
    assert failed == []
    assert outcome_of(client, 1) == "This client was closed"
    assert server.ledger()["counts"]["open"] == 0


@pytest.mark.parametrize("hook", ["on_request", "on_response"])
def test_from_a_hook(server, hook):
    """The call that it is in ends well, and is the last."""
    clients = []
    clients.append(made(server, **{hook: lambda _: clients[0].close()}))
    assert [outcome_of(clients[0], number) for number in (1, 2)] == [True, "This client was closed"]
    assert server.ledger()["counts"]["open"] == 0


def test_between_two_steps_of_a_call(server, monkeypatch):
    """As another thread may: its pool is closed then, and the call says so."""
    client, before = made(server, max_retries=0), descriptors()
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "add_headers", lambda *_, **__: client.close())
    assert outcome_of(client, 0) == "This client was closed"
    assert server.ledger()["executed"] == {}
    assert descriptors() == before


def test_a_copy_leaves_it_to_the_original(server):
    """Which still calls."""
    client = made(server)
    with client.for_user(2) as copy:
        assert ask(copy, 1)
    assert ask(client, 1)
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
def test_at_the_end_of_a_process(server, close):
    """Threads that still call are no trouble, and learn nothing but that it was closed."""
    line = [sys.executable, "-c", AT_EXIT.format(close=close), server.url]
    for _ in range(5):
        done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    assert server.ledger()["counts"]["open"] == 0
