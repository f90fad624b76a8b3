"""The journal of `integry.bulk.run`."""

import errno
import json
import os
import signal
import stat
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import integry
from integry import FunctionResult
from integry.bulk import DONE, FAILED, UNKNOWN, Call, JournalError, run, summary
from tests.bulk.fake import FakeClient, calls


@pytest.fixture
def journal(tmp_path):
    """Return the path of a journal that does not exist yet."""
    return tmp_path / "run.journal"


def states(outcomes):
    """Return the number and the state of outcomes, in the order of the numbers."""
    return sorted((outcome.number, outcome.state) for outcome in outcomes)


def fail(n):
    """Answer some calls with errors: a third of the calls fails, and a third may have run."""
    if n % 3:
        message = "no answer"
        raise integry.APITimeoutError(message, may_have_run=n % 3 == 2)
    return FunctionResult(200 if n % 2 else 500, {"n": n})


def lines_of(path):
    """Return the whole lines of a journal as objects."""
    return [json.loads(line) for line in path.read_text().splitlines(keepends=True) if line[-1:] == "\n"]


def test_a_finished_run_is_not_made_again(journal):
    """A run with the journal of a finished run sends nothing, and has no outcomes."""
    client = FakeClient()
    assert len(list(run(client, calls(40), journal=journal))) == 40
    assert list(run(client, calls(40), journal=str(journal))) == []
    assert len(client.called) == 40
    assert [outcome.number for outcome in run(client, calls(42), journal=journal, ordered=True)] == [40, 41]
    assert summary(journal) == {"done": 42, "failed": 0, "unknown": 0}


def test_the_file_has_the_documented_format(journal):
    """The file has a header, then a line before each call and a line for its outcome. Call 0 has a digest."""
    list(run(FakeClient(fail), calls(3), workers=1, journal=journal))
    lines = lines_of(journal)
    digest = lines[1].pop("digest")
    assert len(digest) == 16
    failure = {"type": "APITimeoutError", "message": "no answer"}
    assert lines == [
        {"integry.bulk": 1},
        {"sent": 0},
        {"number": 0, "state": "done", "result": {"network_code": 500, "output": {"n": 0}}},
        {"sent": 1},
        {"number": 1, "state": "failed", "error": failure},
        {"sent": 2},
        {"number": 2, "state": "unknown", "error": failure},
    ]
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_a_journal_gets_the_mode_0600(journal):
    """A journal that others may read is protected when it is opened."""
    journal.touch(0o644)
    list(run(FakeClient(), calls(1), journal=journal, sync=False))
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_recorded_outcomes_can_be_replayed(journal):
    """With replay=True, recorded outcomes come first, in the order of the calls, and equal the first ones."""
    first = {outcome.number: outcome for outcome in run(FakeClient(fail), calls(30), journal=journal)}
    again = list(run(FakeClient(fail), calls(35), journal=journal, replay=True))
    assert [outcome.number for outcome in again[:30]] == list(range(30))
    assert sorted(outcome.number for outcome in again[30:]) == list(range(30, 35))
    for outcome in again[:30]:
        before = first[outcome.number]
        assert (outcome.state, outcome.call, outcome.result) == (before.state, before.call, before.result)
        assert (type(outcome.error), str(outcome.error)) == (type(before.error), str(before.error))
        assert outcome.error is None or outcome.error.may_have_run == before.error.may_have_run


