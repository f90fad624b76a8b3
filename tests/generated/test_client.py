"""Client and AuthenticatedClient: requests, responses, sessions, credentials and copies."""

import pickle
import socket
import threading

import pytest
import requests
import responses
from requests.auth import AuthBase, HTTPBasicAuth

from generated import AuthenticatedClient, Client
from generated.api.apps import get_app, list_apps
from generated.api.functions import call_function
from generated.api.integrations import delete_integration
from generated.errors import DecodeError, InvalidRequest, UnexpectedStatus
from generated.models import App, CallRequest, Error
from generated.operation import Operation
from tests.calls import SIGNED, Signature

URL = "https://api.integry.io/apps/slack/get/"
APP = {"id": 491, "name": "slack", "connected_accounts": []}


@pytest.fixture
def client():
    """Return a client whose headers have the signature in the samples of the API's documentation."""
    with AuthenticatedClient(auth=Signature()) as new_client:
        yield new_client


@pytest.fixture
def mock_responses():
    """Mock the network with the responses library."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def test_defaults_are_safe():
    """The defaults are a timeout, no redirects, TLS verification, and errors for undocumented statuses."""
    client = Client()
    assert client.timeout == 30.0
    assert client.follow_redirects is False
    assert client.raise_on_unexpected_status is True
    assert client.get_session().verify is True


def test_sync_detailed_adds_status_and_headers(mock_responses, client):
    """`sync` returns the parsed body, `sync_detailed` adds status, headers and content."""
    mock_responses.post(URL, json=APP, headers={"X-Request-Id": "r"})
    detailed = get_app.sync_detailed("slack", client=client)
    assert get_app.sync("slack", client=client) == detailed.parsed == App.from_dict(APP)
    assert (detailed.status_code, detailed.status_code.phrase) == (200, "OK")
    assert detailed.headers["x-request-id"] == "r"
    assert b"slack" in detailed.content


def test_a_documented_error_is_parsed(mock_responses, client):
    """A documented error is returned as a model instead of being raised, as in openapi-python-client."""
    mock_responses.post(URL, json={"detail": "App not found"}, status=404)
    parsed = get_app.sync("slack", client=client)
    assert isinstance(parsed, Error)
    assert parsed.detail == "App not found"


@pytest.mark.parametrize("status", [201, 302, 401, 418, 502, 520, 999])
def test_an_undocumented_status_raises(mock_responses, client, status):
    """An undocumented status raises UnexpectedStatus by default, even if HTTPStatus does not know it."""
    mock_responses.post(URL, body="<html>" + "x" * 5000, status=status)
    with pytest.raises(UnexpectedStatus) as caught:
        get_app.sync("slack", client=client)
    assert caught.value.status_code == status
    assert str(caught.value).startswith(f"Unexpected status code: {status}\n\nResponse content:\n<html>xxx")
    assert len(str(caught.value)) < 400
    assert pickle.loads(pickle.dumps(caught.value)).content == caught.value.content  # noqa: S301 (our own)


def test_an_undocumented_status_can_return_none(mock_responses, client):
    """With `raise_on_unexpected_status=False`, the parsed body of an undocumented status is None."""
    client.raise_on_unexpected_status = False
    mock_responses.post(URL, body="x", status=520)
    response = get_app.sync_detailed("slack", client=client)
    assert (response.status_code, response.content, response.parsed) == (520, b"x", None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>down</html>", "is not JSON"),
        ('{"id": 491, "na', "is not JSON"),
        ("[]", r"expected an object \(App\), got list"),
        ('"text"', r"expected an object \(App\), got str"),
        ('{"id": 491}', "App has no 'name', which is required"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_an_unreadable_body_raises(mock_responses, client, body, reason):
    """The DecodeError for an unreadable body has the status and the start of the body."""
    mock_responses.post(URL, body=body)
    with pytest.raises(DecodeError, match=reason) as caught:
        get_app.sync("slack", client=client)
    assert caught.value.status_code == 200
    assert caught.value.content == body.encode()
    assert str(caught.value).startswith("get_app: ")
    assert f"status 200, body starts {body[:200]!r}"[:60] in str(caught.value)
    assert len(str(caught.value)) < 600
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 (our own)


def test_a_null_body_is_none(mock_responses, client):
    """A response body of `null` is parsed to None."""
    mock_responses.post(URL, body="null")
    assert get_app.sync("slack", client=client) is None


def test_an_empty_body_raises_if_fields_are_required(mock_responses, client):
    """An empty body raises if the model has required fields, and is None otherwise."""
    mock_responses.post(URL, body="")
    mock_responses.delete("https://api.telex.im/api/v1/organisations/o/integrations/i", body="")
    with pytest.raises(DecodeError, match="get_app: the body is empty"):
        get_app.sync("slack", client=client)
    assert delete_integration.sync("o", "i", client=client) is None


@pytest.mark.parametrize("status", [204, 205, 304])
def test_content_length_is_ignored_without_a_body(status):
    """Responses with status 204, 205 and 304 have no body, whatever their Content-Length is."""
    specs = {str(status): get_app.OPERATION.responses["200"]}
    operation = Operation(name="op", method="GET", path="/x", tag="t", idempotent=True, responses=specs)
    response = requests.Response()
    response.status_code, response._content = status, b""
    response.headers["Content-Length"] = "1234"
    assert operation.read(response).parsed is None


def test_a_token_can_be_changed(mock_responses):
    """A new token is used, whether it is set on the client or on a copy."""
    import attrs

    mock_responses.post(URL, json=APP)
    client = AuthenticatedClient(token="old")
    get_app.sync("slack", client=attrs.evolve(client, token="new"))
    client.token = "newer"
    get_app.sync("slack", client=client)
    assert [call.request.headers["Authorization"] for call in mock_responses.calls] == ["Bearer new", "Bearer newer"]


def test_credentials_in_the_url_are_used(mock_responses):
    """Credentials in the URL are sent as basic authentication by requests."""
    mock_responses.post("https://u:p@h.example/apps/slack/get/", json=APP)
    Client("https://u:p@h.example").send(get_app.build("slack"))
    assert mock_responses.calls[0].request.headers["Authorization"].startswith("Basic ")


@pytest.fixture
def raw_server():
    """Return a function that starts a server which answers one connection with the given bytes."""
    servers = []

    def serve(payload):
        server = socket.create_server(("127.0.0.1", 0))

        def run():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(payload)

        thread = threading.Thread(target=run)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield serve
    for server, thread in servers:
        thread.join()
        server.close()


@pytest.mark.parametrize(
    "payload",
    [
        b'Content-Length: 500\r\n\r\n{"id": 1',
        b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id": 1\r\n',
        b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id": 1\r\nzz\r\n',
        b'\r\n{"id": 1',
    ],
)
def test_a_truncated_body_raises(raw_server, payload):
    """The DecodeError for a truncated body has the status and the received bytes, for each kind of framing."""
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + payload)
    with AuthenticatedClient(url, token="t") as client, pytest.raises(DecodeError, match="get_app: ") as caught:
        get_app.sync("slack", client=client)
    assert caught.value.status_code == 200
    assert caught.value.content == b'{"id": 1'


def test_a_wrong_content_encoding_raises(raw_server):
    """A body that cannot be decompressed raises DecodeError."""
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")
    with AuthenticatedClient(url, token="t") as client, pytest.raises(DecodeError, match="garbled"):
        get_app.sync("slack", client=client)


def test_a_response_over_a_real_socket_is_parsed(raw_server):
    """A response that requests reads from a real socket is parsed."""
    body = b'{"id": 1, "name": "slack", "connected_accounts": []}'
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    with AuthenticatedClient(url + "/", token="t") as client:
        assert get_app.sync("slack", client=client).name == "slack"


def test_a_wrong_content_length_raises():
    """A body whose length differs from Content-Length is an error, also with urllib3 1, which does not check that."""
    response = requests.Response()
    response.status_code, response._content = 200, b""
    response.headers["Content-Length"] = "7"
    with pytest.raises(DecodeError, match="get_app: the body is incomplete: 0 of 7 bytes"):
        get_app.OPERATION.read(response)


def test_a_session_can_be_injected(mock_responses):
    """The client uses the session that the user passes in, with its headers, and does not close it."""
    closed = []

    class Session(requests.Session):
        def close(self):
            closed.append(self)

    session = Session()
    session.headers["X-Mine"] = "1"
    mock_responses.post(URL, json=APP)
    with AuthenticatedClient(session=session, token="t") as client:
        get_app.sync("slack", client=client)
    assert mock_responses.calls[0].request.headers["X-Mine"] == "1"
    assert closed == []
    with Client() as own:
        own.session.close = lambda: closed.append(own)
    assert closed == [own]


def test_the_session_can_be_replaced(mock_responses):
    """`set_session` replaces the session, like `set_httpx_client` of openapi-python-client."""
    session = requests.Session()
    session.headers["X-Mine"] = "2"
    client = AuthenticatedClient(token="t")
    first = client.get_session()
    assert client.set_session(session) is client
    assert client.get_session() is session is not first
    mock_responses.post(URL, json=APP)
    get_app.sync("slack", client=client)
    assert mock_responses.calls[0].request.headers["X-Mine"] == "2"


def test_copies_do_not_change_the_original(mock_responses):
    """A copy has its own headers, cookies and timeout, and shares the session."""
    client = AuthenticatedClient(token="t", headers={"A": "1"}, cookies={"c": "1"})
    copy = client.with_headers({"B": "2"}).with_cookies({"d": "2"}).with_timeout(5)
    assert type(copy) is AuthenticatedClient
    assert (client.headers, client.cookies, client.timeout) == ({"A": "1"}, {"c": "1"}, 30.0)
    assert (copy.headers, copy.cookies, copy.timeout) == ({"A": "1", "B": "2"}, {"c": "1", "d": "2"}, 5)
    assert copy.get_session() is client.get_session()
    mock_responses.post(URL, json=APP)
    get_app.sync("slack", client=copy)
    get_app.sync("slack", client=client)
    with_copy, with_original = (call.request.headers for call in mock_responses.calls)
    assert (with_copy["B"], with_copy["Cookie"]) == ("2", "c=1; d=2")
    assert with_original["Cookie"] == "c=1"
    assert "B" not in with_original


def test_a_copy_does_not_close_the_shared_session():
    """Closing a copy of a client does not close the shared session, but closing the original does."""
    client, closed = Client(), []
    client.session.close = lambda: closed.append(1)
    with client.with_timeout(1):
        pass
    assert closed == []
    client.close()
    assert closed == [1]


def test_settings_are_passed_to_requests(mock_responses):
    """Timeout, verify, cert, proxies and redirects are passed to requests unchanged."""
    passed = {}

    class Adapter(requests.adapters.HTTPAdapter):
        def send(self, request, **kwargs):
            passed.update(kwargs, url=request.url)
            raise requests.ConnectTimeout

    session = requests.Session()
    session.mount("https://", Adapter())
    proxies = {"https": "http://127.0.0.1:1"}
    client = AuthenticatedClient(
        "https://x/v1/", "t", session=session, timeout=(1, 2), verify_ssl="ca.pem", cert="c.pem", proxies=proxies
    )
    mock_responses.stop()
    with pytest.raises(requests.ConnectTimeout):
        list_apps.sync(client=client)
    mock_responses.start()
    assert passed["url"] == "https://x/v1/apps/list/"
    assert (passed["timeout"], passed["verify"], passed["cert"]) == ((1, 2), "ca.pem", "c.pem")
    assert passed["proxies"]["https"] == "http://127.0.0.1:1"


def test_redirects_are_not_followed(mock_responses, client):
    """Redirects are not followed, because requests would send App-Key, User-ID and Hash to the other host."""
    mock_responses.post(URL, status=307, headers={"Location": "https://evil.example/"})
    with pytest.raises(UnexpectedStatus):
        get_app.sync("slack", client=client)
    assert len(mock_responses.calls) == 1


def test_prefix_and_header_of_the_token_can_be_set(mock_responses):
    """Prefix and header of the token are set as in openapi-python-client."""
    mock_responses.post(URL, json=APP)
    for client in (
        AuthenticatedClient("https://api.integry.io", "t"),
        AuthenticatedClient("https://api.integry.io", "t", "Token"),
        AuthenticatedClient("https://api.integry.io", "t", "", "X-Key"),
    ):
        get_app.sync("slack", client=client)
    headers = [call.request.headers for call in mock_responses.calls]
    assert headers[0]["Authorization"] == "Bearer t"
    assert headers[1]["Authorization"] == "Token t"
    assert headers[2]["X-Key"] == "t"
    assert "Authorization" not in headers[2]


def test_an_auth_replaces_the_token(mock_responses):
    """Any AuthBase or auth of requests can sign the request."""
    mock_responses.post(URL, json=APP)
    get_app.sync("slack", client=AuthenticatedClient(auth=Signature()))
    get_app.sync("slack", client=AuthenticatedClient(auth=HTTPBasicAuth("u", "p")))
    signed, basic = (call.request.headers for call in mock_responses.calls)
    assert {name: signed[name] for name in SIGNED} == SIGNED
    assert basic["Authorization"].startswith("Basic ")


def test_a_netrc_file_does_not_replace_credentials(mock_responses, tmp_path, monkeypatch):
    """Credentials in netrc do not replace an explicit header, although requests would use them."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.integry.io login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    mock_responses.post(URL, json=APP)
    get_app.sync("slack", client=AuthenticatedClient(token="t"))
    Client(headers={"Authorization": "Mine"}).request(get_app.build("slack"))
    assert [call.request.headers["Authorization"] for call in mock_responses.calls] == ["Bearer t", "Mine"]


