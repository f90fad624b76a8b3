"""One client, many threads, and a server that breaks 1 % of the requests: no call is lost or runs twice."""

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

#: Number of calls; `make load` sets it to 100,000.
CALLS = int(os.environ.get("CALLS", "5000"))
THREADS = 64
#: Number of processes in which all threads begin at the same time.
FRESH = 50 if CALLS >= 100_000 else 5
#: Maximum MiB of growth in the last two thirds of the calls: about 60 bytes for each of 100,000 calls.
GROWTH = 4
#: Part of the message of errors whose call may have run.
MAY_HAVE_RUN = "The call may have run"
STATUS = Path("/proc/self/status")
on_linux = pytest.mark.skipif(not STATUS.exists(), reason="this platform has no /proc")
pytestmark = pytest.mark.usefixtures("_without_logging")


def resident_memory():
    """Return the MiB of this process in memory."""
    return int(re.search(r"VmRSS:\s+(\d+)", STATUS.read_text())[1]) / 1024 if STATUS.exists() else 0.0


def open_descriptors():
    """Return the number of open files and sockets."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def run_in_threads(work, threads=THREADS):
    """Call a function with the number of the thread, in several threads that begin at the same time."""
    begin = threading.Barrier(threads)

    def run(number):
        begin.wait()
        work(number)

    made = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in made:
        thread.start()
    for thread in made:
        thread.join()


def send_call(client, number):
    """Make one of four kinds of calls, and return True if the response belongs to the call."""
    marker, options = str(number), {} if number % 4 < 2 else {"max_retries": 0}
    if number % 2:
        return client.apps.get(marker, **options).name == marker
    return client.functions.call("f", {"marker": marker}, **options).output == {"marker": marker}


class Load:
    """Calls of a client by many threads.

    Attributes:
        right: For each call, 1 if the response to its own request was returned.
        failed: Type and message of the exceptions of the other calls, by number.
        memory: MiB after a third of the calls, and at the end.
        rate: Calls per second.
    """

    def __init__(self, client, calls):
        self.client, self.calls, self.right, self.failed, self.memory = client, calls, bytearray(calls), {}, []
        self._numbers = count()
        start = monotonic()
        run_in_threads(self._work)
        self.rate = calls / (monotonic() - start)

    def _work(self, user):
        client = self.client.for_user(user)
        while True:
            number = next(self._numbers)
            if number >= self.calls:
                return
            if number in (self.calls // 3, self.calls - 1):
                self.memory.append(resident_memory())
            try:
                self.right[number] = send_call(client, number)
            except Exception as error:  # noqa: BLE001 (exceptions of other libraries fail the test)
                self.failed[number] = type(error), str(error)


class LoadResult:
    """The result of the calls, with the ledger of the server."""

    def __init__(self):
        gc.collect()
        before = threading.active_count(), open_descriptors()
        # Half-way, the server is unreachable for a moment.
        with running("--rate", 0.01, "--outage-at", CALLS // 2) as server:
            with Integry(KEY, SECRET, user_id=1, base_url=server.url, timeout=2) as client:
                self.load = Load(client, CALLS)
            ledger = server.ledger()
            left = threading.active_count(), open_descriptors()
        # Subtract the two pipes to the server.
        self.left = left[0] - before[0], left[1] - before[1] - 2
        self.counts = Counter(ledger["counts"])
        self.executed, self.answered = Counter(ledger["executed"]), Counter(ledger["answered"])


@pytest.fixture(scope="module")
def result():
    """Yield the result of the load. Logging is disabled, because pytest would keep all records."""
    logging.disable(logging.DEBUG)
    found = LoadResult()
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
def test_every_call_returns_its_response_or_our_error(result):
    """Each call returns the response to its own request, or raises an error of this package."""
    kinds = {kind for kind, _ in result.load.failed.values()}
    assert all(issubclass(kind, IntegryError) for kind in kinds), kinds
    assert sum(result.load.right) + len(result.load.failed) == CALLS
    assert all(result.counts[kind] for kind in FAULTS), "each fault was met"


@pytest.mark.load
def test_successful_calls_ran_once(result):
    """A function call that succeeded ran once, and no call ran twice."""
    for number in range(CALLS):
        ran = result.executed[str(number)]
        if number % 2 == 0:
            assert ran == 1 if result.load.right[number] else ran <= 1, number
        else:
            assert ran >= result.load.right[number], number


@pytest.mark.load
def test_errors_say_truthfully_that_a_call_did_not_run(result):
    """Errors of function calls agree with the server about whether the call ran."""
    seen = Counter()
    for number, (kind, message) in result.load.failed.items():
        if number % 2 == 0:
            ran, seen[kind.__name__] = result.executed[str(number)], seen[kind.__name__] + 1
            if kind in (RateLimited, ServerError) or (MAY_HAVE_RUN not in message and kind is APIConnectionError):
                assert ran == 0, (number, message)
            elif kind is ResponseDecodeError:
                assert ran == 1, (number, message)
            else:
                assert kind in (APIConnectionError, APITimeoutError), (number, message)
    assert {"APIConnectionError", "ResponseDecodeError"} <= set(seen)


@pytest.mark.load
def test_responses_of_the_server_were_returned(result):
    """Each response of the server was returned to the caller, except late ones and those lost in the outage."""
    right = {str(number) for number in range(CALLS) if result.load.right[number]}
    assert right <= set(result.answered)
    for marker in set(result.answered) - right:
        assert result.load.failed[int(marker)][0] in (APIConnectionError, APITimeoutError)
    functions = sum(ran for marker, ran in result.executed.items() if int(marker) % 2 == 0)
    may_have_run = [
        number for number, (_, text) in result.load.failed.items() if number % 2 == 0 and result.executed[str(number)]
    ]
    assert functions == sum(result.load.right[::2]) + len(may_have_run)


@pytest.mark.load
def test_connections_are_bounded(result):
    """The client uses at most one connection for each thread, and closes all of them."""
    assert result.counts["open at once"] <= THREADS
    assert result.counts["open"] == 0


@pytest.mark.load
@on_linux
def test_no_memory_thread_or_socket_is_left(result):
    """The memory of the process stays bounded, and no thread or socket is left after the load."""
    first, last = result.load.memory
    assert last - first <= GROWTH
    assert result.left == (0, 0)


FIRST_CALLS = f"""
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
def test_first_calls_of_many_threads_succeed():
    """In a new process, all threads can import modules and create session and pool at the same time."""
    with running() as server:
        for _ in range(FRESH):
            command = [sys.executable, "-W", "error", "-c", FIRST_CALLS, server.url]
            done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert (done.returncode, done.stderr) == (0, "")
        counts = server.ledger()["counts"]
    assert (counts["requests"], counts["open"]) == (FRESH * THREADS, 0)
    assert counts["connections"] <= FRESH * THREADS
    MEASURED["fresh processes whose 64 threads call at the same moment"] = f"{FRESH}, all {FRESH * THREADS} calls right"


