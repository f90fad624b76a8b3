"""What reports errors shows the local variables of frames: no credentials are there, whatever goes wrong."""

import contextlib
import gc
import itertools
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
from tests.secrecy.reporting import OPERATIONS, WAYS, clients


class Interrupted(Exception):  # noqa: N818 (as Celery's SoftTimeLimitExceeded)
    """What the handler of a signal raises."""


def stall(connection):
    """The start of a body, and no more for a while."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    time.sleep(5)


#: What a server does that says the client's own secrets, what clients are made with, and what they raise.
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


#: What is no error: nobody says what the answers to raw requests, and to disconnecting, are.
FINE = {("raw", "HTML"), ("raw", "another kind of JSON"), ("query", "another kind of JSON")}


def with_operations(*axes):
    """Return all combinations of the axes, each with the next operation in turn.

    Three ways and five operations have no common divisor, so each way meets each operation if it is the last axis.
    """
    return [(*each, operation) for each, operation in zip(itertools.product(*axes), itertools.cycle(OPERATIONS))]


def briefly(cases):
    """Mark all cases as slow but one for each value of the first axis, each with the next way in turn."""
    chosen = set(zip(dict.fromkeys(first for first, *_ in cases), itertools.cycle(WAYS)))
    return [pytest.param(*case, marks=() if case[:2] in chosen else pytest.mark.slow) for case in cases]


@pytest.mark.parametrize(("fault", "way", "operation"), briefly(with_operations(FAULTS, WAYS)))
def test_what_servers_do(serve, monkeypatch, examine, fault, operation, way):
    """No frame of ours, of requests or of what is under it has credentials, also of the exceptions behind ours."""
    script, options, kind = FAULTS[fault]
    said = TOKEN if operation == "token" else f"{KEY} {SECRET} {sign(SECRET, 1)}"
    options = {"max_retries": 0, "timeout": 5, **options, **way(monkeypatch)}
    with contextlib.closing(options.get("session", requests.Session())):
        call = clients(serve(script(said.encode())).url, options)[operation]
        if (operation, fault) in FINE:
            call()
        else:
            examine(call, kind)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_where_no_connection_is_made(serve, closed_port, monkeypatch, examine, operation, way):
    """Refused, no TLS, a proxy that is not there, one that is no URL, no CA bundle."""
    options = {"max_retries": 0, "timeout": 5, **way(monkeypatch)}
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


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_sent(serve, monkeypatch, examine, way):
    """Arguments that cannot be sent, and a client that was closed."""
    options = way(monkeypatch)
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
    """A user's, with a local variable that a report should have."""
    useful = "to know"
    raise LookupError(useful)


@pytest.mark.parametrize(("name", "way", "operation"), with_operations(["on_request", "on_response"], WAYS))
def test_hooks_that_raise(serve, monkeypatch, examine, name, operation, way):
    """The hook's own frames stay as they are; what is between it and the call is not shown."""
    options = {"max_retries": 0, **way(monkeypatch), name: hook}
    with contextlib.closing(options.get("session", requests.Session())):
        error = examine(clients(serve(reply()).url, options)[operation], LookupError, user=["hook", "_attempt"])
    *_, last = traceback.walk_tb(error.__traceback__)
    assert last[0].f_code.co_name == "hook"
    assert last[0].f_locals["useful"] == "to know"
    assert not any("requests" in frame.f_code.co_filename for frame in frames(error))


@contextlib.contextmanager
def alarms(kind):
    """Raise something amid what this thread does, as the limits of a worker do, a while after `alarm` was called."""

    def handler(*_):
        raise kind

    before = signal.signal(signal.SIGALRM, handler)
    # What is raised in a function that the collector calls is lost.
    gc.disable()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)


def alarm(_=None):
    """Begin to wait for the signal: by a server, which has the request then; or by a hook, where there is none."""
    signal.setitimer(signal.ITIMER_REAL, 0.1)


def idle(_):
    """Say nothing."""
    time.sleep(5)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no such signals here")
@pytest.mark.parametrize(
    ("amid", "kind", "way", "operation"),
    with_operations([idle, stall, drip], [Interrupted, KeyboardInterrupt], WAYS),
)
def test_what_interrupts(serve, monkeypatch, examine, amid, kind, operation, way):
    """A wait for the head of a response, or amid its body."""
    options = {"max_retries": 0, **way(monkeypatch)}
    server = serve(lambda c: (alarm(), amid(c)))
    with contextlib.closing(options.get("session", requests.Session())), alarms(kind):
        examine(clients(server.url, options)[operation], kind)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no such signals here")
@pytest.mark.parametrize("operation", ["headers", "query", "token"])
@pytest.mark.parametrize("fault", ["503", "refused"])
def test_what_interrupts_the_wait_for_a_retry(serve, closed_port, examine, operation, fault):
    """Neither the response that asked for it nor the exception is there."""
    later = reply(b"", "503 x", "Retry-After: 30\r\n")
    url, hooks = f"http://127.0.0.1:{closed_port}", {"on_request": alarm}
    if fault == "503":
        url, hooks = serve(lambda c: (alarm(), c.sendall(later))).url, {}
    with alarms(Interrupted):
        examine(clients(url, {"max_retries": 50, **hooks})[operation], Interrupted)


def test_what_a_client_is_made_with(examine):
    """Arguments are secrets there, and no local variables of what they raise."""
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


def test_what_signs(examine):
    """What cannot be written as UTF-8 is refused; what Python would raise shows all of it."""
    examine(lambda: sign(f"{SECRET}\udc80", "1"), InvalidRequest)
    examine(lambda: sign(SECRET, "\udc80"), InvalidRequest)


class Gone:
    """What raises whatever one asks it for, as proxies for a web request do that is over."""

    def __getattr__(self, name):
        raise LookupError(name)


@pytest.mark.shows_secrets("the exception is the user's own")
def test_exceptions_of_adapters_are_left_alone():
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


def test_what_was_being_handled_stays_as_it_is(serve):
    """A call within the handling of an exception leaves that its local variables."""

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
def test_the_generated_client(serve, closed_port, examine, fault):
    """With a token, or signed: neither in its frames nor in the exceptions of requests."""
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
