"""Local variables in tracebacks, which error reporters show, contain no credentials, whatever fails."""

import contextlib
import gc
import itertools
import logging
import signal
import time
import traceback

import pytest
import requests

from integry import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ConfigurationError,
    Integry,
    IntegryAuth,
    InvalidRequest,
    Organisation,
    ResponseDecodeError,
    sign,
)
from tests.facade.conftest import KEY, SECRET, TOKEN, drip, reply, reset
from tests.leaks import chain, frames, texts
from tests.secrecy.reporting import OPERATIONS, SENDING_MODES, clients

#: Minimum seconds of a wait that is interrupted, five times the delay of `alarm`.
MIN_WAIT = 0.5


class Interrupted(Exception):  # noqa: N818 (as Celery's SoftTimeLimitExceeded)
    """An exception that a signal handler raises."""


def stall(connection):
    """Send the start of a response, and then nothing for some time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    time.sleep(5)


#: By the name of a fault: a function that takes the client's secrets and returns what the server does, options of the
#: client, and the expected error.
FAULTS = {
    "reset": (lambda _: reset, {}, APIConnectionError),
    "timeout": (lambda _: lambda _: time.sleep(5), {"timeout": 0.1}, APITimeoutError),
    "timeout of the body": (lambda _: stall, {"timeout": 0.1}, APIConnectionError),
    "deadline": (lambda _: drip, {"deadline": 0.2}, APITimeoutError),
    "truncated": (lambda _: lambda c: c.sendall(reply(b"{}").replace(b": 2", b": 9")), {}, ResponseDecodeError),
    "no HTTP": (lambda said: lambda c: c.sendall(said + b"\r\n\r\n"), {}, APIConnectionError),
    "302": (lambda said: reply(status="302 x", headers=f"Location: /?a={said.decode()}\r\n"), {}, APIStatusError),
    **{
        status: (lambda said, status=status: reply(said, f"{status} x"), {}, (APIStatusError, APIConnectionError))
        for status in ("400", "401", "403", "404", "409", "422", "429", "500", "503")
    },
    "HTML": (lambda said: reply(b"<p>" + said), {}, ResponseDecodeError),
    "another kind of JSON": (lambda said: reply(b'["%s"]' % said), {}, ResponseDecodeError),
    "gzip": (lambda said: reply(said, headers="Content-Encoding: gzip\r\n"), {}, ResponseDecodeError),
}


#: Combinations without an error, because the responses of request() and disconnect() are not validated.
ACCEPTED = {("raw", "HTML"), ("raw", "another kind of JSON"), ("query", "another kind of JSON")}


def with_operations(*axes):
    """Return all combinations of the values in several lists, each with the next operation in turn.

    If the three modes of sending are the last list, each of them occurs with each of the five operations, because
    3 and 5 have no common divisor.
    """
    return [(*each, operation) for each, operation in zip(itertools.product(*axes), itertools.cycle(OPERATIONS))]


def sample_quickly(cases):
    """Mark all cases as slow except one for each value of the first axis, each with the next mode in turn."""
    chosen = set(zip(dict.fromkeys(first for first, *_ in cases), itertools.cycle(SENDING_MODES)))
    return [pytest.param(*case, marks=() if case[:2] in chosen else pytest.mark.slow) for case in cases]


@pytest.mark.parametrize(("fault", "mode", "operation"), sample_quickly(with_operations(FAULTS, SENDING_MODES)))
def test_server_faults_leave_no_credentials_in_frames(serve, monkeypatch, examine, fault, operation, mode):
    """No frame of the package, requests or urllib3 holds credentials, in the exception or its causes."""
    script, options, kind = FAULTS[fault]
    said = TOKEN if operation == "token" else f"{KEY} {SECRET} {sign(SECRET, 1)}"
    options = {"max_retries": 0, "timeout": 5, **options, **mode(monkeypatch)}
    with contextlib.closing(options.get("session", requests.Session())):
        call = clients(serve(script(said.encode())).url, options)[operation]
        if (operation, fault) in ACCEPTED:
            call()
        else:
            examine(call, kind)


@pytest.mark.parametrize("mode", SENDING_MODES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_connection_errors_leave_no_credentials_in_frames(serve, closed_port, monkeypatch, examine, operation, mode):
    """No frame holds credentials after a refused connection, failed TLS, or a bad proxy or CA bundle."""
    options = {"max_retries": 0, "timeout": 5, **mode(monkeypatch)}
    examine(clients(f"http://127.0.0.1:{closed_port}", options)[operation], APIConnectionError)
    plain = serve(lambda c: c.sendall(b"no TLS here")).url.replace("http", "https")
    examine(clients(plain, options)[operation], APIConnectionError)
    if "session" in options:
        options["session"].close()
        return
    for proxy in (f"http://me:pass-of-proxy@127.0.0.1:{closed_port}", "http://me:pass-of-proxy@127.0.0.1:x"):
        proxies = {"http": proxy, "https": proxy}
        for url in ("https://x.test", "http://x.test"):
            error = examine(clients(url, {**options, "proxies": proxies})[operation])
            assert not any("pass-of-proxy" in text for text in texts(error))
    examine(clients("https://127.0.0.1:9", {**options, "verify": "/nowhere.pem"})[operation], ConfigurationError)


@pytest.mark.parametrize("mode", SENDING_MODES)
def test_refused_calls_leave_no_credentials_in_frames(serve, monkeypatch, examine, mode):
    """No frame holds credentials after invalid arguments, or a call of a closed client."""
    options = mode(monkeypatch)
    server = serve()
    integry = Integry(KEY, SECRET, user_id=1, base_url=server.url, strict_tags=True, **options)
    organisation = Organisation("o", TOKEN, base_url=server.url, **options)
    for call in (
        lambda: integry.apps.get(".."),
        lambda: integry.apps.get("slack", user_id="é"),
        lambda: integry.functions.call("f", {"a": "{b}"}),
        lambda: integry.functions.call("f", {"a": {1}.__iter__()}),
        lambda: integry.request("GET", "https://evil.test/x"),
        lambda: organisation.integrations.delete("."),
    ):
        examine(call, InvalidRequest)
    with contextlib.closing(options.get("session", requests.Session())):
        integry.close()
        if not options:
            examine(lambda: integry.apps.get("slack"), ConfigurationError)


def hook(_):
    """Raise an exception, like a user's hook whose local variable error reporters should show."""
    useful = "to know"
    raise LookupError(useful)


