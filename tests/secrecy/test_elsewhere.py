"""Credentials are sent only to the server that they belong to, as checked on the receiving side."""

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
#: User and password in netrc and proxy URLs, and their encoded form.
USER, PASSWORD = "somebody", "the-password"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def calls(url, session=None, **options):
    """Return operations that are signed in headers, signed in the query, and authenticated by a token."""
    settings = {"base_url": url, "max_retries": 1, "timeout": 5, "session": session, **options}
    integry, organisation = Integry(KEY, SECRET, user_id=1, **settings), Organisation("o", TOKEN, **settings)
    return {
        "headers": lambda: integry.apps.get("slack"),
        "query": lambda: integry.apps.disconnect("slack", connected_account_id=7),
        "token": organisation.integrations.list,
        "raw": lambda: integry.request("GET", "/x"),
    }


OPERATIONS = sorted(calls("https://x.test"))


def tls_handler(context, seen, answer):
    """Return a handler of connections that accepts TLS, records the request and responds."""

    def handle(plain):
        with context.wrap_socket(plain, server_side=True) as connection:
            seen.append(receive(connection))
            connection.sendall(answer)

    return handle


def redirect_to(location, status="307 x"):
    """Return a redirect."""
    return reply(status=status, headers=f"Location: {location}\r\n")


@pytest.mark.parametrize("is_user_session", [False, True], ids=["owned session", "user session"])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
def test_redirects_are_not_followed(serve, status, operation, is_user_session):
    """A redirect to another port, host or scheme, or to itself, is an error, and the target receives nothing."""
    other = serve(*[reply(ANSWER)] * 9)
    port = other.url.rpartition(":")[2]
    targets = (other.url, f"http://localhost:{port}/x", f"//127.0.0.1:{port}", f"https://127.0.0.1:{port}/", "/x", "")
    for target in targets:
        server = serve(*[redirect_to(target, status)] * 9)
        with requests.Session() as session, pytest.raises(APIStatusError, match="Redirects are not followed"):
            calls(server.url, session if is_user_session else None)[operation]()
        assert len(server.requests) == 1
    assert other.connections == 0


@pytest.mark.parametrize("is_user_session", [False, True], ids=["owned session", "user session"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_redirects_from_https_to_http_are_not_followed(listen, serve, tls, operation, is_user_session):
    """A redirect from https to http is an error, and the target receives nothing."""
    other, seen = serve(*[reply(ANSWER)] * 9), []
    url = f"https://127.0.0.1:{listen(tls_handler(tls.context, seen, redirect_to(other.url)))}"
    with requests.Session() as session:
        session.verify = tls.bundle
        call = calls(url, **({"session": session} if is_user_session else {"verify": tls.bundle}))[operation]
        with pytest.raises(APIStatusError):
            call()
    assert len(seen) == 1
    assert other.connections == 0


def test_integry_auth_is_removed_on_redirects(listen, serve, tls):
    """A redirect that requests follows has no headers that IntegryAuth added."""
    other, seen = serve(reply(ANSWER)), []
    port = listen(tls_handler(tls.context, seen, redirect_to(other.url)))
    auth = IntegryAuth(KEY, SECRET, 1)
    assert requests.get(f"https://127.0.0.1:{port}", auth=auth, verify=tls.bundle, timeout=5).status_code == 200
    assert kinds_in(seen[0]) == {"app_key", "hash"}
    assert kinds_in(other.requests[0]) == set()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("source", ["argument", "environment", "session"])
def test_a_proxy_sees_no_request_for_https(listen, tls, monkeypatch, source, operation):
    """An HTTP proxy receives only CONNECT with the proxy's credentials, which the server does not receive."""
    asked, seen = [], []
    port = listen(tls_handler(tls.other, seen, reply(ANSWER)))

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
        if source == "environment":
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            del options["proxies"]
        calls("https://other.example", **({"session": session} if source == "session" else options))[operation]()
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
def test_a_proxy_that_is_set_later_is_ignored(serve, monkeypatch, operation):
    """Proxies are read from the environment when the client is created, and not again."""
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


@pytest.mark.parametrize("is_user_session", [False, True], ids=["owned session", "user session"])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("entry", ["machine 127.0.0.1", "default"])
def test_netrc_is_not_read(serve, tmp_path, monkeypatch, entry, operation, is_user_session):
    """Credentials in netrc are not sent, and do not replace the token."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"{entry} login {USER} password {PASSWORD}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(reply(ANSWER))
    with requests.Session() as session:
        calls(server.url, session if is_user_session else None)[operation]()
    assert BASIC not in server.requests[0]
    assert ("Authorization: Bearer" in server.requests[0]) is (operation == "token")
    netrc.unlink()
