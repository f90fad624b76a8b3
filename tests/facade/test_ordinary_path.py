"""Requests for which the fast path cannot be used are sent by the adapters of requests, with the same result."""

import contextlib
import functools
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple, Tuple
from unittest import mock

import pytest
import requests
import trustme
import vcr
from urllib3.util import ssl_

from integry import APIConnectionError, APIStatusError, ConfigurationError, Integry
from integry._http.fast.adapter import FastAdapter
from integry._http.fast.internals import _has_internals, can_use_fast_adapter
from integry._http.transport import OwnedSession

from .conftest import KEY, SECRET, receive, reply

ANSWER = b'{"ok": 1}'


def client(url, **kwargs):
    """Return a client that does not retry."""
    return Integry(KEY, SECRET, user_id=1, base_url=url, **{"max_retries": 0, "timeout": 5, **kwargs})


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch):
    """Unset the environment variables that name a CA bundle."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


class TLS(NamedTuple):
    """A CA bundle, the certificate and key of a client, and TLS contexts of servers for 127.0.0.1 and another host."""

    bundle: str
    pair: Tuple[str, str]
    context: ssl.SSLContext
    other: ssl.SSLContext


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """Return certificates that a certificate authority of the tests has issued."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    bundle, pair = folder / "ca.pem", (folder / "client.pem", folder / "client.key")
    authority.cert_pem.write_to_path(str(bundle))
    issued = authority.issue_cert("client.example")
    issued.cert_chain_pems[0].write_to_path(str(pair[0]))
    issued.private_key_pem.write_to_path(str(pair[1]))
    context, other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    authority.issue_cert("other.example").configure_cert(other)
    authority.configure_trust(context)
    return TLS(str(bundle), (str(pair[0]), str(pair[1])), context, other)


@pytest.fixture
def listen():
    """Yield a function that starts a server, which passes each connection to a handler."""
    listeners = []

    def start(handle):
        listener = socket.socket()
        # Connections inherit the small receive buffer, so that data which the server does not read blocks the sender.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listeners.append(listener)

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=served, args=(connection,), daemon=True).start()

        def served(connection):
            with connection, contextlib.suppress(OSError):
                handle(connection)

        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    for listener in listeners:
        listener.close()


def tls_server(context, seen):
    """Return a handler of connections that speaks TLS, and records the client's certificates."""

    def handle(plain):
        with context.wrap_socket(plain, server_side=True) as connection:
            while receive(connection):
                seen.append(connection.getpeercert())
                connection.sendall(reply(ANSWER))

    return handle


def pump(here, there):
    """Copy data from one connection to the other until it ends."""
    with contextlib.suppress(OSError):
        while True:
            data = here.recv(65536)
            if not data:
                break
            there.sendall(data)
    with contextlib.suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)


def connect_proxy(target, wrap=None):
    """Return a handler of connections that is an HTTP proxy: it responds to CONNECT, and then copies bytes."""

    def handle(plain):
        connection = wrap.wrap_socket(plain, server_side=True) if wrap else plain
        with connection, socket.create_connection(("127.0.0.1", target)) as server:
            assert receive(connection).startswith("CONNECT")
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=pump, args=(server, connection), daemon=True).start()
            pump(connection, server)

    return handle


# TLS


@pytest.mark.parametrize("source", ["argument", "environment"])
def test_tls_is_verified_with_a_given_bundle(monkeypatch, listen, tls, source):
    """TLS is verified with the CA bundle of verify= or of the environment."""
    port = listen(tls_server(tls.context, []))
    if source == "environment":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", tls.bundle)
    verify = tls.bundle if source == "argument" else None
    assert client(f"https://127.0.0.1:{port}", verify=verify).request("GET", "/x/").parsed == {"ok": 1}


DEFAULT = """
import sys, certifi
certifi.where = lambda: sys.argv[2]
from integry import Integry
print(Integry("k", "s", user_id=1, base_url=sys.argv[1], max_retries=0).request("GET", "/x/").parsed)
"""


