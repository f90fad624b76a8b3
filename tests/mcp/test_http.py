"""The MCP server over HTTP: its token, and requests of web pages and other machines."""

import socket
from urllib.parse import urlsplit

import pytest
import requests

from tests.mcp.conftest import TOKEN, serving

pytestmark = pytest.mark.mcp

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {TOKEN}"}


def post(served, **headers):
    """Send a request with headers, and return the response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(served.url, json=PING, headers={**ACCEPT, **named}, timeout=30)


def test_requests_need_the_token(served):
    """Requests without the token, or with another one, get 401."""
    assert post(served).status_code == 200
    assert post(served, Authorization=f"bearer {TOKEN}").status_code == 200
    for value in (None, "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer größe"):
        response = post(served, Authorization=value if value is None else value.encode())
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer"), value


def test_foreign_hosts_and_origins_are_refused(served):
    """A web page cannot use the server, even if it knows the token."""
    port = urlsplit(served.url).port
    assert post(served, Host=f"localhost:{port}", Origin=f"http://localhost:{port}").status_code == 200
    assert post(served, Host="evil.example").status_code == 421
    assert post(served, Origin="https://evil.example").status_code == 403


def test_the_server_is_stateless(served):
    """No response names a session, and a session is not needed."""
    assert "mcp-session-id" not in post(served).headers


def test_a_token_is_made_and_printed(environment):
    """Without a token in the environment, the server makes one and prints it."""
    with serving(environment, "--apps", "slack", "--search") as served:
        assert len(served.token) > 40
        assert post(served, Authorization=f"Bearer {served.token}").status_code == 200
        assert post(served).status_code == 401
        response = requests.post(
            served.url,
            json={**PING, "method": "tools/list"},
            headers={**ACCEPT, "Authorization": f"Bearer {served.token}"},
            timeout=30,
        )
        for name in ("search_functions", "get_function", "call_function", "connect_app"):
            assert f'"name":"{name}"' in response.text


def test_a_port_in_use_is_one_line(environment, monkeypatch, capsys):
    """The command prints one line and returns 1 if the port is in use, and leaves nothing on stdout."""
    from integry.tools import mcp

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert mcp.main(["--http", str(port)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"Cannot listen at port {port}: Address already in use")


def test_an_unusable_token_is_one_line(environment, monkeypatch, capsys):
    """The command prints one line without the token, and returns 3, if the token cannot be sent."""
    from integry.tools import mcp

    for name, value in {**environment, "INTEGRY_MCP_TOKEN": "größe 123"}.items():
        monkeypatch.setenv(name, value)
    assert mcp.main(["--http", "0"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("INTEGRY_MCP_TOKEN has ")
    assert "123" not in error
