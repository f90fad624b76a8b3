"""Client and AuthenticatedClient: what they send, and that copies leave the original alone."""

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
    """A client with the sample's signature."""
    with AuthenticatedClient(auth=Signature()) as made:
        yield made


@pytest.fixture
def answers():
    """Answers instead of the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def test_defaults_are_safe():
    """A finite timeout, no redirects, verification, and errors for undocumented statuses."""
    client = Client()
    assert client.timeout == 30.0
    assert client.follow_redirects is False
    assert client.raise_on_unexpected_status is True
    assert client.get_session().verify is True


def test_sync_and_sync_detailed(answers, client):
    """The parsed body alone, or with status, headers and content."""
    answers.post(URL, json=APP, headers={"X-Request-Id": "r"})
    detailed = get_app.sync_detailed("slack", client=client)
    assert get_app.sync("slack", client=client) == detailed.parsed == App.from_dict(APP)
    assert (detailed.status_code, detailed.status_code.phrase) == (200, "OK")
    assert detailed.headers["x-request-id"] == "r"
    assert b"slack" in detailed.content


def test_a_documented_error_is_parsed(answers, client):
    """As in stock: the caller looks at what came."""
    answers.post(URL, json={"detail": "App not found"}, status=404)
    parsed = get_app.sync("slack", client=client)
    assert isinstance(parsed, Error)
    assert parsed.detail == "App not found"


@pytest.mark.parametrize("status", [201, 302, 401, 418, 502, 520, 999])
def test_an_undocumented_status_raises(answers, client, status):
    """By default; also one that Python has no name for."""
    answers.post(URL, body="<html>" + "x" * 5000, status=status)
    with pytest.raises(UnexpectedStatus) as caught:
        get_app.sync("slack", client=client)
    assert caught.value.status_code == status
    assert str(caught.value).startswith(f"Unexpected status code: {status}\n\nResponse content:\n<html>xxx")
    assert len(str(caught.value)) < 400
    assert pickle.loads(pickle.dumps(caught.value)).content == caught.value.content  # noqa: S301 (our own)


def test_an_undocumented_status_is_none_on_request(answers, client):
    """With `raise_on_unexpected_status=False`, as stock's default is."""
    client.raise_on_unexpected_status = False
    answers.post(URL, body="x", status=520)
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
def test_a_body_that_cannot_be_read(answers, client, body, reason):
    """A decode error with the status and the start of the body."""
    answers.post(URL, body=body)
    with pytest.raises(DecodeError, match=reason) as caught:
        get_app.sync("slack", client=client)
    assert caught.value.status_code == 200
    assert caught.value.content == body.encode()
    assert str(caught.value).startswith("get_app: ")
    assert f"status 200, body starts {body[:200]!r}"[:60] in str(caught.value)
    assert len(str(caught.value)) < 600
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 (our own)


def test_null_is_none(answers, client):
    """There is nothing to parse."""
    answers.post(URL, body="null")
    assert get_app.sync("slack", client=client) is None


def test_an_empty_body_where_something_is_required(answers, client):
    """Is an error; where an empty object would do, it is None."""
    answers.post(URL, body="")
    answers.delete("https://api.telex.im/api/v1/organisations/o/integrations/i", body="")
    with pytest.raises(DecodeError, match="get_app: the body is empty"):
        get_app.sync("slack", client=client)
    assert delete_integration.sync("o", "i", client=client) is None


@pytest.mark.parametrize("status", [204, 205, 304])
def test_statuses_without_a_body(status):
    """Whatever length they declare: a 304 has that of the body that it stands for."""
    answers_ = {str(status): get_app.OPERATION.responses["200"]}
    operation = Operation(name="op", method="GET", path="/x", tag="t", idempotent=True, responses=answers_)
    response = requests.Response()
    response.status_code, response._content = status, b""
    response.headers["Content-Length"] = "1234"
    assert operation.read(response).parsed is None


def test_a_token_can_be_changed(answers):
    """In place, or in a copy."""
    import attrs

    answers.post(URL, json=APP)
    client = AuthenticatedClient(token="old")
    get_app.sync("slack", client=attrs.evolve(client, token="new"))
    client.token = "newer"
    get_app.sync("slack", client=client)
    assert [call.request.headers["Authorization"] for call in answers.calls] == ["Bearer new", "Bearer newer"]


def test_credentials_in_the_url(answers):
    """As requests takes them."""
    answers.post("https://u:p@h.example/apps/slack/get/", json=APP)
    Client("https://u:p@h.example").send(get_app.build("slack"))
    assert answers.calls[0].request.headers["Authorization"].startswith("Basic ")


@pytest.fixture
def raw_server():
    """Answer each connection with given bytes, over a real socket."""
    servers = []

    def serve(answer):
        server = socket.create_server(("127.0.0.1", 0))

        def run():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=run)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield serve
    for server, thread in servers:
        thread.join()
        server.close()


