"""`integry.celery` with a real Redis. The messages are taken from the queue, and handled in the process of the test."""

import base64
import inspect
import json
import threading

import pytest
import redis

import integry
from integry import Integry
from integry.bulk import DONE, FAILED, UNKNOWN, Call, Outcome
from integry.celery import WAITING, RedisRateLimit, Run, _redis, _settings, _task, enqueue
from integry.celery._account import Account
from integry.celery._task import make_calls
from integry.errors import ConfigurationError, InvalidRequest, RateLimited
from integry.sandbox import Sandbox
from tests.celery.stack import RedisServer, wait_until

pytestmark = pytest.mark.celery

FUNCTION, QUERY = "slack-post-message", "test-read"


@pytest.fixture(scope="module")
def sandbox():
    """Yield a sandbox with a function that reads."""
    with Sandbox() as box:
        box.add_function(QUERY, lambda _: {"read": 1}, app="slack", type="QUERY")
        yield box


@pytest.fixture(autouse=True)
def box(sandbox, app):
    """Yield a sandbox whose client the Celery app has."""
    sandbox.reset()
    sandbox.connect("slack")
    client = sandbox.client(max_retries=0)
    app.conf.integry_client = lambda: client
    return sandbox


def calls(count, function=FUNCTION):
    """Return calls."""
    return [Call(function, {"channel": "random", "text": f"Hi {number}"}) for number in range(count)]


def messages(server):
    """Take all messages from the queue, and return their headers and arguments."""
    client, found = server.client(), []
    while client.llen("celery"):
        message = json.loads(client.rpop("celery"))
        found.append((message["headers"], json.loads(base64.b64decode(message["body"]))[0]))
    return found


def work(server):
    """Handle all messages that are in the queue now, and return their arguments."""
    taken = [arguments for _, arguments in messages(server)]
    for arguments in taken:
        make_calls(*arguments)
    return taken


def states(run):
    """Return the states of all calls of a run."""
    return [outcome.state for outcome in run.outcomes()]


def test_a_run_is_made_in_chunks(box, server):
    """Each chunk is a message. Counts and outcomes tell what became of the calls."""
    run = enqueue(calls(7), "june", chunk=3)
    assert repr(run) == "Run('june')"
    assert run.counts() == {DONE: 0, FAILED: 0, UNKNOWN: 0, WAITING: 7}
    assert states(run) == [WAITING] * 7
    assert len(work(server)) == 3
    assert run.counts() == {DONE: 7, FAILED: 0, UNKNOWN: 0, WAITING: 0}
    outcomes = list(Run("june").outcomes())
    assert [outcome.number for outcome in outcomes] == list(range(7))
    assert [outcome.call for outcome in outcomes] == calls(7)
    assert all(outcome.ok for outcome in outcomes)
    assert len(box.calls) == 7


def test_a_message_that_comes_again_makes_no_call(box, server):
    """The calls of an old message have outcomes, so they do not leave again."""
    run = enqueue(calls(2), "june")
    ((_, arguments),) = messages(server)
    for _ in range(2):
        make_calls(*arguments)
    assert len(box.calls) == 2
    assert run.resume() == 0


def test_messages_contain_names_and_numbers_alone(server):
    """A message has neither calls nor credentials."""
    run = enqueue([Call(FUNCTION, {"text": "private"})], "june")
    ((headers, arguments),) = messages(server)
    run.counts()
    assert arguments == ["june", run._account.id, 0, 0, None]
    assert "private" not in json.dumps([headers, arguments])
    assert headers["ignore_result"]


def test_resume_enqueues_what_nobody_claimed(server):
    """If the messages are lost, resume enqueues their calls."""
    run = enqueue(calls(5), "june", chunk=2)
    assert len(messages(server)) == 3
    assert run.resume() == 5
    work(server)
    assert run.counts()[DONE] == 5


def test_a_claim_without_sign_of_life_is_unknown(server):
    """A call whose execution has ended without an outcome is unknown, and is made again on request only."""
    run = enqueue(calls(3), "june")
    messages(server)
    account = Account(server.client(), "june")
    account.find()
    account.give_sign("living")
    assert account.claim(0, "living")
    assert account.claim(0, "living"), "the same execution may ask again"
    assert not account.claim(0, "dead")
    assert account.claim(1, "dead")
    assert states(run) == [WAITING, UNKNOWN, WAITING]
    assert run.counts() == {DONE: 0, FAILED: 0, UNKNOWN: 1, WAITING: 2}
    assert run.resume() == 1
    work(server)
    assert states(run) == [WAITING, UNKNOWN, DONE]
    assert run.resume("failed") == 0
    account.end("living")
    assert run.resume("unknown") == 2
    work(server)
    assert states(run) == [DONE] * 3
    assert account.reset(account.read(0, 100).entries[0]._replace(execution="dead"), UNKNOWN) is False


