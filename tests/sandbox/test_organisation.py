"""The organisation-integrations API: all 19 operations with their envelopes and statuses."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from integry import APIStatusError, AuthenticationError, BadRequest, Conflict, NotFound, Organisation
from integry.sandbox import Sandbox

NIL = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def org(sandbox):
    """Return a client of the default organisation."""
    return sandbox.organisation()


@pytest.fixture
def created(org):
    """Return an integration of the organisation."""
    return org.integrations.create("n", "https://x.example/a.json", "cred", "filter")


def test_integrations_can_be_created_updated_and_deleted(org, created):
    """Responses and lists show created, updated and deleted integrations in their current state."""
    assert (created.name, created.json_url, created.integration_type) == ("n", "https://x.example/a.json", "filter")
    (listed,) = org.integrations.list()
    assert (listed.id, listed.app_name, listed.is_active) == (created.id, "n", True)
    updated = org.integrations.update(created.id, name="m")
    assert (updated.name, updated.json_url) == ("m", created.json_url)
    assert org.integrations.update(created.id, json_url="https://y").name == "m"
    assert org.integrations.list()[0].display_name == "m"
    assert org.integrations.delete(created.id).id == created.id
    assert org.integrations.list() == []
    with pytest.raises(NotFound, match="Integration not found"):
        org.integrations.delete(created.id)


def test_responses_have_the_documented_envelope(sandbox):
    """The envelope of a response repeats the status code of the response."""
    url = f"{sandbox.organisation_url}/organisations/{sandbox.organisation().organisation_id}/integrations"
    headers = {"Authorization": f"Bearer {sandbox.organisation_token}"}
    response = sandbox.session().post(url, json={"name": "n", "json_url": "u"}, headers=headers)
    body = response.json()
    assert (response.status_code, body["status"], body["status_code"]) == (201, "success", 201)
    assert body["message"] == "Integration app created successfully"
    assert body["data"].keys() == {
        *("id", "name", "json_url", "json_schema", "auth_credential", "integration_type", "is_system_integration"),
        "created_at",
    }
    response = sandbox.session().post(url, json={}, headers=headers)
    assert (response.status_code, response.json()["status"]) == (400, "error")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"NaN"])
def test_invalid_bodies_are_refused(sandbox, created, body):
    """An invalid body gets an envelope with a status that openapi.yaml lists for the operation."""
    url = f"{sandbox.organisation_url}/organisations/{sandbox.organisation().organisation_id}/integrations"
    headers = {"Authorization": f"Bearer {sandbox.organisation_token}"}
    for path, status in (("", 400), (f"/{created.id}/settings", 400), (f"/{created.id}/channels/c/settings", 422)):
        response = sandbox.session().post(url + path, data=body, headers=headers)
        assert (response.status_code, response.json()["status_code"]) == (status, status)
        assert response.json()["message"].startswith("Invalid request: ")


def test_optional_texts_may_be_empty(sandbox, org, created):
    """Two of the text fields may be empty, as documented, and other types get 400."""
    path = f"/organisations/{org.organisation_id}/integrations"
    assert org.integrations.create("n", "u", "", "").integration_type == ""
    assert org.integrations.update(created.id, integration_type="").integration_type == ""
    for field in ("auth_credential", "integration_type"):
        for value in (None, 5, {}):
            with pytest.raises(BadRequest, match=f"{field} must be a (non-empty )?string"):
                sandbox.organisation().request("POST", path, json={"name": "n", "json_url": "u", field: value})
            with pytest.raises(BadRequest, match=f"{field} must be a (non-empty )?string"):
                sandbox.organisation().request("PATCH", f"{path}/{created.id}", json={field: value})


def test_settings_can_be_added_listed_and_updated(org, created):
    """An update without a known label changes the newest setting."""
    settings = org.integrations.settings(created.id)
    with pytest.raises(NotFound, match="Setting not found"):
        settings.update("a", "b")
    settings.add("a", "1")
    settings.add("b", "2")
    settings.update("a", "3")
    settings.update(value="4")
    assert [(each.form_field_label, each.form_field_value) for each in settings.list()] == [("a", "3"), ("b", "4")]
    assert settings.list()[0].integration_id == created.id
    with pytest.raises(BadRequest, match="form_field_label or form_field_value is required"):
        settings.update()
    with pytest.raises(BadRequest, match="form_field_label must be a (non-empty )?string"):
        settings.add("", "x")
    with pytest.raises(NotFound):
        org.integrations.settings(NIL).list()


def test_channel_settings_belong_to_one_channel(org, created):
    """Channel settings are updated and deleted by id, and only in their own channel."""
    one, two = (org.integrations.channel(created.id, name).settings for name in ("one", "two"))
    one.add("a", "1")
    (setting,) = one.list()
    assert (setting.channel_id, two.list()) == ("one", [])
    one.update(setting.id, value="2")
    assert one.list()[0].form_field_value == "2"
    with pytest.raises(APIStatusError, match="Setting not found") as caught:
        two.delete(setting.id)
    assert caught.value.status == 422, "the document has no 404 for it"
    one.delete(setting.id)
    assert one.list() == []


def test_custom_integrations_can_be_created_updated_and_deleted(org):
    """Custom integrations can be created, updated and deleted; their URLs are not fetched by default."""
    org.custom_integrations.create("http://127.0.0.1:9/banana.json")
    (listed,) = org.custom_integrations.list()
    assert (listed.app_name, listed.json_url) == ("127.0.0.1", "http://127.0.0.1:9/banana.json")
    settings = org.custom_integrations.settings(listed.id)
    assert settings.get() == []
    settings.update({"field_name": "f", "value": "v"})
    assert [(each.field_name, each.value) for each in settings.get()] == [("f", "v")]
    org.custom_integrations.update(listed.id, "https://other.example/x")
    assert org.custom_integrations.list()[0].app_name == "other.example"
    org.custom_integrations.delete(listed.id)
    with pytest.raises(NotFound):
        settings.get()
    for url in (
        "http://example.invalid\\@127.0.0.1/x",
        "http://u:p@127.0.0.1/x",
        "banana",
        "ftp://x/y",
        "https://",
        "https://[",
    ):
        with pytest.raises(BadRequest, match="Invalid JSON URL supplied"):
            org.custom_integrations.create(url)


def test_invalid_custom_settings_are_refused(org, sandbox):
    """Custom settings whose `setting_entry` is not an object are refused."""
    org.custom_integrations.create("http://x/y")
    (listed,) = org.custom_integrations.list()
    path = f"/organisations/{org.organisation_id}/integrations/custom/{listed.id}/settings"
    with pytest.raises(BadRequest, match="setting_entry must be an object"):
        sandbox.organisation().request("PUT", path, json={"setting_entry": 5})


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"data": {"descriptions": {"app_name": "Banana", "app_url": "https://b"}}}', "Banana"),
        (b'{"data": {"descriptions": 5}}', "127.0.0.1"),
        (b"<html>", None),
        (b'{"data": 5}', None),
    ],
)
def test_custom_integrations_are_fetched_if_enabled(body, name):
    """With `fetch=True`, the name comes from the document at a loopback URL, and invalid documents get 400."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    sandbox = Sandbox(fetch=True)
    custom = sandbox.organisation().custom_integrations
    url = f"http://127.0.0.1:{server.server_port}/x.json"
    if name is None:
        with pytest.raises(BadRequest, match="Invalid JSON URL supplied"):
            custom.create(url)
    else:
        custom.create(url)
        assert [each.app_name for each in custom.list()] == [name]
    thread.join()
    server.server_close()
    custom.create("https://elsewhere.example/x.json")
    with pytest.raises(BadRequest):
        custom.create(url)
    sandbox.close()


