"""Credentials by security scheme: which of them an operation gets, and their place in its request."""

import copy
import pickle

import pytest
import requests
import responses
from requests.auth import HTTPDigestAuth

from integry.generator.runtime import auth
from integry.generator.runtime.client import AuthenticatedClient, Client
from integry.generator.runtime.errors import InvalidRequest
from integry.generator.runtime.operation import Operation, ResponseSpec, Security
from integry.generator.runtime.security import SCHEMES

PLACES = {
    "key": ("header", "X-Key"),
    "query": ("query", "key"),
    "jar": ("cookie", "sid"),
    **dict.fromkeys(("basic", "bearer", "oauth"), ("header", "Authorization")),
    "tls": ("", ""),
    "undefined": ("", ""),
}
#: user:päss in UTF-8 and Base64.
LOGIN = "Basic dXNlcjpww6Rzcw=="


def operation(*alternatives, server="https://api.test/v1"):
    """Return an operation that requires one of several combinations of security schemes."""
    found = tuple(tuple(Security(name, *PLACES[name]) for name in names) for names in alternatives)
    return Operation(
        "op",
        "GET",
        "/x",
        "t",
        idempotent=True,
        server=server,
        security=found[0] if found else (),
        alternatives=found if len(found) > 1 else (),
        responses={"200": ResponseSpec("none", None)},
    )


@pytest.fixture
def sent():
    """Return a function that sends a request with a client, and returns what the server received."""
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/v1/x")

        def send(client, found, **arguments):
            client.send(found.request(**arguments))
            return mock.calls[-1].request

        yield send


def carried(request):
    """Return the credentials in a request, by their place."""
    found = {name: request.headers[name] for name in ("Authorization", "X-Key", "Cookie") if name in request.headers}
    return {**found, **({"query": request.url.partition("?")[2]} if "?" in request.url else {})}


@pytest.mark.parametrize(
    ("name", "credential", "expected"),
    [
        ("key", "k", {"X-Key": "k"}),
        ("key", lambda: "made", {"X-Key": "made"}),
        ("query", "a&b=é", {"query": "a=1&key=a%26b%3D%C3%A9"}),
        ("jar", "j", {"Cookie": "c=1; sid=j"}),
        ("basic", ("user", "päss"), {"Authorization": LOGIN}),
        ("basic", "user:päss", {"Authorization": LOGIN}),
        ("basic", "dXNlcjpww6Rzcw==", {"Authorization": LOGIN}),
        ("bearer", "b", {"Authorization": "Bearer b"}),
        ("bearer", auth.TokenAuth("own", "Token"), {"Authorization": "Token own"}),
        ("oauth", "o", {"Authorization": "Bearer o"}),
    ],
)
def test_credentials_are_sent_in_the_place_of_their_scheme(sent, name, credential, expected):
    """A credential is sent where its security scheme says, beside the parameters of the operation."""
    arguments = {"query": {"a": 1} if name == "query" else {}, "cookies": {"c": 1} if name == "jar" else {}}
    request = sent(AuthenticatedClient(credentials={name: credential}), operation([name]), **arguments)
    assert carried(request) == expected


def test_a_key_is_sent_as_the_only_cookie(sent):
    """A key in a cookie is sent if the request has no other cookies."""
    assert carried(sent(AuthenticatedClient(credentials={"jar": "j"}), operation(["jar"]))) == {"Cookie": "sid=j"}


@pytest.mark.parametrize(
    ("alternatives", "given", "expected"),
    [
        ([["key", "query"]], {"key": "k", "query": "q", "bearer": "b"}, {"X-Key": "k", "query": "key=q"}),
        ([["bearer"], ["key"]], {"key": "k"}, {"X-Key": "k"}),
        ([["bearer"], ["key"]], {"key": "k", "bearer": "b"}, {"Authorization": "Bearer b"}),
        ([["bearer", "query"], ["key"]], {"key": "k", "bearer": "b"}, {"X-Key": "k"}),
        ([[], ["key"]], {"key": "k"}, {"X-Key": "k"}),
        ([[], ["key"]], {"bearer": "b"}, {}),
        ([["tls"]], {"key": "k"}, {}),
        ([["tls", "key"]], {"key": "k"}, {"X-Key": "k"}),
        ([], {"key": "k"}, {}),
    ],
)
def test_the_first_alternative_with_all_credentials_is_used(sent, alternatives, given, expected):
    """The first alternative with all credentials is used. Operations without security get no credentials."""
    assert carried(sent(AuthenticatedClient(credentials=given), operation(*alternatives))) == expected


@pytest.mark.parametrize(
    ("alternatives", "arguments", "expected"),
    [
        ([["bearer"]], {"token": "t"}, {"Authorization": "Bearer t"}),
        ([["oauth"]], {"token": "t"}, {"Authorization": "Bearer t"}),
        ([["key"]], {"token": "t"}, {"X-Key": "t"}),
        ([["query"]], {"token": "t"}, {"query": "key=t"}),
        ([["jar"]], {"token": "t"}, {"Cookie": "sid=t"}),
        ([["basic"]], {"token": "user:päss"}, {"Authorization": LOGIN}),
        ([["key"], ["bearer"]], {"token": "t"}, {"Authorization": "Bearer t"}),
        ([["key", "query"], ["jar"]], {"token": "t"}, {"Cookie": "sid=t"}),
        ([["key", "query"]], {"token": "t"}, {"Authorization": "Bearer t"}),
        ([["undefined"]], {"token": "t"}, {"Authorization": "Bearer t"}),
        ([[], ["key"]], {"token": "t"}, {"X-Key": "t"}),
        ([["key"]], {"token": "t", "prefix": ""}, {"Authorization": "t"}),
        ([["bearer"]], {"token": "t", "auth_header_name": "X-Key"}, {"X-Key": "Bearer t"}),
        ([["bearer"]], {"token": "t", "credentials": {"key": "k"}}, {"Authorization": "Bearer t"}),
        ([["key"]], {"token": "t", "credentials": {"key": "k"}}, {"X-Key": "k"}),
        ([], {"token": "t"}, {}),
    ],
)
def test_a_token_is_sent_in_the_place_of_the_scheme(sent, alternatives, arguments, expected):
    """A token is sent for operations that require one credential. A prefix or header of the user takes precedence."""
    assert carried(sent(AuthenticatedClient(**arguments), operation(*alternatives))) == expected