def test_failed_calls_are_made_again_on_request(box, server):
    """A refused call is failed. `repeat` makes it again, and the counts follow."""
    box.fail(404, {}, path=FUNCTION)
    run = enqueue(calls(1), "june")
    work(server)
    assert run.counts()[FAILED] == 1
    assert next(run.outcomes()).error.status == 404
    assert run.resume("unknown") == 0
    assert run.resume("failed") == 1
    work(server)
    assert run.counts() == {DONE: 1, FAILED: 0, UNKNOWN: 0, WAITING: 0}


def test_unknown_reads_are_made_again(box, server):
    """`reads` makes unknown calls again whose functions only read."""
    box.fail(kind="reset", times=3, path="/call")
    user = Call(QUERY, {}, user_id="123456")
    run = enqueue([*calls(1), *calls(1, QUERY), user], "june", threads=1)
    work(server)
    assert states(run) == [UNKNOWN] * 3
    assert run.resume("reads") == 2
    with pytest.raises(ConfigurationError, match="repeat"):
        run.resume("all")
    work(server)
    assert states(run)[:2] == [UNKNOWN, DONE]


def test_a_long_wait_gives_claims_back(box, server, app):
    """If the server asks to wait for more than a minute, the chunk is enqueued again, and no call waits in a worker."""
    app.conf.broker_transport_options = {"visibility_timeout": 120}
    box.fail(429, {}, times=2, retry_after=1000, path=FUNCTION)
    run = enqueue(calls(5), "june", threads=2)
    work(server)
    assert run.counts()[WAITING] == 5
    ((headers, (_, run_id, chunk, turn, not_before)),) = messages(server)
    assert headers["eta"]
    assert (chunk, turn) == (0, 1)
    assert not_before > run._account.now() + 900
    # A message that comes too early is sent again, and one of an earlier turn is dropped.
    make_calls("june", run_id, 0, 1, not_before)
    assert [arguments for _, arguments in messages(server)] == [["june", run_id, 0, 1, not_before]]
    make_calls("june", run_id, 0, 0)
    assert run.counts()[WAITING] == 5
    box.reset()
    box.connect("slack")
    make_calls("june", run_id, 0, 1, 1.0)
    assert run.counts()[DONE] == 5


def test_a_chunk_is_enqueued_anew_by_one_of_its_copies(server):
    """Of two executions of a chunk, one enqueues it again."""
    run = enqueue(calls(1), "june")
    work_id = messages(server)[0][1][1]
    execution = _task._Execution(run._account, 0, 0, {"chunk": 100, "threads": 1, "rate": None})
    run.counts()
    execution._enqueue_again(1)
    execution._enqueue_again(1)
    assert [arguments[:4] for _, arguments in messages(server)] == [["june", work_id, 0, 1]]


def test_calls_that_are_refused_too_often_fail(box, server, monkeypatch):
    """After many turns, a refused call fails."""
    monkeypatch.setattr(_task, "MAX_TURNS", 1)
    box.fail(429, {}, times=2, retry_after=1000, path=FUNCTION)
    run = enqueue(calls(1), "june")
    work(server)
    ((_, (_, run_id, chunk, turn, _)),) = messages(server)
    make_calls("june", run_id, chunk, turn)
    assert states(run) == [FAILED]
    assert isinstance(next(run.outcomes()).error, RateLimited)


def test_a_refusal_without_retry_after_waits_a_minute():
    """A call that was refused without Retry-After is enqueued again a minute later, at least."""
    run = enqueue(calls(1), "june")
    execution = _task._Execution(run._account, 0, 0, {})
    execution.record(Outcome.of_error(0, calls(1)[0], RateLimited("wait", retry_after=None)))
    assert execution._later == 60
    assert not execution.claim(0, calls(1)[0])


