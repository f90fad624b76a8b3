"""`integry.bulk.run` without a journal."""

import contextvars
import threading
from datetime import date

import pytest

import integry
from integry import FunctionResult, RateLimited
from integry.bulk import DONE, FAILED, UNKNOWN, Call, Outcome, RateLimit, run
from tests.bulk.fake import FakeClient, calls


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize(("workers", "window"), [(1, 1), (16, None), (4, 2), (3, 100)])
def test_each_call_has_one_outcome(ordered, workers, window):
    """Each call has exactly one outcome, with its number, its call and its result."""
    client, given = FakeClient(), calls(50)
    outcomes = list(run(client, iter(given), workers=workers, window=window, ordered=ordered))
    numbers = [outcome.number for outcome in outcomes]
    assert sorted(numbers) == list(range(50))
    assert numbers == sorted(numbers) or not ordered
    for outcome in outcomes:
        assert (outcome.state, outcome.error, outcome.ok) == (DONE, None, True)
        assert outcome.call is given[outcome.number]
        assert outcome.result.output == {"n": outcome.number}
    assert sorted(client.called) == list(range(50))
    assert client.most_at_once <= min(workers, window or workers)


def test_no_calls_give_no_outcomes():
    """An empty input gives no outcomes."""
    assert list(run(FakeClient(), [])) == []


def test_nothing_is_sent_before_the_first_outcome_is_asked_for():
    """An iterator that is not used sends nothing."""
    client = FakeClient()
    run(client, calls(3)).close()
    assert client.called == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (integry.InvalidRequest("wrong"), FAILED),
        (integry.APITimeoutError("late", may_have_run=True), UNKNOWN),
        (integry.APIConnectionError("refused"), FAILED),
        (integry.ResponseDecodeError("no JSON"), UNKNOWN),
        (RateLimited("slow down", retry_after=3601), FAILED),
        (RateLimited("slow down", retry_after=1, may_have_run=True), UNKNOWN),
        (RuntimeError("a hook failed"), UNKNOWN),
        (SystemExit(1), UNKNOWN),
    ],
)
def test_errors_are_failed_or_unknown(error, state):
    """A call that surely did not run is failed. A call that may have run is unknown, also after a foreign error."""

    def answer(_):
        raise error

    (outcome,) = run(FakeClient(answer), calls(1))
    assert (outcome.state, outcome.error, outcome.result, outcome.ok) == (state, error, None, False)


def test_a_refusal_of_the_app_is_done():
    """If the server answered, the state is done. `ok` tells if the app accepted the call."""
    (outcome,) = run(FakeClient(lambda _: FunctionResult(404, "gone")), calls(1))
    assert (outcome.state, outcome.ok, outcome.result.network_code) == (DONE, False, 404)


def test_all_parts_of_a_call_are_sent():
    """The client gets the function, arguments, variables, user and account, and nothing that was not given."""
    client = FakeClient()
    list(run(client, [Call("f", {"n": 1}, {"name": "Ann"}, 7, 12)]))
    assert client.last == ("f", {"n": 1}, {"variables": {"name": "Ann"}, "user_id": "7", "connected_account_id": "12"})
    list(run(client, [Call("f", {"n": 1})]))
    assert client.last == ("f", {"n": 1}, {})


def test_ordered_outcomes_wait_for_earlier_ones():
    """With ordered=True, at most `window` outcomes wait for a slow call before them."""
    is_released = threading.Event()
    taken = []

    def answer(n):
        if n == 0:
            is_released.wait(30)
        elif n == 4:
            is_released.set()
        return FunctionResult(200, {"n": n})

    def read():
        for call in calls(20):
            taken.append(call)
            yield call

    outcomes = run(FakeClient(answer), read(), workers=3, window=5, ordered=True)
    assert next(outcomes).number == 0
    assert len(taken) == 5
    assert [outcome.number for outcome in outcomes] == list(range(1, 20))


def test_the_input_is_read_in_the_thread_that_iterates():
    """The input may belong to a thread, like a cursor of a database. The threads have the caller's context."""
    variable, seen = contextvars.ContextVar("variable"), set()
    variable.set("here")

    def answer(n):
        seen.add((variable.get(), threading.current_thread() is threading.main_thread()))
        return FunctionResult(200, n)

    threads = []

    def read():
        for call in calls(20):
            threads.append(threading.current_thread())
            yield call

    list(run(FakeClient(answer), read()))
    assert set(threads) == {threading.current_thread()}
    assert seen == {("here", False)}


