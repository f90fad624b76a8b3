"""Timeouts, deadlines, retries and redirects, over a real socket."""

import contextlib
import gc
import gzip
import os
import socket
import ssl
import threading
import time

import certifi
import pytest
import requests
import trustme
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st

import integry
from integry import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    ConfigurationError,
    Integry,
    IntegryAuth,
    InvalidRequest,
    RateLimited,
    ResponseDecodeError,
    ServerError,
    sign,
)
from integry._http.deadline import deadline
from integry._http.fast.sockets import DeadlineSocket

from .conftest import API, KEY, SECRET, drip, drip_headers, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'
CALLED = b'{"network_code": "200"}'
#: Whether urllib3 has a read that ends after one wait: from 2.3 on.
READ1 = hasattr(urllib3.HTTPResponse, "read1")
AT_ONCE = "Retry-After: 0\r\n"


def client(server, **options):
    """A client of a server, for user 1."""
    return Integry(KEY, SECRET, user_id=1, base_url=getattr(server, "url", server), **options)


def get(made):
    """A read, which is safe to repeat."""
    return made.apps.get("slack").name


def call(made):
    """A function call, which is not."""
    return made.functions.call("f").network_code


@pytest.mark.parametrize("operation", [get, call])
def test_a_refused_connection_is_tried_again_for_calls_too(closed_port, caplog, operation):
    """No connection was made, so nothing can have run."""
    caplog.set_level("DEBUG", "integry")
    with pytest.raises(APIConnectionError, match="no response from 127.0.0.1:") as caught:
        operation(client(f"http://127.0.0.1:{closed_port}", max_retries=2))
    assert isinstance(caught.value.__cause__, requests.ConnectionError)
    assert len([line for line in caplog.messages if "failed after" in line]) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [("429 x", RateLimited), ("401 x", AuthenticationError), ("302 x", APIStatusError)]
)
def test_an_error_that_is_cut_short_is_that_error(serve, status, kind):
    """Its status says so; a 429 is repeated."""
    cut = f"HTTP/1.1 {status}\r\nContent-Length: 99\r\n{AT_ONCE}\r\n{{".encode()
    server = serve(*[lambda c: c.sendall(cut)] * 3)
    with pytest.raises(kind) as caught:
        call(client(server))
    assert caught.value.body in ("", "{"), "urllib3 2 keeps nothing of it"
    assert len(server.requests) == (3 if kind is RateLimited else 1)


@pytest.mark.parametrize(
    "option", [{"verify": "/nowhere.pem"}, {"cert": "/nowhere.pem"}, {"proxies": {"https": "http://"}}], ids=str
)
def test_what_is_configured_wrong_is_said_at_once(caplog, option):
    """It will not mend itself."""
    caplog.set_level("DEBUG", "integry")
    with pytest.raises(
        ConfigurationError,
        match=r"apps\.get\('slack'\) for user '1' cannot be sent: .*Check base_url, proxies, verify and cert",
    ):
        get(client("https://127.0.0.1:9", **option))
    assert len([line for line in caplog.messages if "failed after" in line]) == 1


def test_a_proxy_that_is_not_reached_passes_nothing_on(closed_port, caplog):
    """So that a call is repeated."""
    caplog.set_level("DEBUG", "integry")
    with pytest.raises(APIConnectionError) as caught:
        call(client("https://x.test", proxies={"https": f"http://127.0.0.1:{closed_port}"}, max_retries=1))
    assert "may have run" not in str(caught.value)
    assert len([line for line in caplog.messages if "failed after" in line]) == 2


def test_why_there_was_no_connection_is_said_of_queries_too(closed_port):
    """Without the query."""
    with pytest.raises(APIConnectionError, match="refused") as caught:
        client(f"http://127.0.0.1:{closed_port}", max_retries=0).apps.list(connected_only=True)
    assert "connected_only" not in str(caught.value)


def test_max_retries(serve):
    """By client and by call; none is none."""
    for options, per_call, times in (
        ({"max_retries": 1}, {}, 2),
        ({}, {"max_retries": 0}, 1),
        ({}, {"max_retries": 4}, 5),
    ):
        server = serve(*[reply(status="503 x", headers=AT_ONCE)] * 9)
        with pytest.raises(ServerError):
            client(server, **options).apps.get("slack", **per_call)
        assert len(server.requests) == times


