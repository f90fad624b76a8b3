"""Requests and executions: the documented table for every operation, and random schedules of faults."""

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
from integry._generated.retry import CAPACITY, RETRY
from tests.clock import Clock
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.figures import MEASURED

from . import faults
from .conftest import USER
from .faults import BROKEN, DRIPS, FAULTS, LIMITED, LONG_WAIT, REFUSED, ROWS, TRUNCATED, UNAVAILABLE
from .operations import CALLS
from .server import FaultServer, Peer, reply
from .test_faults import FAULTS_IN_ALL

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
#: Number of random schedules.
SCHEDULES = int(os.environ.get("SCHEDULES", "2000"))
#: A quick fault for each row of the table in docs/guides/errors-and-retries.md.
QUICK = {
    fault.row: fault
    for fault in reversed(FAULTS)
    if fault.arrives and not (fault.certificate or fault.proxy or fault.options)
}


def test_the_table_of_the_guide_matches_the_faults():
    """The table of faults in docs/guides/errors-and-retries.md has exactly the rows that the tests use."""
    lines = [f"| {row.what} | {row.read} | {row.call} | {row.raises} |" for row in ROWS]
    assert "\n".join(lines) in (GUIDES / "errors-and-retries.md").read_text(encoding="utf-8")


def test_figures_of_the_documentation_match():
    """The numbers of faults, slow responses and schedules in docs/robustness.md are those of the tests."""
    text = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
    for figure in (f"{FAULTS_IN_ALL} faults", f"{len(DRIPS)} ways to be late", "2,000 random schedules"):
        assert f"| {figure}" in text


def test_the_operations_of_the_documentation():
    """The list in docs/guides/at-most-once.md has exactly the operations that are not idempotent."""
    (named,) = re.findall(r"not safe to repeat: (.*?)\.", (GUIDES / "at-most-once.md").read_text("utf-8"), re.DOTALL)
    expected = {name for name, each in OPERATIONS.items() if not each.idempotent}
    assert set(re.findall(r"`(\w+)`", named)) == expected, "list the operations in docs/guides/at-most-once.md"


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.usefixtures("_no_waiting")
def test_every_operation_is_retried_as_documented(name):
    """After each fault, every operation is sent as often as the table in docs/guides/errors-and-retries.md says."""
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
    """The response of a server to one request.

    Attributes:
        name: Name of the step.
        row: The row of the table of faults that describes the response; None for a success.
        answer: Function that sends the response, or breaks the connection.
        runs: True if the server executes the request.
    """

    name: str
    row: Any
    answer: Callable[[Peer], Any]
    runs: bool = False


def sending(data: bytes) -> Callable[[Peer], None]:
    """Return a function that sends bytes."""
    return lambda peer: peer.send(data)


def cut_short(peer):
    """Send half of a response, and close the connection."""
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
    peer.socket.close()


RETRY_AT_ONCE = "Retry-After: 0\r\n"
STEPS = [
    Step("reset", BROKEN, Peer.reset),
    Step("done, and reset", BROKEN, Peer.reset, runs=True),
    Step("done, and garbage", BROKEN, lambda peer: (peer.send(b"\0\r\n\r\n"), peer.socket.close()), runs=True),
    Step("done, and cut short", TRUNCATED, cut_short, runs=True),
    Step("429", LIMITED, sending(reply(b"{}", "429 x"))),
    Step("429, at once", LIMITED, sending(reply(b"{}", "429 x", RETRY_AT_ONCE))),
    Step("429, in an hour", LONG_WAIT, sending(reply(b"{}", "429 x", "Retry-After: 3600\r\n"))),
    Step("503", UNAVAILABLE, sending(reply(b"{}", "503 x", RETRY_AT_ONCE))),
    Step("done, and 503", UNAVAILABLE, sending(reply(b"{}", "503 x")), runs=True),
    Step("done, and 502", UNAVAILABLE, sending(reply(faults.HTML, "502 x")), runs=True),
    Step("done, and 504", UNAVAILABLE, sending(reply(b"", "504 x")), runs=True),
    Step("done, and 500", REFUSED, sending(reply(b"", "500 x")), runs=True),
    Step("400", REFUSED, sending(reply(b"{}", "400 x"))),
]
SUCCESS = Step("done", None, sending(b""), runs=True)


