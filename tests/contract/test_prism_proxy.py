"""The clients and the sandbox with a validating Prism proxy in between: all must conform to openapi.yaml."""

import json
from contextlib import suppress

import pytest
import requests

from integry import APIStatusError, BadRequest, Integry, InvalidArguments, Organisation
from integry._generated.operations import OPERATIONS
from integry.sandbox import Result, Sandbox
from tests.calls import takes_token

from .conftest import ROOT, Prism

pytestmark = pytest.mark.contract

ORGANISATION, NOWHERE = "0192202e-b6f3-7d23-8025-3f60675cc031", "11111111-1111-4111-8111-111111111111"
NIL = "00000000-0000-0000-0000-000000000000"
#: Text with characters that may break quoting, encodings and headers.
ODD = "é/ü ?#%20&a=b;{x}\U0001f34c\t\x00\ud800"


class ProxiedSandbox:
    """A sandbox behind two Prism proxies, one for each API, because the paths of their servers differ.

    Attributes:
        sandbox: The sandbox.
        urls: URLs of the two proxies.
        statuses: Statuses that were received, by operation.
        violations: Violations that Prism reported: operation, status, location and message.
    """

    def __init__(self, sandbox):
        self.sandbox, self.statuses, self.violations = sandbox, {}, []
        # Not with --errors: Prism would then respond to invalid requests itself, and not report undocumented statuses.
        upstreams = (sandbox.url, sandbox.organisation_url)
        self.prisms = [Prism("proxy", str(ROOT / "openapi.yaml"), url) for url in upstreams]
        self.urls = [prism.url for prism in self.prisms]

    def stop(self):
        """Stop both proxies."""
        for prism in self.prisms:
            prism.stop()

    def record(self, response, *_, **__):
        """Record the status of a response and the violations that Prism reports in its header."""
        url = response.request.url
        path = url.replace(self.urls[0], "").replace(self.urls[1], "/api/v1").partition("?")[0]
        operation, _ = self.sandbox.application.routes.find(response.request.method, path)
        assert response.headers["Server"] == "integry-sandbox", f"Prism answered instead: {response.text}"
        self.statuses.setdefault(operation.name, set()).add(response.status_code)
        for found in json.loads(response.headers.get("sl-violations", "[]")):
            place = ".".join(found["location"])
            self.violations.append((operation.name, response.status_code, place, found["message"]))

    def client(self, app_secret="", **options):
        """Return a client of the Integry API."""
        options = {"user_id": "123456", "base_url": self.urls[0], "max_retries": 0, **options}
        return Integry(self.sandbox.app_key, app_secret or self.sandbox.app_secret, on_response=self.record, **options)

    def organisation(self, organisation_id=ORGANISATION, token=""):
        """Return a client of the organisation-integrations API."""
        options = {"base_url": self.urls[1], "max_retries": 0, "on_response": self.record}
        return Organisation(organisation_id, token or self.sandbox.organisation_token, **options)


@pytest.fixture(scope="module")
def shared_proxy():
    """Return a proxied sandbox for all tests of this module."""
    with Sandbox() as sandbox:
        proxied = ProxiedSandbox(sandbox)
        yield proxied
        proxied.stop()


@pytest.fixture
def proxied(shared_proxy):
    """Return the proxied sandbox after a reset, which keeps the recorded statuses."""
    shared_proxy.sandbox.reset()
    shared_proxy.violations.clear()
    return shared_proxy


@pytest.fixture
def client(proxied):
    """Return a client for the user in the documentation."""
    return proxied.client()


@pytest.fixture
def org(proxied):
    """Return a client of the default organisation."""
    return proxied.organisation()


@pytest.fixture
def integration_id(org):
    """Return the id of an integration of the organisation."""
    return org.integrations.create("name", "https://x.example").id


def assert_refused(status, call, *args, **kwargs):
    """Assert that a call is refused with a status."""
    with pytest.raises(APIStatusError) as caught:
        call(*args, **kwargs)
    assert caught.value.status == status


def test_apps_conform(proxied, client):
    """Requests about apps conform with all arguments, pages, unusual names, connections and disconnections."""
    assert len(list(client.apps.list(page_size=2))) == 5
    assert [app.name for app in client.apps.list(connected_only=True, search="pipedrive")]
    assert list(client.apps.list(connected_only=False, search=ODD.encode(errors="replace").decode())) == []
    assert not client.apps.is_connected("slack")
    proxied.sandbox.connect("slack", display_name=ODD)
    assert client.apps.connected_accounts("slack")[0].display_name == ODD
    client.apps.disconnect("slack")
    client.apps.disconnect("pipedrive", connected_account_id=client.apps.connected_accounts("pipedrive")[0].id)
    for name in ("nope", "a b", "é", "a?b", "%41"):
        assert_refused(404, client.apps.get, name)
    assert_refused(404, client.apps.disconnect, "slack", connected_account_id=7)
    assert_refused(404, client.apps.disconnect, "slack", connected_account_id="é")
    assert_refused(400, client.apps.list, cursor="not ours")
    assert proxied.violations == []


