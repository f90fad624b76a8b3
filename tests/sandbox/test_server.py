"""The HTTP server: keep-alive, draining of bodies, refusal of malformed requests, shutdown."""

import socket
import threading

import pytest
import requests
import urllib3

from integry import APIConnectionError, Integry
from integry.sandbox import Sandbox
from integry.sandbox._server import Server


def send_raw(url, data):
    """Send bytes, and return all that is received until the server closes the connection."""
    host, port = url.rpartition("/")[2].split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(data)
        while True:
            chunk = connection.recv(65536)
            if not chunk:
                return received
            received += chunk


def test_connections_are_kept_alive(live):
    """Connections stay open after requests whose body is not read, and after responses without a body."""
    with urllib3.connection_from_url(live.url) as pool:
        for path in ("/nope", "/apps/list/", "/"):
            for _ in range(3):
                pool.request("POST", path, body=b"x" * 200_000)
        assert (pool.num_connections, pool.num_requests) == (1, 9)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Transfer-Encoding: chunked\r\n", b"411"),
        ("Content-Length: x\r\n", b"400"),
        ("Content-Length: -5\r\n", b"400"),
        ("Content-Length: \u00b2\r\n", b"400"),
    ],
)
def test_invalid_lengths_are_refused(live, headers, status):
    """A request with an invalid length closes the connection, so that its body is not read as a second request."""
    request = f"POST /apps/list/ HTTP/1.1\r\nHost: x\r\n{headers}\r\nGET / HTTP/1.1\r\n\r\n".encode("latin-1")
    response = send_raw(live.url, request)
    assert response.startswith(b"HTTP/1.1 " + status)
    assert response.count(b"HTTP/1.1 ") == 1


def test_head_and_options_have_no_body(live):
    """The response to HEAD has the length of the body, and the response to OPTIONS allows CORS preflights."""
    head = requests.head(f"{live.url}/apps/list/", timeout=5)
    assert (head.status_code, head.content) == (405, b"")
    assert int(head.headers["Content-Length"]) > 0
    options = requests.options(f"{live.url}/apps/list/", timeout=5)
    assert (options.status_code, options.headers["Access-Control-Allow-Origin"]) == (204, "*")


def test_http_1_0_connections_are_closed(live):
    """The server closes an HTTP/1.0 connection after the response."""
    assert b"Not found" in send_raw(live.url, b"GET /nope HTTP/1.0\r\n\r\n")


def test_requests_are_served_concurrently(live):
    """Calls of several clients run at the same time, and all of them are recorded."""
    barrier = threading.Barrier(16, timeout=10)
    live.add_function("pipedrive-add-a-person", lambda called: barrier.wait() or called.arguments)
    client = live.client()
    threads = [
        threading.Thread(target=client.functions.call, args=("pipedrive-add-a-person", {"name": str(number)}))
        for number in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(call.arguments["name"]) for call in live.calls) == list(range(16))
    assert [call.network_code for call in live.calls] == [200] * 16


def test_a_disconnecting_client_causes_no_error(live, capfd):
    """After a client has disconnected, other clients are still served, and no traceback is printed."""
    host, port = live.url.rpartition("/")[2].split(":")
    for data in (b"", b"POST / HTTP/1.1\r\n", b"POST /apps/list/ HTTP/1.1\r\nContent-Length: 99\r\n\r\n{"):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(data)
    assert live.client().apps.get("slack").name == "slack"
    assert "Traceback" not in capfd.readouterr().err


def test_close_stops_the_server(live):
    """close() stops the server and closes idle connections. A second call of close() has no effect."""
    client = live.client()
    client.apps.get("slack")
    url = live.url
    live.close()
    live.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)


def test_a_port_in_use_raises(live):
    """`start` raises OSError if its port is in use, which the command reports."""
    other = Sandbox(port=int(live.url.rpartition(":")[2]))
    with pytest.raises(OSError, match="in use"):
        other.start()
    other.close()


def test_proxies_of_the_environment_are_not_used(live, monkeypatch):
    """A client of the sandbox uses no proxy of the environment, unless a proxy is passed explicitly."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert live.client().apps.get("slack").name == "slack"
    assert live.organisation().integrations.list() == []
    assert live.session().get(f"{live.url}/nope").status_code == 404
    with pytest.raises(APIConnectionError):
        live.client(proxies={"http": "http://127.0.0.1:9"}, max_retries=0).apps.get("slack")


def test_environment_needs_a_server(integry_sandbox):
    """The error of environment() without a server advises the caller to start one or to pass a session."""
    with pytest.raises(ValueError, match="start\\(\\), or pass session="):
        integry_sandbox.environment()


def test_start_is_idempotent(live):
    """A second call of start() keeps the same server."""
    url = live.url
    assert live.start().url == url
    assert live.session().get(f"{url}/nope").status_code == 404
    assert repr(live) == f"Sandbox(url='{url}')"


@pytest.mark.skipif(not socket.has_ipv6, reason="IPv6 is not available")
def test_ipv6_addresses_are_bracketed():
    """The URL of a sandbox on an IPv6 address has the address in brackets, and clients can use the URL."""
    try:
        sandbox = Sandbox(host="::1").start()
    except OSError as error:
        pytest.skip(f"IPv6 is not available: {error}")
    with sandbox:
        assert sandbox.url.startswith("http://[::1]:")
        client = Integry(sandbox.app_key, sandbox.app_secret, user_id=1, base_url=sandbox.url)
        assert client.apps.get("slack").name == "slack"


@pytest.mark.parametrize("is_stopping", [False, True])
def test_errors_during_shutdown_are_not_printed(capfd, is_stopping):
    """Errors of reads during shutdown, as with gevent's sockets, are not printed. Other errors are printed."""
    reached = threading.Event()

    def application(environ, _):
        reached.set()
        if is_stopping:
            environ["wsgi.input"].read(1)  # until the connection is shut down
        raise OSError(9, "File descriptor was closed in another greenlet")

    server = Server(application, "127.0.0.1", 0)
    with socket.create_connection(server.server_address[:2], timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
        assert reached.wait(5)
        if not is_stopping:
            assert connection.recv(1) == b"", "the connection is closed after the traceback"
        server.stop()
    assert ("Traceback" in capfd.readouterr().err) is not is_stopping
