"""Our clients and the sandbox, with Prism between them, which sees whether both keep to openapi.yaml."""

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
#: What may break quoting, encodings and headers.
ODD = "é/ü ?#%20&a=b;{x}\U0001f34c\t\x00\ud800"


class Watched:
    """A sandbox behind two Prisms, one for each API: their servers have different paths.

    Attributes:
        sandbox: The sandbox.
        urls: Where the two APIs are.
        seen: By operation, the statuses that came.
        violations: What Prism found wrong in requests and responses: operation, status, place and words.
    """

    def __init__(self, sandbox):
        self.sandbox, self.seen, self.violations = sandbox, {}, []
        # Not --errors: it would answer in the sandbox's place, and not report statuses that are not documented.
        upstreams = (sandbox.url, sandbox.organisation_url)
        self.prisms = [Prism("proxy", str(ROOT / "openapi.yaml"), url) for url in upstreams]
        self.urls = [prism.url for prism in self.prisms]

    def stop(self):
        """Stop both."""
        for prism in self.prisms:
            prism.stop()

    def look(self, response, *_, **__):
        """Note what came of a request, and what Prism says of both."""
        url = response.request.url
        path = url.replace(self.urls[0], "").replace(self.urls[1], "/api/v1").partition("?")[0]
        operation, _ = self.sandbox.application.routes.find(response.request.method, path)
        assert response.headers["Server"] == "integry-sandbox", f"Prism answered in its place: {response.text}"
        self.seen.setdefault(operation.name, set()).add(response.status_code)
        for found in json.loads(response.headers.get("sl-violations", "[]")):
            place = ".".join(found["location"])
            self.violations.append((operation.name, response.status_code, place, found["message"]))

    def client(self, app_secret="", **options):
        """A client of the Integry API."""
        given = {"user_id": "123456", "base_url": self.urls[0], "max_retries": 0, **options}
        return Integry(self.sandbox.app_key, app_secret or self.sandbox.app_secret, on_response=self.look, **given)

    def organisation(self, organisation_id=ORGANISATION, token=""):
        """A client of the organisation-integrations API."""
        given = {"base_url": self.urls[1], "max_retries": 0, "on_response": self.look}
        return Organisation(organisation_id, token or self.sandbox.organisation_token, **given)


@pytest.fixture(scope="module")
def between():
    """One for all tests of this module."""
    with Sandbox() as sandbox:
        watched = Watched(sandbox)
        yield watched
        watched.stop()


@pytest.fixture
def watched(between):
    """The same as new, but for what was seen."""
    between.sandbox.reset()
    between.violations.clear()
    return between


@pytest.fixture
def client(watched):
    """A client for the documentation's user."""
    return watched.client()


@pytest.fixture
def org(watched):
    """An organisation."""
    return watched.organisation()


@pytest.fixture
def made(org):
    """The id of an integration of it."""
    return org.integrations.create("name", "https://x.example").id


def refused(status, call, *args, **kwargs):
    """A call that must be refused with a status."""
    with pytest.raises(APIStatusError) as caught:
        call(*args, **kwargs)
    assert caught.value.status == status


def test_apps(watched, client):
    """All arguments, all pages, odd names; connected and disconnected."""
    assert len(list(client.apps.list(page_size=2))) == 5
    assert [app.name for app in client.apps.list(connected_only=True, search="pipedrive")]
    assert list(client.apps.list(connected_only=False, search=ODD.encode(errors="replace").decode())) == []
    assert not client.apps.is_connected("slack")
    watched.sandbox.connect("slack", display_name=ODD)
    assert client.apps.connected_accounts("slack")[0].display_name == ODD
    client.apps.disconnect("slack")
    client.apps.disconnect("pipedrive", connected_account_id=client.apps.connected_accounts("pipedrive")[0].id)
    for name in ("nope", "a b", "é", "a?b", "%41"):
        refused(404, client.apps.get, name)
    refused(404, client.apps.disconnect, "slack", connected_account_id=7)
    refused(404, client.apps.disconnect, "slack", connected_account_id="é")
    refused(400, client.apps.list, cursor="not ours")
    assert watched.violations == []