def test_functions_conform(proxied, client):
    """Requests about functions conform with all arguments and pages, with and without variables and meta."""
    for number in range(60):
        proxied.sandbox.add_function(f"4me-f{number}", dict, app="4me", parameters={"type": "object"})
    assert len(list(client.functions.list(app="4me"))) == 61
    for kind in ("QUERY", "ACTION", "PASSTHROUGH"):
        assert list(client.functions.list(type=kind, connected_only=True, include="meta", search="pipedrive"))
    assert list(client.functions.list(app="nope")) == []
    assert client.functions.get("slack-post-message", include=["meta"]).meta
    got = client.functions.get("slack-post-message", prompt="Say hello on random", variables={"text": {"a": [None]}})
    assert got.arguments == {"channel": "random", "text": "{text}"}
    prompt = "Send a message on Slack on random that a contact signed up"
    assert client.functions.predict(prompt, predict_arguments=True, variables={"first_name": "John"}, include="meta")
    assert client.functions.predict(prompt, predict_arguments=False, connected_only=True) == []
    assert client.functions.predict("Nothing of the kind") == []
    assert_refused(400, client.functions.predict, " ")
    assert_refused(404, client.functions.get, "nope", prompt=ODD)
    assert proxied.violations == []


def test_calls_conform(proxied, client):
    """Function calls conform with tags, pages, passthrough, errors and outputs of any type."""
    call, post = client.functions.call, "slack-post-message"
    assert_refused(400, call, post, {"channel": "random", "text": "x"})
    account = proxied.sandbox.connect("slack")
    result = call(post, {"channel": "random", "text": "{x}"}, variables={"x": ODD}, connected_account_id=account.id)
    assert (result.output["message"]["text"], result.credits) == (ODD, 1)
    with pytest.raises(InvalidArguments):
        call(post, {"text": None, "blocks": 5})
    assert_refused(400, call, post, {"channel": "random", "text": "x"}, connected_account_id="nope")
    assert_refused(404, call, "nope")
    assert len(list(client.functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))) == 3
    assert len(list(client.functions.call_items("slack-list-conversations", {"limit": 1}, items="channels"))) == 2
    assert not call("pipedrive-add-a-person", {"name": "Sample contact", "owner_id": 5}).ok
    through = client.functions.passthrough
    assert through("slack", "GET", "https://slack.com/api/conversations.list?limit=1").cursor
    assert through("pipedrive", "POST", "https://api.pipedrive.com/v2/persons", body={"name": "é"}).ok
    assert through("pipedrive", "DELETE", "https://api.pipedrive.com/v2/nothing").network_code == 404
    for output in (None, 0, "", [], [[]], {}, {"a": None}, ODD, True):
        proxied.sandbox.add_function(post, lambda _, output=output: Result(output, 418, cursor={"at": 1}))
        assert call(post, {"channel": "c", "text": "t"}).output == output
    assert proxied.violations == []


def test_integrations_conform(proxied, org, integration_id):
    """Requests about integrations conform: creation, updates, deletion and refused requests."""
    org.integrations.create(ODD, "https://x.example", "credential", "")
    org.integrations.update(
        integration_id, name="é", json_url="https://y.example", auth_credential="c", integration_type=""
    )
    org.integrations.update(integration_id)
    assert len(org.integrations.list()) == 2
    assert org.integrations.delete(integration_id).id == integration_id
    assert_refused(404, org.integrations.delete, integration_id)
    assert_refused(404, org.integrations.update, integration_id, name="n")
    assert_refused(400, org.integrations.update, "no UUID")
    assert_refused(400, org.integrations.create, "", "")
    for call in (proxied.organisation(NIL).integrations.list, proxied.organisation(NIL).custom_integrations.list):
        assert_refused(404, call)
    assert proxied.violations == []


def test_settings_conform(proxied, org, integration_id):
    """Requests about settings of integrations and of channels conform, also with unusual ids."""
    settings, channel = (
        org.integrations.settings(integration_id),
        org.integrations.channel(integration_id, "a b;é?").settings,
    )
    assert_refused(404, settings.update, "a", "b")
    assert [settings.list(), channel.list()] == [[], []]
    for place in (settings, channel):
        place.add(ODD, "value")
        assert [each.form_field_label for each in place.list()] == [ODD]
    settings.update(ODD, "2")
    settings.update(value="3")
    (setting,) = channel.list()
    channel.update(setting.id, label="l")
    channel.update(setting.id, value="v")
    channel.delete(setting.id)
    assert_refused(422, channel.delete, setting.id)
    assert_refused(422, channel.update, "é", value="v")
    for none in (org.integrations.channel(NOWHERE, "c").settings, org.integrations.channel("x", "c").settings):
        assert_refused(422, none.list)
        assert_refused(422, none.add, "a", "b")
    assert_refused(404, org.integrations.settings(NOWHERE).list)
    assert_refused(422, org.integrations.settings("x").list)
    assert_refused(400, settings.update)
    assert_refused(400, settings.add, "", "")
    assert proxied.violations == []


