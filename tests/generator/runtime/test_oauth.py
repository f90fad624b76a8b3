"""OAuth 2.0 tokens by the client credentials grant, from a server on a real socket."""

import io
import json
import pickle
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote_plus

import pytest
import requests

from integry.generator.runtime.auth import ClientCredentials
from integry.generator.runtime.client import AuthenticatedClient
from integry.generator.runtime.errors import InvalidRequest, TokenError
from integry.generator.runtime.oauth import Renewal
from integry.generator.runtime.operation import Body, Operation, ResponseSpec, Security

OPERATION = Operation(
    "op",
    "POST",
    "/x",
    "t",
    idempotent=False,
    security=(Security("oauth", "header", "Authorization"),),
    bodies=(Body("content", "application/octet-stream", bytes),),
    responses={"200": ResponseSpec("text", str), "401": ResponseSpec("none", None)},
)


class TokenServer(ThreadingHTTPServer):
    """A server that issues tokens. Its response to other requests has their token and body.

    Attributes:
        forms: The forms of the requests for tokens, with their login.
        calls: The Authorization headers of the calls.
        answers: The answers to the next requests for tokens.
        refused: The tokens that the server refuses.
        clients: The clients that the test created.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.forms, self.calls, self.answers, self.clients, self.refused = [], [], [], [], set()
        self.url = f"http://127.0.0.1:{self.server_port}"

    @property
    def client(self):
        """Return a client of this server with new credentials."""
        return self.client_with(ClientCredentials("id", "planted"))

    def client_with(self, credentials):
        """Return a client with the given credentials. The fixture `server` closes it."""
        self.clients.append(AuthenticatedClient(self.url, credentials={"oauth": credentials}))
        return self.clients[-1]


class Handler(BaseHTTPRequestHandler):
    """Issues tokens at /token, and answers calls at other paths."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Answer a request."""
        body = self._body()
        status, content = self._token(body) if self.path == "/token" else self._call(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self):
        if "Content-Length" in self.headers:
            return self.rfile.read(int(self.headers["Content-Length"]))
        size, chunks = int(self.rfile.readline(), 16), []
        while size:
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
            size = int(self.rfile.readline(), 16)
        self.rfile.readline()
        return b"".join(chunks)

    def _token(self, body):
        login = self.headers.get("Authorization", "Basic ").partition(" ")[2]
        self.server.forms.append((parse_qs(body.decode()), b64decode(login).decode()))
        if self.server.answers:
            return self.server.answers.pop(0)
        return 200, json.dumps({"access_token": f"t{len(self.server.forms)}", "expires_in": 3600}).encode()

    def _call(self, body):
        sent = self.headers["Authorization"]
        self.server.calls.append(sent)
        return (401, b"no") if sent.partition(" ")[2] in self.server.refused else (200, sent.encode() + b" " + body)

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture
def server():
    """Serve tokens and calls."""
    with TokenServer() as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield found
        for client in found.clients:
            client.close()
        found.shutdown()
        thread.join()


def call(client, body=b"body"):
    """Return the parsed answer of a call."""
    return client.send(OPERATION.request(body=body)).parsed


def test_a_token_is_fetched_once(server):
    """Calls share a token until it expires. Id and secret are form-encoded, and sent as basic authentication."""
    credentials = ClientCredentials("i d", "s&c:ret", scopes=["read", "write"], parameters={"audience": "api"})
    client = server.client_with(credentials)
    assert [call(client), call(client.with_timeout(5))] == ["Bearer t1 body"] * 2
    [(form, login)] = server.forms
    assert form == {"grant_type": ["client_credentials"], "audience": ["api"], "scope": ["read write"]}
    assert [unquote_plus(part) for part in login.split(":")] == ["i d", "s&c:ret"]


def test_id_and_secret_may_be_sent_in_the_form(server):
    """With `in_body=True`, id and secret are sent in the form, because some servers do not read the header."""
    client = server.client_with(ClientCredentials("id", "planted", token_url=f"{server.url}/token", in_body=True))
    assert call(client) == "Bearer t1 body"
    assert server.forms == [
        ({"grant_type": ["client_credentials"], "client_id": ["id"], "client_secret": ["planted"]}, "")
    ]


@pytest.mark.parametrize(
    ("lifetime", "tokens"),
    [(0, 2), (-5, 2), ("0", 2), (3600, 1), (None, 1), ("soon", 1), ([], 1)],
)
def test_a_token_is_renewed_when_it_expires(server, lifetime, tokens):
    """A token is renewed when its lifetime ends. A token without a lifetime is kept."""
    answer = {"access_token": "first", **({} if lifetime is None else {"expires_in": lifetime})}
    server.answers.append((200, json.dumps(answer).encode()))
    client = server.client
    assert call(client) == "Bearer first body"
    assert call(client) == ("Bearer t2 body" if tokens == 2 else "Bearer first body")
    assert len(server.forms) == tokens


