"""The server: connections kept, bodies drained, odd requests refused, a clean stop."""

import socket
import threading

import pytest
import requests
import urllib3

from integry import APIConnectionError, Integry
from integry.sandbox import Sandbox
from integry.sandbox._server import Server


def talk(url, data):
    """Send bytes, and read until the server closes the connection."""
    host, port = url.rpartition("/")[2].split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(data)
        while True:
            piece = connection.recv(65536)
            if not piece:
                return received
            received += piece


def test_connections_are_kept(live):
    """Also after bodies that nobody reads, and answers without a body."""
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
def test_odd_lengths(live, headers, status):
    """Refused, and the connection closed: what follows is no request."""
    request = f"POST /apps/list/ HTTP/1.1\r\nHost: x\r\n{headers}\r\nGET / HTTP/1.1\r\n\r\n".encode("latin-1")
    answer = talk(live.url, request)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1 ") == 1


def test_head_and_options(live):
    """Without a body; browsers ask before they ask."""
    head = requests.head(f"{live.url}/apps/list/", timeout=5)
    assert (head.status_code, head.content) == (405, b"")
    assert int(head.headers["Content-Length"]) > 0
    options = requests.options(f"{live.url}/apps/list/", timeout=5)
    assert (options.status_code, options.headers["Access-Control-Allow-Origin"]) == (204, "*")


def test_http_1_0(live):
    """Closes the connection after the answer."""
    assert b"Not found" in talk(live.url, b"GET /nope HTTP/1.0\r\n\r\n")


def test_threads(live):
    """Are served at once: each call waits for all others. Each is kept."""
    together = threading.Barrier(16, timeout=10)
    live.add_function("pipedrive-add-a-person", lambda called: together.wait() or called.arguments)
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


def test_a_client_that_goes_away(live, capfd):
    """Is no trouble."""
    host, port = live.url.rpartition("/")[2].split(":")
    for data in (b"", b"POST / HTTP/1.1\r\n", b"POST /apps/list/ HTTP/1.1\r\nContent-Length: 99\r\n\r\n{"):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(data)
    assert live.client().apps.get("slack").name == "slack"
    assert "Traceback" not in capfd.readouterr().err


def test_it_stops(live):
    """Closing the connections that are kept; a second time does no harm."""
    client = live.client()
    client.apps.get("slack")
    url = live.url
    live.close()
    live.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)


def test_a_port_that_is_taken(live):
    """Is an OSError, which the command explains."""
    other = Sandbox(port=int(live.url.rpartition(":")[2]))
    with pytest.raises(OSError, match="in use"):
        other.start()
    other.close()


def test_no_proxy_is_in_the_way(live, monkeypatch):
    """Of the environment: none leads to this machine. One that is given is used."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert live.client().apps.get("slack").name == "slack"
    assert live.organisation().integrations.list() == []
    assert live.session().get(f"{live.url}/nope").status_code == 404
    with pytest.raises(APIConnectionError):
        live.client(proxies={"http": "http://127.0.0.1:9"}, max_retries=0).apps.get("slack")


def test_an_environment_without_a_server(integry_sandbox):
    """There is none; the error says what there is."""
    with pytest.raises(ValueError, match="start\\(\\), or pass session="):
        integry_sandbox.environment()


def test_started_twice(live):
    """It is the same server."""
    url = live.url
    assert live.start().url == url
    assert live.session().get(f"{url}/nope").status_code == 404
    assert repr(live) == f"Sandbox(url='{url}')"


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
def test_ipv6():
    """The host stands in brackets in the URL."""
    try:
        sandbox = Sandbox(host="::1").start()
    except OSError as error:
        pytest.skip(f"there is no IPv6 here: {error}")
    with sandbox:
        assert sandbox.url.startswith("http://[::1]:")
        made = Integry(sandbox.app_key, sandbox.app_secret, user_id=1, base_url=sandbox.url)
        assert made.apps.get("slack").name == "slack"


@pytest.mark.parametrize("is_stopping", [False, True])
def test_an_error_of_a_connection_that_is_closed_is_not_printed(capfd, is_stopping):
    """Where sockets are gevent's, a read fails when its connection is shut down. Other errors are printed."""
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