def test_the_auth_of_an_injected_session_is_used(mock_responses):
    """The session's auth is used if the client has no auth."""
    session = requests.Session()
    session.auth = ("u", "p")
    mock_responses.post(URL, json=APP)
    Client(session=session).send(get_app.build("slack"))
    assert mock_responses.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_an_authenticated_client_needs_credentials():
    """AuthenticatedClient raises ValueError without a token or an auth."""
    with pytest.raises(ValueError, match=r"AuthenticatedClient has no credentials: pass token=, credentials= or auth="):
        AuthenticatedClient("https://x")


def test_a_missing_server_url_raises():
    """A request raises ValueError if neither the client nor the document has a server URL."""
    operation = Operation(name="op", method="GET", path="/x", tag="t", idempotent=True)
    with pytest.raises(ValueError, match="op: the document names no server: pass base_url= to the client"):
        Client().request(operation.request())


def test_the_repr_has_no_secrets():
    """The repr of a client shows no token, header, cookie, proxy or auth."""

    class Auth(AuthBase):
        def __repr__(self):
            return "hidden"

    client = AuthenticatedClient(
        "https://x", "hidden", headers={"a": "hidden"}, cookies={"a": "hidden"}, auth=Auth(), proxies={"a": "hidden"}
    )
    assert "hidden" not in repr(client)
    assert "https://x" in repr(client)