def test_custom_integrations_conform(proxied, org):
    """Requests about custom integrations conform: creation, updates, settings of any type and deletion."""
    org.custom_integrations.create("https://www.bananaisland.com/banana.json")
    (listed,) = org.custom_integrations.list()
    org.custom_integrations.update(listed.id, "https://x.example")
    settings = org.custom_integrations.settings(listed.id)
    assert settings.get() == []
    for value in ("v", None, 1, [{}], {"a": ODD}):
        settings.update({"field_name": "f", "value": value})
        assert settings.get()[0].value == value
    for json_url in ("", "banana", "http://["):
        assert_refused(400, org.custom_integrations.create, json_url)
        assert_refused(400, org.custom_integrations.update, listed.id, json_url)
    org.custom_integrations.delete(listed.id)
    for call in (settings.get, lambda: settings.update({}), lambda: org.custom_integrations.delete(listed.id)):
        assert_refused(404, call)
    assert_refused(400, org.custom_integrations.settings("x").get)
    assert proxied.violations == []


def test_slack_conforms(proxied, org):
    """Requests about Slack conform before and after the token exchange."""
    assert_refused(422, org.slack.info)
    assert_refused(401, org.slack.exchange_token, "")
    org.slack.exchange_token("code")
    assert org.slack.info().team_name == "Sandbox"
    assert_refused(409, org.slack.exchange_token, "code")
    assert_refused(422, proxied.organisation("x").slack.info)
    assert proxied.violations == []


def test_a_wrong_token_conforms(proxied):
    """Every operation responds to a wrong token with the documented 401."""
    org = proxied.organisation(token="wrong")
    settings, channel = org.integrations.settings("i"), org.integrations.channel("i", "c").settings
    custom, custom_settings = org.custom_integrations, org.custom_integrations.settings("i")
    for call, *arguments in [
        *((org.slack.info,), (org.slack.exchange_token, "c")),
        *((org.integrations.list,), (org.integrations.create, "n", "u")),
        *((org.integrations.update, "i"), (org.integrations.delete, "i")),
        *((settings.list,), (settings.add, "a", "b"), (settings.update, "a", "b")),
        *((channel.list,), (channel.add, "a", "b"), (channel.update, "s", "a"), (channel.delete, "s")),
        *((custom.list,), (custom.create, "u"), (custom.update, "i", "u"), (custom.delete, "i")),
        *((custom_settings.get,), (custom_settings.update, {})),
    ]:
        assert_refused(401, call, *arguments)
    assert proxied.violations == []


def test_every_operation_and_status_was_recorded(proxied):
    """Every operation has succeeded, every documented error has occurred, and no 500 has."""
    needed = {name: {200} for name in OPERATIONS}
    needed.update(disconnect_account={204}, create_integration={201}, create_custom_integration={201})
    assert {name: proxied.statuses[name] & expected for name, expected in needed.items()} == needed
    assert set().union(*proxied.statuses.values()) == {200, 201, 204, 400, 401, 404, 409, 422}


@pytest.mark.parametrize("name", [name for name in OPERATIONS if not takes_token(name)])
def test_missing_credentials_are_reported(proxied, name):
    """Prism reports a request without credentials, and the response of the sandbox is the documented one."""
    operation = OPERATIONS[name]
    url = proxied.urls[0] + operation.path.replace("{", "").replace("}", "")
    body = {"prompt": "p"} if name == "predict_function" else None
    proxied.record(requests.request(operation.method, url, json=body, timeout=5))
    status = 403 if operation.tag == "functions" else 400
    assert proxied.violations == [(name, status, "request", "Invalid security scheme used")]


def test_the_undocumented_401_is_reported(proxied):
    """Wrong credentials get 401, the only status that the sandbox adds to the document."""
    assert_refused(401, proxied.client(app_secret="wrong").functions.list)
    ((name, status, place, message),) = proxied.violations
    assert (name, status, place) == ("list_functions", 401, "response")
    assert message.startswith("Unable to match the returned status code")


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ({"status": 200, "body": {"apps": [{"id": "x"}]}}, "response.body.apps.0"),
        ({"status": 200, "body": "<p>"}, "response.body"),
        ({"status": 400, "body": {"detail": 5}}, "response.body.detail"),
        ({"status": 500, "body": {}}, "response"),
    ],
)
def test_invalid_responses_are_reported(proxied, client, fault, place):
    """Prism reports undocumented fields, media types and statuses, so the tests of this module can fail."""
    proxied.sandbox.fail(**fault)
    with pytest.raises(Exception, match=r"apps\.list\(\)"):
        client.apps.list()
    assert place in [found[2] for found in proxied.violations]


@pytest.mark.parametrize(
    ("query", "body", "place"),
    [
        ("", {"prompt": 5}, "request.body.prompt"),
        ("", {}, "request.body"),
        ("?include=all", {"prompt": "p"}, "request.query.include"),
        ("?predict_arguments=perhaps", {"prompt": "p"}, "request.query.predict_arguments"),
    ],
)
def test_invalid_requests_are_reported(proxied, client, query, body, place):
    """Prism reports bodies and parameters that the clients of this package never send."""
    with suppress(BadRequest):
        client.request("POST", f"/functions/predict/{query}", json=body)
    assert place in [found[2] for found in proxied.violations]
