"""The classes Client and AuthenticatedClient: requests, copies, and errors without credentials."""

import copy
import pickle
import sys
from traceback import walk_tb

import pytest
import requests
import responses
import urllib3

from integry.generator.runtime import errors, types
from integry.generator.runtime.client import AuthenticatedClient, Client
from integry.generator.runtime.operation import Operation, ResponseSpec, Security

from .models import Strict, Thing

OPERATION = Operation(
    name="op",
    method="GET",
    path="/x",
    tag="t",
    idempotent=True,
    server="https://api.test/",
    security=(Security("bearer", "header", "Authorization"),),
    responses={"200": ResponseSpec("json", Strict)},
)


#: Modules of this package in a traceback. Python < 3.11 keeps the frame that handles the exception, which is Client's.
CLIENT_MODULE = {"integry.generator.runtime.client"} if sys.version_info < (3, 11) else set()


@pytest.fixture
def mock_responses():
    """Mock the network with the responses library."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get("https://api.test/x", json={"name": "n"})
        yield mock


def test_the_settings_of_the_client_are_sent(mock_responses):
    """The request has the document's server and the client's headers, cookies and timeout."""
    client = Client(headers={"A": "1"}).with_headers({"B": "2"}).with_cookies({"c": "3"}).with_timeout((1, 2))
    found = client.send(OPERATION.request(headers={"A": "9"}))
    assert (found.status_code, found.parsed) == (200, Strict("n"))
    sent = mock_responses.calls[0].request
    assert (sent.headers["A"], sent.headers["B"], sent.headers["Cookie"]) == ("9", "2", "c=3")
    assert sent.req_kwargs["timeout"] == (1, 2)
    assert "Authorization" not in sent.headers


def test_base_url_replaces_the_server(mock_responses):
    """The base URL replaces the document's server. Without both, a request raises ValueError."""
    mock_responses.get("http://127.0.0.1:8/v1/x", json={"name": "m"})
    assert Client("http://127.0.0.1:8/v1/", verify_ssl=False).send(OPERATION.request()).parsed == Strict("m")
    with pytest.raises(ValueError, match="op: the document names no server: pass base_url= to the client"):
        Client().request(Operation("op", "GET", "/", "t", idempotent=True).request())


def test_tokens_are_sent_with_a_prefix(mock_responses):
    """A token is sent with its prefix, which may be empty. Without credentials, the session's auth is used."""
    session = requests.Session()
    session.auth = ("u", "p")
    for client in (AuthenticatedClient(token="t"), AuthenticatedClient(token="t", prefix=""), Client(session=session)):
        client.send(OPERATION.request())
    found = [call.request.headers["Authorization"] for call in mock_responses.calls]
    assert found == ["Bearer t", "t", "Basic dTpw"]
    with pytest.raises(errors.InvalidRequest, match="it must be printable ASCII"):
        AuthenticatedClient(token="t\nX: y").send(OPERATION.request())
    with pytest.raises(ValueError, match="has no credentials: pass token=, credentials= or auth="):
        AuthenticatedClient()


def test_only_an_own_session_is_closed():
    """A client closes the session that it created, and not a session that was passed in."""
    closed = []

    class Session(requests.Session):
        def close(self):
            closed.append(self)

    session = Session()
    with Client(session=session) as client:
        assert client.get_session() is session
    assert closed == []
    client = Client()
    client._own_session = session
    client.close()
    assert closed == [session]
    assert client.set_session(session).get_session() is session


def test_clients_can_be_copied_but_not_pickled():
    """A copy shares the session. Pickling raises an error, because a pickle would contain secrets."""
    client = AuthenticatedClient(token="secret")
    assert copy.copy(client).get_session() is client.get_session()
    assert "secret" not in repr(client)
    with pytest.raises(TypeError, match="AuthenticatedClient cannot be pickled"):
        pickle.dumps(client)


class Raw:
    """A body as urllib3 returns it, which fails after some bytes."""

    def __init__(self, content, error):
        self.content, self.error = content, error

    def read(self, amount):
        """Return the next bytes, or raise."""
        found, self.content = self.content[:amount], self.content[amount:]
        if not found and self.error:
            raise self.error
        return found

    def stream(self, *_, **__):
        """Raise the error when the first chunk is read."""
        raise requests.packages.urllib3.exceptions.ProtocolError

    is_closed = False

    def close(self):
        """Record that the body was closed."""
        self.is_closed = True

    release_conn = close