def test_a_long_retry_after_is_not_waited_for(serve):
    """The error says how long the server asks for."""
    server = serve(reply(status="429 x", headers="Retry-After: 3600\r\n"), reply(APP))
    start = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        get(client(server))
    assert caught.value.retry_after == 3600
    assert time.monotonic() - start < 5
    assert len(server.requests) == 1


@pytest.mark.alone
@pytest.mark.fast
@pytest.mark.parametrize("slow", [drip, drip_headers])
@pytest.mark.parametrize("operation", [get, call])
def test_the_deadline_holds_against_a_dripping_server(serve, slow, operation):
    """Which is never late for the timeout. Retries are within it."""
    server = serve(slow, slow, slow, slow)
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        operation(client(server, deadline=0.5))
    assert 0.4 < time.monotonic() - start < 1.5


@pytest.mark.alone
def test_the_deadline_of_a_call_goes_first(serve):
    """It replaces the client's; a wait that would go beyond it is not begun."""
    server = serve(*[reply(status="503 x", headers="Retry-After: 30\r\n")] * 3)
    start = time.monotonic()
    with pytest.raises(ServerError):
        client(server, deadline=60).apps.get("slack", deadline=1.0)
    assert time.monotonic() - start < 1.5
    assert len(server.requests) == 1


class Lenient(requests.adapters.HTTPAdapter):
    """Takes a body that is shorter than its Content-Length for whole, as urllib3 before 2 does."""

    def send(self, *args, **kwargs):
        """As usual."""
        response = super().send(*args, **kwargs)
        response.raw.enforce_content_length = False
        return response


@pytest.mark.parametrize("headers", ["", "Content-Encoding: identity\r\n"])
def test_a_body_that_nobody_else_notices_is_cut_short(serve, headers):
    """It is JSON, and still not whole; the read is repeated. An error keeps what came."""
    cut = f"HTTP/1.1 200 OK\r\n{headers}Content-Length: 99\r\n\r\n".encode() + b'{"id": 2, "name": "cut"}'
    refused = b"HTTP/1.1 418 x\r\nContent-Length: 99\r\n\r\ntea"
    server = serve(lambda c: c.sendall(cut), reply(APP), lambda c: c.sendall(refused))
    with requests.Session() as session:
        session.mount("http://", Lenient())
        made = client(server, session=session)
        assert get(made) == "slack"
        with pytest.raises(APIStatusError, match="418 tea"):
            get(made)
    assert len(server.requests) == 3


class WithoutRead1(requests.adapters.HTTPAdapter):
    """Gives responses as urllib3 before 2.3 does."""

    class Raw:
        """A response without read1."""

        def __init__(self, raw):
            self.stream, self.close, self.release_conn = raw.stream, raw.close, raw.release_conn

    def send(self, *args, **kwargs):
        """As usual."""
        response = super().send(*args, **kwargs)
        response.raw = self.Raw(response.raw)
        return response


def drip_compressed(connection):
    """A compressed body, a byte at a time."""
    body = gzip.compress(os.urandom(400))
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body))
    for byte in body:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


@pytest.mark.alone
@pytest.mark.parametrize("slow", [drip, drip_compressed])
@pytest.mark.parametrize("adapter", [requests.adapters.HTTPAdapter, WithoutRead1])
def test_the_deadline_with_a_session_of_ones_own(serve, adapter, slow):
    """Kept between two reads of a body; or within 64 bytes of it, where urllib3 has no read that ends after one."""
    with requests.Session() as session:
        session.mount("http://", adapter())
        start = time.monotonic()
        with pytest.raises(APITimeoutError):
            get(client(serve(slow), session=session, deadline=0.3, max_retries=0))
        by_read = READ1 and adapter is not WithoutRead1 and slow is drip
        assert time.monotonic() - start < (1 if by_read else 5)


def test_a_body_with_a_session_of_ones_own(serve):
    """Compressed or in chunks, it is read whole with a deadline too."""
    body = gzip.compress(APP + b" " * 200000)
    chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(APP), APP)
    server = serve(
        reply(body, headers="Content-Encoding: gzip\r\n"), b"HTTP/1.1 200 OK\r\n" + chunked, reply(APP), reply(APP)
    )
    with requests.Session() as session:
        made = client(server, session=session, deadline=10)
        assert [get(made) for _ in range(3)] == ["slack"] * 3
        assert server.connections == 1
        session.mount("http://", WithoutRead1())
        assert get(made) == "slack"