@pytest.mark.parametrize(
    "answer",
    [
        b'Content-Length: 500\r\n\r\n{"id": 1',
        b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id": 1\r\n',
        b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"id": 1\r\nzz\r\n',
        b'\r\n{"id": 1',
    ],
)
def test_a_body_that_is_cut_short(raw_server, answer):
    """With a length, in chunks, or without either: a decode error, with the status and what came."""
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + answer)
    with AuthenticatedClient(url, token="t") as client, pytest.raises(DecodeError, match="get_app: ") as caught:
        get_app.sync("slack", client=client)
    assert caught.value.status_code == 200
    assert caught.value.content == b'{"id": 1'


def test_a_body_that_is_not_compressed_as_it_says(raw_server):
    """The same for what cannot be unpacked."""
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")
    with AuthenticatedClient(url, token="t") as client, pytest.raises(DecodeError, match="garbled"):
        get_app.sync("slack", client=client)


def test_an_answer_over_a_real_socket(raw_server):
    """Nothing replaced: requests, a socket, a model."""
    body = b'{"id": 1, "name": "slack", "connected_accounts": []}'
    url = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    with AuthenticatedClient(url + "/", token="t") as client:
        assert get_app.sync("slack", client=client).name == "slack"


def test_a_length_that_lies_is_found_out():
    """On any urllib3: what requests hands over is compared to its Content-Length."""
    response = requests.Response()
    response.status_code, response._content = 200, b""
    response.headers["Content-Length"] = "7"
    with pytest.raises(DecodeError, match="get_app: the body is incomplete: 0 of 7 bytes"):
        get_app.OPERATION.read(response)


def test_a_session_can_be_injected(answers):
    """It is used, with its headers, and not closed."""
    closed = []

    class Session(requests.Session):
        def close(self):
            closed.append(self)

    session = Session()
    session.headers["X-Mine"] = "1"
    answers.post(URL, json=APP)
    with AuthenticatedClient(session=session, token="t") as client:
        get_app.sync("slack", client=client)
    assert answers.calls[0].request.headers["X-Mine"] == "1"
    assert closed == []
    with Client() as own:
        own.session.close = lambda: closed.append(own)
    assert closed == [own]


def test_set_session(answers):
    """Another session can be put in later, as stock's `set_httpx_client` does."""
    session = requests.Session()
    session.headers["X-Mine"] = "2"
    client = AuthenticatedClient(token="t")
    first = client.get_session()
    assert client.set_session(session) is client
    assert client.get_session() is session is not first
    answers.post(URL, json=APP)
    get_app.sync("slack", client=client)
    assert answers.calls[0].request.headers["X-Mine"] == "2"


def test_copies_leave_the_original_alone(answers):
    """Headers, cookies and timeout of a copy are its own; the connections are shared."""
    client = AuthenticatedClient(token="t", headers={"A": "1"}, cookies={"c": "1"})
    copy = client.with_headers({"B": "2"}).with_cookies({"d": "2"}).with_timeout(5)
    assert type(copy) is AuthenticatedClient
    assert (client.headers, client.cookies, client.timeout) == ({"A": "1"}, {"c": "1"}, 30.0)
    assert (copy.headers, copy.cookies, copy.timeout) == ({"A": "1", "B": "2"}, {"c": "1", "d": "2"}, 5)
    assert copy.get_session() is client.get_session()
    answers.post(URL, json=APP)
    get_app.sync("slack", client=copy)
    get_app.sync("slack", client=client)
    with_copy, with_original = (call.request.headers for call in answers.calls)
    assert (with_copy["B"], with_copy["Cookie"]) == ("2", "c=1; d=2")
    assert with_original["Cookie"] == "c=1"
    assert "B" not in with_original


def test_a_copy_does_not_close_what_it_shares():
    """Only the client that made the session closes it."""
    client, closed = Client(), []
    client.session.close = lambda: closed.append(1)
    with client.with_timeout(1):
        pass
    assert closed == []
    client.close()
    assert closed == [1]


def test_settings_reach_requests(answers):
    """Timeout, verify, cert, proxies and redirects, as requests takes them."""
    seen = {}

    class Adapter(requests.adapters.HTTPAdapter):
        def send(self, request, **kwargs):
            seen.update(kwargs, url=request.url)
            raise requests.ConnectTimeout

    session = requests.Session()
    session.mount("https://", Adapter())
    proxies = {"https": "http://127.0.0.1:1"}
    client = AuthenticatedClient(
        "https://x/v1/", "t", session=session, timeout=(1, 2), verify_ssl="ca.pem", cert="c.pem", proxies=proxies
    )
    answers.stop()
    with pytest.raises(requests.ConnectTimeout):
        list_apps.sync(client=client)
    answers.start()
    assert seen["url"] == "https://x/v1/apps/list/"
    assert (seen["timeout"], seen["verify"], seen["cert"]) == ((1, 2), "ca.pem", "c.pem")
    assert seen["proxies"]["https"] == "http://127.0.0.1:1"


def test_redirects_are_not_followed(answers, client):
    """requests would hand App-Key, User-ID and Hash to the other host."""
    answers.post(URL, status=307, headers={"Location": "https://evil.example/"})
    with pytest.raises(UnexpectedStatus):
        get_app.sync("slack", client=client)
    assert len(answers.calls) == 1