@pytest.mark.parametrize(
    ("repeat", "numbers"),
    [(None, []), ("failed", [1, 4, 7]), ("unknown", [2, 5, 8]), ("reads", [2, 8])],
)
@pytest.mark.parametrize("replay", [False, True])
def test_calls_are_repeated_only_on_request(journal, repeat, numbers, replay):
    """Failed and unknown calls are made again only if `repeat` says so. Each call has one outcome in a run."""
    given_calls = [Call("write" if n == 5 else "read", {"n": n}) for n in range(9)]
    list(run(FakeClient(fail), given_calls, journal=journal))
    client = FakeClient()
    client.list = lambda **options: [integry.Function("read", {})] if options == {"type": "QUERY"} else []
    outcomes = list(run(client, given_calls, journal=journal, repeat=repeat, replay=replay))
    assert sorted(client.called) == numbers
    recorded = [n for n in range(9) if n not in numbers] if replay else []
    assert [outcome.number for outcome in outcomes[: len(recorded)]] == recorded
    assert sorted(outcome.number for outcome in outcomes[len(recorded) :]) == numbers
    counts = summary(journal)
    assert (counts["done"], sum(counts.values())) == (3 + len(numbers), 9)
    again = list(run(client, given_calls, journal=journal, replay=True))
    assert [outcome.number for outcome in again] == list(range(9))
    assert all(again[n].state == DONE for n in numbers)


@pytest.mark.parametrize("replay", [False, True])
def test_a_function_can_choose_the_calls_to_repeat(journal, replay):
    """A function gets each recorded outcome, also those of calls during which the process ended."""
    list(run(FakeClient(fail), calls(9), workers=1, journal=journal))
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"number":3' not in line))
    client, seen = FakeClient(), []

    def is_repeated(outcome):
        seen.append((outcome.number, outcome.state, outcome.call.arguments["n"]))
        return outcome.number in (2, 3)

    outcomes = list(run(client, calls(9), journal=journal, repeat=is_repeated, replay=replay))
    kinds = [DONE, FAILED, UNKNOWN]
    assert seen == [(n, UNKNOWN if n == 3 else kinds[n % 3], n) for n in range(9)]
    assert [outcome.number for outcome in outcomes[:-2]] == ([0, 1, 4, 5, 6, 7, 8] if replay else [])
    assert sorted(client.called) == [2, 3]


def test_the_functions_that_read_are_listed_for_the_user_of_the_call(journal):
    """repeat="reads" lists the functions once, for the user of the calls."""
    listed = []
    given_calls = [Call("read", {"n": n}, user_id=7) for n in (2, 5)]
    list(run(FakeClient(fail), given_calls, journal=journal))
    client = FakeClient()
    client.list = lambda **options: listed.append(options) or []
    assert list(run(client, given_calls, journal=journal, repeat="reads")) == []
    assert listed == [{"type": "QUERY", "user_id": "7"}]


def test_calls_during_which_the_process_ended_are_unknown(journal):
    """A call that has a "sent" line and no outcome is reported as unknown once, and is not repeated."""
    list(run(FakeClient(), calls(4), workers=1, journal=journal))
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"number":2' not in line))
    assert summary(journal) == {"done": 3, "failed": 0, "unknown": 1}
    client = FakeClient()
    (outcome,) = run(client, calls(4), journal=journal)
    assert (outcome.number, outcome.state, client.called) == (2, UNKNOWN, [])
    assert outcome.error.may_have_run
    assert "the process ended before its result was recorded" in str(outcome.error)
    assert list(run(client, calls(4), journal=journal)) == []
    assert states(run(client, calls(4), journal=journal, replay=True)) == [
        (0, DONE),
        (1, DONE),
        (2, UNKNOWN),
        (3, DONE),
    ]
    assert states(run(client, calls(4), journal=journal, repeat="unknown")) == [(2, DONE)]
    assert client.called == [2]


@pytest.mark.parametrize("tail", [b'{"sent":3', b'{"sent":3}', b"\0\0\0\0", b'{"number":1,"state":"fai'])
def test_a_torn_last_line_is_cut_off(journal, tail):
    """A last line without a line feed is cut off, and the run goes on."""
    list(run(FakeClient(), calls(3), journal=journal))
    size = journal.stat().st_size
    with journal.open("ab") as file:
        file.write(tail)
    client = FakeClient()
    assert states(run(client, calls(4), journal=journal)) == [(3, DONE)]
    assert client.called == [3]
    assert journal.read_bytes()[size:].startswith(b'{"sent":3}\n{"number":3,')