def test_tls_is_verified_by_default(listen, tls):
    """TLS is verified with the CA bundle of requests, which some versions locate when they are imported."""
    port = listen(tls_server(tls.context, []))
    assert python(DEFAULT, f"https://127.0.0.1:{port}", tls.bundle) == "{'ok': 1}\n"


def python(code, *arguments):
    """Return the output of a new Python process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout


@pytest.mark.parametrize("kwargs", [{}, {"verify": True}])
def test_invalid_certificates_are_refused(listen, tls, kwargs):
    """A certificate of an unknown authority, or for another host, is an error that is not retried."""
    seen = []
    port, other = listen(tls_server(tls.context, seen)), listen(tls_server(tls.other, seen))
    with pytest.raises(APIConnectionError, match="certificate"):
        client(f"https://127.0.0.1:{port}", **kwargs, max_retries=2).request("GET", "/x/")
    with pytest.raises(APIConnectionError, match="match|valid for"):
        client(f"https://127.0.0.1:{other}", verify=tls.bundle).request("GET", "/x/")
    assert seen == []


def test_verification_can_be_switched_off(listen, tls):
    """verify=False accepts any certificate, with a warning."""
    port = listen(tls_server(tls.context, []))
    with pytest.warns(Warning, match="Unverified HTTPS request"):
        assert client(f"https://127.0.0.1:{port}", verify=False).request("GET", "/x/").status == 200


def test_verify_may_be_a_folder(tmp_path, listen, tls):
    """verify= accepts a folder of certificates, as OpenSSL does."""
    port = listen(tls_server(tls.context, []))
    command = [shutil.which("openssl"), "x509", "-hash", "-noout", "-in", tls.bundle]
    hashed = subprocess.run(command, check=True, capture_output=True, text=True)
    (tmp_path / f"{hashed.stdout.strip()}.0").write_bytes(Path(tls.bundle).read_bytes())
    assert client(f"https://127.0.0.1:{port}", verify=str(tmp_path)).request("GET", "/x/").status == 200


@pytest.mark.parametrize("content", ["", "no certificate", None])
def test_invalid_bundles_are_errors(tmp_path, listen, tls, content):
    """A CA bundle that is missing or has no certificate raises an error of this package."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    port = listen(tls_server(tls.context, []))
    with pytest.raises((APIConnectionError, ConfigurationError), match="certificate|TLS"):
        client(f"https://127.0.0.1:{port}", verify=str(path)).request("GET", "/x/")


