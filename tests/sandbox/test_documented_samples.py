"""Replay of every sample in the documentation: the sandbox responds to a sample request with the sample response."""

import json

import pytest

from integry import IntegryAuth
from integry.sandbox._sandbox import ORGANISATION
from tests.spec_document import EXAMPLES, OPERATIONS

APPS = {"pipedrive-add-a-person": "pipedrive", "slack-passthrough-request": "slack"}
#: Samples of calls by name: function, arguments, and True if the app is connected.
CALLS = {
    "called": ("slack-post-message", {"channel": "random", "text": "John Doe just signed up!"}, True),
    "created": ("pipedrive-add-a-person", {"name": "Sample contact"}, True),
    "refused": ("pipedrive-add-a-person", {"name": "Sample contact", "owner_id": 1}, True),
    "passthrough": (
        "slack-passthrough-request",
        {"method": "GET", "url": "https://slack.com/api/conversations.list?limit=2"},
        True,
    ),
    "arguments": ("slack-post-message", {}, True),
    "argument": ("pipedrive-add-a-person", {}, True),
    "not_connected": ("pipedrive-add-a-person", {"name": "Sample contact"}, False),
}
#: Fields whose values differ on each call or are known to the real service only.
VOLATILE = {"ts", "id", "add_time", "block_id", "next_cursor", "_cursor", "display_name", "modified_at", "arguments"}


def shape(value):
    """Return a value with the volatile fields replaced by an ellipsis."""
    if isinstance(value, dict):
        return {name: shape(part) if name not in VOLATILE else ... for name, part in value.items()}
    return [shape(part) for part in value] if isinstance(value, list) else value


def sample(operation, place, name="example"):
    """Return the value of a documented sample."""
    (found,) = [each.value for each in EXAMPLES if (each.operation, each.place, each.name) == (operation, place, name)]
    return found


@pytest.mark.parametrize("name", CALLS)
def test_calls_return_the_documented_responses(sandbox, send_signed, name):
    """The sandbox reproduces all seven samples of a function call."""
    function, arguments, connected = CALLS[name]
    sandbox.client().apps.disconnect("pipedrive")
    if connected:
        sandbox.connect(APPS.get(function, "slack"))
    status, body = send_signed("POST", f"/functions/{function}/call/", json=arguments)
    expected = sample("call_function", str(status), name)
    if name == "passthrough":
        # The sandbox has only one page, so there is no next cursor.
        assert body.pop("_cursor") is None
    assert shape(body) == shape(expected)


def test_a_call_with_tags_substitutes_them(sandbox, send_signed):
    """The documented call with tags returns the documented text."""
    sandbox.connect("slack")
    body = send_signed("POST", "/functions/slack-post-message/call/", json=sample("call_function", "request", "tags"))[
        1
    ]
    assert body["output"]["message"]["text"] == "John Doe just signed up!"


def test_functions_are_returned_as_documented(send_signed):
    """Getting a function, and listing functions with the documented filter, return the samples."""
    assert send_signed("POST", "/functions/slack-post-message/get/")[1] == sample("get_function", "200")
    assert send_signed("POST", "/functions/list/?app=hubspot&type=ACTION", json={})[1] == sample(
        "list_functions", "200", "functions"
    )
    assert send_signed("POST", "/functions/list/?app=nope", json={})[1] == sample("list_functions", "200", "none")


def test_predictions_have_the_documented_form(send_signed):
    """The documented prompt predicts the documented function, with arguments of the same names."""
    prompt = sample("predict_function", "request")
    found = send_signed("POST", "/functions/predict/?predict_arguments=true", json=prompt)[1]
    expected = sample("predict_function", "200", "predicted")
    assert shape(found) == shape(expected)
    assert found["functions"][0]["arguments"].keys() == expected["functions"][0]["arguments"].keys()
    assert send_signed("POST", "/functions/predict/", json={"prompt": "?"})[1] == sample(
        "predict_function", "200", "none"
    )


def test_apps_have_the_documented_fields(send_signed):
    """Each app has the documented fields, and two fields that only the vendor's clients know."""
    undocumented = {"allow_multiple_connected_accounts", "login_url"}
    assert (
        send_signed("POST", "/apps/pipedrive/get/")[1]["connected_accounts"]
        == sample("list_apps", "200")["apps"][0]["connected_accounts"]
    )
    apps = {app["name"]: app for app in send_signed("POST", "/apps/list/", json={})[1]["apps"]}
    for expected in (*sample("list_apps", "200")["apps"], sample("get_app", "200")):
        found = apps[expected["name"]]
        assert found.keys() - undocumented == expected.keys()
        assert shape({name: found[name] for name in expected}) == shape(expected)


READ_OPERATIONS = ("list_apps", "get_app", "list_functions", "predict_function", "get_function")


@pytest.mark.parametrize(
    "example",
    [each for each in EXAMPLES if each.operation in READ_OPERATIONS and each.place in ("400", "403", "404")],
    ids=lambda each: f"{each.operation}-{each.place}",
)
def test_errors_have_the_documented_bodies(sandbox, example):
    """The bodies of error responses equal the documented ones exactly."""
    path = OPERATIONS[example.operation].path.format(app_name="nope", function_name="nope")
    is_unsigned = "credentials" in json.dumps(example.value)
    auth = None if is_unsigned else IntegryAuth(sandbox.app_key, sandbox.app_secret, 1)
    response = sandbox.session().post(sandbox.url + path, json={}, auth=auth)
    assert (str(response.status_code), response.json()) == (example.place, example.value)


#: The organisation operations, ordered so that each finds the objects that it needs.
STEPS = [
    *("exchange_slack_token", "get_slack_info", "create_integration", "list_integrations", "update_integration"),
    *("add_integration_setting", "list_integration_settings", "update_integration_settings"),
    *("add_channel_setting", "list_channel_settings", "update_channel_setting", "delete_channel_setting"),
    *("delete_integration", "create_custom_integration", "list_custom_integrations", "update_custom_integration"),
    *("update_custom_integration_settings", "get_custom_integration_settings", "delete_custom_integration"),
]


def test_organisation_operations_answer_as_documented(sandbox):
    """All 19 operations return the documented status, message and fields."""
    session, ids = sandbox.session(), {"organisation_id": ORGANISATION, "channel_id": "c"}
    session.headers["Authorization"] = f"Bearer {sandbox.organisation_token}"
    for name in STEPS:
        operation = OPERATIONS[name]
        sent = [each.value for each in EXAMPLES if (each.operation, each.place) == (name, "request")]
        url = sandbox.organisation_url + operation.path.format(**ids)
        response = session.request(operation.method, url, json=sent[0] if sent else None)
        expected, body = sample(name, str(response.status_code)), response.json()
        assert body.keys() == expected.keys(), name
        assert {**body, "data": 0} == {**expected, "data": 0}, name
        found, documented = (
            each[0] if isinstance(each, list) else each for each in (body.get("data"), expected.get("data"))
        )
        assert (found or {}).keys() == (documented or {}).keys(), name
        if found and "id" in found:
            ids["setting_id" if "settings" in operation.path else "integration_id"] = found["id"]


def test_every_organisation_operation_is_replayed():
    """The list of steps contains all organisation operations of the document."""
    assert len(STEPS) == 19
    assert set(STEPS) == {
        name for name, each in OPERATIONS.items() if each.path.startswith(("/organisations", "/slack"))
    }