@pytest.fixture
def tls_options(tmp_path):
    """Return options for a server with TLS, and options for its clients."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    return ["--certificate", str(tmp_path / "server.pem")], {"verify": str(tmp_path / "ca.pem"), "timeout": 30}


@pytest.mark.slow
def test_threads_can_handshake_at_the_same_time(tls_options):
    """All threads can begin TLS connections at the same time."""
    right = []
    with running(*tls_options[0]) as server:
        with Integry(KEY, SECRET, user_id=1, base_url=server.url, **tls_options[1]) as client:
            run_in_threads(lambda number: right.extend(send_call(client, 4 * number + kind) for kind in range(4)))
        counts = server.ledger()["counts"]
    assert right == [True] * 4 * THREADS
    assert counts["open at once"] <= THREADS
    assert counts["open"] == 0


@pytest.mark.slow
def test_a_pool_is_set_up_once(tls_options, monkeypatch):
    """A thread that configures the pool late does not remove the CA bundle from connections that are being made."""
    original, answered, right = requests.adapters.HTTPAdapter.cert_verify, threading.Event(), []

    def slow(*args):
        """Delay, so that another thread can connect first."""
        original(*args)
        answered.wait(0.5)

    def work(number):
        right.append(send_call(client, number))
        answered.set()

    with running(*tls_options[0]) as server, Integry(
        KEY, SECRET, user_id=1, base_url=server.url, **tls_options[1]
    ) as client:
        monkeypatch.setattr(requests.adapters.HTTPAdapter, "cert_verify", slow)
        run_in_threads(work, threads=3)
    assert right == [True] * 3


@pytest.mark.slow
def test_a_sandbox_under_load_logs_each_call_once(integry_live_sandbox):
    """Each successful call is in the sandbox's log once, whatever faults occur in between."""
    sandbox, function, right, failed = integry_live_sandbox, "pipedrive-add-a-person", [], []
    for kind in ("reset", "reset_mid_body", "truncated", "invalid_json"):
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
        run_in_threads(work, threads=16)
    logged = Counter(call.arguments["name"] for call in sandbox.calls)
    assert all(name == own for name, own in right)
    assert len(right) + len(failed) == 16 * 20
    assert len(failed) == 18
    assert set(logged.values()) == {1}
    ran = {name for name, kind in failed if kind is ResponseDecodeError}
    assert set(logged) == {name for name, _ in right} | ran