@pytest.mark.fast
def test_threads_share_one_tls_context(listen, tls):
    """Connections of all threads share a TLS context, and a client certificate is used only by its own client."""
    bundle, pair, context, _ = tls
    seen = []
    context.verify_mode = ssl.CERT_OPTIONAL
    url = f"https://127.0.0.1:{listen(tls_server(context, seen))}"
    got = []

    def work(made):
        got.extend(made.request("GET", "/x/", timeout=20).parsed["ok"] for _ in range(5))

    shared = client(url, verify=bundle, on_request=lambda request: request.headers.update({"Connection": "close"}))
    known = client(url, verify=bundle, cert=pair)
    with mock.patch.object(ssl_, "create_urllib3_context", wraps=ssl_.create_urllib3_context) as made:
        threads = [threading.Thread(target=work, args=(each,)) for each in (shared, known) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    context.verify_mode = ssl.CERT_NONE
    assert got == [1] * 80
    assert made.call_count == 1
    pool = next(iter(known._transport.session_for_process(fast=True).get_adapter(url)._pools.values()))
    assert "ssl_context" not in pool.conn_kw
    assert {bool(certificate) for certificate in seen} == {True, False}


# Proxies


@pytest.mark.fast
def test_tls_through_an_http_proxy_uses_the_fast_path(listen, tls):
    """A request through an HTTP proxy takes the fast path, also after CONNECT."""
    target = listen(tls_server(tls.context, []))
    proxies = {"https": f"http://127.0.0.1:{listen(connect_proxy(target))}"}
    made = client(f"https://127.0.0.1:{target}", verify=tls.bundle, proxies=proxies, deadline=5)
    assert [made.request("GET", "/x/").status for _ in range(2)] == [200, 200]
    assert isinstance(made._transport.session_for_process(fast=True).get_adapter("https://x"), FastAdapter)


def test_tls_through_an_https_proxy_uses_requests_adapters(listen, tls):
    """A request through a proxy that speaks TLS is sent by the adapters of requests."""
    target = listen(tls_server(tls.context, []))
    proxies = {"https": f"https://localhost:{listen(connect_proxy(target, wrap=tls.context))}"}
    made = client(f"https://127.0.0.1:{target}", verify=tls.bundle, proxies=proxies, deadline=5)
    if not hasattr(ssl_, "SSLTransport"):
        # urllib3 < 1.26 connects to an https proxy without TLS.
        with pytest.raises(APIConnectionError):
            made.request("GET", "/x/")
    else:
        assert made.request("GET", "/x/").status == 200
    assert list(made._transport._sessions) == [(os.getpid(), False)]


@pytest.mark.parametrize(
    ("proxy", "supported"),
    [
        ("http://p:1", True),
        ("p:1", True),
        ("HTTP://p", True),
        ("", True),
        (None, True),
        ("https://p", False),
        ("socks5://p", False),
        ("socks5h://p:1", False),
    ],
)
def test_the_fast_path_supports_http_proxies(proxy, supported):
    """The fast path supports HTTP proxies only."""
    transport = OwnedSession(["https://a.example"], {"proxies": {"https": proxy}})
    assert transport._routes["https://a.example"].supports_fast_path is supported


# Hooks that change requests or read responses


def test_a_body_changed_by_a_hook_has_its_own_length(serve):
    """If a hook replaces the body, Content-Length is that of the new body."""
    server = serve(reply(ANSWER))

    def change(request):
        request.body = b'{"a": "something longer"}'

    assert client(server.url, on_request=change).request("POST", "/x/", json={"a": 1}).parsed == {"ok": 1}
    head, _, body = server.requests[0].partition("\r\n\r\n")
    assert body == '{"a": "something longer"}'
    assert f"Content-Length: {len(body)}" in head


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        (b"X-Bytes", "1", "X-Bytes: 1"),
        ("User-Agent", "@@@SKIP_HEADER@@@", ""),
        ("X-None", None, ""),
    ],
)
def test_headers_added_by_a_hook_are_sent_as_by_requests(serve, name, value, sent):
    """Headers that a hook adds are sent in the same form as a session of requests sends them."""
    server = serve(reply(ANSWER), reply(ANSWER))

    def change(request):
        request.headers[name] = value

    seen = []
    for session in (None, requests.Session()):
        with contextlib.suppress(Exception):
            client(server.url, on_request=change, session=session).request("GET", "/x/")
            seen.append(sorted(server.requests[-1].splitlines())[2:])
    assert sent in "".join(server.requests)
    names = [[line.partition(":")[0] for line in lines] for lines in seen]
    assert names[:1] == names[1:]


def test_a_url_changed_by_a_hook_is_sent_as_by_requests(serve):
    """A URL that a hook changes is sent in the same form as a session of requests sends it."""
    server = serve(reply(ANSWER), reply(ANSWER))
    for session in (None, requests.Session()):

        def change(request):
            request.url = f"{server.url}?a=b"

        client(server.url, on_request=change, session=session).request("GET", "/x/")
    assert [text.split(" ")[1] for text in server.requests] == ["/?a=b"] * 2


def test_the_body_of_a_redirect_is_read(serve):
    """The error for a redirect contains the message in its body."""
    server = serve(reply(b'{"detail": "moved, see the docs"}', "302 Found", "Location: /y\r\n"))
    with pytest.raises(APIStatusError, match="moved, see the docs"):
        client(server.url).request("GET", "/x/")