def test_slack_is_connected_once(org):
    """A second exchange of a Slack code gets 409, and the access info is available after the first."""
    with pytest.raises(APIStatusError, match="Slack access info not found"):
        org.slack.info()
    token = org.slack.exchange_token("code")
    info = org.slack.info()
    assert (info.access_token, info.organisation_id) == (token.access_token, org.organisation_id)
    with pytest.raises(Conflict, match="already exists"):
        org.slack.exchange_token("code")
    with pytest.raises(AuthenticationError, match="Invalid request body"):
        org.slack.exchange_token("")


def test_ids_are_validated(org, sandbox):
    """Ids that the documentation calls UUIDs must be UUIDs, and each organisation has its own data."""
    with pytest.raises(BadRequest, match="Invalid integration_id: 'x' is not a UUID"):
        org.integrations.delete("x")
    with pytest.raises(BadRequest, match="Invalid organisation_id"):
        sandbox.organisation("x").integrations.list()
    with pytest.raises(APIStatusError, match="Invalid organisation_id") as caught:
        sandbox.organisation("x").slack.info()
    assert caught.value.status == 422
    with pytest.raises(NotFound, match="Organisation not found"):
        sandbox.organisation(NIL).integrations.list()
    org.integrations.create("n", "u")
    assert sandbox.organisation("11111111-1111-4111-8111-111111111111").integrations.list() == []


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}])
def test_the_token_is_checked_first(sandbox, org, header):
    """A missing or wrong token gets 401 before anything else is validated."""
    url = f"{sandbox.organisation_url}/organisations/{org.organisation_id}/integrations"
    response = sandbox.session().get(url, headers=header)
    assert (response.status_code, response.json()["message"]) == (401, "Unauthorized")


def test_the_api_is_served_over_a_socket(live):
    """A client that is configured by arguments alone can use a sandbox on a port."""
    org = Organisation(NIL.replace("0", "1"), live.organisation_token, base_url=live.organisation_url)
    assert org.integrations.create("n", "u").name == "n"
    assert requests.get(f"{live.url}/api/v1/organisations/x/integrations", timeout=5).status_code == 401