@pytest.mark.alone
def test_timeouts(serve):
    """For a server that says nothing; by client and by call, one number or two."""
    for options, per_call in (({"timeout": 0.2}, {}), ({"timeout": (5, 0.2)}, {}), ({}, {"timeout": 0.2})):
        server = serve(lambda _: time.sleep(2))
        start = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"raise timeout="):
            client(server, max_retries=0, **options).apps.get("slack", **per_call)
        assert time.monotonic() - start < 1.5


def test_redirects_are_not_followed(serve):
    """The credentials would go along."""
    other = serve(reply(APP))
    server = serve(reply(status="307 x", headers=f"Location: {other.url}/apps/slack/get/\r\n"))
    with pytest.raises(APIStatusError) as caught:
        get(client(server))
    assert caught.value.status == 307
    assert other.requests == []


def test_connections_are_kept(serve):
    """One for all calls of a thread."""
    server = serve(*[reply(APP)] * 5)
    with client(server) as made:
        assert [get(made) for _ in range(5)] == ["slack"] * 5
    assert server.connections == 1


def tls(authority, host="127.0.0.1"):
    """A script's step that speaks TLS and answers one request, slowly if asked for `slow`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)

    def step(connection):
        with context.wrap_socket(connection, server_side=True) as secured:
            request = secured.recv(65536).decode()
            drip(secured) if "slow" in request else secured.sendall(reply(APP))

    return step


def test_tls(monkeypatch, tmp_path):
    """With a CA bundle as argument, before the environment's; the deadline inside; without a bundle no trust."""
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    step = tls(authority)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        for _ in range(3):
            connection, _ = listener.accept()
            with contextlib.suppress(OSError):
                step(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    assert get(client(url, verify=str(bundle))) == "slack"
    with pytest.raises(APITimeoutError):
        client(url, verify=str(bundle), deadline=0.5, max_retries=0).apps.get("slow")
    with pytest.raises(APIConnectionError, match="certificate"):
        get(client(url))
    listener.close()


def test_a_deadline_leaves_nothing_behind(serve):
    """The next call on the same connection has the timeouts of its own."""

    def late(connection):
        time.sleep(1.3)
        connection.sendall(reply(APP))

    server = serve(reply(APP), late)
    with client(server, timeout=5) as made:
        made.apps.get("slack", deadline=1)
        assert get(made) == "slack"
    assert server.connections == 1


@pytest.mark.fast
def test_a_deadline_that_is_over_before_a_read():
    """Nothing is waited for then."""
    here, there = socket.socketpair()
    with here, there, deadline(time.monotonic() - 1), pytest.raises(OSError, match="the deadline of the call has passed"):
        DeadlineSocket(here).recv_into(bytearray(1))


def test_tls_failures_are_not_retried(serve):
    """They will not mend themselves."""
    server = serve(*[lambda connection: connection.sendall(b"no TLS here")] * 5)
    made = client(server.url.replace("http", "https"))
    with pytest.raises(APIConnectionError, match="certificate"):
        call(made)
    with pytest.raises(APIConnectionError, match="certificate"):
        get(made)
    assert server.connections == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>down</html>", 200),
        (b"", 200),
        (b'{"id": 1', 200),
        (b"[]", 200),
        (b"null", 200),
        (b'"x"', 201),
        (b"\xff", 200),
    ],
)
def test_any_body_becomes_an_error_of_ours(serve, body, status):
    """HTML, nothing, half a JSON, JSON of another kind."""
    for operation in (get, call):
        with pytest.raises(ResponseDecodeError, match=f"the {status} response cannot be read") as caught:
            operation(client(serve(reply(body, f"{status} x"))))
        assert caught.value.status == status