def test_a_forgotten_run_leaves_no_key(server, caplog):
    """After forget, messages of the run are dropped with a warning, and its name is free."""
    run = enqueue(calls(1), "june")
    ((_, arguments),) = messages(server)
    run.forget()
    assert server.client().keys("integry:*") == []
    make_calls(*arguments)
    assert "forgotten" in caplog.text
    for method in (run.counts, run.resume, run.forget, lambda: list(run.outcomes())):
        with pytest.raises(InvalidRequest, match="There is no run 'june'"):
            method()
    again = enqueue(calls(1), "june")
    make_calls(*arguments)
    assert states(again) == [WAITING]
    # An execution of the forgotten run can claim no call of the new one.
    assert not run._account.claim(0, "old")
    run._account._id = arguments[1]
    assert not run._account.claim(0, "old")
    run._account.release(0, "old")
    assert run._account.counts() is None


def test_the_name_of_a_run_is_taken_once(server):
    """A second run of the same name is refused, and nothing is enqueued."""
    enqueue(calls(1), "june")
    with pytest.raises(InvalidRequest, match="There is a run 'june'"):
        enqueue(calls(1), "june")
    assert len(messages(server)) == 1


def test_the_public_names_and_their_parameters():
    """The public face changes on purpose only."""
    assert integry.celery.__all__ == ["WAITING", "RedisRateLimit", "Run", "enqueue"]
    parameters = {
        each.__name__: " ".join(inspect.signature(each).parameters) for each in (enqueue, Run, RedisRateLimit)
    }
    assert parameters == {
        "enqueue": "calls run chunk threads rate redis volatile",
        "Run": "name redis",
        "RedisRateLimit": "redis calls per burst name",
    }
    assert [name for name in vars(Run) if not name.startswith("_")] == ["counts", "outcomes", "resume", "forget"]


class Bad:
    """A value that is not JSON."""


@pytest.mark.parametrize("item", [Call("f", {"x": Bad()}), "f"])
def test_a_bad_call_is_refused_with_its_chunk(server, item):
    """Nothing of its chunk is enqueued, and the message tells what was."""
    with pytest.raises(InvalidRequest, match=r"calls\[4\].*3 calls before its chunk are enqueued as the run 'june'"):
        enqueue([*calls(4), item], "june", chunk=3)
    assert Run("june").counts()[WAITING] == 3
    assert len(messages(server)) == 1
    with pytest.raises(InvalidRequest, match=r"calls\[0\]"):
        enqueue([item], "july", chunk=3)
    with pytest.raises(InvalidRequest, match="no run"):
        Run("july").counts()


def test_an_exception_of_the_input_is_raised():
    """The calls before it stay enqueued."""

    def failing():
        yield from calls(3)
        raise KeyError

    with pytest.raises(KeyError):
        enqueue(failing(), "june", chunk=2)
    assert Run("june").counts()[WAITING] == 2


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"chunk": 0}, ConfigurationError, "chunk"),
        ({"chunk": 2001}, ConfigurationError, "chunk"),
        ({"threads": True}, ConfigurationError, "threads"),
        ({"rate": 50}, ConfigurationError, "a RedisRateLimit"),
        ({"calls": 5}, ConfigurationError, "calls"),
        ({"run": "a b"}, InvalidRequest, "a name"),
        ({"redis": 5}, ConfigurationError, "the URL of a Redis"),
        ({"redis": "http://:secret@host"}, ConfigurationError, "redis must be a URL"),
    ],
)
def test_wrong_arguments_are_refused(options, error, message):
    """The message names the argument, and shows no URL."""
    with pytest.raises(error, match=message) as caught:
        enqueue(**{"calls": [], "run": "june", **options})
    assert "secret" not in str(caught.value)


def test_a_rate_limit_is_in_the_redis_of_the_run(server):
    """A limit of a run must be in its Redis, and spaces the calls."""
    with pytest.raises(ConfigurationError, match="Use one Redis for both"):
        enqueue([], "june", rate=RedisRateLimit("redis://127.0.0.1:1/0", 5))
    run = enqueue(calls(3), "june", rate=RedisRateLimit(server.url, 1000))
    work(server)
    assert run.counts()[DONE] == 3
    assert server.client().keys("integry:rate:*") == [b"integry:rate:default"]


def test_limits_of_one_name_share_slots(server):
    """Slots are spaced by the interval, a burst comes at once, and a hold delays all that are not reserved."""
    first, second = (RedisRateLimit(server.url, 1, per=10, burst=2, name="x") for _ in range(2))
    waits = [first.reserve(), second.reserve(), first.reserve(), second.reserve()]
    assert waits[:2] == [0, 0]
    assert 9 < waits[2] <= 10
    assert 19 < waits[3] <= 20
    first.hold(100)
    assert 99 < second.reserve() <= 100
    with pytest.raises(ConfigurationError, match="calls"):
        RedisRateLimit(server.url, 0)