@pytest.mark.parametrize(("name", "mode", "operation"), with_operations(["on_request", "on_response"], SENDING_MODES))
def test_failing_hooks_keep_their_own_frames(serve, monkeypatch, examine, name, operation, mode):
    """The frames of a failing hook are kept, and those between the hook and the call are not shown."""
    options = {"max_retries": 0, **mode(monkeypatch), name: hook}
    with contextlib.closing(options.get("session", requests.Session())):
        error = examine(clients(serve(reply()).url, options)[operation], LookupError, user=["hook", "_attempt"])
    *_, last = traceback.walk_tb(error.__traceback__)
    assert last[0].f_code.co_name == "hook"
    assert last[0].f_locals["useful"] == "to know"
    assert not any("requests" in frame.f_code.co_filename for frame in frames(error))


@contextlib.contextmanager
def alarms(kind):
    """Raise an exception from a signal handler some time after `alarm` was called, as time limits of workers do."""

    def handler(*_):
        raise kind

    before = signal.signal(signal.SIGALRM, handler)
    # An exception that is raised inside the garbage collector is lost.
    gc.disable()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)


def alarm(_=None):
    """Start the timer of the signal. The caller is a server that has received the request, or a hook."""
    signal.setitimer(signal.ITIMER_REAL, 0.1)


def idle(_):
    """Send nothing for some time."""
    time.sleep(5)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no interval timers")
@pytest.mark.parametrize(
    ("stage", "kind", "mode", "operation"),
    with_operations([idle, stall, drip], [Interrupted, KeyboardInterrupt], SENDING_MODES),
)
def test_interrupts_leave_no_credentials_in_frames(serve, monkeypatch, examine, stage, kind, operation, mode):
    """No frame holds credentials if a signal interrupts waiting for the head or the body of a response."""
    options = {"max_retries": 0, **mode(monkeypatch)}
    server = serve(lambda c: (alarm(), stage(c)))
    with contextlib.closing(options.get("session", requests.Session())), alarms(kind):
        examine(clients(server.url, options)[operation], kind)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no interval timers")
@pytest.mark.parametrize("operation", ["headers", "query", "token"])
@pytest.mark.parametrize("fault", ["503", "refused"])
def test_an_interrupted_retry_shows_no_credentials(serve, closed_port, examine, operation, fault):
    """No frame holds the response or exception that caused a retry, if a signal interrupts the wait for the retry."""
    url = f"http://127.0.0.1:{closed_port}"
    if fault == "503":
        url = serve(lambda c: c.sendall(reply(b"", "503 x", "Retry-After: 30\r\n"))).url
    with alarms(Interrupted), waits_interrupted():
        examine(clients(url, {"max_retries": 50})[operation], Interrupted)


