"""Timeouts, deadlines, retries, redirects and sessions, over a real socket."""

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
#: True if urllib3 has HTTPResponse.read1(), which returns after one read: from 2.3 on.
HAS_READ1 = hasattr(urllib3.HTTPResponse, "read1")
AT_ONCE = "Retry-After: 0\r\n"


def client(server, **options):
    """Return a client of a server for user 1."""
    return Integry(KEY, SECRET, user_id=1, base_url=getattr(server, "url", server), **options)


def get(made):
    """Send a request that is safe to repeat."""
    return made.apps.get("slack").name


def call(made):
    """Send a function call, which is not safe to repeat."""
    return made.functions.call("f").network_code


@pytest.mark.parametrize("operation", [get, call])
def test_refused_connections_are_retried_for_calls_too(closed_port, caplog, operation):
    """A refused connection is retried even for a function call, because nothing was sent."""
    caplog.set_level("DEBUG", "integry")
    with pytest.raises(APIConnectionError, match="no response from 127.0.0.1:") as caught:
        operation(client(f"http://127.0.0.1:{closed_port}", max_retries=2))
    assert isinstance(caught.value.__cause__, requests.ConnectionError)
    assert len([line for line in caplog.messages if "failed after" in line]) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [("429 x", RateLimited), ("401 x", AuthenticationError), ("302 x", APIStatusError)]
)
def test_a_truncated_error_response_keeps_its_status(serve, status, kind):
    """An error response that is cut short raises the error of its status, and a 429 is retried."""
    cut = f"HTTP/1.1 {status}\r\nContent-Length: 99\r\n{AT_ONCE}\r\n{{".encode()
    server = serve(*[lambda c: c.sendall(cut)] * 3)
    with pytest.raises(kind) as caught:
        call(client(server))
    assert caught.value.body in ("", "{"), "urllib3 2 keeps nothing of it"
    assert len(server.requests) == (3 if kind is RateLimited else 1)


@pytest.mark.parametrize(
    "option", [{"verify": "/nowhere.pem"}, {"cert": "/nowhere.pem"}, {"proxies": {"https": "http://"}}], ids=str
)
def test_configuration_errors_are_not_retried(caplog, option):
    """An unusable verify, cert or proxy raises ConfigurationError at the first attempt."""
    caplog.set_level("DEBUG", "integry")
    with pytest.raises(
        ConfigurationError,
        match=r"apps\.get\('slack'\) for user '1' cannot be sent: .*Check base_url, proxies, verify and cert",
    ):
        get(client("https://127.0.0.1:9", **option))
    assert len([line for line in caplog.messages if "failed after" in line]) == 1


def test_an_unreachable_proxy_is_retried(closed_port, caplog):
    """If the proxy cannot be reached, nothing was sent, so even a function call is retried."""
    caplog.set_level("DEBUG", "integry")
    with pytest.raises(APIConnectionError) as caught:
        call(client("https://x.test", proxies={"https": f"http://127.0.0.1:{closed_port}"}, max_retries=1))
    assert "may have run" not in str(caught.value)
    assert len([line for line in caplog.messages if "failed after" in line]) == 2


def test_connection_errors_omit_the_query(closed_port):
    """The message for a refused connection gives the reason, and omits the query."""
    with pytest.raises(APIConnectionError, match="refused") as caught:
        client(f"http://127.0.0.1:{closed_port}", max_retries=0).apps.list(connected_only=True)
    assert "connected_only" not in str(caught.value)


def test_max_retries_of_a_call_overrides_the_clients(serve):
    """max_retries= of a call overrides that of the client, and 0 disables retries."""
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
    """A call with a long Retry-After fails at once, and the error has its value."""
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
def test_deadlines_apply_to_slow_responses(serve, slow, operation):
    """A deadline ends a call whose response arrives byte by byte, and applies to the whole call with its retries."""
    server = serve(slow, slow, slow, slow)
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        operation(client(server, deadline=0.5))
    assert 0.4 < time.monotonic() - start < 1.5


@pytest.mark.alone
def test_the_deadline_of_a_call_overrides_the_clients(serve):
    """deadline= of a call overrides the client's deadline, and a retry that would exceed it is not waited for."""
    server = serve(*[reply(status="503 x", headers="Retry-After: 30\r\n")] * 3)
    start = time.monotonic()
    with pytest.raises(ServerError):
        client(server, deadline=60).apps.get("slack", deadline=1.0)
    assert time.monotonic() - start < 1.5
    assert len(server.requests) == 1


