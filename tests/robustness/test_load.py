"""One client, many threads, a server that breaks one of a hundred requests: nothing is lost, run twice or left."""

import gc
import logging
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from itertools import count
from pathlib import Path
from time import monotonic

import pytest
import requests
import trustme

from integry import (
    APIConnectionError,
    APITimeoutError,
    Integry,
    IntegryError,
    RateLimited,
    ResponseDecodeError,
    ServerError,
)
from tests.facade.conftest import KEY, SECRET
from tests.figures import MEASURED

from .load_server import FAULTS, ROOT, running

#: `make load` sets it to 100,000.
CALLS = int(os.environ.get("CALLS", "5000"))
THREADS = 64
#: So many processes begin with all threads at once.
FRESH = 50 if CALLS >= 100_000 else 5
#: MiB that the process may grow by in the last two thirds: some 60 bytes for each of 100,000 calls.
GROWTH = 4
#: What errors of calls that may have run say.
MAY_HAVE_RUN = "The call may have run"
STATUS = Path("/proc/self/status")
on_linux = pytest.mark.skipif(not STATUS.exists(), reason="there is no /proc here, which says what the process has")
pytestmark = pytest.mark.usefixtures("_quiet")


def memory():
    """MiB that this process has in memory."""
    return int(re.search(r"VmRSS:\s+(\d+)", STATUS.read_text())[1]) / 1024 if STATUS.exists() else 0.0


def descriptors():
    """How many files and sockets are open."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def together(work, threads=THREADS):
    """Do something in many threads, which begin at once; its argument is the number of the thread."""
    begin = threading.Barrier(threads)

    def run(number):
        begin.wait()
        work(number)

    made = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in made:
        thread.start()
    for thread in made:
        thread.join()


def ask(client, number):
    """Make a call of one of four kinds; True if its answer is its own."""
    marker, options = str(number), {} if number % 4 < 2 else {"max_retries": 0}
    if number % 2:
        return client.apps.get(marker, **options).name == marker
    return client.functions.call("f", {"marker": marker}, **options).output == {"marker": marker}


class Load:
    """Calls of a client by many threads.

    Attributes:
        right: For each call whether its own answer came.
        failed: Type and message of the errors of the others, by number.
        memory: MiB after a third of the calls, and at the end.
        rate: Calls in a second.
    """

    def __init__(self, client, calls):
        self.client, self.calls, self.right, self.failed, self.memory = client, calls, bytearray(calls), {}, []
        self._numbers = count()
        start = monotonic()
        together(self._work)
        self.rate = calls / (monotonic() - start)

    def _work(self, user):
        client = self.client.for_user(user)
        while True:
            number = next(self._numbers)
            if number >= self.calls:
                return
            if number in (self.calls // 3, self.calls - 1):
                self.memory.append(memory())
            try:
                self.right[number] = ask(client, number)
            except Exception as error:  # noqa: BLE001 (any other than ours fails the test)
                self.failed[number] = type(error), str(error)


class Held:
    """A load that was held, and what the server says of it."""

    def __init__(self):
        gc.collect()
        before = threading.active_count(), descriptors()
        # A moment of no server at all is in it, too.
        with running("--rate", 0.01, "--outage-at", CALLS // 2) as server:
            with Integry(KEY, SECRET, user_id=1, base_url=server.url, timeout=2) as client:
                self.load = Load(client, CALLS)
            ledger = server.ledger()
            left = threading.active_count(), descriptors()
        # The server's two pipes are not the client's.
        self.left = left[0] - before[0], left[1] - before[1] - 2
        self.counts = Counter(ledger["counts"])
        self.executed, self.answered = Counter(ledger["executed"]), Counter(ledger["answered"])


@pytest.fixture(scope="module")
def held():
    """The load; the log of its calls, which pytest would keep, is not what is measured."""
    logging.disable(logging.DEBUG)
    found = Held()
    logging.disable(logging.NOTSET)
    faults = sum(found.counts[kind] for kind in FAULTS)
    MEASURED["calls held by 64 threads of one client"] = (
        f"{CALLS:,}, {found.load.rate:,.0f} a second; {faults:,} faults and an outage met, "
        f"{len(found.load.failed):,} errors raised, all accounted for"
    )
    MEASURED["connections of these calls"] = (
        f"{found.counts['open at once']} at once, {found.counts['connections']:,} altogether"
    )
    MEASURED["memory of these calls"] = " → ".join(f"{each:.1f} MiB" for each in found.load.memory)
    return found


@pytest.mark.load
def test_every_call_has_its_own_answer_or_an_error_of_ours(held):
    """None is lost, and none has another's."""
    kinds = {kind for kind, _ in held.load.failed.values()}
    assert all(issubclass(kind, IntegryError) for kind in kinds), kinds
    assert sum(held.load.right) + len(held.load.failed) == CALLS
    assert all(held.counts[kind] for kind in FAULTS), "each fault was met"


@pytest.mark.load
def test_what_was_acknowledged_ran_once(held):
    """And no call of a function ran twice."""
    for number in range(CALLS):
        ran = held.executed[str(number)]
        if number % 2 == 0:
            assert ran == 1 if held.load.right[number] else ran <= 1, number
        else:
            assert ran >= held.load.right[number], number