@pytest.mark.parametrize("ordered", [False, True])
def test_if_the_input_fails_the_calls_before_have_outcomes(ordered):
    """If the input raises an error, all calls before it are made, and their outcomes come first."""

    def read():
        yield from calls(30)
        message = "no more"
        raise OSError(message)

    client, seen = FakeClient(), []
    with pytest.raises(OSError, match="no more"):
        seen.extend(outcome.number for outcome in run(client, read(), ordered=ordered))
    assert sorted(client.called) == sorted(seen) == list(range(30))


def test_an_item_that_is_no_call_is_an_error():
    """An item of the input that is not a Call raises InvalidRequest, which names it."""
    seen = []
    with pytest.raises(integry.InvalidRequest, match=r"calls\[1\] must be a Call, got dict"):
        seen.extend(outcome.number for outcome in run(FakeClient(), [*calls(1), {"function": "f"}]))
    assert seen == [0]


def test_close_waits_for_calls_that_are_going_on():
    """Closing the iterator hands out no more calls, and waits for those that are going on."""
    entered, is_closing, finished = threading.Semaphore(0), threading.Event(), []

    def answer(n):
        if n == 0:
            for _ in range(3):
                entered.acquire()
        else:
            entered.release()
            is_closing.wait(30)
            finished.append(n)
        return FunctionResult(200, n)

    client = FakeClient(answer)
    outcomes = run(client, calls(100), workers=4, window=50)
    assert next(outcomes).number == 0
    threading.Timer(0.05, is_closing.set).start()
    outcomes.close()
    assert set(finished) >= {1, 2, 3}
    assert len(client.called) == len(finished) + 1 < 100
    assert not [thread for thread in threading.enumerate() if thread.name == "integry.bulk"]


def test_an_interrupt_ends_with_the_outcomes_of_calls_that_are_going_on():
    """After Ctrl-C in a wait, the outcomes of calls that are going on are yielded, then KeyboardInterrupt is raised."""
    seen = []
    release = threading.Event()

    def read():
        yield from calls(10)
        release.set()
        raise KeyboardInterrupt

    def answer(n):
        release.wait(30)
        return FunctionResult(200, n)

    client = FakeClient(answer)
    with pytest.raises(KeyboardInterrupt):
        seen.extend(outcome.number for outcome in run(client, read(), workers=2, window=20))
    assert sorted(seen) == sorted(client.called)
    assert len(seen) < 10


def test_a_system_without_more_threads_ends_the_run(monkeypatch):
    """If a thread cannot be started, the calls before it have outcomes, then the error is raised."""
    start, started = threading.Thread.start, []

    def start_two(thread):
        if thread.name == "integry.bulk":
            started.append(thread)
            if len(started) == 3:
                message = "can't start new thread"
                raise RuntimeError(message)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_two)
    seen = []
    with pytest.raises(RuntimeError, match="can't start new thread"):
        seen.extend(outcome.number for outcome in run(FakeClient(), calls(10)))
    assert sorted(seen) == [0, 1]


def test_a_rate_limit_sets_the_time_of_each_call():
    """The threads wait for the slots that the rate limit gives them."""
    reserved = []

    class Limit:
        def reserve(self):
            reserved.append(1)
            return 0.001

        def hold(self, _):
            raise AssertionError

    assert len(list(run(FakeClient(), calls(20), rate=Limit()))) == len(reserved) == 20


def test_a_rate_limit_that_fails_stops_the_run():
    """An error of the rate limit is raised, and nothing more is sent."""

    class Limit:
        def reserve(self):
            message = "no connection"
            raise ConnectionError(message)

        hold = None

    client = FakeClient()
    with pytest.raises(ConnectionError, match="no connection"):
        list(run(client, calls(100), rate=Limit()))
    assert client.called == []


class Clock:
    """A rate limit that records how long the threads are held back, and does not let them wait."""

    def __init__(self):
        self.held = []

    def reserve(self):
        """Return 0: there is always a free slot."""
        return 0

    def hold(self, seconds):
        """Record the seconds."""
        self.held.append(seconds)


def test_a_thread_that_waited_for_a_slot_looks_again_if_it_is_held_back():
    """A thread that waits for the rate limit while the server asks to wait does not send its call after it."""
    is_reserving, is_held, order = threading.Event(), threading.Event(), []

    class Limit:
        def __init__(self):
            self.reserved = []

        def reserve(self):
            self.reserved.append(1)
            if len(self.reserved) == 2:
                is_reserving.set()
                is_held.wait(30)
            return 0

        def hold(self, _):
            is_held.set()

    def answer(n):
        order.append(n)
        if len(order) == 1:
            is_reserving.wait(30)
            message = "slow down"
            raise RateLimited(message, retry_after=0.1)
        return FunctionResult(200, n)

    limit = Limit()
    assert len(list(run(FakeClient(answer), calls(2), workers=2, rate=limit))) == 2
    assert len(limit.reserved) == 4