class LenientAdapter(requests.adapters.HTTPAdapter):
    """An adapter that accepts a body shorter than its Content-Length, as urllib3 before 2 does."""

    def send(self, *args, **kwargs):
        """Send the request, and disable the check of Content-Length."""
        response = super().send(*args, **kwargs)
        response.raw.enforce_content_length = False
        return response


@pytest.mark.parametrize("headers", ["", "Content-Encoding: identity\r\n"])
def test_short_bodies_are_detected_without_urllib3(serve, headers):
    """A body shorter than its Content-Length is retried although it is valid JSON.

    An error response keeps the start of its body.
    """
    cut = f"HTTP/1.1 200 OK\r\n{headers}Content-Length: 99\r\n\r\n".encode() + b'{"id": 2, "name": "cut"}'
    refused = b"HTTP/1.1 418 x\r\nContent-Length: 99\r\n\r\ntea"
    server = serve(lambda c: c.sendall(cut), reply(APP), lambda c: c.sendall(refused))
    with requests.Session() as session:
        session.mount("http://", LenientAdapter())
        made = client(server, session=session)
        assert get(made) == "slack"
        with pytest.raises(APIStatusError, match="418 tea"):
            get(made)
    assert len(server.requests) == 3


class WithoutRead1Adapter(requests.adapters.HTTPAdapter):
    """An adapter whose responses have no read1(), as in urllib3 before 2.3."""

    class Raw:
        """A raw response without read1()."""

        def __init__(self, raw):
            self.stream, self.close, self.release_conn = raw.stream, raw.close, raw.release_conn

    def send(self, *args, **kwargs):
        """Send the request, and replace the raw response."""
        response = super().send(*args, **kwargs)
        response.raw = self.Raw(response.raw)
        return response


def drip_compressed(connection):
    """Send a compressed body byte by byte."""
    body = gzip.compress(os.urandom(400))
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body))
    for byte in body:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


@pytest.mark.alone
@pytest.mark.parametrize("slow", [drip, drip_compressed])
@pytest.mark.parametrize("adapter", [requests.adapters.HTTPAdapter, WithoutRead1Adapter])
def test_deadlines_apply_to_a_users_session(serve, adapter, slow):
    """With a user's session the deadline is checked between reads, or every 64 bytes without read1()."""
    with requests.Session() as session:
        session.mount("http://", adapter())
        start = time.monotonic()
        with pytest.raises(APITimeoutError):
            get(client(serve(slow), session=session, deadline=0.3, max_retries=0))
        is_checked_at_each_read = HAS_READ1 and adapter is not WithoutRead1Adapter and slow is drip
        assert time.monotonic() - start < (1 if is_checked_at_each_read else 5)


def test_a_users_session_reads_whole_bodies_with_a_deadline(serve):
    """Compressed and chunked bodies are read whole from a user's session with a deadline."""
    body = gzip.compress(APP + b" " * 200000)
    chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(APP), APP)
    server = serve(
        reply(body, headers="Content-Encoding: gzip\r\n"), b"HTTP/1.1 200 OK\r\n" + chunked, reply(APP), reply(APP)
    )
    with requests.Session() as session:
        made = client(server, session=session, deadline=10)
        assert [get(made) for _ in range(3)] == ["slack"] * 3
        assert server.connections == 1
        session.mount("http://", WithoutRead1Adapter())
        assert get(made) == "slack"


@pytest.mark.alone
def test_timeouts_apply_to_a_silent_server(serve):
    """timeout= of a client or a call, as one number or two, ends a call if the server sends nothing."""
    for options, per_call in (({"timeout": 0.2}, {}), ({"timeout": (5, 0.2)}, {}), ({}, {"timeout": 0.2})):
        server = serve(lambda _: time.sleep(2))
        start = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"raise timeout="):
            client(server, max_retries=0, **options).apps.get("slack", **per_call)
        assert time.monotonic() - start < 1.5


def test_redirects_are_not_followed(serve):
    """A redirect is an error, because credentials would be sent to its target."""
    other = serve(reply(APP))
    server = serve(reply(status="307 x", headers=f"Location: {other.url}/apps/slack/get/\r\n"))
    with pytest.raises(APIStatusError) as caught:
        get(client(server))
    assert caught.value.status == 307
    assert other.requests == []


