"""How often things are sent, and run: the README's table for every operation, and thousands of random schedules."""

import json
import os
import re
from pathlib import Path
from typing import Any, Callable, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integry import APITimeoutError, Integry, IntegryError, Organisation
from integry._generated.operations import OPERATIONS
from integry._http.retry import CAPACITY, RETRY
from tests.clock import Clock
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.figures import MEASURED

from . import faults
from .conftest import USER
from .faults import BROKEN, CUT, DOWN, DRIPS, FAULTS, LIMITED, PATIENT, REFUSED, ROWS
from .operations import CALLS
from .server import FaultServer, Peer, reply
from .test_faults import FAULTS_IN_ALL

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
#: How many schedules are tried.
SCHEDULES = int(os.environ.get("SCHEDULES", "2000"))
#: One quick fault of each row.
QUICK = {
    fault.row: fault
    for fault in reversed(FAULTS)
    if fault.arrives and not (fault.certificate or fault.proxy or fault.options)
}


def test_the_table_of_the_guide():
    """Its rows are those that are tested."""
    lines = [f"| {row.what} | {row.read} | {row.call} | {row.raises} |" for row in ROWS]
    assert "\n".join(lines) in (GUIDES / "errors-and-retries.md").read_text(encoding="utf-8")


def test_the_figures_of_the_documentation():
    """What is counted before it is run is what stands there."""
    text = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
    for figure in (f"{FAULTS_IN_ALL} faults", f"{len(DRIPS)} ways to be late", "2,000 random schedules"):
        assert f"| {figure}" in text


def test_the_operations_of_the_documentation():
    """Each operation that is not idempotent is named in the guide."""
    (named,) = re.findall(r"not safe to repeat: (.*?)\.", (GUIDES / "at-most-once.md").read_text("utf-8"), re.DOTALL)
    assert set(re.findall(r"`(\w+)`", named)) == {name for name, each in OPERATIONS.items() if not each.idempotent}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.usefixtures("_at_once")
def test_every_operation(name):
    """It is sent as often as the table says, whatever goes wrong."""
    assert set(CALLS) == set(OPERATIONS), "add the operation to CALLS in tests/robustness/operations.py"
    seen = {}
    for row, fault in QUICK.items():
        with FaultServer(fault.serve) as server:
            with Integry(KEY, SECRET, user_id=USER, base_url=server.url) as integry, Organisation(
                "o", TOKEN, base_url=server.url
            ) as organisation, pytest.raises(IntegryError):
                CALLS[name](integry, organisation)
            seen[row.what] = len(server.requests)
    assert seen == {row.what: row.read if OPERATIONS[name].idempotent else row.call for row in QUICK}


class Step(NamedTuple):
    """What a server does with a request.

    Attributes:
        name: What.
        row: What is promised of it; None where it succeeds.
        answer: What it sends, or does with the connection.
        runs: Whether it does what it was asked.
    """

    name: str
    row: Any
    answer: Callable[[Peer], Any]
    runs: bool = False


def sending(data: bytes) -> Callable[[Peer], None]:
    """Send bytes."""
    return lambda peer: peer.send(data)


def cut_short(peer):
    """Send half of an answer, and close."""
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
    peer.socket.close()


RETRY_AT_ONCE = "Retry-After: 0\r\n"
STEPS = [
    Step("reset", BROKEN, Peer.reset),
    Step("done, and reset", BROKEN, Peer.reset, runs=True),
    Step("done, and garbage", BROKEN, lambda peer: (peer.send(b"\0\r\n\r\n"), peer.socket.close()), runs=True),
    Step("done, and cut short", CUT, cut_short, runs=True),
    Step("429", LIMITED, sending(reply(b"{}", "429 x"))),
    Step("429, at once", LIMITED, sending(reply(b"{}", "429 x", RETRY_AT_ONCE))),
    Step("429, in an hour", PATIENT, sending(reply(b"{}", "429 x", "Retry-After: 3600\r\n"))),
    Step("503", DOWN, sending(reply(b"{}", "503 x", RETRY_AT_ONCE))),
    Step("done, and 503", DOWN, sending(reply(b"{}", "503 x")), runs=True),
    Step("done, and 502", DOWN, sending(reply(faults.HTML, "502 x")), runs=True),
    Step("done, and 504", DOWN, sending(reply(b"", "504 x")), runs=True),
    Step("done, and 500", REFUSED, sending(reply(b"", "500 x")), runs=True),
    Step("400", REFUSED, sending(reply(b"{}", "400 x"))),
]
WELL = Step("done", None, sending(b""), runs=True)