@pytest.mark.load
def test_what_was_refused_did_not_run(held):
    """What an error says of a call of a function is so."""
    seen = Counter()
    for number, (kind, message) in held.load.failed.items():
        if number % 2 == 0:
            ran, seen[kind.__name__] = held.executed[str(number)], seen[kind.__name__] + 1
            if kind in (RateLimited, ServerError) or (MAY_HAVE_RUN not in message and kind is APIConnectionError):
                assert ran == 0, (number, message)
            elif kind is ResponseDecodeError:
                assert ran == 1, (number, message)
            else:
                assert kind in (APIConnectionError, APITimeoutError), (number, message)
    assert {"APIConnectionError", "ResponseDecodeError"} <= set(seen)


@pytest.mark.load
def test_the_sums_are_the_servers(held):
    """What it answered was returned, but for what came too late or went down with it."""
    right = {str(number) for number in range(CALLS) if held.load.right[number]}
    assert right <= set(held.answered)
    for marker in set(held.answered) - right:
        assert held.load.failed[int(marker)][0] in (APIConnectionError, APITimeoutError)
    functions = sum(ran for marker, ran in held.executed.items() if int(marker) % 2 == 0)
    may_have_run = [
        number for number, (_, text) in held.load.failed.items() if number % 2 == 0 and held.executed[str(number)]
    ]
    assert functions == sum(held.load.right[::2]) + len(may_have_run)


@pytest.mark.load
def test_connections_are_bounded(held):
    """One for each thread at the most; and none is open at the end."""
    assert held.counts["open at once"] <= THREADS
    assert held.counts["open"] == 0


@pytest.mark.load
@on_linux
def test_nothing_is_left_behind(held):
    """No memory, no thread, no socket."""
    first, last = held.load.memory
    assert last - first <= GROWTH
    assert held.left == (0, 0)


FIRST = f"""
import sys, threading
from integry import Integry
client, begin, right = Integry("k" * 9, "s" * 9, user_id=1, base_url=sys.argv[1]), threading.Barrier({THREADS}), []
def work(number):
    begin.wait()
    if number % 2:
        right.append(client.for_user(number).apps.get(str(number)).name == str(number))
    else:
        right.append(client.functions.call("f", {{"marker": number}}).output == {{"marker": number}})
threads = [threading.Thread(target=work, args=(number,)) for number in range({THREADS})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert right == [True] * {THREADS}, right
client.close()
"""


@pytest.mark.load
def test_threads_that_come_first_together():
    """In a fresh process all import, and make session and pool, at the same moment."""
    with running() as server:
        for _ in range(FRESH):
            command = [sys.executable, "-W", "error", "-c", FIRST, server.url]
            done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert (done.returncode, done.stderr) == (0, "")
        counts = server.ledger()["counts"]
    assert (counts["requests"], counts["open"]) == (FRESH * THREADS, 0)
    assert counts["connections"] <= FRESH * THREADS
    MEASURED["fresh processes whose 64 threads call at the same moment"] = f"{FRESH}, all {FRESH * THREADS} calls right"


@pytest.fixture
def secure(tmp_path):
    """Options for a server that speaks TLS, and those for its clients."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    return ["--certificate", str(tmp_path / "server.pem")], {"verify": str(tmp_path / "ca.pem"), "timeout": 30}


@pytest.mark.slow
def test_tls_with_threads(secure):
    """All shake hands at the same moment."""
    right = []
    with running(*secure[0]) as server:
        with Integry(KEY, SECRET, user_id=1, base_url=server.url, **secure[1]) as client:
            together(lambda number: right.extend(ask(client, 4 * number + kind) for kind in range(4)))
        counts = server.ledger()["counts"]
    assert right == [True] * 4 * THREADS
    assert counts["open at once"] <= THREADS
    assert counts["open"] == 0


@pytest.mark.slow
def test_a_pool_is_set_up_by_one_of_its_threads(secure, monkeypatch):
    """A thread that comes late must not take the CA bundle away from connections that are yet to be made."""
    original, answered, right = requests.adapters.HTTPAdapter.cert_verify, threading.Event(), []

    def slow(*args):
        """Let another thread through first, if it can come."""
        original(*args)
        answered.wait(0.5)

    def work(number):
        right.append(ask(client, number))
        answered.set()

    with running(*secure[0]) as server, Integry(KEY, SECRET, user_id=1, base_url=server.url, **secure[1]) as client:
        monkeypatch.setattr(requests.adapters.HTTPAdapter, "cert_verify", slow)
        together(work, threads=3)
    assert right == [True] * 3


@pytest.mark.slow
def test_a_sandbox_under_load(integry_live_sandbox):
    """What was acknowledged is in its log once, whatever fails in between."""
    sandbox, function, right, failed = integry_live_sandbox, "pipedrive-add-a-person", [], []
    for kind in ("reset", "reset_amid", "truncated", "invalid_json"):
        sandbox.fail(kind=kind, times=3)
    sandbox.fail(429, times=3)
    sandbox.fail(503, times=3)

    def work(thread):
        for number in range(20):
            name = f"{thread}-{number}"
            try:
                answered = client.functions.call(function, {"name": name})
            except IntegryError as error:
                failed.append((name, type(error)))
            else:
                right.append((name, answered.output["data"]["name"]))

    with sandbox.client(max_retries=0) as client:
        together(work, threads=16)
    logged = Counter(call.arguments["name"] for call in sandbox.calls)
    assert all(name == own for name, own in right)
    assert len(right) + len(failed) == 16 * 20
    assert len(failed) == 18
    assert set(logged.values()) == {1}
    ran = {name for name, kind in failed if kind is ResponseDecodeError}
    assert set(logged) == {name for name, _ in right} | ran