@settings(max_examples=50)
@given(st.binary(max_size=200), st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 418, 422, 500, 520, 599]))
def test_any_answer_is_a_result_or_an_error_of_ours(body, status):
    """Whatever bytes come with whatever status."""
    import responses

    from integry import FunctionResult, IntegryError

    with responses.RequestsMock() as mock:
        mock.post(f"{API}/functions/f/call/", body=body, status=status)
        try:
            result = Integry(KEY, SECRET, user_id=1, max_retries=0).functions.call("f")
        except IntegryError as error:
            assert str(error)  # noqa: PT017 (either is right)
        else:
            assert isinstance(result, FunctionResult)


def test_a_session_that_is_handed_in(serve):
    """Used as it is: its headers, hooks and adapters; and never closed."""
    server, seen = serve(reply(APP)), []

    class Session(requests.Session):
        def close(self):
            seen.append("closed")
            super().close()

    session = Session()
    session.headers["X-Mine"] = "1"
    session.hooks["response"].append(lambda response, **_: seen.append(response.status_code))
    with client(server, session=session) as made:
        get(made)
    assert "X-Mine: 1" in server.requests[0]
    assert seen == [200]
    with pytest.raises(ConfigurationError, match="verify, cert cannot be combined with session="):
        Integry(KEY, SECRET, session=session, verify=False, cert="c")
    session.close()


def test_proxies(serve):
    """As in requests: from the argument, or from the environment."""
    proxy = serve(*[reply(APP)] * 3)
    made = Integry(KEY, SECRET, user_id=1, base_url="http://x.test", allow_insecure=True, proxies={"http": proxy.url})
    assert get(made) == "slack"
    assert proxy.requests[0].startswith("POST http://x.test/apps/slack/get/ HTTP/1.1")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HTTP_PROXY", proxy.url)
        assert get(Integry(KEY, SECRET, user_id=1, base_url="http://y.test", allow_insecure=True)) == "slack"
    assert proxy.requests[1].startswith("POST http://y.test/")


@pytest.mark.alone
@pytest.mark.fast
def test_the_deadline_holds_through_a_proxy(serve):
    """Its connections are ours too."""
    proxy = serve(drip, drip, drip)
    made = Integry(
        KEY, SECRET, user_id=1, base_url="http://x.test", allow_insecure=True, proxies={"http": proxy.url}, deadline=0.4
    )
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        call(made)
    assert time.monotonic() - start < 1.5


