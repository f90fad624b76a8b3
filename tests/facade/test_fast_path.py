"""The fast path sends and reads as requests does, works with patched sessions, and separates connection pools."""

import http.client
import io
import os
import pickle
import socket
import ssl
import threading
import warnings
from types import SimpleNamespace
from unittest import mock

import pytest
import requests
import requests_mock
import trustme
from hypothesis import given
from hypothesis import strategies as st
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ClosedPoolError

from integry import APIConnectionError, APIStatusError, Integry, Organisation
from integry._auth import BearerToken
from integry._client import SERVERS
from integry._generated.operations import OPERATIONS
from integry._http.fast.adapter import FastAdapter
from integry._http.fast.connections import HTTPConnection
from integry._http.fast.heads import Response
from integry._http.fast.pools import POOLS
from integry._http.fast.session import FastSession, is_plain
from integry._http.fast.sockets import with_deadline
from integry._http.transport import OwnedSession
from integry._secrets import Secret

from .conftest import API, KEY, SECRET, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'
BASES = [
    "https://api.integry.io",
    "http://127.0.0.1:8000",
    "https://example.com/api/v1",
    "http://[::1]:8000",
    "https://a_b.example.:443",
]


def environment(monkeypatch, **variables):
    """Set environment variables for proxies, in the spelling that requests prefers."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_every_server_has_a_route():
    """A client determines its route to each server of its operations when it is created."""
    servers = {operation.server for operation in OPERATIONS.values()}
    assert set(Integry(KEY, SECRET)._transport._routes) == set(SERVERS)
    assert servers == set(SERVERS) | set(Organisation("o", "t")._transport._routes)


segments = st.text(st.characters(codec="ascii"), max_size=6)
texts = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Z"]), max_size=8)
bodies = st.one_of(st.none(), st.binary(max_size=20))


@pytest.mark.fast
@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
    st.sampled_from(BASES),
    st.lists(segments, max_size=4),
    st.one_of(st.none(), st.lists(st.tuples(texts, texts), max_size=3)),
    st.one_of(st.none(), st.just({"Content-Type": "application/json", "x-a": "é"})),
    bodies,
)
def test_requests_are_prepared_as_by_requests(method, base, path, params, headers, body):
    """Requests that the fast path prepares equal those of requests. The fast path prepares all simple requests."""
    kwargs = {"method": method, "url": "/".join([base, *path])}
    kwargs.update({name: value for name, value in (("params", params), ("headers", headers), ("data", body)) if value})
    session, auth = FastSession(), BearerToken(Secret("t"))
    ours = session.prepare(kwargs, auth)
    assert (ours is not None) == is_plain(kwargs)
    if ours is not None:
        theirs = session.prepare_request(requests.Request(**kwargs, auth=auth))
        assert (ours.method, ours.url, ours.body) == (theirs.method, theirs.url, theirs.body)
        assert ours.headers == theirs.headers
        assert isinstance(ours.headers, CaseInsensitiveDict)
        assert ours.copy().url == ours.url


@pytest.mark.fast
@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/functions/a-b.c_~1/call/", True),
        ("/a%20b/", 0),
        ("/a b", False),
        ("/.x", False),
        ("//x", True),
        ("?a", False),
    ],
)
def test_is_plain_accepts_only_normalised_urls(path, plain):
    """URLs that requests would change are not prepared by the fast path."""
    assert is_plain({"method": "GET", "url": BASES[0] + path}) == plain
    assert not is_plain({"method": "GET", "url": BASES[0] + path, "files": {}})


def test_unusual_paths_are_quoted_as_by_requests(answers, integry):
    """Characters that are not allowed in a path are percent-encoded."""
    answers.post(f"{API}/a%20b/%C3%A9", json={})
    integry.request("POST", "/a b/é")
    assert [call.request.url for call in answers.calls] == [f"{API}/a%20b/%C3%A9"]


def test_requests_mock_intercepts_calls(integry):
    """requests_mock, which patches Session.get_adapter, intercepts the calls of a client."""
    with requests_mock.Mocker() as mocked:
        mocked.post(f"{API}/apps/slack/get/", content=APP, headers={"Set-Cookie": "a=b"})
        assert integry.apps.get("slack").name == "slack"
    assert mocked.last_request.headers["App-Key"] == KEY


def test_a_patched_send_is_called(integry, answers):
    """A patched Session.send is called with the signed request."""
    answers.post(f"{API}/apps/slack/get/", body=APP)
    with mock.patch.object(requests.Session, "send", autospec=True, side_effect=requests.Session.send) as sent:
        integry.apps.get("slack")
    assert sent.call_args.args[1].headers["Hash"]


@pytest.mark.fast
def test_responses_have_the_types_of_requests(serve):
    """Responses have the same types and values as with requests, with and without cookies."""
    seen = []
    server = serve(
        reply(APP),
        reply(APP, headers="Set-Cookie: a=b\r\nX-Two: 1\r\nX-Two: 2\r\nContent-Type: a/b; charset=latin-1\r\n"),
    )
    client = Integry(KEY, SECRET, user_id=1, base_url=server.url, on_response=seen.append)
    client.apps.get("slack")
    client.with_options(max_retries=0).request("POST", "/x")
    plain, cookie = seen
    for response in seen:
        assert isinstance(response.headers, CaseInsensitiveDict)
        assert isinstance(response.cookies, RequestsCookieJar)
        assert response.elapsed.total_seconds() > 0
        assert response.raw.closed
        assert response.connection is client._transport.session_for_process(fast=True).get_adapter(server.url)
        assert response.reason == "OK"
        assert response.url.startswith(server.url)
        assert response.request.headers["App-Key"] == KEY
    assert dict(plain.cookies) == {}
    assert dict(cookie.cookies) == {"a": "b"}
    assert cookie.headers["x-two"] == "1, 2"
    assert (plain.encoding, cookie.encoding) == ("utf-8", "iso8859-1")


def test_the_environment_is_read_once(monkeypatch, serve):
    """Proxies and the CA bundle are read from the environment when the client is created, and not again."""
    server = serve(reply(APP), reply(APP))
    environment(monkeypatch, http_proxy=server.url, REQUESTS_CA_BUNDLE="/nowhere")
    client = Integry(KEY, SECRET, user_id=1, base_url="http://service.invalid", allow_insecure=True)
    environment(monkeypatch, http_proxy="http://127.0.0.1:9")
    assert client.apps.get("slack").name == "slack"
    assert server.requests[0].startswith("POST http://service.invalid/apps/slack/get/ HTTP/1.1")
    options = client._transport._routes["http://service.invalid"].options
    assert (options["proxies"]["http"], options["verify"]) == (server.url, "/nowhere")


@pytest.mark.fast
def test_get_connection_returns_the_same_pool():
    """get_connection(), which old versions of requests call, returns the pool of the host."""
    adapter = FastAdapter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert adapter.get_connection("https://a.example/x") is adapter.get_connection("https://a.example/y")


def prepared_request(url):
    """Return a prepared request for a URL."""
    return requests.Request("GET", url).prepare()


def pool_for(adapter, url, *, verify=True, proxies=None, cert=None):
    """Return a connection pool of an adapter, with any version of requests."""
    if hasattr(requests.adapters.HTTPAdapter, "get_connection_with_tls_context"):
        return adapter.get_connection_with_tls_context(prepared_request(url), verify, proxies=proxies, cert=cert)
    return adapter.get_connection(url, proxies)


@pytest.mark.fast
def test_pools_are_separate():
    """Servers, proxies and, with newer requests, TLS options have separate pools, and closed pools are not reused."""
    adapter = FastAdapter()
    first = pool_for(adapter, "https://a.example/x")
    assert pool_for(adapter, "https://a.example/y?z=/") is first
    others = [
        pool_for(adapter, "https://a.example:444/"),
        pool_for(adapter, "http://a.example/"),
        pool_for(adapter, "https://b.example/"),
        pool_for(adapter, "https://a.example/", proxies={"https": "http://proxy.example:1"}),
        pool_for(adapter, "https://a.example/", proxies={"https": "http://proxy.example:2"}),
    ]
    if hasattr(requests.adapters.HTTPAdapter, "get_connection_with_tls_context"):
        others.append(pool_for(adapter, "https://a.example/", verify=False))
        others.append(pool_for(adapter, "https://a.example/", cert="/client.pem"))
    assert len({id(pool) for pool in [first, *others]}) == len(others) + 1
    first.close()
    adapter.poolmanager.clear()
    assert pool_for(adapter, "https://a.example/x") is not first


@pytest.mark.fast
@pytest.mark.parametrize(
    ("url", "proxies", "sent"),
    [
        ("http://a.example/x?y", {}, "/x?y"),
        ("http://a.example/x?y", {"http": "", "https": ""}, "/x?y"),
        ("http://a.example/x?y", {"http": "http://p.example"}, "http://a.example/x?y"),
        ("https://a.example/x?y", {"https": "http://p.example"}, "/x?y"),
    ],
)
def test_only_http_proxies_without_tls_get_the_whole_url(url, proxies, sent):
    """The request line has the whole URL for an HTTP proxy without TLS, and otherwise the path."""
    assert FastAdapter().request_url(prepared_request(url), proxies) == sent
    assert requests.adapters.HTTPAdapter().request_url(prepared_request(url), proxies) == sent


@pytest.mark.fast
def test_connections_share_tls_contexts():
    """All pools with the same verify share a TLS context, for which the CA bundle is read once."""
    adapter, bundle = FastAdapter(), requests.certs.where()
    made = []
    with mock.patch.object(ssl.SSLContext, "load_verify_locations", side_effect=lambda *_: made.append(1)):
        for url in ("https://a.example/", "https://b.example/"):
            pool = pool_for(adapter, url, verify=bundle)
            threads = [threading.Thread(target=adapter.cert_verify, args=(pool, url, bundle, None)) for _ in range(8)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
    assert made == [1]
    first = pool_for(adapter, "https://a.example/", verify=bundle)
    second = pool_for(adapter, "https://b.example/", verify=bundle)
    assert first.conn_kw["ssl_context"] is second.conn_kw["ssl_context"]
    assert first.conn_kw["ssl_context"].verify_mode == ssl.CERT_REQUIRED
    assert first.cert_reqs == "CERT_REQUIRED"
    adapter.cert_verify(first, "https://a.example/", verify=False, cert=None)
    assert first.cert_reqs == "CERT_NONE"


class FakeSocket(io.BytesIO):
    """A socket that returns one response."""

    def makefile(self, *_):
        """Return a buffered reader."""
        return io.BufferedReader(self)


def heads(answer, method="GET"):
    """Yield the response as the fast path's parser reads it, and as http.client does."""
    for reader in (Response, http.client.HTTPResponse):
        response = reader(FakeSocket(answer), method=method)
        try:
            response.begin()
            head = list(response.headers.items())
            found = [response.headers.get(name) for name in ("content-type", "X-None", "x-a")]
            fields = response.status, response.reason, response.version, response.length, response.will_close
            content = response.read()
        except (http.client.HTTPException, ValueError) as error:
            yield type(error)
        else:
            yield (*fields, response.chunked, head, found, content)