def test_an_early_response_is_read(monkeypatch, listen):
    """A response that the server sends before it has received the whole request is read."""

    def refuse(connection):
        connection.recv(1000)
        connection.sendall(reply(b'{"detail": "too large"}', "413 Too Large"))
        time.sleep(0.2)

    connect = socket.socket.connect

    def with_a_small_send_buffer(self, address):
        self.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", with_a_small_send_buffer)
    url = f"http://127.0.0.1:{listen(refuse)}"
    with pytest.raises(APIStatusError, match="too large"):
        client(url).request("POST", "/x/", json={"a": "x" * 60000})


def test_a_body_that_was_already_read_is_used(serve):
    """A body that a patched Session.send has already read is used."""
    server, send = serve(reply(ANSWER)), requests.Session.send

    def traced(*args, **kwargs):
        response = send(*args, **kwargs)
        assert response.content == ANSWER
        return response

    with mock.patch.object(requests.Session, "send", autospec=True, side_effect=traced):
        assert client(server.url).request("GET", "/x/").parsed == {"ok": 1}


def test_hooks_may_iterate_over_the_body(serve):
    """iter_lines() and iter_content() work in a hook on the response."""
    server, seen = serve(reply(ANSWER)), []
    client(
        server.url, on_response=lambda response: seen.extend([*response.iter_lines(), *response.iter_content(5)])
    ).request("GET", "/x/")
    assert seen == [ANSWER, ANSWER[:5], ANSWER[5:]]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n9\r\n" + ANSWER + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked \r\n\r\n9\r\n" + ANSWER + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9;a=b\r\n" + ANSWER + b"\r\n0\r\nX: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + ANSWER,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n" + ANSWER,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n" + ANSWER,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n" + ANSWER,
        b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" + reply(ANSWER),
    ],
)
def test_unusual_responses_are_read_as_by_requests(serve, answer):
    """The result or error for an unusual response is the same as with a session of requests."""
    seen = []
    for session in (None, requests.Session()):
        server = serve(lambda connection: connection.sendall(answer))
        try:
            seen.append(client(server.url, session=session).request("GET", "/x/").parsed)
        except Exception as error:  # noqa: BLE001 (any exception is compared)
            seen.append(type(error))
    assert seen[0] == seen[1]


def test_the_limit_of_headers_can_be_raised(monkeypatch, serve):
    """The limit of headers in http.client applies to the fast path."""
    monkeypatch.setattr("http.client._MAXHEADERS", 1000)
    server = serve(reply(ANSWER, headers="X: y\r\n" * 200))
    assert client(server.url).request("GET", "/x/").status == 200


@pytest.mark.shows_secrets("the standard library prints all that is sent when it is asked to")
def test_http_client_debugging_works(capsys, monkeypatch, serve):
    """The debug level of http.client prints the headers of the response."""
    monkeypatch.setattr("http.client.HTTPConnection.debuglevel", 1)
    server = serve(reply(ANSWER, headers="X-Seen: y\r\n"))
    assert client(server.url).request("GET", "/x/").status == 200
    assert "header: X-Seen" in capsys.readouterr().out


# Libraries that patch urllib3 or requests


@pytest.mark.parametrize("order", ["used before", "made within", "made before"])
def test_cassettes_record_and_replay(tmp_path, serve, order):
    """A cassette of VCR.py records whenever the client was created or used; later calls reach the network."""
    server, path = serve(*[reply(ANSWER)] * 9), str(tmp_path / "cassette.yaml")
    made = client(server.url)
    if order == "used before":
        made.request("GET", "/x/")
    with vcr.use_cassette(path, record_mode="once", filter_headers=["App-Key", "Hash"]):
        recorded = (client(server.url) if order == "made within" else made).request("GET", "/x/")
    asked = len(server.requests)
    with vcr.use_cassette(path, record_mode="none"):
        replayed = made.request("GET", "/x/")
    assert recorded.parsed == replayed.parsed == {"ok": 1}
    assert len(server.requests) == asked
    assert made.request("GET", "/x/").parsed == {"ok": 1}
    assert len(server.requests) == asked + 1