def test_functions(watched, client):
    """All arguments, all pages; predictions with and without variables, meta and prompts."""
    for number in range(60):
        watched.sandbox.add_function(f"4me-f{number}", dict, app="4me", parameters={"type": "object"})
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
    refused(400, client.functions.predict, " ")
    refused(404, client.functions.get, "nope", prompt=ODD)
    assert watched.violations == []


def test_calls(watched, client):
    """Tags, pages, passthrough; refusals of the sandbox and of the app; whatever an app answers."""
    call, post = client.functions.call, "slack-post-message"
    refused(400, call, post, {"channel": "random", "text": "x"})
    account = watched.sandbox.connect("slack")
    result = call(post, {"channel": "random", "text": "{x}"}, variables={"x": ODD}, connected_account_id=account.id)
    assert (result.output["message"]["text"], result.credits) == (ODD, 1)
    with pytest.raises(InvalidArguments):
        call(post, {"text": None, "blocks": 5})
    refused(400, call, post, {"channel": "random", "text": "x"}, connected_account_id="nope")
    refused(404, call, "nope")
    assert len(list(client.functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))) == 3
    assert len(list(client.functions.call_items("slack-list-conversations", {"limit": 1}, items="channels"))) == 2
    assert not call("pipedrive-add-a-person", {"name": "Sample contact", "owner_id": 5}).ok
    through = client.functions.passthrough
    assert through("slack", "GET", "https://slack.com/api/conversations.list?limit=1").cursor
    assert through("pipedrive", "POST", "https://api.pipedrive.com/v2/persons", body={"name": "é"}).ok
    assert through("pipedrive", "DELETE", "https://api.pipedrive.com/v2/nothing").network_code == 404
    for output in (None, 0, "", [], [[]], {}, {"a": None}, ODD, True):
        watched.sandbox.add_function(post, lambda _, output=output: Result(output, 418, cursor={"at": 1}))
        assert call(post, {"channel": "c", "text": "t"}).output == output
    assert watched.violations == []


def test_integrations(watched, org, made):
    """From create to delete, with all fields and with few; what is refused."""
    org.integrations.create(ODD, "https://x.example", "credential", "")
    org.integrations.update(made, name="é", json_url="https://y.example", auth_credential="c", integration_type="")
    org.integrations.update(made)
    assert len(org.integrations.list()) == 2
    assert org.integrations.delete(made).id == made
    refused(404, org.integrations.delete, made)
    refused(404, org.integrations.update, made, name="n")
    refused(400, org.integrations.update, "no UUID")
    refused(400, org.integrations.create, "", "")
    for call in (watched.organisation(NIL).integrations.list, watched.organisation(NIL).custom_integrations.list):
        refused(404, call)
    assert watched.violations == []


def test_settings(watched, org, made):
    """Of an integration, and of one in a channel, whose id may be anything."""
    settings, channel = org.integrations.settings(made), org.integrations.channel(made, "a b;é?").settings
    refused(404, settings.update, "a", "b")
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
    refused(422, channel.delete, setting.id)
    refused(422, channel.update, "é", value="v")
    for none in (org.integrations.channel(NOWHERE, "c").settings, org.integrations.channel("x", "c").settings):
        refused(422, none.list)
        refused(422, none.add, "a", "b")
    refused(404, org.integrations.settings(NOWHERE).list)
    refused(422, org.integrations.settings("x").list)
    refused(400, settings.update)
    refused(400, settings.add, "", "")
    assert watched.violations == []


def test_custom_integrations(watched, org):
    """From create to delete, with settings of any kind."""
    org.custom_integrations.create("https://www.bananaisland.com/banana.json")
    (listed,) = org.custom_integrations.list()
    org.custom_integrations.update(listed.id, "https://x.example")
    settings = org.custom_integrations.settings(listed.id)
    assert settings.get() == []
    for value in ("v", None, 1, [{}], {"a": ODD}):
        settings.update({"field_name": "f", "value": value})
        assert settings.get()[0].value == value
    for json_url in ("", "banana", "http://["):
        refused(400, org.custom_integrations.create, json_url)
        refused(400, org.custom_integrations.update, listed.id, json_url)
    org.custom_integrations.delete(listed.id)
    for call in (settings.get, lambda: settings.update({}), lambda: org.custom_integrations.delete(listed.id)):
        refused(404, call)
    refused(400, org.custom_integrations.settings("x").get)
    assert watched.violations == []