@pytest.mark.parametrize(
    ("schemes", "credentials", "token", "expected"),
    [
        (SCHEMES, {"key": "k", "query": "q"}, None, {"X-Key": "k", "query": "key=q"}),
        ({"key": SCHEMES["key"]}, {}, auth.TokenAuth("t"), {"X-Key": "t"}),
        ({}, {}, auth.TokenAuth("t"), {"Authorization": "Bearer t"}),
    ],
)
def test_all_credentials_are_sent_if_the_document_requires_none(sent, schemes, credentials, token, expected):
    """All credentials are sent if a document has security schemes, but no operation requires any."""
    found = auth.credential_set(schemes, credentials, token, is_required=False).for_operation(operation(), None)
    assert carried(sent(Client(auth=found), operation())) == expected


def test_missing_credentials_raise():
    """Missing credentials raise InvalidRequest, which names the alternatives, and nothing is sent."""
    client = AuthenticatedClient(credentials={"bearer": "b"})
    message = r"op requires credentials of 'key' and 'query', or 'basic': pass credentials=\{\.\.\.\} to the client"
    with pytest.raises(InvalidRequest, match=message):
        client.send(operation(["key", "query"], ["basic"]).request())
    with pytest.raises(ValueError, match="no security scheme 'kye': it has 'key', 'query', 'jar', 'basic'"):
        AuthenticatedClient(credentials={"kye": "k"})
    with pytest.raises(ValueError, match="no security scheme 'key': it has none"):
        auth.credential_set({}, {"key": "k"}, None, is_required=True)


@pytest.mark.parametrize(
    ("name", "credential", "message"),
    [
        ("key", "planted\nX: y", "cannot be sent in the header X-Key: it must be printable ASCII$"),
        ("jar", "planted; a=1", "cannot be sent in the cookie sid: it must be printable ASCII without ';'"),
        ("bearer", "plänted", "cannot be sent in the header Authorization: it must be printable ASCII"),
        ("basic", ("user", b"planted"), "must be a string, or a function that returns one, got bytes"),
        ("bearer", b"planted", "must be a string, or a function that returns one, got bytes"),
        ("key", lambda: None, "must be a string, or a function that returns one, got NoneType"),
    ],
)
def test_credentials_that_cannot_be_sent_raise(name, credential, message):
    """A credential that cannot be sent raises an error, whose message does not contain the credential."""
    with pytest.raises(InvalidRequest, match=message) as caught:
        AuthenticatedClient(credentials={name: credential}).send(operation([name]).request())
    assert "pl" not in str(caught.value).replace("place", "")


def test_an_auth_of_requests_takes_precedence(sent):
    """The argument `auth` of a client is used for every operation, even if it requires no credentials."""
    client = AuthenticatedClient(auth=auth.TokenAuth("own"), credentials={"key": "k"})
    assert carried(sent(client, operation(["key"]))) == {"Authorization": "Bearer own"}
    assert carried(sent(client, operation())) == {"Authorization": "Bearer own"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"credentials": {"bearer": "b"}}, {}),
        ({"credentials": {"key": "k"}}, {"X-Key": "k"}),
        ({"credentials": {"jar": "j"}}, {"Cookie": "sid=j"}),
        ({"credentials": {"query": "q"}}, {}),
        ({"token": "t"}, {}),
        ({"auth": ("user", "password")}, {}),
        ({"auth": HTTPDigestAuth("user", "password")}, {}),
    ],
)
def test_an_authorization_parameter_is_not_overwritten(sent, arguments, expected):
    """A parameter called Authorization is sent as given. Credentials in other places are sent with it."""
    client = AuthenticatedClient(**arguments)
    request = sent(client, operation(["bearer", "jar"], ["bearer"], ["key"]), headers={"authorization": "given"})
    assert carried(request) == {"Authorization": "given", **expected}
    assert carried(sent(Client(), operation(), headers={"Authorization": "given"})) == {"Authorization": "given"}


def test_errors_do_not_contain_keys_in_queries():
    """The message of a library's exception loses the query of the URL, which may contain a key."""
    client = AuthenticatedClient(credentials={"query": "planted"})
    with pytest.raises(requests.ConnectionError) as caught:
        client.send(operation(["query"], server="http://127.0.0.1:9").request())
    assert "planted" not in str(caught.value) + repr(caught.value.args)
    assert "/x?..." in str(caught.value)


def test_credentials_are_not_shown():
    """The reprs of client and auth show no credentials. Copies keep the credentials, and pickling raises an error."""
    client = AuthenticatedClient(token="planted", credentials={"key": "planted", "basic": ("user", "planted")})
    assert copy.copy(client).credentials is client.credentials
    assert "planted" not in repr(
        (client, client._credential_set(), client._credential_set().for_operation(operation(["key"]), None))
    )
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(client)