FIRST_CALL_IN_CASSETTE = """
import json, sys, vcr
from integry import Integry
client = Integry("k", "s", user_id=1, base_url=sys.argv[1], max_retries=0)
with vcr.use_cassette(sys.argv[2], record_mode="once"):
    client.request("GET", "/x/")
    loaded = "integry._http.fast.connections" in sys.modules
client.request("GET", "/x/")
from integry._http.fast.pools import POOLS
print(json.dumps([loaded, [base.__module__ for base in POOLS["http"].ConnectionCls.__mro__]]))
"""


def test_a_cassette_around_the_first_call_leaves_no_trace(tmp_path, serve):
    """Classes of the package that are first defined while VCR.py records do not inherit from classes of VCR.py."""
    server = serve(reply(ANSWER), reply(ANSWER))
    loaded, modules = json.loads(python(FIRST_CALL_IN_CASSETTE, server.url, str(tmp_path / "cassette.yaml")))
    assert not loaded
    assert not [name for name in modules if name.startswith("vcr")]
    assert len(server.requests) == 2


def traced(seen, function):
    """Return a wrapper that records calls of a function, as tracers do."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        seen.append(function.__name__)
        return function(*args, **kwargs)

    return call


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (requests.Session, "request"),
        (requests.Session, "prepare_request"),
        (requests.adapters.HTTPAdapter, "build_response"),
        (http.client.HTTPConnection, "putheader"),
        (http.client.HTTPResponse, "begin"),
    ],
)
def test_patched_methods_are_called(monkeypatch, serve, owner, name):
    """A patched method is called although the client was used before, and proxies are not read again."""
    server, seen = serve(*[reply(ANSWER)] * 3), []
    made = client(server.url)
    made.request("GET", "/x/")
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, traced(seen, getattr(owner, name)))
        patch.setenv("http_proxy", "http://127.0.0.1:9")
        assert made.request("POST", "/x/", json={"a": 1}).parsed == {"ok": 1}
    assert name in seen
    assert server.requests[1].startswith("POST /x/ HTTP/1.1")
    assert "App-Key: " in server.requests[1]


@pytest.mark.fast
def test_requests_without_deprecated_methods_is_supported(monkeypatch):
    """The fast path works with versions of requests that lack the deprecated get_connection()."""
    monkeypatch.delattr(requests.adapters.HTTPAdapter, "get_connection")
    assert _has_internals.__wrapped__()


@pytest.mark.fast
def test_another_http_library_disables_the_fast_path(monkeypatch):
    """The fast path is disabled if urllib3's connections are not those of http.client."""
    monkeypatch.setattr("integry._http.fast.internals._has_internals", _has_internals.__wrapped__)
    monkeypatch.setattr("urllib3.connection.HTTPConnection", type("Other", (), {}))
    assert not can_use_fast_adapter()


@pytest.mark.fast
def test_pyopenssl_disables_the_fast_path(monkeypatch):
    """The fast path is disabled if urllib3 uses pyOpenSSL, whose connections are not sockets."""
    assert can_use_fast_adapter()
    monkeypatch.setattr(ssl_, "IS_PYOPENSSL", True, raising=False)
    assert not can_use_fast_adapter()


@pytest.mark.fast
def test_missing_internals_disable_the_fast_path(monkeypatch, serve):
    """If a required internal is missing, requests are sent through the adapters of requests."""
    monkeypatch.setattr("integry._http.fast.internals._has_internals", _has_internals.__wrapped__)
    monkeypatch.delattr(ssl_, "create_urllib3_context")
    server = serve(reply(ANSWER))
    made = client(server.url)
    assert made.request("GET", "/x/").parsed == {"ok": 1}
    assert list(made._transport._sessions) == [(os.getpid(), False)]


@pytest.mark.parametrize(
    "url",
    ["https://me:secret\u2100@a", "https://*.example.com", "https://host:99999", "https://host:abc", "https://[::1"],
)
def test_invalid_base_urls_are_refused(url):
    """An invalid base URL is refused when the client is created, without showing credentials in it."""
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        client(url)
    assert "secret" not in str(caught.value)