def test_slack(watched, org):
    """Before the exchange and after it."""
    refused(422, org.slack.info)
    refused(401, org.slack.exchange_token, "")
    org.slack.exchange_token("code")
    assert org.slack.info().team_name == "Sandbox"
    refused(409, org.slack.exchange_token, "code")
    refused(422, watched.organisation("x").slack.info)
    assert watched.violations == []


def test_the_token(watched):
    """A wrong one is answered as documented, by every operation."""
    org = watched.organisation(token="wrong")
    settings, channel = org.integrations.settings("i"), org.integrations.channel("i", "c").settings
    custom, custom_settings = org.custom_integrations, org.custom_integrations.settings("i")
    for call, *given in [
        *((org.slack.info,), (org.slack.exchange_token, "c")),
        *((org.integrations.list,), (org.integrations.create, "n", "u")),
        *((org.integrations.update, "i"), (org.integrations.delete, "i")),
        *((settings.list,), (settings.add, "a", "b"), (settings.update, "a", "b")),
        *((channel.list,), (channel.add, "a", "b"), (channel.update, "s", "a"), (channel.delete, "s")),
        *((custom.list,), (custom.create, "u"), (custom.update, "i", "u"), (custom.delete, "i")),
        *((custom_settings.get,), (custom_settings.update, {})),
    ]:
        refused(401, call, *given)
    assert watched.violations == []


def test_all_was_seen(watched):
    """Every operation, and every kind of refusal that the document has; the sandbox does not fail by itself."""
    needed = {name: {200} for name in OPERATIONS}
    needed.update(disconnect_account={204}, create_integration={201}, create_custom_integration={201})
    assert {name: watched.seen[name] & statuses for name, statuses in needed.items()} == needed
    assert set().union(*watched.seen.values()) == {200, 201, 204, 400, 401, 404, 409, 422}


@pytest.mark.parametrize("name", [name for name in OPERATIONS if not takes_token(name)])
def test_no_credentials(watched, name):
    """Prism sees that they are missing; the answer is the documented one."""
    operation = OPERATIONS[name]
    url = watched.urls[0] + operation.path.replace("{", "").replace("}", "")
    body = {"prompt": "p"} if name == "predict_function" else None
    watched.look(requests.request(operation.method, url, json=body, timeout=5))
    status = 403 if operation.tag == "functions" else 400
    assert watched.violations == [(name, status, "request", "Invalid security scheme used")]


def test_wrong_credentials(watched):
    """What comes is not documented, and Prism sees that too: the one answer that the sandbox adds."""
    refused(401, watched.client(app_secret="wrong").functions.list)
    ((name, status, place, message),) = watched.violations
    assert (name, status, place) == ("list_functions", 401, "response")
    assert message.startswith("Unable to match the returned status code")


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"status": 200, "body": {"apps": [{"id": "x"}]}}, "response.body.apps.0"),
        ({"status": 200, "body": "<p>"}, "response.body"),
        ({"status": 400, "body": {"detail": 5}}, "response.body.detail"),
        ({"status": 500, "body": {}}, "response"),
    ],
)
def test_wrong_answers_are_noticed(watched, client, answer, place):
    """Fields, content types and statuses that are not documented: the tests above can fail."""
    watched.sandbox.fail(**answer)
    with pytest.raises(Exception, match="list_apps"):
        client.apps.list()
    assert place in [found[2] for found in watched.violations]


@pytest.mark.parametrize(
    ("query", "body", "place"),
    [
        ("", {"prompt": 5}, "request.body.prompt"),
        ("", {}, "request.body"),
        ("?include=all", {"prompt": "p"}, "request.query.include"),
        ("?predict_arguments=perhaps", {"prompt": "p"}, "request.query.predict_arguments"),
    ],
)
def test_wrong_requests_are_noticed(watched, client, query, body, place):
    """Bodies and parameters that no client of ours would send."""
    with suppress(BadRequest):
        client.request("POST", f"/functions/predict/{query}", json=body)
    assert place in [found[2] for found in watched.violations]