@pytest.mark.parametrize("cut", [0, 5])
def test_a_torn_header_is_written_again(journal, cut):
    """An empty file, or the start of a header, is a new journal."""
    journal.write_bytes(b'{"integry.bulk":1}\n'[:cut])
    assert states(run(FakeClient(), calls(1), journal=journal)) == [(0, DONE)]
    assert summary(journal)["done"] == 1


@pytest.mark.parametrize(
    "line",
    [
        b"{\n",
        b"\n",
        b"\xff\n",
        b"[1]\n",
        b"1\n",
        b"{}\n",
        b'{"sent":-1}\n',
        b'{"sent":true}\n',
        b'{"sent":"1"}\n',
        b'{"sent":256}\n',
        b'{"sent":99999999}\n',
        b'{"number":1}\n',
        b'{"number":1,"state":"happy"}\n',
        b'{"released":null}\n',
        b'{"sent":0,"digest":"-1"}\n',
        b'{"sent":0,"digest":"11112222333344445"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_damaged_line_is_an_error(journal, line):
    """A line that cannot be read is an error that names the line. Nothing is sent, and the file stays as it is."""
    list(run(FakeClient(), calls(2), workers=1, journal=journal))
    with journal.open("ab") as file:
        file.write(line + b'{"sent":1}\n')
    before = journal.read_bytes()
    client = FakeClient()
    for use in (lambda: list(run(client, calls(4), journal=journal)), lambda: summary(journal)):
        with pytest.raises(JournalError, match="Line 6 of .*run.journal is damaged, so that it is not known"):
            use()
    assert (client.called, journal.read_bytes()) == ([], before)


def test_an_outcome_that_cannot_be_read_is_an_error(journal):
    """A recorded outcome without a result raises JournalError when it is replayed."""
    list(run(FakeClient(), calls(1), journal=journal))
    journal.write_bytes(journal.read_bytes().replace(b'"result"', b'"answer"'))
    with pytest.raises(JournalError, match="The outcome of call 0 in .* cannot be read: ValueError"):
        list(run(FakeClient(), calls(1), journal=journal, replay=True))


@pytest.mark.parametrize(
    "text", [b"name,mail\nAnn,a@example.com", b"\n", b'{"integry.bulk":2}\n', b'{"function":"f"}\n']
)
def test_another_file_is_refused(journal, text):
    """A file that is not a journal is refused, and stays as it is."""
    journal.write_bytes(text)
    with pytest.raises(JournalError, match="run.journal is not a journal of integry.bulk, or one of a newer version"):
        list(run(FakeClient(), calls(1), journal=journal))
    assert journal.read_bytes() == text


@pytest.mark.parametrize("path", ["missing/run.journal", "."])
def test_a_path_that_cannot_be_opened_is_an_error(tmp_path, path):
    """A folder, or a path in a folder that does not exist, raises JournalError with the reason."""
    with pytest.raises(JournalError, match="cannot be opened: (No such file|Is a directory)"):
        list(run(FakeClient(), calls(1), journal=tmp_path / path))
    with pytest.raises(JournalError, match="cannot be read: (No such file|Is a directory)"):
        summary(tmp_path / path)


def test_a_device_is_refused():
    """A file without an end, such as /dev/zero, is refused."""
    with pytest.raises(JournalError, match="/dev/zero is not a regular file"):
        list(run(FakeClient(), calls(1), journal="/dev/zero"))


def test_a_journal_in_use_is_refused(journal):
    """A second run with the same journal is refused while the first one goes on. It sends nothing."""
    outcomes = run(FakeClient(), calls(3), journal=journal)
    next(outcomes)
    client = FakeClient()
    with pytest.raises(JournalError, match="is in use by another process, or cannot be locked"):
        list(run(client, calls(3), journal=journal))
    assert client.called == []
    outcomes.close()
    list(run(client, calls(3), journal=journal))


def test_a_system_without_fcntl_is_refused(journal, monkeypatch):
    """Windows has no fcntl. A journal raises an error that says so."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(JournalError, match="A journal needs fcntl"):
        list(run(FakeClient(), calls(1), journal=journal))


@pytest.mark.parametrize(
    ("given_calls", "message"),
    [
        ([Call("g", {"n": 0}), *calls(600)[1:]], "call 0 is not the one that it recorded"),
        (calls(600)[1:], "call 0 is not the one that it recorded"),
        ([*calls(100), Call("f", {"n": 0}), *calls(600)[100:]], "call 256 is not the one that it recorded"),
        (calls(299), "it has recorded 300 calls, and there are only 299"),
        ([], "it has recorded 300 calls, and there are only 0"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"repeat": "failed"}, {"replay": True}])
def test_another_input_is_refused(journal, given_calls, message, options):
    """An input that differs from the recorded one is refused before a call leaves, also if calls would be repeated."""
    list(run(FakeClient(fail), calls(300), journal=journal, sync=False))
    client = FakeClient()
    with pytest.raises(JournalError, match=f"belongs to another input: {message}. Pass the same calls"):
        list(run(client, given_calls, journal=journal, **options))
    assert client.called == []


def test_calls_that_cannot_be_sent_fail_with_a_journal_too(journal):
    """Arguments that JSON cannot express give a failed call, with a digest as without one."""

    def refuse(_):
        message = "arguments.n is a set"
        raise integry.InvalidRequest(message)

    given_calls = [Call("f", {"n": {1, 2}}), Call("f", {"n": {1, 2}})]
    assert states(run(FakeClient(refuse), given_calls, journal=journal)) == [(0, FAILED), (1, FAILED)]
    assert states(run(FakeClient(refuse), given_calls, journal=journal, replay=True)) == [(0, FAILED), (1, FAILED)]


def test_what_json_cannot_express_is_left_out(journal):
    """A result or an error that cannot be written as JSON is recorded without it. The state is kept."""

    class OddError(integry.APITimeoutError):
        may_have_run = True

    class UnreadableError(Exception):
        def __str__(self):
            message = "no text"
            raise ValueError(message)

    nested = []
    for _ in range(100_000):
        nested = [nested]
    answers = [
        lambda: FunctionResult(200, nested),
        lambda: OddError("odd", part=object(), n=1),
        UnreadableError,
        lambda: KeyError("name"),
    ]

    def answer(n):
        found = answers[n]()
        if isinstance(found, BaseException):
            raise found
        return found

    list(run(FakeClient(answer), calls(4), journal=journal))
    result, odd, unreadable, foreign = run(FakeClient(), calls(4), journal=journal, replay=True)
    assert (type(foreign.error), str(foreign.error)) == (integry.IntegryError, "KeyError: 'name'")
    assert (result.state, result.ok, result.result.output) == (DONE, True, None)
    assert result.result.additional_properties == {"note": "This cannot be written as JSON: InvalidRequest"}
    assert (odd.state, type(odd.error), str(odd.error), odd.error.n) == (
        UNKNOWN,
        integry.IntegryError,
        "OddError: odd",
        1,
    )
    assert (unreadable.state, str(unreadable.error)) == (
        UNKNOWN,
        "UnreadableError: This cannot be written as JSON: ValueError",
    )


def test_errors_are_replayed_with_their_attributes(journal, integry_sandbox):
    """A replayed error of this package has its class and its attributes, except for headers."""
    client = integry_sandbox.client()
    given_calls = [Call("slack-post-message", {"channel": "random", "text": "Hi"}), Call("pipedrive-add-a-person", {})]
    first = list(run(client, given_calls, journal=journal, ordered=True))
    again = list(run(client, given_calls, journal=journal, replay=True))
    assert [type(outcome.error) for outcome in again] == [integry.AppNotConnected, integry.InvalidArguments]
    for before, after in zip(first, again):
        assert (after.error.status, after.error.body, str(after.error)) == (400, before.error.body, str(before.error))
    assert again[1].error.arguments == first[1].error.arguments != {}


def test_a_stopped_run_is_resumed(journal):
    """A run that was closed is resumed where it stopped, and each call is made once."""
    client, seen = FakeClient(), []
    for stop in (3, 1, 20, 100):
        outcomes = run(client, calls(60), workers=4, journal=journal, replay=False)
        for outcome in outcomes:
            seen.append(outcome.number)
            if len(seen) % stop == 0:
                break
        outcomes.close()
    recorded = [outcome.number for outcome in run(client, calls(60), journal=journal, replay=True)]
    assert sorted(recorded) == sorted(client.called) == list(range(60))
    assert len(seen) == len(set(seen))


def test_a_call_that_waits_for_retry_after_is_given_back(journal):
    """A call that waits for Retry-After when the run is closed has no outcome: a resumed run makes it."""
    both_entered, is_held = threading.Barrier(2), threading.Event()

    def answer(n):
        both_entered.wait(30)
        if n == 0:
            return FunctionResult(200, n)
        message = "slow down"
        raise integry.RateLimited(message, retry_after=600)

    class Limit:
        def reserve(self):
            return 0

        def hold(self, _):
            is_held.set()

    outcomes = run(FakeClient(answer), calls(2), workers=2, journal=journal, rate=Limit())
    assert next(outcomes).number == 0
    assert is_held.wait(30)
    outcomes.close()
    assert lines_of(journal)[-1] == {"released": 1}
    assert summary(journal) == {"done": 1, "failed": 0, "unknown": 0}
    client = FakeClient()
    assert states(run(client, calls(3), journal=journal)) == [(1, DONE), (2, DONE)]
    assert sorted(client.called) == [1, 2]


class Limit:
    """A rate limit that has always a free slot, and tells when the server asked to wait."""

    def __init__(self):
        self.is_held = threading.Event()

    def reserve(self):
        """Return 0."""
        return 0

    def hold(self, _):
        """Record that the server asked to wait."""
        self.is_held.set()


def slow_down(_):
    """Answer with status 429, and ask to wait for a long time."""
    message = "slow down"
    raise integry.RateLimited(message, retry_after=600)


@pytest.mark.parametrize("repeats", [1, 2])
def test_a_repeated_call_that_is_given_back_may_still_have_run(journal, repeats):
    """An unknown call that is repeated, refused with 429 and given back is still unknown, and is not made unasked."""
    list(run(FakeClient(), calls(2), workers=1, journal=journal))
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"number":1' not in line))
    for _ in range(repeats):
        limit = Limit()

        def read(limit=limit):
            yield from calls(2)
            limit.is_held.wait(30)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(run(FakeClient(slow_down), read(), journal=journal, repeat="unknown", rate=limit))
        assert lines_of(journal)[-2:] == [{"sent": 1}, {"released": 1}]
    client = FakeClient()
    assert states(run(client, calls(2), journal=journal)) == [(1, UNKNOWN)]
    assert client.called == []


def test_a_call_is_given_back_if_the_rate_limit_fails(journal):
    """If the rate limit fails while a call waits after status 429, the call did not run, and is not unknown."""

    class FailingLimit(Limit):
        def reserve(self):
            if self.is_held.is_set():
                message = "no connection"
                raise ConnectionError(message)
            return 0

    def answer(_):
        message = "slow down"
        raise integry.RateLimited(message, retry_after=0)

    with pytest.raises(ConnectionError, match="no connection"):
        list(run(FakeClient(answer), calls(1), journal=journal, rate=FailingLimit()))
    assert summary(journal) == {"done": 0, "failed": 0, "unknown": 0}
    assert states(run(FakeClient(), calls(1), journal=journal)) == [(0, DONE)]


@pytest.mark.parametrize("can_cut", [False, True])
@pytest.mark.parametrize("target", [b'"sent":5', b'"number":5'])
def test_a_failing_write_stops_the_run(journal, monkeypatch, target, can_cut):
    """If a write fails, the file is cut back to its last whole line, and nothing more is sent. Then the run resumes."""
    write, truncate, is_full = os.write, os.ftruncate, []

    def write_until_full(fd, data):
        if is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        if target in bytes(data):
            is_full.append(True)
            return write(fd, data[:7])
        return write(fd, data)

    def cut(fd, size):
        if is_full and not can_cut:
            raise OSError(errno.EIO, "Input/output error")
        return truncate(fd, size)

    client, seen = FakeClient(), []
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write_until_full)
        patch.setattr(os, "ftruncate", cut)
        with pytest.raises(JournalError, match="run.journal cannot be written: No space left on device"):
            seen.extend(outcome.number for outcome in run(client, calls(400), workers=1, journal=journal))
    assert journal.read_bytes().endswith(b"\n") == can_cut
    made = len(client.called)
    assert made == (5 if target == b'"sent":5' else 6)
    rest = states(run(client, calls(400), journal=journal))
    # The outcome of call 5 was not recorded, so that it is unknown in the resumed run.
    assert rest == ([] if made == 5 else [(5, UNKNOWN)]) + [(n, DONE) for n in range(made, 400)]
    assert sorted(client.called) == list(range(400))


def test_a_journal_that_cannot_be_cut_is_an_error(journal, monkeypatch):
    """An error of the file system while the journal is opened raises JournalError with the reason."""

    def cut(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "ftruncate", cut)
    with pytest.raises(JournalError, match="run.journal cannot be read: Read-only file system"):
        list(run(FakeClient(), calls(1), journal=journal))


@pytest.mark.parametrize("working", [0, 1])
def test_a_disk_that_does_not_sync_stops_the_run(journal, monkeypatch, working):
    """If the header or the line of a call cannot be written to the disk, the call does not leave."""
    synced = []

    def sync(fd):
        synced.append(fd)
        if len(synced) > working:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("integry.bulk._journal._sync", sync)
    client = FakeClient()
    with pytest.raises(JournalError, match="cannot be written to the disk: Input/output error"):
        list(run(client, calls(40), journal=journal))
    assert client.called == []


def test_a_line_is_on_disk_before_its_call_leaves(journal, monkeypatch):
    """When a call leaves, its line was written and synced."""
    synced = []
    sync = os.fdatasync

    def record(fd):
        sync(fd)
        synced.append(os.fstat(fd).st_size)

    def answer(n):
        text = journal.read_bytes()
        assert synced[-1] >= text.index(b'{"sent":%d' % n)
        return FunctionResult(200, n)

    monkeypatch.setattr("integry.bulk._journal._sync", record)
    outcomes = list(run(FakeClient(answer), calls(200), journal=journal))
    assert [outcome.error for outcome in outcomes] == [None] * 200


def test_without_sync_the_disk_is_not_waited_for(journal, monkeypatch):
    """With sync=False, only the header is synced."""
    synced = []
    monkeypatch.setattr("integry.bulk._journal._sync", synced.append)
    list(run(FakeClient(), calls(20), journal=journal, sync=False))
    assert len(synced) <= 1


@st.composite
def schedules(draw):
    """Return how each call is answered, and when and how each run is stopped."""
    kinds = st.sampled_from(["ok", "refused", "failed", "unknown", "429"])
    answers = draw(st.lists(kinds, min_size=1, max_size=40))
    stops = draw(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["close", "kill", "tear"])), max_size=5))
    return answers, stops, draw(st.integers(1, 5)), draw(st.booleans())


@given(schedules())
def test_each_call_has_one_outcome_whatever_happens(tmp_path_factory, schedule):
    """Through all faults and stops, no call runs twice, each has one outcome, and a kill leaves few unknown."""
    kinds, stops, workers, ordered = schedule
    journal = tmp_path_factory.mktemp("schedule") / "run.journal"
    refused, ran, kills = set(), [], 0

    def answer(n):
        if kinds[n] == "429" and n not in refused:
            refused.add(n)
            message = "slow down"
            raise integry.RateLimited(message, retry_after=0)
        if kinds[n] == "failed":
            message = "not sent"
            raise integry.APIConnectionError(message)
        ran.append(n)
        if kinds[n] == "unknown":
            message = "late"
            raise integry.APITimeoutError(message, may_have_run=True)
        return FunctionResult(500 if kinds[n] == "refused" else 200, n)

    for stop, kind in stops:
        outcomes = run(
            FakeClient(answer), calls(len(kinds)), workers=workers, ordered=ordered, journal=journal, sync=False
        )
        for _ in range(stop):
            if next(outcomes, None) is None:
                break
        # A kill leaves the file as it is at this moment, and calls that leave later would not have left.
        left = journal.read_bytes() if journal.exists() else b""
        outcomes.close()
        if kind != "close":
            kills += 1
            journal.write_bytes(left)
            sent = {entry.get("sent") for entry in lines_of(journal)}
            ran[:] = [n for n in ran if n in sent]
            journal.write_bytes(left + b'{"sent":' if kind == "tear" and left else left)
    list(run(FakeClient(answer), calls(len(kinds)), workers=workers, journal=journal, sync=False))
    final = list(run(FakeClient(answer), calls(len(kinds)), journal=journal, sync=False, replay=True))
    assert [outcome.number for outcome in final] == list(range(len(kinds)))
    assert len(ran) == len(set(ran))
    expected = {"ok": DONE, "refused": DONE, "429": DONE, "failed": FAILED, "unknown": UNKNOWN}
    differing = [outcome for outcome in final if outcome.state != expected[kinds[outcome.number]]]
    assert all(outcome.state == UNKNOWN for outcome in differing)
    assert len(differing) <= kills * workers


@pytest.fixture
def interrupts():
    """Return an event that is set when Ctrl-C has arrived."""
    has_arrived = threading.Event()

    def interrupt(*_):
        has_arrived.set()
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, interrupt)
    yield has_arrived
    signal.signal(signal.SIGINT, previous)


def threads_of_runs():
    """Return the threads of all runs."""
    return [thread for thread in threading.enumerate() if thread.name == "integry.bulk"]


@pytest.mark.parametrize("has_more", [False, True])
def test_a_second_interrupt_does_not_wait(journal, interrupts, has_more):
    """After a second Ctrl-C, the run ends at once. Calls that are going on are still recorded, then the lock ends."""
    is_released = threading.Event()

    def answer(n):
        if n == 0:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            interrupts.wait(30)
            # The other thread ends when the first Ctrl-C was handled.
            while len(threads_of_runs()) > 1:
                time.sleep(0.001)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            is_released.wait(30)
        return FunctionResult(200, n)

    def read():
        yield from calls(2)
        if has_more:
            threading.Event().wait(30)

    with pytest.raises(KeyboardInterrupt):
        list(run(FakeClient(answer), read(), workers=2, journal=journal))
    assert summary(journal)["unknown"] == len(threads_of_runs()) == 1
    is_released.set()
    for thread in threads_of_runs():
        thread.join()
    assert summary(journal)["done"] >= 1
    assert sorted(outcome.number for outcome in run(FakeClient(), calls(2), journal=journal, replay=True)) == [0, 1]


@pytest.mark.parametrize("ordered", [False, True])
def test_an_interrupt_loses_no_outcome(journal, ordered):
    """If Ctrl-C arrives while an outcome is handed over, each call that has left still has one outcome."""
    client, seen = FakeClient(), []
    outcomes = run(client, calls(500), workers=4, window=400, ordered=ordered, journal=journal)
    seen.append(next(outcomes).number)

    def interrupt():
        yield outcomes.throw(KeyboardInterrupt())
        yield from outcomes

    with pytest.raises(KeyboardInterrupt):
        seen.extend(outcome.number for outcome in interrupt())
    assert sorted(seen) == sorted(client.called)
    assert len(seen) < 500
    assert sorted([*seen, *(outcome.number for outcome in run(client, calls(500), journal=journal))]) == list(
        range(500)
    )
