"""The retry quota: retries of many threads do not overload a failing server, and come back when it recovers."""

import http.server
import threading
from bisect import bisect
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry import APIStatusError, Integry
from integry._generated.retry import CAPACITY, RETRY, RETRY_AFTER_TIMEOUT, RetryQuota
from tests.figures import MEASURED

from .conftest import KEY, SECRET, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'
THREADS, CALLS = 16, 40
RETRIES = CAPACITY // RETRY
#: Seconds per interval in which requests are counted.
TICK = 0.5


@given(st.lists(st.sampled_from([RETRY, RETRY_AFTER_TIMEOUT, -1, -RETRY]), max_size=300))
def test_the_quota_stays_within_its_bounds(steps):
    """The tokens of a quota never fall below zero or exceed the capacity, in any order of calls."""
    budget = RetryQuota()
    expected = CAPACITY
    for step in steps:
        if step > 0:
            assert budget.acquire(step) == (expected >= step)
            expected -= step if expected >= step else 0
        else:
            budget.release(-step)
            expected = min(CAPACITY, expected - step)
        assert 0 <= budget._tokens == expected <= CAPACITY


class Outage(http.server.ThreadingHTTPServer):
    """A server that fails until `is_over` is set, and counts the requests."""

    daemon_threads, request_queue_size = True, 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), OutageHandler)
        self.is_over, self.seen, self.times, self.lock = False, 0, [], threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}"


class OutageHandler(http.server.BaseHTTPRequestHandler):
    """A handler that responds with 503, or with an app after the outage."""

    protocol_version, disable_nagle_algorithm, wbufsize = "HTTP/1.1", True, -1

    def do_POST(self):
        """Read the request, and respond."""
        with self.server.lock:
            self.server.seen += 1
            self.server.times.append(monotonic())
        self.rfile.read(int(self.headers["Content-Length"]))
        # Read `is_over` once, because it can change between status and body.
        status, body = (200, APP) if self.server.is_over else (503, b"{}")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture
def outage():
    """Yield a running server that fails until the test ends the outage."""
    with Outage() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def in_threads(work):
    """Run a function in several threads."""
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


@pytest.fixture
def _no_waiting(monkeypatch):
    """Disable the sleep between attempts."""
    monkeypatch.setattr("integry._http.requester.sleep", lambda _: None)


@pytest.mark.usefixtures("_no_waiting")
def test_the_quota_is_shared_by_copies(outage):
    """Copies of a client share the quota, successes refill the quota, and another client has its own."""
    client, failed = Integry(KEY, SECRET, user_id=1, base_url=outage.url, timeout=10), []

    def work():
        copy = client.for_user(2)
        for _ in range(CALLS):
            with pytest.raises(APIStatusError) as caught:
                copy.apps.get("slack")
            failed.append(caught.value.status)

    in_threads(work)
    assert failed == [503] * THREADS * CALLS
    assert outage.seen == THREADS * CALLS + RETRIES
    with pytest.raises(APIStatusError):
        client.apps.get("slack")
    assert outage.seen == THREADS * CALLS + RETRIES + 1, "nothing is left to retry with"
    outage.is_over = True
    before = outage.seen
    for _ in range(2 * RETRY):
        assert client.apps.get("slack").name == "slack"
    assert outage.seen == before + 2 * RETRY
    outage.is_over = False
    with pytest.raises(APIStatusError):
        client.apps.get("slack")
    assert outage.seen == before + 2 * RETRY + 3, "two retries were earned"
    with pytest.raises(APIStatusError):
        Integry(KEY, SECRET, user_id=1, base_url=outage.url).apps.get("slack")
    assert outage.seen == before + 2 * RETRY + 6, "another client may retry"


@pytest.mark.alone
@pytest.mark.usefixtures("_no_waiting")
def test_retries_stop_during_an_outage(outage):
    """Soon after an outage begins, each call sends only one request, until calls succeed again."""
    client, calls, stop = Integry(KEY, SECRET, user_id=1, base_url=outage.url, timeout=10), [], threading.Event()
    spend, spent = client._quota.acquire, []
    client._quota.acquire = lambda cost: spend(cost) and not spent.append(monotonic())

    def work():
        while not stop.is_set():
            try:
                client.apps.get("slack")
            except APIStatusError:
                calls.append((monotonic(), 1))
            else:
                calls.append((monotonic(), 0))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    start = monotonic()
    [thread.start() for thread in threads]
    sleep(4 * TICK)
    outage.is_over, back = True, monotonic() - start
    sleep(4 * TICK)
    stop.set()
    [thread.join() for thread in threads]

    def by_tick(times):
        ends = [bisect(sorted(times), start + number * TICK) for number in range(9)]
        return [after - before for before, after in zip(ends, ends[1:])]

    asked, again, sent = by_tick([at for at, _ in calls]), by_tick(spent), by_tick(outage.times)
    failed = [at - start for at, failures in calls if failures]
    MEASURED["requests (calls) a second, four ticks down and four up again"] = ", ".join(
        f"{requests / TICK:.0f} ({count / TICK:.0f})" for requests, count in zip(sent, asked)
    )
    assert len([at for at in spent if at - start < back]) <= RETRIES
    # Each thread may have one request on its way when an interval ends.
    for count, retries, requests in zip(asked, again, sent):
        assert requests <= count + retries + THREADS
    assert max(failed) <= back + TICK
    assert min(asked[5:]) > 0


@pytest.mark.usefixtures("_no_waiting")
def test_a_successful_retry_returns_its_tokens(serve):
    """A retry that succeeds returns its tokens to the quota. A retry after a timeout takes more tokens."""
    server = serve(*[reply(status="503 x"), reply(APP)] * 3, lambda c: c.recv(1), reply(APP))
    client = Integry(KEY, SECRET, user_id=1, base_url=server.url, timeout=1)
    spent = []
    client._quota.acquire = lambda cost, spend=client._quota.acquire: spent.append(cost) or spend(cost)
    for _ in range(4):
        client.apps.get("slack")
    assert spent == [RETRY] * 3 + [RETRY_AFTER_TIMEOUT]
    assert client._quota._tokens == CAPACITY
