"""Every method of the client `Organisation`: its request and its result."""

import json

import pytest

from integry import AuthenticationError, Conflict, Integration, Organisation, UnprocessableEntity
from tests.spec_document import EXAMPLES

from .conftest import INTEGRATIONS, ORG, TOKEN

SLACK = f"https://api.telex.im/api/v1/slack/organisations/{ORG}"
SETTINGS, CHANNEL, CUSTOM = (
    f"{INTEGRATIONS}/i/settings",
    f"{INTEGRATIONS}/i/channels/c/settings",
    f"{INTEGRATIONS}/custom",
)
DATED = "2024-09-23T19:59:46.166781+01:00"

CALLS = {
    "exchange_slack_token": (lambda org: org.slack.exchange_token("x").access_token, "POST", f"{SLACK}/token-exchg"),
    "get_slack_info": (lambda org: org.slack.info().team_name, "GET", SLACK),
    "create_integration": (
        lambda org: org.integrations.create(name="n", json_url="u", auth_credential="c", integration_type="filter"),
        "POST",
        INTEGRATIONS,
    ),
    "list_integrations": (lambda org: org.integrations.list(), "GET", INTEGRATIONS),
    "update_integration": (lambda org: org.integrations.update("i", json_url="u"), "PATCH", f"{INTEGRATIONS}/i"),
    "delete_integration": (lambda org: org.integrations.delete("i"), "DELETE", f"{INTEGRATIONS}/i"),
    "add_integration_setting": (lambda org: org.integrations.settings("i").add("l", "v"), "POST", SETTINGS),
    "list_integration_settings": (lambda org: org.integrations.settings("i").list(), "GET", SETTINGS),
    "update_integration_settings": (lambda org: org.integrations.settings("i").update(label="l"), "PATCH", SETTINGS),
    "add_channel_setting": (lambda org: org.integrations.channel("i", "c").settings.add("l", "v"), "POST", CHANNEL),
    "list_channel_settings": (lambda org: org.integrations.channel("i", "c").settings.list(), "GET", CHANNEL),
    "update_channel_setting": (
        lambda org: org.integrations.channel("i", "c").settings.update("s", value="v"),
        "PATCH",
        f"{CHANNEL}/s",
    ),
    "delete_channel_setting": (
        lambda org: org.integrations.channel("i", "c").settings.delete("s"),
        "DELETE",
        f"{CHANNEL}/s",
    ),
    "create_custom_integration": (lambda org: org.custom_integrations.create("u"), "POST", CUSTOM),
    "list_custom_integrations": (lambda org: org.custom_integrations.list(), "GET", CUSTOM),
    "update_custom_integration": (lambda org: org.custom_integrations.update("i", "u"), "PUT", f"{CUSTOM}/i"),
    "delete_custom_integration": (lambda org: org.custom_integrations.delete("i"), "DELETE", f"{CUSTOM}/i"),
    "update_custom_integration_settings": (
        lambda org: org.custom_integrations.settings("i").update({"field_name": "f", "value": 1}),
        "PUT",
        f"{CUSTOM}/i/settings",
    ),
    "get_custom_integration_settings": (
        lambda org: org.custom_integrations.settings("i").get(),
        "GET",
        f"{CUSTOM}/i/settings",
    ),
}
BODIES = {
    "exchange_slack_token": {"oauth_code": "x"},
    "create_integration": {"name": "n", "json_url": "u", "auth_credential": "c", "integration_type": "filter"},
    "update_integration": {"json_url": "u"},
    "add_integration_setting": {"form_field_label": "l", "form_field_value": "v"},
    "update_integration_settings": {"form_field_label": "l"},
    "add_channel_setting": {"form_field_label": "l", "form_field_value": "v"},
    "update_channel_setting": {"form_field_value": "v"},
    "create_custom_integration": {"json_url": "u"},
    "update_custom_integration": {"json_url": "u"},
    "update_custom_integration_settings": {"setting_entry": {"field_name": "f", "value": 1}},
}


@pytest.mark.parametrize("name", CALLS)
def test_every_operation_sends_the_documented_request(answers, organisation, name):
    """Each operation sends its request with the token, and reads the documented response."""
    call, method, url = CALLS[name]
    (example,) = [each for each in EXAMPLES if each.operation == name and each.place.startswith("20")]
    answers.add(method, url, json=example.value, status=int(example.place))
    result = call(organisation)
    request = answers.calls[0].request
    assert (request.method, request.url) == (method, url)
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert (json.loads(request.body) if request.body else None) == BODIES.get(name)
    data = example.value.get("data")
    if isinstance(result, list):
        wanted = data if isinstance(data, list) else [data]
        assert [each.to_dict().keys() for each in result] == [each.keys() for each in wanted]
    elif isinstance(result, str):
        assert result in json.dumps(data)
    elif data is None:
        assert result.message == example.value["message"]
    else:
        assert result.id == data["id"]