@contextlib.contextmanager
def waits_interrupted():
    """Set the alarm when the client logs that it waits for a retry, unless the wait may end before the alarm."""

    class Alarm(logging.Handler):
        """A handler that sets the alarm for records about waits."""

        def emit(self, record):
            """Set the alarm if the wait is long enough."""
            if "waiting" in record.msg and record.args[1] > MIN_WAIT:
                alarm()

    handler, logger = Alarm(), logging.getLogger("integry")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_constructors_leave_no_credentials_in_frames(examine):
    """No frame holds credentials if a constructor refuses its arguments."""
    for options in (
        {"base_url": "http://x.test"},
        {"base_url": "https://[x"},
        {"base_url": "https://*.test"},
        {"timeout": 0},
        {"timeout": "no number"},
        {"max_retries": -1},
    ):
        examine(lambda options=options: Integry(KEY, SECRET, user_id=1, **options), (ConfigurationError, TypeError))
        examine(lambda options=options: Organisation("o", TOKEN, **options), (ConfigurationError, TypeError))
    with requests.Session() as session:
        examine(lambda: Integry(KEY, SECRET, session=session, verify=False), ConfigurationError)
    examine(lambda: Integry(KEY, SECRET, user_id="é"), InvalidRequest)
    examine(lambda: Integry(app_secret=SECRET), ConfigurationError)
    for odd in ("\n", " ", "\u2603", "\udc80"):
        examine(lambda odd=odd: Integry(KEY + odd, SECRET), ConfigurationError)
        examine(lambda odd=odd: Integry(KEY, SECRET + odd), ConfigurationError)
        examine(lambda odd=odd: Organisation("o", TOKEN + odd), ConfigurationError)
        examine(lambda odd=odd: IntegryAuth(KEY + odd, SECRET, 1), ConfigurationError)
    examine(lambda: IntegryAuth(KEY, SECRET, "é"), InvalidRequest)


def test_sign_leaves_no_credentials_in_frames(examine):
    """sign() refuses text that UTF-8 cannot encode without raising UnicodeEncodeError, which would show the text."""
    examine(lambda: sign(f"{SECRET}\udc80", "1"), InvalidRequest)
    examine(lambda: sign(SECRET, "\udc80"), InvalidRequest)


class Gone:
    """An object that raises at every attribute access, as proxies of web requests do outside a request."""

    def __getattr__(self, name):
        raise LookupError(name)


@pytest.mark.shows_secrets("the exception is the user's own")
def test_exceptions_of_adapters_are_unchanged():
    """An exception that a user's adapter raises keeps its arguments, its attributes and the adapter's frame."""

    class OddError(Exception):
        pass

    class Adapter(requests.adapters.BaseAdapter):
        def send(self, request, **_):
            error = OddError(f"odd: {request.headers['App-Key']}", request, 5)
            error.gone, error.sent = Gone(), request
            raise error

        def close(self):
            pass

    with requests.Session() as session:
        session.mount("https://", Adapter())
        call = clients("https://x.test", {"session": session})["headers"]
        with pytest.raises(OddError) as caught:
            call()
    error = caught.value
    assert error.args == (f"odd: {KEY}", error.sent, 5)
    assert error.sent.headers["App-Key"] == KEY
    assert isinstance(error.gone, Gone)
    assert not any("requests" in frame.f_code.co_filename for frame in frames(error))
    *_, (last, _) = traceback.walk_tb(error.__traceback__)
    assert last.f_code.co_filename == __file__


def test_frames_of_a_handled_exception_are_kept(serve):
    """A call inside an except block keeps the local variables of the exception that is being handled."""

    def earlier():
        useful = "to know"
        raise LookupError(useful)

    call = clients(serve(reset).url, {"max_retries": 0})["headers"]
    try:
        earlier()
    except LookupError:
        with pytest.raises(APIConnectionError) as caught:
            call()
    (before,) = [each for each in chain(caught.value) if isinstance(each, LookupError)]
    *_, last = traceback.walk_tb(before.__traceback__)
    assert last[0].f_locals["useful"] == "to know"


@pytest.mark.parametrize("fault", ["refused", "reset", "TLS", "truncated", "token", "418", "HTML"])
def test_the_generated_client_leaves_no_credentials_in_frames(serve, closed_port, examine, fault):
    """No frame of the generated client or of requests holds the token or signature, whatever fails."""
    from generated import AuthenticatedClient
    from generated.api.apps import get_app
    from generated.errors import DecodeError, UnexpectedStatus
    from generated.errors import InvalidRequest as Invalid

    script, kind = {
        "reset": (reset, requests.ConnectionError),
        "TLS": (lambda c: c.sendall(b"no TLS here"), requests.ConnectionError),
        "truncated": (lambda c: c.sendall(reply(b"{}").replace(b": 2", b": 9")), DecodeError),
        "418": (reply(status="418 x"), UnexpectedStatus),
        "HTML": (reply(b"<p>"), DecodeError),
    }.get(fault, (reset, requests.ConnectionError))
    url = f"http://127.0.0.1:{closed_port}" if fault == "refused" else serve(script, script).url
    url = url.replace("http", "https") if fault == "TLS" else url
    for auth in ({"token": TOKEN}, {"auth": IntegryAuth(KEY, SECRET, 1)}):
        with AuthenticatedClient(url, timeout=5, **auth) as client:
            examine(lambda client=client: get_app.sync("slack", client=client), kind)
    with AuthenticatedClient(url, token=f"{TOKEN}\n") as client:
        examine(lambda: get_app.sync("slack", client=client), Invalid)