def test_calls_refused_with_429_are_made_again():
    """A call that the server refuses with 429 is made again after the wait, and has one outcome."""
    refused = set()

    def answer(n):
        if n % 3 == 0 and n not in refused:
            refused.add(n)
            message = "slow down"
            raise RateLimited(message, retry_after=0.001)
        return FunctionResult(200, n)

    limit = Clock()
    outcomes = list(run(FakeClient(answer), calls(20), rate=limit))
    assert {(outcome.state, outcome.ok) for outcome in outcomes} == {(DONE, True)}
    assert sorted(outcome.number for outcome in outcomes) == list(range(20))
    assert limit.held == [0.001] * 7


def test_a_call_that_is_always_refused_fails():
    """A call fails if the server refuses it 10 times, while it answers no other call."""

    def answer(_):
        message = "slow down"
        raise RateLimited(message, retry_after=0)

    client = FakeClient(answer)
    outcomes = list(run(client, calls(3), workers=1))
    assert [outcome.state for outcome in outcomes] == [FAILED] * 3
    assert client.called == [0] * 10 + [1] * 10 + [2] * 10


def test_calls_are_refused_again_and_again_while_others_are_answered():
    """A call is made more than 10 times while the server answers other calls."""
    turns, refusals, count = threading.Semaphore(0), threading.Semaphore(0), []

    def answer(n):
        if n == 0:
            turns.acquire(timeout=30)
            count.append(n)
            if len(count) < 30:
                refusals.release()
                message = "slow down"
                raise RateLimited(message, retry_after=0)
        else:
            # Call n is answered after refusal n, so that another call is answered between two refusals.
            turns.release()
            if n < 30:
                refusals.acquire(timeout=30)
        return FunctionResult(200, n)

    outcomes = list(run(FakeClient(answer), calls(40), workers=2, window=2))
    assert [outcome.state for outcome in outcomes] == [DONE] * 40
    assert len(count) == 30


def test_without_retry_after_the_threads_are_held_back_too():
    """After a 429 without Retry-After, the wait starts with a second. Closing the run ends the wait."""
    limit, both_entered = Clock(), threading.Barrier(2)

    def answer(n):
        both_entered.wait(30)
        if n == 0:
            return FunctionResult(200, n)
        message = "slow down"
        raise RateLimited(message)

    outcomes = run(FakeClient(answer), calls(2), workers=2, rate=limit)
    assert next(outcomes).number == 0
    outcomes.close()
    assert limit.held == [1.0]


def test_retry_after_holds_back_all_threads(integry_sandbox):
    """Retry-After holds back all threads of the run, also while the client itself waits and retries."""
    seen, lock = [], threading.Lock()

    def see(response):
        with lock:
            seen.append(response.status_code)

    client = integry_sandbox.client(on_response=see)
    limit = Clock()
    integry_sandbox.fail(429, {"detail": "Slow down"}, retry_after=0.2)
    integry_sandbox.fail(503, {"detail": "Busy"}, retry_after=0.1)
    given = [Call("pipedrive-add-a-person", {"name": f"Person {n}"}) for n in range(6)]
    outcomes = list(run(client, given, workers=1, ordered=True, rate=limit))
    # The client retries the first call, and gets a 503, after which the call may have run.
    assert [outcome.state for outcome in outcomes] == [UNKNOWN, DONE, DONE, DONE, DONE, DONE]
    assert seen == [429, 503, 200, 200, 200, 200, 200]
    assert limit.held == [0.2, 0.1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "workers must be a positive int, got 0"),
        ({"workers": True}, "workers must be a positive int, got True"),
        ({"workers": "4"}, "workers must be a positive int, got str"),
        ({"window": 0}, "window must be a positive int, got 0"),
        (
            {"repeat": "all", "journal": "j"},
            'repeat must be "failed", "reads", "unknown", or a function of an outcome, got str',
        ),
        ({"repeat": "failed"}, "repeat and replay need the journal of an earlier run: pass journal="),
        ({"replay": True}, "repeat and replay need the journal of an earlier run: pass journal="),
        ({"rate": 50}, "rate must be a RateLimit, got 50"),
        ({"progress": "yes"}, "progress must be True or a function, got str"),
    ],
)
def test_wrong_options_are_refused_at_once(options, message):
    """A wrong option raises ConfigurationError before the iterator is used."""
    with pytest.raises(integry.ConfigurationError) as caught:
        run(FakeClient(), calls(1), **options)
    assert str(caught.value) == message