def test_connections_are_reused(serve):
    """All calls of a thread use one connection."""
    server = serve(*[reply(APP)] * 5)
    with client(server) as made:
        assert [get(made) for _ in range(5)] == ["slack"] * 5
    assert server.connections == 1


def tls_step(authority, host="127.0.0.1"):
    """Return a step of a script that speaks TLS and answers one request, slowly if its path contains `slow`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)

    def step(connection):
        with context.wrap_socket(connection, server_side=True) as secured:
            request = secured.recv(65536).decode()
            drip(secured) if "slow" in request else secured.sendall(reply(APP))

    return step


def test_verify_overrides_the_bundle_of_the_environment(monkeypatch, tmp_path):
    """verify= overrides the bundle of the environment, and deadlines apply to TLS connections."""
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    step = tls_step(authority)
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


def test_a_deadline_does_not_affect_later_calls(serve):
    """A call after one with a deadline, on the same connection, uses its own timeouts."""

    def late(connection):
        time.sleep(1.3)
        connection.sendall(reply(APP))

    server = serve(reply(APP), late)
    with client(server, timeout=5) as made:
        made.apps.get("slack", deadline=1)
        assert get(made) == "slack"
    assert server.connections == 1


@pytest.mark.fast
def test_nothing_is_read_after_the_deadline():
    """A read after the deadline raises an error at once."""
    here, there = socket.socketpair()
    with here, there, deadline(time.monotonic() - 1), pytest.raises(OSError, match="deadline of the call has passed"):
        DeadlineSocket(here).recv_into(bytearray(1))


def test_tls_failures_are_not_retried(serve):
    """A failed TLS handshake is not retried, because it would fail again."""
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
def test_unreadable_bodies_are_decode_errors(serve, body, status):
    """HTML, an empty body, incomplete JSON and JSON of another type raise ResponseDecodeError."""
    for operation in (get, call):
        with pytest.raises(ResponseDecodeError, match=f"the {status} response cannot be read") as caught:
            operation(client(serve(reply(body, f"{status} x"))))
        assert caught.value.status == status


@settings(max_examples=50)
@given(st.binary(max_size=200), st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 418, 422, 500, 520, 599]))
def test_any_response_gives_a_result_or_our_error(body, status):
    """A response with any bytes and any status leads to a FunctionResult or an IntegryError."""
    import responses

    from integry import FunctionResult, IntegryError

    with responses.RequestsMock() as mock:
        mock.post(f"{API}/functions/f/call/", body=body, status=status)
        try:
            result = Integry(KEY, SECRET, user_id=1, max_retries=0).functions.call("f")
        except IntegryError as error:
            assert str(error)  # noqa: PT017 (both outcomes are allowed)
        else:
            assert isinstance(result, FunctionResult)


def test_a_users_session_is_used_and_not_closed(serve):
    """The headers, hooks and adapters of a user's session are used, and the client does not close it."""
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