NAMES = ["Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "X-A", "x-a", "X B", "É", ""]
VALUES = ["1", "5", "-1", "+5", "chunked", "close", "keep-alive", "a/b", " a  b ", "", "x\r\n folded", "\t"]
STARTS = [
    "HTTP/1.1 200 OK",
    "HTTP/1.0 200",
    "HTTP/0.9 200 OK",
    "HTTP/0.95 200 OK",
    "HTTP/1.1 204 x",
    "HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 404 Not there",
    "HTTP/2 200",
    "HTTP/1.1 abc",
    "nonsense",
    "",
]
names, starts = st.sampled_from(NAMES), st.sampled_from(STARTS)
values = st.one_of(st.sampled_from(VALUES), st.text(st.characters(codec="latin-1"), max_size=5))
lines = st.lists(st.builds("{}:{}".format, names, values), max_size=5)


@pytest.mark.fast
def test_an_unbuffered_file_is_read_by_http_client():
    """The head of a response is read by http.client if the socket's file has no buffer, as with fakes."""
    response = Response(SimpleNamespace(makefile=lambda _: io.BytesIO(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n")))
    response.begin()
    assert (response.status, response.headers["x"]) == (200, "y")


@pytest.mark.fast
def test_begin_reads_the_head_once():
    """A second begin() of a response does nothing, as in http.client."""
    response = Response(FakeSocket(b"HTTP/1.1 200 OK\r\n\r\n"))
    response.begin()
    response.begin()
    assert response.status == 200


@pytest.mark.fast
@given(starts, lines, st.sampled_from(["\r\n", "\n"]), st.sampled_from(["GET", "HEAD"]), st.booleans())
def test_heads_are_parsed_as_by_http_client(start, fields, end, method, whole):
    """The parsed response, or the error, is the same as with http.client."""
    answer = (end.join([start, *fields]) + (end * 2 if whole else "")).encode("latin-1") + b"5\r\nhello\r\n0\r\n\r\n"
    ours, theirs = heads(answer, method)
    assert ours == theirs


@pytest.mark.fast
@pytest.mark.parametrize("head", [b"X: " + b"y" * 200000 + b"\r\n", b"X: y\r\n" * 200, b"X:" + b" " * 60000 + b"y\r\n"])
def test_long_heads_are_parsed_as_by_http_client(head):
    """Long headers lead to the same response or error as with http.client."""
    ours, theirs = heads(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
    assert ours == theirs


@pytest.mark.fast
def test_a_long_line_is_read_if_the_buffer_holds_it():
    """The fast path accepts a line of more than 64 KiB if its buffer holds the whole head, unlike http.client.

    Buffers have 8 KiB up to Python 3.13, and 128 KiB from 3.14 on.
    """
    ours, theirs = heads(b"HTTP/1.1 200 OK\r\nX-A: " + b"y" * 70000 + b"\r\n\r\n")
    assert theirs is http.client.LineTooLong
    assert ours is theirs if io.DEFAULT_BUFFER_SIZE < 70000 else ours[0] == 200


@pytest.mark.fast
@pytest.mark.parametrize(
    ("name", "given"),
    [("X-A", "plain"), ("X-A", "é"), ("X-A", b"bytes"), ("X-A", 5), ("X-A", "a\r\nb"), ("X A", "b"), ("X-A", "")],
)
def test_headers_are_written_as_by_http_client(name, given):
    """The fast path writes the same bytes for headers as http.client, or refuses the headers like http.client."""

    def written(connection):
        connection.putrequest("GET", "/", skip_host=True, skip_accept_encoding=True)
        try:
            connection.putheader(name, given)
        except ValueError as error:
            return str(error)
        return connection._buffer

    assert written(HTTPConnection("x")) == written(http.client.HTTPConnection("x"))


def test_large_bodies_are_sent_whole(serve):
    """A large body is sent in several chunks, and arrives complete."""
    server = serve(reply(b'{"network_code": 200}'))
    client = Integry(KEY, SECRET, user_id=1, base_url=server.url)
    assert client.functions.call("f", {"text": "x" * 300000}).ok
    assert "x" * 300000 in server.requests[0]


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "cut short or garbled"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "cut short or garbled"),
        (b"HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\nabc", "500"),
    ],
)
def test_broken_bodies_are_errors(serve, raised, expected):
    """A body that is cut short or not decodable raises an error with the reason. An error response keeps its status."""
    server = serve(lambda c: c.sendall(raised))
    client = Integry(KEY, SECRET, user_id=1, base_url=server.url, max_retries=0)
    with pytest.raises((APIStatusError, Exception), match=expected):
        client.functions.call("f")


def test_broken_tls_during_a_body_is_a_connection_error(tmp_path):
    """A TLS error while the body is read is an APIConnectionError that shows no secret."""
    authority, bundle = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve_one():
            plain, _ = listener.accept()
            secured = context.wrap_socket(plain, server_side=True)
            secured.recv(65536)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
            os.write(secured.fileno(), b"no record of TLS" * 9)
            secured.close()

        thread = threading.Thread(target=serve_one)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        client = Integry(KEY, SECRET, user_id=1, base_url=url, verify=str(bundle), max_retries=0)
        with pytest.raises(APIConnectionError, match="SSL") as caught:
            client.apps.get("slack")
        thread.join()
    assert KEY not in str(caught.value)


def test_the_read_timeout_applies_to_a_stalled_body(serve):
    """A body that stalls raises an error after the read timeout, even if the body is short and read in one step."""
    stop = threading.Event()
    server = serve(lambda c: (c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), stop.wait(5)))
    client = Integry(KEY, SECRET, user_id=1, base_url=server.url, max_retries=0, timeout=0.2)
    with pytest.raises(APIConnectionError):
        client.apps.get("slack")
    stop.set()


def test_a_requester_cannot_be_pickled(integry):
    """The requester of a client holds secrets, so pickling it raises TypeError."""
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(integry._new_requester())


@pytest.mark.fast
def test_a_failing_tunnel_is_an_ordinary_error():
    """A tunnel that fails before anything is read raises the original error, with fake sockets too."""
    here, there = socket.socketpair()
    with there, here:
        for sock in (with_deadline(here), object()):
            connection = HTTPConnection("x")
            connection.sock = sock
            with pytest.raises((AttributeError, TypeError)):  # no tunnel host is set
                connection._tunnel()


@pytest.mark.fast
def test_open_files_are_closed_with_the_socket():
    """close_file() closes the file of a socket, and does nothing if there is no file."""
    here, there = socket.socketpair()
    with there, here:
        sock = with_deadline(here)
        sock.close_file()
        file = sock.makefile("rb")
        sock.close_file()
        assert file.closed


@pytest.mark.fast
def test_fake_sockets_are_not_wrapped():
    """Objects that are not sockets, such as a test's fakes, are returned unchanged."""
    assert with_deadline(self := object()) is self


def test_a_closed_transport_raises():
    """A closed transport raises an error which says that the client was closed."""
    transport = OwnedSession(["https://a.example"], {})
    transport.close()
    with pytest.raises(Exception, match="was closed"):
        transport.session_for_process(fast=True)


@pytest.mark.fast
def test_pools_return_the_last_connection_first():
    """A pool reuses the last connection, creates one if it is empty, and closes connections above its limit."""
    pool = POOLS["http"]("127.0.0.1", maxsize=2)
    first, second, third = (pool._get_conn() for _ in range(3))
    assert isinstance(first, HTTPConnection)
    here, there = socket.socketpair()
    with there:
        third.sock = here
        for connection in (first, second, third):
            pool._put_conn(connection)
        assert third.sock is None, "closed"
    assert pool._get_conn() is second
    assert pool.pool.qsize() == 1
    assert pool._get_conn() is first
    pool.close()
    with pytest.raises(ClosedPoolError):
        pool._get_conn()
