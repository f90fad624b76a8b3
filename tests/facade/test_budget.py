"""Many threads do not storm a server that fails; when it is back, retries are too."""

import http.server
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry import APIStatusError, Integry
from integry._budget import CAPACITY, RETRY, RETRY_AFTER_TIMEOUT, Budget

from .conftest import KEY, SECRET, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'
THREADS, CALLS = 16, 40
RETRIES = CAPACITY // RETRY


@given(st.lists(st.sampled_from([RETRY, RETRY_AFTER_TIMEOUT, -1, -RETRY]), max_size=300))
def test_a_bucket_is_never_overdrawn_or_overfull(steps):
    """Whatever the order."""
    budget = Budget()
    expected = CAPACITY
    for step in steps:
        if step > 0:
            assert budget.spend(step) == (expected >= step)
            expected -= step if expected >= step else 0
        else:
            budget.earn(-step)
            expected = min(CAPACITY, expected - step)
        assert 0 <= budget._left == expected <= CAPACITY


class Outage(http.server.ThreadingHTTPServer):
    """A server that fails until it is repaired, and counts."""

    daemon_threads, request_queue_size = True, 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.is_over, self.seen, self.lock = False, 0, threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answers(http.server.BaseHTTPRequestHandler):
    """503, or an app."""

    protocol_version, disable_nagle_algorithm, wbufsize = "HTTP/1.1", True, -1

    def do_POST(self):
        """Read the request, whole."""
        with self.server.lock:
            self.server.seen += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        body = APP if self.server.is_over else b"{}"
        self.send_response(200 if self.server.is_over else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def outage():
    """A server that fails."""
    with Outage() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def in_threads(work):
    """Do the same in all threads."""
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


@pytest.fixture
def _at_once(monkeypatch):
    """Waiting takes no time."""
    monkeypatch.setattr("integry._request.sleep", lambda _: None)


@pytest.mark.usefixtures("_at_once")
def test_an_outage_and_a_recovery(outage):
    """Copies share the budget; another client has its own."""
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


@pytest.mark.usefixtures("_at_once")
def test_a_retry_that_succeeds_costs_nothing(serve):
    """It gives back what it took; a timeout takes more than an answer."""
    server = serve(*[reply(status="503 x"), reply(APP)] * 3, lambda c: c.recv(1), reply(APP))
    client = Integry(KEY, SECRET, user_id=1, base_url=server.url, timeout=0.3)
    spent = []
    client._budget.spend = lambda cost, spend=client._budget.spend: spent.append(cost) or spend(cost)
    for _ in range(4):
        client.apps.get("slack")
    assert spent == [RETRY] * 3 + [RETRY_AFTER_TIMEOUT]
    assert client._budget._left == CAPACITY