@pytest.fixture
def snapshots(tmp_path):
    """Yield a Redis without append-only file, which drops keys if its memory is full."""
    (tmp_path / "volatile").mkdir()
    started = RedisServer(tmp_path / "volatile", "--maxmemory-policy", "allkeys-lru", appendonly=False)
    yield started
    started.kill()


def test_redis_must_keep_what_it_says(snapshots):
    """Without append-only file, or with eviction, enqueue refuses, unless that is accepted."""
    with pytest.raises(ConfigurationError, match="appendonly is off.*maxmemory-policy is allkeys-lru.*volatile=True"):
        enqueue(calls(1), "june", redis=snapshots.url)
    assert snapshots.client().keys("*") == []
    assert enqueue(calls(1), "june", redis=snapshots.url, volatile=True).counts()[WAITING] == 1


def test_config_need_not_be_allowed(tmp_path):
    """A Redis that forbids CONFIG, as those of hosts do, can be checked."""
    (tmp_path / "hosted").mkdir()
    hosted = RedisServer(tmp_path / "hosted", "--rename-command", "CONFIG", "")
    try:
        with pytest.raises(redis.ResponseError):
            hosted.client().config_get("appendonly")
        assert enqueue(calls(1), "june", redis=hosted.url).counts()[WAITING] == 1
    finally:
        hosted.kill()


def test_the_setting_names_a_redis(server, app):
    """`integry_redis` is a URL, a client, or a function, and is used before the broker."""
    decoded = redis.Redis.from_url(server.url, decode_responses=True)
    for number, value in enumerate([server.url, decoded, server.client]):
        app.conf.integry_redis = value
        run = enqueue(calls(1), f"run{number}")
        work(server)
        assert states(run) == [DONE]
        assert run.counts()[DONE] == 1
    app.conf.integry_redis = "no.such.module"
    with pytest.raises(ConfigurationError, match="integry_redis.*cannot be imported"):
        Run("june")


@pytest.mark.parametrize("url", ["amqp://host", "redis://a;redis://b", ["redis://a", "redis://b"], "sentinel://a"])
def test_other_brokers_need_the_setting(app, url):
    """A broker that is not one Redis cannot have the account."""
    app.conf.broker_url = url
    with pytest.raises(ConfigurationError, match="integry_redis"):
        Run("june")


def test_tls_options_of_the_broker_are_used(app):
    """The client of a broker with TLS has its options."""
    app.conf.update(broker_url="rediss://:secret@example.invalid:7000/3", broker_use_ssl={"ssl_ca_certs": "ca.pem"})
    client = _redis.connect(None)
    assert client.connection_pool.connection_kwargs["ssl_ca_certs"] == "ca.pem"
    assert _redis.location(client) == "example.invalid:7000/3"


def test_workers_have_a_client(app, monkeypatch):
    """The client is that of the setting, or of the environment. The message of a missing one names both."""
    app.conf.integry_client = None
    for name in ("INTEGRY_APP_KEY", "INTEGRY_APP_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="integry_client"):
        _settings.client_of(app)
    monkeypatch.setenv("INTEGRY_APP_KEY", "key")
    monkeypatch.setenv("INTEGRY_APP_SECRET", "secret")
    client = _settings.client_of(app)
    assert isinstance(client, Integry)
    assert _settings.client_of(app) is client
    _settings.client_of.cache_clear()
    app.conf.integry_client = lambda: "client"
    with pytest.raises(ConfigurationError, match="must return an Integry client, got str"):
        _settings.client_of(app)


def test_the_sign_of_life_is_repeated(server, monkeypatch, caplog):
    """A thread repeats the sign, also after Redis could not be reached, and stops at the end."""
    monkeypatch.setattr(_task, "LIFE", 0.03)
    signs, is_broken = [], threading.Event()

    class Counting(Account):
        def give_sign(self, execution):
            if is_broken.is_set():
                raise redis.ConnectionError
            super().give_sign(execution)
            signs.append(execution)

    account = Counting(server.client(), "june")
    with _task._SignOfLife(account, "execution"):
        wait_until(lambda: len(signs) > 2, "three signs")
        assert server.client().ttl("integry:{june}:alive:execution") > 25
        is_broken.set()
        wait_until(lambda: "no sign of life" in caplog.text, "a warning")
    assert server.client().keys("*alive*") == []