class Server(FaultServer):
    """Takes the next step of a schedule with each request, and then does well; it counts by marker.

    Attributes:
        schedule: The steps to come.
        marker: Whose they are. What is read late, of a call that was given up, takes none of them.
        seen: For each marker the steps that were taken.
    """

    def __init__(self):
        self.schedule, self.marker, self.seen = [], "", {}
        super().__init__(self.take)

    def take(self, peer):
        """Serve a connection."""
        while True:
            request = peer.receive()
            if not request:
                return
            (marker,) = re.findall(r"marker-\d+", request)
            step = self.schedule.pop(0) if self.schedule and marker == self.marker else WELL
            self.seen.setdefault(marker, []).append(step)
            if step is WELL:
                answer = {"id": 1, "name": marker, "connected_accounts": [], "network_code": "200", "output": marker}
                peer.send(reply(json.dumps(answer).encode()))
            else:
                step.answer(peer)


@pytest.fixture(scope="module")
def clock():
    """A clock for the facade."""
    made = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("integry._http.requester.sleep", made.sleep)
        for module in ("requester", "deadline", "body"):
            patch.setattr(f"integry._http.{module}.monotonic", made.monotonic)
        yield made


@pytest.fixture(scope="module")
def server():
    """A server for all schedules."""
    with Server() as made:
        yield made


class Ask(NamedTuple):
    """A call that a client makes."""

    is_read: bool
    max_retries: int
    deadline: Any


asks = st.builds(Ask, st.booleans(), st.integers(0, 4), st.sampled_from([None, None, 0.2, 1.0, 5.0]))
tried = {"schedules": 0, "requests": 0, "calls": 0}


def expected(ask, schedule, budget):
    """How often the table has a call sent, and what is left of the budget then."""
    for number in range(1, len(schedule) + 1):
        row = schedule[number - 1].row
        again = (row.read if ask.is_read else row.call) > 1
        if not again or number > ask.max_retries or budget < RETRY:
            return number, budget
        budget -= RETRY
    # Then it does well: what the last retry took is given back.
    return len(schedule) + 1, min(CAPACITY, budget + (RETRY if schedule else 1))


@settings(max_examples=SCHEDULES)
@given(st.lists(asks, min_size=1, max_size=4), st.lists(st.sampled_from(STEPS), max_size=10), st.integers(0, 30))
def test_schedules_of_faults(server, clock, questions, schedule, budget):
    """Nothing runs twice, nothing is lost, no retry is beyond the budget, no wait beyond the deadline."""
    with Integry(KEY, SECRET, user_id=USER, base_url=server.url) as client:
        client._quota._tokens = budget
        server.schedule = list(schedule)
        for ask in questions:
            tried["calls"] += 1
            server.marker = marker = f"marker-{tried['calls']}"
            most, left = expected(ask, server.schedule, client._quota._tokens)
            start, late, may_have_run = clock.now, False, True
            options = {"max_retries": ask.max_retries, "deadline": ask.deadline}
            try:
                if ask.is_read:
                    result = client.apps.get(marker, **options).name
                else:
                    result = client.functions.call("f", {"text": marker}, **options).output
            except IntegryError as error:
                result, late, may_have_run = None, isinstance(error, APITimeoutError), error.may_have_run
            steps = server.seen.get(marker, [])
            tried["requests"] += len(steps)
            # On a busy machine what has a deadline may be given up before the server reads it.
            assert late or result == (marker if steps[-1] is WELL else None), (
                "what it answered reaches the caller, all else raises"
            )
            if not ask.is_read:
                assert sum(step.runs for step in steps) <= 1, "a function runs once"
            assert may_have_run or not any(step.runs for step in steps), "an error tells that it may have run"
            if ask.deadline is None:
                assert not late
                assert (len(steps), client._quota._tokens) == (most, left), "as the table and the budget say"
            else:
                assert len(steps) <= most
                assert clock.now - start <= ask.deadline
            assert client._quota._tokens >= 0
    tried["schedules"] += 1
    MEASURED["random schedules of faults"] = (
        f"{tried['schedules']}, {tried['calls']} calls, {tried['requests']} requests"
    )