@pytest.mark.alone
@pytest.mark.fast
def test_the_deadline_holds_against_a_proxy_that_drips(serve):
    """Before TLS begins, in its answer to CONNECT."""

    def slow(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        call(client("https://x.test", proxies={"https": serve(slow).url}, deadline=0.4, max_retries=0))
    assert time.monotonic() - start < 1.5
    # A socket that was left open would be noticed here.
    gc.collect()


@pytest.mark.alone
@pytest.mark.fast
def test_the_deadline_holds_around_a_hook_that_makes_calls(serve):
    """Of its own, with no deadline."""
    other = client(serve(reply(APP)))
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        get(client(serve(drip), deadline=0.4, max_retries=0, on_request=lambda _: get(other)))
    assert time.monotonic() - start < 1.5


def test_a_netrc_file_does_not_replace_credentials(serve, tmp_path, monkeypatch):
    """Requests would put what it finds there over the token."""
    from integry import Organisation

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(reply(b'{"data": []}'))
    Organisation("o", "t", base_url=server.url).integrations.list()
    assert "Authorization: Bearer t\r\n" in server.requests[0]


def test_users_do_not_share_cookies(serve):
    """What a server sets for one is not sent for another."""
    server = serve(reply(APP, headers="Set-Cookie: sessionid=a\r\n"), reply(APP))
    made = client(server)
    get(made)
    made.apps.get("slack", user_id="another")
    assert "Cookie" not in server.requests[1]


def test_threads_share_a_client(serve):
    """Each with a connection of its own at the most, and each signed for its own user."""
    server = serve(*[reply(APP)] * 64)
    made, errors = client(server), []

    def work(user):
        for _ in range(8):
            try:
                made.apps.get("slack", user_id=user)
            except Exception as error:  # noqa: BLE001 (any fails the test)
                errors.append(error)

    threads = [threading.Thread(target=work, args=(f"user-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert server.connections <= 8
    assert len(server.requests) == 64
    for request in server.requests:
        user = request.partition("User-ID: ")[2].split("\r\n")[0]
        assert f"Hash: {sign(SECRET, user)}" in request


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
# Python warns that a fork beside threads may dead-lock the child: that it does not is shown here.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_fork_gets_connections_of_its_own(serve):
    """Two processes must not read from one socket."""
    server = serve(*[reply(APP)] * 3)
    made = client(server)
    get(made)
    child = os.fork()
    if child == 0:
        os._exit(0 if get(made) == "slack" else 1)
    assert os.waitpid(child, 0)[1] == 0
    get(made)
    assert server.connections == 2


def test_a_closed_client_says_so(serve):
    """And sends nothing."""
    server = serve(reply(APP))
    with client(server) as made:
        pass
    with pytest.raises(ConfigurationError, match="This client was closed"):
        get(made)
    assert server.requests == []


def test_raw_requests_go_to_the_server_only(serve):
    """Signed; a URL elsewhere is refused."""
    server = serve(reply(b'{"a": 1}', headers="X-A: b\r\n"), reply(b""), reply(b"<p>"))
    made = client(server)
    raw = made.request("post", "/new/endpoint/", params={"q": "1"}, json={"b": 2})
    assert (raw.status, raw.parsed, raw.headers["x-a"], raw.content) == (200, {"a": 1}, "b", b'{"a": 1}')
    assert server.requests[0].startswith("POST /new/endpoint/?q=1 HTTP/1.1")
    assert f"Hash: {sign(SECRET, '1')}" in server.requests[0]
    assert made.request("GET", f"{server.url}/x", user_id=2).parsed is None
    html = made.request("GET", "/x")
    assert (html.parsed, html.content) == (None, b"<p>")
    for elsewhere in ("https://evil.example/x", "http:x", "mailto:x", server.url.replace("://", "://me@")):
        with pytest.raises(InvalidRequest, match="Credentials are sent to"):
            made.request("GET", elsewhere)
    assert len(server.requests) == 3


def test_raw_requests_with_a_url_in_them(serve):
    """It is a part of the query or the path, no other server."""
    server = serve(*[reply(b"{}")] * 3)
    made = client(server)
    for path in ("/x?to=https://foo.example/", "//evil.example/x", "/https://foo.example"):
        made.request("GET", path)
    seen = [request.split(" ")[1] for request in server.requests]
    assert seen == ["/x?to=https://foo.example/", "/evil.example/x", "/https://foo.example"]


@pytest.mark.parametrize("json", [float("nan"), {"a": {1, 2}.__iter__()}, object()], ids=["NaN", "iterator", "object"])
def test_raw_requests_that_cannot_be_written(serve, json):
    """Refused before anything is sent."""
    server = serve()
    with pytest.raises(InvalidRequest, match="cannot be written as JSON"):
        client(server).request("POST", "/x", json=json)
    assert server.connections == 0


def test_who_asks(serve):
    """Our name and that of requests; with a session of ones own what that says."""
    server = serve(reply(APP), reply(APP))
    get(client(server))
    with requests.Session() as session:
        session.headers["User-Agent"] = "mine"
        get(client(server, session=session))
    agents = [request.partition("User-Agent: ")[2].split("\r\n")[0] for request in server.requests]
    assert agents == [f"integry-requests/{integry.__version__} python-requests/{requests.__version__}", "mine"]


def test_signing_with_requests_alone(serve):
    """For whoever has a client already."""
    server = serve(reply(APP))
    requests.post(f"{server.url}/apps/slack/get/", auth=IntegryAuth(KEY, SECRET, 7), timeout=5)
    for header in (f"App-Key: {KEY}", "User-ID: 7", f"Hash: {sign(SECRET, '7')}"):
        assert f"{header}\r\n" in server.requests[0]
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        IntegryAuth(KEY, SECRET, "é")


def test_credentials_stay_at_home(serve):
    """Requests would take them along to any server that it is sent to."""
    other = serve(reply(APP))
    away = reply(status="307 x", headers=f"Location: {other.url}/stolen\r\n")
    server = serve(reply(status="307 x", headers="Location: /here\r\n"), away)
    response = requests.post(f"{server.url}/a", auth=IntegryAuth(KEY, SECRET, 7), timeout=5)
    assert response.url == f"{other.url}/stolen"
    assert "Hash: " in server.requests[1]
    for header in ("App-Key", "User-ID", "Hash"):
        assert header not in other.requests[0]