def test_function_arguments_may_have_any_name(mock_responses, client):
    """Function arguments named like Python parameters are sent, and the caller's dict is not changed."""
    mock_responses.post("https://api.integry.io/functions/f/call/", json={"network_code": "200"})
    arguments = {"body": 1, "client": 2, "self": 3, "variables": 4, "_cursor": {"a": 1}}
    call_function.sync("f", client=client, body=CallRequest.from_dict(arguments))
    sent = mock_responses.calls[0].request.body
    assert requests.compat.json.loads(sent) == arguments
    assert arguments == {"body": 1, "client": 2, "self": 3, "variables": 4, "_cursor": {"a": 1}}


def test_path_traversal_is_refused(client):
    """A path parameter that leads to another path raises InvalidRequest before anything is sent."""
    with pytest.raises(InvalidRequest, match="app_name must not be empty"):
        get_app.sync("..", client=client)
    with pytest.raises(InvalidRequest, match="integration_id must not be empty"):
        delete_integration.sync("o", "", client=client)


def test_threads_can_share_a_client(mock_responses, client):
    """Concurrent calls return independent results."""
    mock_responses.post(URL, json=APP)
    results = []
    threads = [threading.Thread(target=lambda: results.append(get_app.sync("slack", client=client))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [App.from_dict(APP)] * 16


def test_cattrs_is_imported_lazily():
    """Importing the modules of operations does not import cattrs or pydantic."""
    import subprocess
    import sys

    code = "import sys, generated.operations; print('cattrs' in sys.modules, 'pydantic' in sys.modules)"
    completed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert completed.stdout.split() == ["False", "False"]


def test_first_use_is_thread_safe():
    """Many threads of a new process can use a model for the first time at once."""
    import subprocess
    import sys

    code = """
import threading
from generated.models import AppPage
barrier, made = threading.Barrier(16), []
def work():
    barrier.wait()
    made.append(AppPage.from_dict({"apps": [{"id": 1, "name": "n", "connected_accounts": [{"id": 1}]}]}))
threads = [threading.Thread(target=work) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(made) == 16 and all(each == made[0] for each in made), made
"""
    for _ in range(3):
        subprocess.run([sys.executable, "-c", code], check=True)


def test_a_model_can_be_sent_twice(mock_responses, client):
    """Sending a model does not change it."""
    mock_responses.post("https://api.integry.io/functions/f/call/", json={"network_code": "200"})
    body = CallRequest.from_dict({"a": {"b": [1]}})
    call_function.sync("f", client=client, body=body)
    call_function.sync("f", client=client, body=body)
    first, second = (call.request.body for call in mock_responses.calls)
    assert first == second == b'{"a": {"b": [1]}}'