def test_tokens(answers):
    """As in stock: prefix and header can be chosen."""
    answers.post(URL, json=APP)
    for client in (
        AuthenticatedClient("https://api.integry.io", "t"),
        AuthenticatedClient("https://api.integry.io", "t", "Token"),
        AuthenticatedClient("https://api.integry.io", "t", "", "X-Key"),
    ):
        get_app.sync("slack", client=client)
    headers = [call.request.headers for call in answers.calls]
    assert headers[0]["Authorization"] == "Bearer t"
    assert headers[1]["Authorization"] == "Token t"
    assert headers[2]["X-Key"] == "t"
    assert "Authorization" not in headers[2]


def test_any_auth_of_requests(answers):
    """An AuthBase, or a pair; it stands in the place of the token."""
    answers.post(URL, json=APP)
    get_app.sync("slack", client=AuthenticatedClient(auth=Signature()))
    get_app.sync("slack", client=AuthenticatedClient(auth=HTTPBasicAuth("u", "p")))
    signed, basic = (call.request.headers for call in answers.calls)
    assert {name: signed[name] for name in SIGNED} == SIGNED
    assert basic["Authorization"].startswith("Basic ")


def test_a_netrc_file_does_not_replace_credentials(answers, tmp_path, monkeypatch):
    """requests would put what it finds there over an explicit header."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.integry.io login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    answers.post(URL, json=APP)
    get_app.sync("slack", client=AuthenticatedClient(token="t"))
    Client(headers={"Authorization": "Mine"}).request(get_app.build("slack"))
    assert [call.request.headers["Authorization"] for call in answers.calls] == ["Bearer t", "Mine"]


def test_the_auth_of_an_injected_session_is_used(answers):
    """Unless the client has its own."""
    session = requests.Session()
    session.auth = ("u", "p")
    answers.post(URL, json=APP)
    Client(session=session).send(get_app.build("slack"))
    assert answers.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_an_authenticated_client_needs_credentials():
    """A token or an auth."""
    with pytest.raises(ValueError, match=r"AuthenticatedClient has no credentials: pass token= or auth="):
        AuthenticatedClient("https://x")


def test_no_server_to_send_to():
    """The document names none, and no base_url is given."""
    operation = Operation(name="op", method="GET", path="/x", tag="t", idempotent=True)
    with pytest.raises(ValueError, match="op: the document names no server: pass base_url= to the client"):
        Client().request(operation.request())


def test_secrets_are_not_shown():
    """No token, header, cookie, proxy or auth in the repr of a client."""

    class Auth(AuthBase):
        def __repr__(self):
            return "hidden"

    client = AuthenticatedClient(
        "https://x", "hidden", headers={"a": "hidden"}, cookies={"a": "hidden"}, auth=Auth(), proxies={"a": "hidden"}
    )
    assert "hidden" not in repr(client)
    assert "https://x" in repr(client)


def test_arguments_of_a_call_are_kept_apart(answers, client):
    """Function arguments beside `_variables` and `_cursor`; the caller's dict is left as it is."""
    answers.post("https://api.integry.io/functions/f/call/", json={"network_code": "200"})
    arguments = {"body": 1, "client": 2, "self": 3, "variables": 4, "_cursor": {"a": 1}}
    call_function.sync("f", client=client, body=CallRequest.from_dict(arguments))
    sent = answers.calls[0].request.body
    assert requests.compat.json.loads(sent) == arguments
    assert arguments == {"body": 1, "client": 2, "self": 3, "variables": 4, "_cursor": {"a": 1}}


def test_path_arguments_cannot_reach_another_path(client):
    """Refused before anything is sent."""
    with pytest.raises(InvalidRequest, match="app_name must not be empty"):
        get_app.sync("..", client=client)
    with pytest.raises(InvalidRequest, match="integration_id must not be empty"):
        delete_integration.sync("o", "", client=client)


def test_threads_share_a_client(answers, client):
    """And nothing else."""
    answers.post(URL, json=APP)
    results = []
    threads = [threading.Thread(target=lambda: results.append(get_app.sync("slack", client=client))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [App.from_dict(APP)] * 16


def test_importing_operations_does_not_import_cattrs():
    """It is needed when the first body is read, and not before."""
    import subprocess
    import sys

    code = "import sys, generated.operations; print('cattrs' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]


def test_hooks_are_made_once_whichever_thread_comes_first():
    """In a fresh process, all threads at once."""
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


def test_requests_are_not_changed_by_what_they_hold(answers, client):
    """A model can be sent twice."""
    answers.post("https://api.integry.io/functions/f/call/", json={"network_code": "200"})
    body = CallRequest.from_dict({"a": {"b": [1]}})
    call_function.sync("f", client=client, body=body)
    call_function.sync("f", client=client, body=body)
    first, second = (call.request.body for call in answers.calls)
    assert first == second == b'{"a": {"b": [1]}}'