def test_a_refused_token_is_renewed_once(server):
    """After a 401, the call is sent again with a new token. If that is refused too, the 401 is returned."""
    server.refused = {"t1"}
    assert call(server.client) == "Bearer t2 body"
    assert server.calls == ["Bearer t1", "Bearer t2"]
    server.refused = {"t3", "t4"}
    assert server.client.send(OPERATION.request(body=b"")).status_code == 401
    assert server.calls[2:] == ["Bearer t3", "Bearer t4"]


def test_files_are_sent_again_from_their_start(server, tmp_path):
    """After a 401, a file is sent again from its start. A body that cannot be rewound is not sent again."""
    path = tmp_path / "body"
    path.write_bytes(b"skipped content")
    server.refused = {"t1"}
    with path.open("rb") as file:
        file.seek(8)
        assert call(server.client, file) == "Bearer t2 content"
    for number, body in enumerate((iter([b"body"]), Unseekable(b"body")), 3):
        server.refused = {f"t{number}"}
        assert server.client.send(OPERATION.request(body=body)).status_code == 401
    assert len(server.forms) == 4


class Unseekable(io.BytesIO):
    """A stream with `tell`, but without a working `seek`."""

    def seek(self, *_):
        """Raise the error that the stream of a pipe raises."""
        raise OSError


def test_a_redirect_gets_no_new_token():
    """A request that lost its Authorization header in a redirect to another server is not sent again."""
    response = requests.Response()
    response.status_code, response.request = 401, requests.Request("GET", "http://127.0.0.1/").prepare()
    assert Renewal(None, None, None, "planted", "Bearer planted")(response) is response
    assert "planted" not in repr(Renewal(None, None, None, "planted", "Bearer planted"))


def test_threads_wait_for_one_token(server):
    """Threads that need a token at the same time share one request for it, also after a 401."""
    client, barrier, found = server.client, threading.Barrier(8), []

    def run():
        barrier.wait()
        found.append(call(client))

    for expected in ("t1", "t2"):
        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(found) == {f"Bearer {expected} body"}
        found.clear()
        server.refused = {"t1"}
    assert len(server.forms) == 2


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (401, b'{"error": "invalid_client"}', "status 401, invalid_client"),
        (400, b'{"error": "planted SECRET"}', "status 400"),
        (500, b"planted", "status 500"),
        (200, b'{"access_token": ""}', "status 200"),
        (200, b'{"access_token": 5}', "status 200"),
        (200, b"[]", "status 200"),
        (200, b"[" * 100_000, "status 200"),
    ],
)
def test_a_server_that_issues_no_token_raises(server, status, content, message):
    """TokenError has status and code, and no secret. The next call asks for a token again."""
    server.answers.append((status, content))
    client = server.client_with(ClientCredentials("id", "planted", token_url="/token"))
    with pytest.raises(TokenError) as caught:
        call(client)
    assert str(caught.value) == f"{server.url}/token issues no token: {message}"
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args  # noqa: S301 (a pickle of this test)
    assert call(client) == "Bearer t2 body"


def test_an_unreachable_server_does_not_show_the_secret(server):
    """If the token server cannot be reached, the exception has neither the form nor the headers of the request."""
    credentials = ClientCredentials("id", "planted", token_url="http://127.0.0.1:9/token?a=b", in_body=True)
    with pytest.raises(requests.ConnectionError) as caught:
        call(server.client_with(credentials))
    assert (caught.value.request.url, caught.value.request.body) == ("http://127.0.0.1:9/token", None)
    assert "a=b" not in str(caught.value)


def test_a_token_url_is_required():
    """A call raises InvalidRequest if neither the document nor the credentials have a token URL."""
    with pytest.raises(InvalidRequest, match="names no token URL: pass token_url= to ClientCredentials"):
        ClientCredentials("id", "planted").token(None)


def test_the_secret_is_not_shown():
    """The repr of credentials has no secret, and pickling raises."""
    credentials = ClientCredentials("id", "planted")
    assert repr(credentials) == "ClientCredentials(client_id='id')"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(credentials)


def test_a_child_of_a_fork_has_its_own_lock():
    """A forked child does not wait for the parent's lock, whose owner is a thread that does not exist in the child."""
    credentials, response = ClientCredentials("id", "planted"), requests.Response()
    response.status_code, response._content = 200, b'{"access_token": "t"}'
    with credentials._locked():
        credentials._process += 1  # make the object believe that it is in another process
        assert credentials.token(lambda *_: response, "url") == "t"