def test_all_operations_are_called():
    """The table of calls has all 19 operations of the organisation API."""
    assert len(CALLS) == 19


def test_null_lists_are_empty(answers, organisation):
    """A list that is null in the response is returned as an empty list."""
    for url in (INTEGRATIONS, SETTINGS, CHANNEL, CUSTOM, f"{CUSTOM}/i/settings"):
        answers.get(url, json={"status": "success", "data": None})
    assert organisation.integrations.list() == organisation.custom_integrations.list() == []
    assert organisation.integrations.settings("i").list() == []
    assert organisation.integrations.channel("i", "c").settings.list() == []
    assert organisation.custom_integrations.settings("i").get() == []


@pytest.mark.parametrize("status", [200, 201, 204])
def test_writes_accept_an_empty_body(answers, organisation, status):
    """A write operation accepts a success without a body."""
    for method, url in (("POST", INTEGRATIONS), ("DELETE", f"{INTEGRATIONS}/i"), ("POST", SETTINGS)):
        answers.add(method, url, status=status)
    assert organisation.integrations.create("n", "u") is None
    assert organisation.integrations.delete("i") is None
    assert organisation.integrations.settings("i").add("l", "v").message is not None


@pytest.mark.parametrize(
    ("fields", "name"), [({"name": "a"}, "a"), ({"app_name": "b"}, "b"), ({}, ""), ({"name": ""}, "")]
)
def test_display_name_uses_either_name(fields, name):
    """display_name of an integration is `name` or `app_name`, whichever the response has."""
    assert Integration.from_dict({"id": "i", **fields}).display_name == name


def test_dates_are_parsed_if_possible(answers, organisation):
    """Dates in responses are parsed, and text that is not a date is kept."""
    entries = [{"id": "a", "created_at": DATED}, {"id": "b", "created_at": "0001-01-01T00:13:35+00:13"}]
    answers.get(INTEGRATIONS, json={"data": [*entries, {"id": "c", "created_at": "your_created_at"}]})
    first, second, third = organisation.integrations.list()
    assert (first.created_at.year, second.created_at.year, third.created_at) == (2024, 1, "your_created_at")


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (401, {"status": "error", "message": "Invalid request body"}, AuthenticationError, "401 Invalid request body"),
        (409, {"message": "Integration app already exists"}, Conflict, "409 Integration app already exists"),
        (422, {"message": "no", "error": {"json_url": "required"}}, UnprocessableEntity, "422 no"),
        (422, {"error": ["a", "b"]}, UnprocessableEntity, "422 a; b"),
    ],
)
def test_errors_have_the_servers_message(answers, organisation, status, body, kind, message):
    """The error of an organisation's operation has the class for its status, and the server's message."""
    answers.get(INTEGRATIONS, json=body, status=status)
    with pytest.raises(kind, match=rf"^integrations\.list\(\): {message}") as caught:
        organisation.integrations.list()
    assert caught.value.body == body


def test_the_environment_sets_token_and_url(monkeypatch, answers):
    """Token and base URL are read from the environment."""
    monkeypatch.setenv("INTEGRY_ORGANISATION_TOKEN", "from-environment")
    monkeypatch.setenv("INTEGRY_ORGANISATION_BASE_URL", "https://staging.example/api")
    answers.get("https://staging.example/api/organisations/o/integrations", json={"data": []})
    Organisation("o").integrations.list()
    assert answers.calls[0].request.headers["Authorization"] == "Bearer from-environment"


def test_raw_requests_are_authenticated(answers, organisation):
    """Organisation.request() sends the token to any path."""
    answers.put("https://api.telex.im/api/v1/new/thing", json={"a": 1})
    raw = organisation.request("put", "/new/thing", params={"q": 1}, json={"b": 2})
    assert (raw.status, raw.parsed) == (200, {"a": 1})
    request = answers.calls[0].request
    assert (request.url, request.body) == ("https://api.telex.im/api/v1/new/thing?q=1", b'{"b": 2}')
    assert repr(organisation) == f"Organisation({ORG!r}, base_url='https://api.telex.im/api/v1')"