def test_calls_must_be_iterable():
    """A single call is not an input."""
    with pytest.raises(integry.ConfigurationError, match="calls must be an iterable of Call, got Call"):
        run(FakeClient(), Call("f"))


def test_progress_is_told_to_a_function():
    """A function gets the number of outcomes in each state after each outcome."""
    seen = []

    def answer(n):
        if n == 1:
            message = "wrong"
            raise integry.InvalidRequest(message)
        return FunctionResult(200, n)

    list(run(FakeClient(answer), calls(3), workers=1, progress=seen.append))
    assert seen == [
        {"done": 1, "failed": 0, "unknown": 0},
        {"done": 1, "failed": 1, "unknown": 0},
        {"done": 2, "failed": 1, "unknown": 0},
    ]


def test_progress_shows_nothing_without_a_terminal(capsys):
    """With progress=True, nothing is written to a standard error that is not a terminal."""
    assert len(list(run(FakeClient(), iter(calls(3)), progress=True))) == 3
    assert capsys.readouterr() == ("", "")


def test_calls_and_outcomes_round_trip():
    """Calls and outcomes can be converted to JSON objects and back."""
    call = Call("f", {"n": 1}, {"day": date(2026, 6, 1)}, user_id=7, connected_account_id=3)
    data = call.to_dict()
    assert data == {
        "function": "f",
        "arguments": {"n": 1},
        "variables": {"day": "2026-06-01"},
        "user_id": "7",
        "connected_account_id": "3",
    }
    assert Call.from_dict(data).to_dict() == data
    assert Call.from_dict({"function": "f"}).to_dict() == {"function": "f"} == Call("f").to_dict()
    assert Call("f", '{"n": 1}').to_dict() == {"function": "f", "arguments": {"n": 1}}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "a call must be a JSON object, got list"),
        ({}, "The call has no function. A call has the fields function, arguments, variables, user_id, conn"),
        ({"function": "f", "args": {}, "x": 1}, "The call has unknown fields: args, x. A call has"),
        ({"function": 1.5}, "function must be"),
        ({"function": "f", "arguments": "{}"}, "arguments must be a JSON object, got str"),
        ({"function": "f", "variables": [1]}, "variables must be a JSON object, got list"),
        ({"function": "f", "user_id": None}, "user_id is None"),
        ({"function": "f", "connected_account_id": {}}, "connected_account_id must be"),
    ],
)
def test_wrong_calls_are_refused(data, message):
    """A JSON object that is not a call raises InvalidRequest, which says what is wrong."""
    with pytest.raises(integry.InvalidRequest, match="^" + message.replace("[", r"\[")):
        Call.from_dict(data)


def test_a_call_without_a_user_is_refused():
    """user_id=None raises an error, because web frameworks use None as the id of an anonymous user."""
    with pytest.raises(integry.InvalidRequest, match="user_id is None"):
        Call("f", user_id=None)


def test_a_call_that_is_no_json_cannot_be_converted():
    """Arguments that JSON cannot express raise InvalidRequest in `to_dict`."""
    with pytest.raises(integry.InvalidRequest, match=r"arguments\.n"):
        Call("f", {"n": object()}).to_dict()


def test_a_rate_limit_gives_slots_in_equal_intervals():
    """RateLimit gives `calls` slots per period, and after a pause `burst` of them at once."""
    now = [0.0]
    limit = RateLimit(10, per=1.0, burst=3, clock=lambda: now[0])
    assert [round(limit.reserve(), 6) for _ in range(5)] == [0, 0, 0, 0.1, 0.2]
    now[0] = 10.0
    assert [round(limit.reserve(), 6) for _ in range(5)] == [0, 0, 0, 0.1, 0.2]
    limit.hold(5.0)
    assert [round(limit.reserve(), 6) for _ in range(3)] == [5.0, 5.1, 5.2]


@pytest.mark.parametrize("options", [{"calls": 0}, {"calls": 1, "per": -1}, {"calls": 1, "burst": 0}, {"calls": "1"}])
def test_wrong_rates_are_refused(options):
    """A rate that is not positive raises ConfigurationError."""
    with pytest.raises(integry.ConfigurationError, match="must be a positive number"):
        RateLimit(**options)


def test_outcomes_of_another_shape_are_refused():
    """Outcome.from_dict raises ValueError if the object is not an outcome."""
    for data in ({}, {"number": 1, "state": "done"}, {"number": 1, "state": "failed", "result": {}}):
        with pytest.raises(ValueError, match="not an outcome"):
            Outcome.from_dict(data, Call("f"))