@pytest.mark.parametrize("error", [OSError("broken"), None])
@pytest.mark.parametrize(("content", "start"), [(b"begin", b"begin"), (b"x" * 2000, b"x" * 1024)])
def test_a_truncated_body_raises(monkeypatch, content, start, error):
    """The DecodeError for a truncated body has the status and at most 1024 bytes of the body."""
    broken = requests.Response()
    broken.status_code, broken.raw = 200, Raw(content, error)
    client = Client("https://api.test")
    monkeypatch.setattr(client.get_session(), "request", lambda **_: broken)
    with pytest.raises(errors.DecodeError, match="op: the body is incomplete or garbled") as caught:
        client.send(OPERATION.request())
    assert (caught.value.status_code, caught.value.content) == (200, start)


def test_exceptions_have_no_credentials(mock_responses):
    """An exception of a library loses the request's headers, the response and the inner frames."""
    request = requests.Request("GET", "https://api.test/x?hash=secret", headers={"Hash": "secret"}).prepare()
    refused = requests.Response()
    refused.raw = Raw(b"", None)
    error = requests.ConnectionError({"a": [request]}, request=request, response=refused)
    mock_responses.replace("GET", "https://api.test/x", body=error)
    with pytest.raises(requests.ConnectionError) as caught:
        AuthenticatedClient(token="secret").send(OPERATION.request())
    error = caught.value
    assert (error.response, error.request.headers, refused.raw.is_closed) == (None, None, True)
    assert error.args[0]["a"][0].url == "https://api.test/x"
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    assert {frame.f_globals["__name__"] for frame in frames} - CLIENT_MODULE == {__name__}
    assert not any("secret" in repr(frame.f_locals) for frame in frames[1:])


def test_errors_are_readable():
    """The message of an error has the start of the body, or only the reason if there is no body."""
    assert str(errors.DecodeError("no")) == "no"
    assert str(errors.DecodeError("no", 200, b"x" * 500)) == f"no (status 200, body starts {'x' * 300!r})"
    assert str(errors.UnexpectedStatus(500, b"oops")) == "Unexpected status code: 500\n\nResponse content:\noops"
    for error in (errors.DecodeError("no", 200, b"x"), errors.UnexpectedStatus(500, b"oops")):
        assert vars(pickle.loads(pickle.dumps(error))) == vars(error)  # noqa: S301 (a pickle of this test)


def test_models_are_mappings_of_undocumented_fields():
    """Models support item access, `in` and `del` for undocumented fields. A copy of UNSET is UNSET."""
    thing = Thing.from_dict({"id": 1, "a": {"name": "n"}})
    thing["b"] = 2
    del thing["a"]
    assert ("b" in thing, "a" in thing, thing.additional_keys) == (True, False, ["b"])
    assert types.File("x", "n", "m").to_tuple() == ("n", "x", "m")
    assert copy.deepcopy(types.UNSET) is types.UNSET
    with pytest.raises(errors.DecodeError, match=r"expected an object \(Thing\), got int"):
        Thing.from_dict(5)


@pytest.mark.parametrize("timeout", [5, 0.1, (3, 10), (3, None), None, urllib3.Timeout(connect=1)])
def test_timeouts_of_requests_are_accepted(timeout):
    """A timeout is a value that requests accepts."""
    assert Client(timeout=timeout, max_retries=0).timeout == timeout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"timeout": "30"}, r"timeout must be seconds above 0, a tuple \(connect, read\) of them, .* got str"),
        ({"timeout": (3, "x")}, r"timeout must be .*, got \(3, str\)"),
        ({"timeout": (3, None, 4)}, r"timeout must be .*, got \(3, None, 4\)"),
        ({"timeout": 0}, "got 0"),
        ({"timeout": float("nan")}, "got nan"),
        ({"timeout": float("inf")}, "got inf"),
        ({"timeout": True}, "got True"),
        ({"max_retries": -1}, "max_retries must be an int of 0 or more, got -1"),
        ({"max_retries": True}, "max_retries must be an int of 0 or more, got True"),
        ({"max_retries": "2"}, "max_retries must be an int of 0 or more, got str"),
    ],
)
def test_settings_that_cannot_be_used_raise(arguments, message):
    """A wrong setting raises when the client, or a copy with another timeout, is created."""
    with pytest.raises(ValueError, match=message):
        Client(**arguments)
    if "timeout" in arguments:
        with pytest.raises(ValueError, match=message):
            Client().with_timeout(arguments["timeout"])
