"""All operations of generated/: the requests that are sent, and the parsing of every documented response."""

import copy
import json

import pytest
import responses

from generated import AuthenticatedClient
from generated.converter import parse_datetime
from generated.operations import OPERATIONS
from tests.calls import CALLS, METHOD_OF, SIGNED, credentials, module, takes_token
from tests.spec_document import EXAMPLES
from tests.spec_document import OPERATIONS as DOCUMENTED

RESPONSE_EXAMPLES = [example for example in EXAMPLES if example.place != "request"]


def client_for(name):
    """Return a client with the credentials that an operation needs."""
    token, auth = credentials(name)
    return AuthenticatedClient(token=token, auth=auth)


def call(name, **kwargs):
    """Call an operation with the arguments of the documented sample."""
    with client_for(name) as client:
        return module(name).sync_detailed(client=client, **{**CALLS[name].arguments, **kwargs})


def test_there_is_a_call_of_every_operation():
    """All operations of the document are generated, and tests/calls.py has a call of each."""
    assert set(OPERATIONS) == set(DOCUMENTED), "generated/ is not up to date: run make generate"
    assert set(CALLS) == set(METHOD_OF) == set(OPERATIONS), "add the operation to CALLS and METHODS in tests/calls.py"


@pytest.mark.parametrize("name", sorted(CALLS))
@responses.activate
def test_the_request_equals_the_documented_one(name):
    """Method, URL, credentials and body of each request are those of the sample in the API's documentation."""
    expected = CALLS[name]
    url, _, query = expected.url.partition("?")
    responses.add(METHOD_OF[name], url, json={}, status=599)
    with client_for(name) as client:
        client.raise_on_unexpected_status = False
        module(name).sync_detailed(client=client, **expected.arguments)
    request = responses.calls[0].request
    assert request.method == METHOD_OF[name] == OPERATIONS[name].method
    if name == "disconnect_account":
        signature = "app_key={App-Key}&hash={Hash}&user_id={User-ID}".format(**SIGNED)
        assert sorted(request.url.partition("?")[2].split("&")) == sorted(f"{query}&{signature}".split("&"))
    else:
        assert request.url == expected.url
        wanted = {"Authorization": "Bearer token"} if takes_token(name) else SIGNED
        assert {header: request.headers[header] for header in wanted} == wanted
    assert (json.loads(request.body) if request.body else None) == expected.json
    assert request.headers.get("Content-Type") == ("application/json" if expected.json is not None else None)


@pytest.mark.parametrize(
    "example", RESPONSE_EXAMPLES, ids=lambda example: f"{example.operation}-{example.place}-{example.name}"
)
@responses.activate
def test_every_documented_response_is_parsed(example):
    """Every documented response is parsed to a model that serialises to the same JSON."""
    status = int(example.place.replace("XX", "18"))
    responses.add(
        METHOD_OF[example.operation], CALLS[example.operation].url.partition("?")[0], json=example.value, status=status
    )
    response = call(example.operation)
    assert response.status_code == status
    assert json.loads(response.content) == example.value
    assert canonical(response.parsed.to_dict()) == canonical(example.value)
    assert type(response.parsed) is OPERATIONS[example.operation].response_spec(status).type


def canonical(value):
    """Return JSON with all date-times in the same format."""
    if isinstance(value, dict):
        return {key: canonical(part) for key, part in value.items()}
    if isinstance(value, list):
        return [canonical(part) for part in value]
    try:
        return parse_datetime(value).isoformat() if isinstance(value, str) and "T" in value else value
    except ValueError:
        return value


WRITES = [name for name in METHOD_OF if METHOD_OF[name] != "GET" and takes_token(name)]


@pytest.mark.parametrize("name", WRITES)
@responses.activate
def test_any_success_status_is_accepted(name):
    """Operations of the organisation API that change data may return any 2xx status, with or without a body."""
    for status, body in ((200, b""), (201, b'{"message": "ok"}'), (202, b""), (204, b"")):
        responses.add(METHOD_OF[name], CALLS[name].url, body=body, status=status)
    assert [call(name).status_code for _ in range(4)] == [200, 201, 202, 204]


def test_operations_list_the_location_of_credentials():
    """OPERATION.security has the place of each credential, from which integry chooses how to sign a request."""
    places = {name: {(each.place, each.parameter) for each in OPERATIONS[name].security} for name in OPERATIONS}
    in_query = {("query", "app_key"), ("query", "user_id"), ("query", "hash")}
    in_header = {("header", name) for name in SIGNED}
    token = {("header", "Authorization")}
    assert places.pop("disconnect_account") == in_query
    assert places == {name: token if takes_token(name) else in_header for name in places}


def test_a_request_has_its_operation():
    """A request is a dict of arguments for `requests.request`, with the operation as attribute."""
    build = module("call_function").build
    request = build("a b", body={"x": 1}, connected_account_id=5, integration_id=None)
    assert request.operation is OPERATIONS["call_function"]
    assert request == {
        "method": "POST",
        "url": "/functions/a%20b/call/",
        "params": [("connected_account_id", "5")],
        "data": b'{"x": 1}',
        "headers": {"Content-Type": "application/json"},
    }
    copied = copy.copy(request)
    assert copied == request
    assert copied.operation is request.operation


def test_get_kwargs_is_an_alias_of_build():
    """`_get_kwargs`, the name in openapi-python-client, is an alias of `build`."""
    assert all(module(name)._get_kwargs is module(name).build for name in OPERATIONS)


def test_creating_operations_are_not_idempotent():
    """Operations that create something or call a function are not idempotent, so they are not retried."""
    assert {name for name, operation in OPERATIONS.items() if not operation.idempotent} == {
        "call_function",
        "exchange_slack_token",
        "create_integration",
        "update_integration",
        "add_integration_setting",
        "update_integration_settings",
        "add_channel_setting",
        "update_channel_setting",
        "create_custom_integration",
    }


def test_operations_have_path_tag_and_server():
    """Each operation has the path template, the tag and the server of the document."""
    operation = OPERATIONS["update_channel_setting"]
    path = "/organisations/{organisation_id}/integrations/{integration_id}/channels/{channel_id}/settings/{setting_id}"
    assert (operation.name, operation.method, operation.path) == ("update_channel_setting", "PATCH", path)
    assert (operation.tag, operation.server) == ("channel_settings", "https://api.telex.im/api/v1")
    assert {operation.server for operation in OPERATIONS.values()} == {
        "https://api.integry.io",
        "https://app.integry.io",
        "https://api.telex.im/api/v1",
    }