class ScheduledServer(FaultServer):
    """A server that takes the next step of a schedule for each request, and succeeds after the last one.

    Attributes:
        schedule: Steps that are left.
        marker: Marker of the call that the steps are for. Requests of an earlier call that arrive late take no step.
        seen: Steps that were taken, by marker of the call.
    """

    def __init__(self):
        self.schedule, self.marker, self.seen = [], "", {}
        super().__init__(self.serve_connection)

    def serve_connection(self, peer):
        """Respond to each request of a connection with the next step of the schedule."""
        while True:
            request = peer.receive()
            if not request:
                return
            (marker,) = re.findall(r"marker-\d+", request)
            step = self.schedule.pop(0) if self.schedule and marker == self.marker else SUCCESS
            self.seen.setdefault(marker, []).append(step)
            if step is SUCCESS:
                answer = {"id": 1, "name": marker, "connected_accounts": [], "network_code": "200", "output": marker}
                peer.send(reply(json.dumps(answer).encode()))
            else:
                step.answer(peer)


@pytest.fixture(scope="module")
def clock():
    """Replace the clock of the HTTP layer with a fake one."""
    made = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("integry._http.requester.sleep", made.sleep)
        for module in ("requester", "deadline", "body"):
            patch.setattr(f"integry._http.{module}.monotonic", made.monotonic)
        yield made


@pytest.fixture(scope="module")
def server():
    """Yield a server for all schedules."""
    with ScheduledServer() as made:
        yield made


class Question(NamedTuple):
    """A call of a client, with its options and its schedule of faults."""

    is_read: bool
    max_retries: int
    deadline: Any


question_strategy = st.builds(Question, st.booleans(), st.integers(0, 4), st.sampled_from([None, None, 0.2, 1.0, 5.0]))
totals = {"schedules": 0, "requests": 0, "calls": 0}


def expected_requests(question, schedule, tokens):
    """Return the number of requests that the table of faults allows for a call, and the quota's tokens afterwards."""
    for number in range(1, len(schedule) + 1):
        row = schedule[number - 1].row
        again = (row.read if question.is_read else row.call) > 1
        if not again or number > question.max_retries or tokens < RETRY:
            return number, tokens
        tokens -= RETRY
    # The last attempt succeeds, which returns the tokens of its retry.
    return len(schedule) + 1, min(CAPACITY, tokens + (RETRY if schedule else 1))


@settings(max_examples=SCHEDULES)
@given(
    st.lists(question_strategy, min_size=1, max_size=4),
    st.lists(st.sampled_from(STEPS), max_size=10),
    st.integers(0, 30),
)
def test_random_schedules_keep_the_guarantees(server, clock, questions, schedule, tokens):
    """No call runs twice or is lost, no retry exceeds the quota, and no wait exceeds the deadline."""
    with Integry(KEY, SECRET, user_id=USER, base_url=server.url) as client:
        client._quota._tokens = tokens
        server.schedule = list(schedule)
        for question in questions:
            totals["calls"] += 1
            server.marker = marker = f"marker-{totals['calls']}"
            maximum, tokens_left = expected_requests(question, server.schedule, client._quota._tokens)
            start, late, may_have_run = clock.now, False, True
            options = {"max_retries": question.max_retries, "deadline": question.deadline}
            try:
                if question.is_read:
                    result = client.apps.get(marker, **options).name
                else:
                    result = client.functions.call("f", {"text": marker}, **options).output
            except IntegryError as error:
                result, late, may_have_run = None, isinstance(error, APITimeoutError), error.may_have_run
            steps = server.seen.get(marker, [])
            totals["requests"] += len(steps)
            # On a busy machine, a call with a deadline may end before the server has read its request.
            assert late or result == (marker if steps[-1] is SUCCESS else None), (
                "successful responses are returned, and everything else raises"
            )
            if not question.is_read:
                assert sum(step.runs for step in steps) <= 1, "a function runs once"
            assert may_have_run or not any(step.runs for step in steps), "the error says that the call may have run"
            if question.deadline is None:
                assert not late
                assert (len(steps), client._quota._tokens) == (maximum, tokens_left), "as the table and the quota say"
            else:
                assert len(steps) <= maximum
                assert clock.now - start <= question.deadline
            assert client._quota._tokens >= 0
    totals["schedules"] += 1
    MEASURED["random schedules of faults"] = (
        f"{totals['schedules']}, {totals['calls']} calls, {totals['requests']} requests"
    )
