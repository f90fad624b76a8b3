"""Credentials go to the server that they are for, and nowhere else: seen by who would get them."""

import base64
import socket
import threading

import pytest
import requests

from integry import APIConnectionError, APIStatusError, Integry, IntegryAuth, Organisation
from tests.facade.conftest import KEY, SECRET, TOKEN, receive, reply
from tests.facade.test_ordinary_path import pump
from tests.leaks import kinds_in

ANSWER = b'{"id": 1, "name": "slack", "connected_accounts": [], "data": []}'
#: What netrc and proxies' URLs have, and as it is sent.
USER, PASSWORD = "somebody", "the-password"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def calls(url, session=None, **options):
    """Operations that are signed in headers, in the query, and with a token."""
    given = {"base_url": url, "max_retries": 1, "timeout": 5, "session": session, **options}
    integry, organisation = Integry(KEY, SECRET, user_id=1, **given), Organisation("o", TOKEN, **given)
    return {
        "headers": lambda: integry.apps.get("slack"),
        "query": lambda: integry.apps.disconnect("slack", connected_account_id=7),
        "token": organisation.integrations.list,
        "raw": lambda: integry.request("GET", "/x"),
    }


OPERATIONS = sorted(calls("https://x.test"))


def encrypted(context, seen, answer):
    """What serves a connection with TLS, and notes the request."""

    def handle(plain):
        with context.wrap_socket(plain, server_side=True) as connection:
            seen.append(receive(connection))
            connection.sendall(answer)

    return handle


def away(location, status="307 x"):
    """A redirect."""
    return reply(status=status, headers=f"Location: {location}\r\n")


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
def test_redirects(serve, status, operation, given):
    """To another port, host or scheme, or in a circle: none is followed, and nothing arrives."""
    other = serve(*[reply(ANSWER)] * 9)
    port = other.url.rpartition(":")[2]
    targets = (other.url, f"http://localhost:{port}/x", f"//127.0.0.1:{port}", f"https://127.0.0.1:{port}/", "/x", "")
    for target in targets:
        server = serve(*[away(target, status)] * 9)
        with requests.Session() as session, pytest.raises(APIStatusError, match="Redirects are not followed"):
            calls(server.url, session if given else None)[operation]()
        assert len(server.requests) == 1
    assert other.connections == 0


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_redirects_from_https_to_http(listen, serve, tls, operation, given):
    """Nor out of TLS."""
    other, seen = serve(*[reply(ANSWER)] * 9), []
    url = f"https://127.0.0.1:{listen(encrypted(tls.context, seen, away(other.url)))}"
    with requests.Session() as session:
        session.verify = tls.bundle
        call = calls(url, **({"session": session} if given else {"verify": tls.bundle}))[operation]
        with pytest.raises(APIStatusError):
            call()
    assert len(seen) == 1
    assert other.connections == 0


def test_requests_own_redirects_from_https_to_http(listen, serve, tls):
    """Which a client of one's own follows: without what IntegryAuth signed with."""
    other, seen = serve(reply(ANSWER)), []
    port = listen(encrypted(tls.context, seen, away(other.url)))
    auth = IntegryAuth(KEY, SECRET, 1)
    assert requests.get(f"https://127.0.0.1:{port}", auth=auth, verify=tls.bundle, timeout=5).status_code == 200
    assert kinds_in(seen[0]) == {"app_key", "hash"}
    assert kinds_in(other.requests[0]) == set()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("how", ["argument", "environment", "session"])
def test_a_proxy_sees_no_request_for_https(listen, tls, monkeypatch, how, operation):
    """Only CONNECT, with credentials of its own; those do not go to the server."""
    asked, seen = [], []
    port = listen(encrypted(tls.other, seen, reply(ANSWER)))

    def tunnel(connection):
        with socket.create_connection(("127.0.0.1", port)) as server:
            asked.append(receive(connection))
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=pump, args=(server, connection), daemon=True).start()
            pump(connection, server)

    proxy = f"http://{USER}:{PASSWORD}@127.0.0.1:{listen(tunnel)}"
    with requests.Session() as session:
        session.proxies, session.verify = {"https": proxy}, tls.bundle
        options = {"verify": tls.bundle, "proxies": {"https": proxy}}
        if how == "environment":
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            del options["proxies"]
        calls("https://other.example", **({"session": session} if how == "session" else options))[operation]()
    (connect,) = asked
    assert connect.startswith("CONNECT other.example:443 ")
    assert f"Proxy-Authorization: Basic {BASIC}" in connect
    assert kinds_in(connect) == set()
    assert "User-ID" not in connect
    (request,) = seen
    assert kinds_in(request), "it was signed"
    assert "Proxy-" not in request
    assert BASIC not in request


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_proxy_that_comes_later(serve, monkeypatch, operation):
    """The environment was asked when the client was made: what is set then changes nothing."""
    server, proxy = serve(reply(ANSWER)), serve(*[reply(ANSWER)] * 9)
    made = calls(server.url.replace("127.0.0.1", "localhost"))
    elsewhere = calls("http://nowhere.invalid", allow_insecure=True, max_retries=0)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    made[operation]()
    with pytest.raises(APIConnectionError):
        elsewhere[operation]()
    assert len(server.requests) == 1
    assert proxy.connections == 0


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("entry", ["machine 127.0.0.1", "default"])
def test_netrc(serve, tmp_path, monkeypatch, entry, operation, given):
    """What is there for the host, or for all, is not sent: it would stand in the place of the token."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"{entry} login {USER} password {PASSWORD}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(reply(ANSWER))
    with requests.Session() as session:
        calls(server.url, session if given else None)[operation]()
    assert BASIC not in server.requests[0]
    assert ("Authorization: Bearer" in server.requests[0]) is (operation == "token")
    netrc.unlink()