def test_proxies_are_read_from_argument_or_environment(serve):
    """Proxies are used from proxies= or from the environment, as in requests."""
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
def test_deadlines_apply_through_a_proxy(serve):
    """A deadline ends a call through a proxy that responds slowly."""
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
def test_deadlines_apply_to_connect(serve):
    """A deadline ends a call whose proxy responds slowly to CONNECT."""

    def slow(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        call(client("https://x.test", proxies={"https": serve(slow).url}, deadline=0.4, max_retries=0))
    assert time.monotonic() - start < 1.5
    # A socket that was left open would raise a ResourceWarning here.
    gc.collect()


@pytest.mark.alone
@pytest.mark.fast
def test_deadlines_apply_around_calls_of_a_hook(serve):
    """A hook's own calls without a deadline do not end the deadline of the outer call."""
    other = client(serve(reply(APP)))
    start = time.monotonic()
    with pytest.raises(APITimeoutError):
        get(client(serve(drip), deadline=0.4, max_retries=0, on_request=lambda _: get(other)))
    assert time.monotonic() - start < 1.5


def test_netrc_does_not_replace_credentials(serve, tmp_path, monkeypatch):
    """Credentials in netrc do not replace the token, although requests would use them."""
    from integry import Organisation

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(reply(b'{"data": []}'))
    Organisation("o", "t", base_url=server.url).integrations.list()
    assert "Authorization: Bearer t\r\n" in server.requests[0]


def test_users_do_not_share_cookies(serve):
    """A cookie that the server sets is not sent with later requests."""
    server = serve(reply(APP, headers="Set-Cookie: sessionid=a\r\n"), reply(APP))
    made = client(server)
    get(made)
    made.apps.get("slack", user_id="another")
    assert "Cookie" not in server.requests[1]


def test_threads_share_a_client(serve):
    """Threads that share a client use at most one connection each, and sign for their own user."""
    server = serve(*[reply(APP)] * 64)
    made, errors = client(server), []

    def work(user):
        for _ in range(8):
            try:
                made.apps.get("slack", user_id=user)
            except Exception as error:  # noqa: BLE001 (any exception fails the test)
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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no os.fork()")
# Python warns of deadlocks after a fork with several threads; this test shows that it is safe.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_opens_its_own_connections(serve):
    """A child process does not use the connections of its parent."""
    server = serve(*[reply(APP)] * 3)
    made = client(server)
    get(made)
    child = os.fork()
    if child == 0:
        os._exit(0 if get(made) == "slack" else 1)
    assert os.waitpid(child, 0)[1] == 0
    get(made)
    assert server.connections == 2


def test_a_closed_client_raises(serve):
    """A closed client raises an error which says that it was closed, and sends nothing."""
    server = serve(reply(APP))
    with client(server) as made:
        pass
    with pytest.raises(ConfigurationError, match="This client was closed"):
        get(made)
    assert server.requests == []


def test_raw_requests_are_sent_only_to_the_clients_server(serve):
    """request() signs requests to any path of the client's server, and refuses the URL of another server."""
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


def test_urls_inside_raw_requests_are_not_other_servers(serve):
    """A URL in the query or the path of request() does not change the server."""
    server = serve(*[reply(b"{}")] * 3)
    made = client(server)
    for path in ("/x?to=https://foo.example/", "//evil.example/x", "/https://foo.example"):
        made.request("GET", path)
    seen = [request.split(" ")[1] for request in server.requests]
    assert seen == ["/x?to=https://foo.example/", "/evil.example/x", "/https://foo.example"]


@pytest.mark.parametrize("json", [float("nan"), {"a": {1, 2}.__iter__()}, object()], ids=["NaN", "iterator", "object"])
def test_raw_requests_with_unwritable_json_are_refused(serve, json):
    """request() refuses a body that cannot be written as JSON before sending."""
    server = serve()
    with pytest.raises(InvalidRequest, match="cannot be written as JSON"):
        client(server).request("POST", "/x", json=json)
    assert server.connections == 0


def test_the_user_agent_names_the_package(serve):
    """The User-Agent names this package and requests, or is that of a user's session."""
    server = serve(reply(APP), reply(APP))
    get(client(server))
    with requests.Session() as session:
        session.headers["User-Agent"] = "mine"
        get(client(server, session=session))
    agents = [request.partition("User-Agent: ")[2].split("\r\n")[0] for request in server.requests]
    assert agents == [f"integry-requests/{integry.__version__} python-requests/{requests.__version__}", "mine"]


def test_integry_auth_signs_requests_of_plain_requests(serve):
    """IntegryAuth signs requests that are sent with requests alone."""
    server = serve(reply(APP))
    requests.post(f"{server.url}/apps/slack/get/", auth=IntegryAuth(KEY, SECRET, 7), timeout=5)
    for header in (f"App-Key: {KEY}", "User-ID: 7", f"Hash: {sign(SECRET, '7')}"):
        assert f"{header}\r\n" in server.requests[0]
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        IntegryAuth(KEY, SECRET, "é")


def test_integry_auth_is_removed_on_cross_origin_redirects(serve):
    """IntegryAuth's headers are kept on redirects within the server, and removed on others."""
    other = serve(reply(APP))
    away = reply(status="307 x", headers=f"Location: {other.url}/stolen\r\n")
    server = serve(reply(status="307 x", headers="Location: /here\r\n"), away)
    response = requests.post(f"{server.url}/a", auth=IntegryAuth(KEY, SECRET, 7), timeout=5)
    assert response.url == f"{other.url}/stolen"
    assert "Hash: " in server.requests[1]
    for header in ("App-Key", "User-ID", "Hash"):
        assert header not in other.requests[0]
