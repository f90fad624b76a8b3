"""The console's pages: their contents, access control, and the masking of secrets."""

import json
import re

import pytest
import requests

from integry import IntegryError, ServerError

from .hostile import Skeleton

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def page(sandbox):
    """Return a function that returns the text of a page."""

    def get(path, **options):
        response = sandbox.session().get(sandbox.url + path, **options)
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        return response.text

    return get


@pytest.fixture
def send(sandbox):
    """Return a function that submits a form of the console, with the token of its page."""

    def post(path, /, *, url=sandbox.url, session=None, **fields):
        session = session or sandbox.session()
        shown = session.get(url + ("/console/faults" if path == "/console/reset" else path)).text
        token = re.search(r'name="form_token" value="([^"]+)"', shown).group(1)
        given = {name.replace("__", ":"): value for name, value in fields.items()}
        return session.post(url + path, data={"form_token": token, **given}, allow_redirects=False)

    return post


def assert_refused(call):
    """Make a call that must be refused."""
    with pytest.raises(IntegryError):
        call()


def lines(text):
    """Return the lines of the journal, each as a list of its parts."""
    found = re.findall(r"<summary><time.*?</summary>", text)
    return [re.sub(r"<[^>]+>", "|", each).replace("||", "|").strip("|").split("|")[1:] for each in found]


def test_the_journal_has_one_line_for_each_call_and_each_refusal(sandbox, page):
    """A line of the journal has user, function, status and the reason for a refusal. The newest line is first."""
    assert "No calls yet" in page("/")
    client = sandbox.client(max_retries=0)
    client.functions.call("pipedrive-add-a-person", {"name": "Ann"})
    assert_refused(lambda: client.functions.call("pipedrive-add-a-person", {}))
    assert_refused(lambda: client.functions.call("slack-post-message", {}))
    assert_refused(lambda: client.apps.get("nope"))
    assert_refused(lambda: sandbox.organisation().integrations.update("1", name="x"))
    sandbox.session().post(f"{sandbox.url}/functions/list/")
    sandbox.fail(kind="reset")
    assert_refused(lambda: client.apps.get("slack"))
    sandbox.fail(503, b"down", delay=0.01)
    assert_refused(lambda: client.apps.get("slack"))
    missing = "name: This parameter is required and must not be null or empty"
    found = lines(page("/"))
    assert found[0] == ["123456", "POST /apps/slack/get/", "refused 503", "fault: 503 after 0.01 s"]
    assert found[1] == ["123456", "POST /apps/slack/get/", "no response", "fault: reset"]
    denied = ["no user", "POST /functions/list/", "refused 403", "Authentication credentials were not provided."]
    assert found[2] == denied
    assert found[3][1].startswith("PATCH /api/v1/")
    assert found[3][3] == "Invalid integration_id: &#x27;1&#x27; is not a UUID."
    assert found[4] == ["123456", "POST /apps/nope/get/", "refused 404", "App not found"]
    assert found[5][1:3] == ["slack-post-message", "refused 400"]
    assert found[5][3].startswith("User has not connected their Slack account.")
    assert found[6] == ["123456", "pipedrive-add-a-person", "refused 400", missing]
    assert found[7] == ["123456", "pipedrive-add-a-person", "200"]


def test_arguments_and_output_are_collapsed(sandbox, page):
    """Arguments and output are in a `details` element that is closed at first."""
    sandbox.client().functions.call("pipedrive-add-a-person", {"name": "Ann Lee"})
    (inside,) = re.findall(r"<details><summary><time.*?</summary>(.*?)</details>", page("/"), re.DOTALL)
    assert inside.count("Ann Lee") > 1
    assert "<details open" not in page("/")


def test_the_journal_can_be_filtered(sandbox, page):
    """The journal can be filtered by user, by function, and by success."""
    for user in ("1", "2"):
        sandbox.connect("pipedrive", user_id=user)
        sandbox.client(user).functions.call("pipedrive-add-a-person", {"name": "Ann"})
        sandbox.client(user).functions.call("pipedrive-get-all-persons")
        assert_refused(lambda user=user: sandbox.client(user).functions.call("pipedrive-add-a-person", {}))
    assert len(lines(page("/"))) == 6
    assert {line[0] for line in lines(page("/?user=2"))} == {"2"}
    assert [line[1] for line in lines(page("/?function=pipedrive-get-all-persons"))] == [
        "pipedrive-get-all-persons"
    ] * 2
    assert {line[2] for line in lines(page("/?kind=refused"))} == {"refused 400"}
    assert len(lines(page("/?kind=done&user=1&function=pipedrive-add-a-person"))) == 1
    assert "No entries match." in page("/?user=3")
    assert '<option value="3" selected>' in page("/?user=3")


def test_the_journal_of_refusals_is_bounded(sandbox, page):
    """The journal of refused requests limits the number of entries, the lengths of texts and the sizes of bodies."""
    session = sandbox.session()
    for number in range(210):
        session.post(f"{sandbox.url}/nope/{number}")
    assert "100 of 200" in page("/")
    session.post(f"{sandbox.url}/{'x' * 5000}", json={"text": "y" * 50_000})
    assert f"POST /{'x' * 499}…" in page("/")
    session.post(f"{sandbox.url}/apps/list/", data="{")
    sandbox.client().functions.call("pipedrive-add-a-person", {"name": "z" * 20_000})
    text = page("/")
    assert "yyy" not in text
    assert text.count("z") < 25_000
    assert_refused(lambda: sandbox.client().functions.call("pipedrive-add-a-person", {"text": "y" * 50_000}))
    assert "bytes)" in page("/")


def test_the_pages_load_no_external_resources(sandbox, page):
    """All links of the pages lead to the sandbox, and the CSP allows no script and no embedding in frames."""
    paths = ("/", "/console/functions", "/console/functions/slack-post-message", "/console/apps", "/console/faults")
    for path in (*paths, "/console/organisations"):
        found = Skeleton(page(path))
        assert all(re.match(r"https://sandbox\.invalid/connect/|/(?!/)", link) for link in found.links), path
        assert "script" not in {part[0] for part in found.parts}
        response = sandbox.session().get(sandbox.url + path)
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("path", "kind", "prefix"),
    [("style.css", "text/css; charset=utf-8", b":root"), ("icon.svg", "image/svg+xml", b"<svg")],
)
def test_style_and_icon_are_served(sandbox, path, kind, prefix):
    """The console serves its stylesheet and its icon."""
    response = sandbox.session().get(f"{sandbox.url}/console/{path}")
    assert (response.headers["Content-Type"], response.content[: len(prefix)]) == (kind, prefix)


def test_a_request_for_the_favicon_is_not_recorded(sandbox, page):
    """A request for /favicon.ico does not appear in the journal."""
    assert sandbox.session().get(f"{sandbox.url}/favicon.ico").status_code == 204
    assert "No calls yet" in page("/")


def test_the_apps_page_shows_any_user(sandbox, page):
    """The apps page shows the accounts of the chosen user, with links to connect more."""
    sandbox.connect("slack", user_id="u<1>", display_name="<b>bold</b>")
    text = page("/console/apps", params={"user_id": "u<1>"})
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert 'value="u&lt;1&gt;"' in text
    assert "663----------8b1" in page("/console/apps")
    assert "/connect/pipedrive?" in page("/console/apps")


def test_organisations_are_shown_with_their_settings(sandbox, page):
    """The organisations page shows both kinds of integrations, channel settings, and Slack."""
    assert "None yet." in page("/console/organisations")
    organisation = sandbox.organisation()
    integration = organisation.integrations.create("My integration", "https://x.example")
    organisation.integrations.settings(integration.id).add("level", "high")
    organisation.integrations.channel(integration.id, "channel-7").settings.add("label", "low")
    organisation.custom_integrations.create("https://y.example/custom.json")
    (custom,) = organisation.custom_integrations.list()
    organisation.custom_integrations.settings(custom.id).update({"field_name": "n", "value": "the value"})
    organisation.slack.exchange_token("code")
    text = page("/console/organisations")
    for shown in ("My integration", "https://x.example", "high", "channel-7", "y.example", "the value", "#random"):
        assert shown in text


def test_data_is_escaped(sandbox, page):
    """The pages show arguments, outputs and names as text, not as markup."""
    sandbox.add_app("acme", EVIL)
    sandbox.add_function("acme-f", lambda _: EVIL, app="acme", description=EVIL)
    sandbox.connect("acme", user_id="123456", display_name=EVIL)
    sandbox.client().functions.call("acme-f", {EVIL: EVIL})
    sandbox.organisation().integrations.create(EVIL, EVIL)
    texts = [page(path) for path in ("/", "/console/functions", "/console/apps", "/console/organisations")]
    for text in texts:
        assert EVIL not in text
        assert "&lt;script&gt;" in text


def test_secrets_are_masked(sandbox, page):
    """No page shows a secret that calls, refused requests or integrations contain."""
    arguments = {"name": f"{sandbox.app_secret} {sandbox.organisation_token}"}
    sandbox.client().functions.call("pipedrive-add-a-person", arguments)
    named = {"name": "A", "api_key": "an-api-key", "client_secret": "c s", "Authorization": "Bearer zzz"}
    sandbox.client().functions.call("pipedrive-add-a-person", named)
    assert_refused(lambda: sandbox.client().functions.call("pipedrive-add-a-person", {**named, "name": ""}))
    organisation = sandbox.organisation()
    integration = organisation.integrations.create("n", "https://u:pass@example.com/x?token=a-token")
    organisation.integrations.settings(integration.id).add("api_key", "an-api-key")
    text = page("/") + page("/console/organisations")
    credentials = (sandbox.app_key, sandbox.app_secret, sandbox.organisation_token, sandbox.control_token)
    for secret in (*credentials, "an-api-key", "c s", "zzz", "u:pass", "a-token"):
        assert secret not in text
    assert "example.com" in text


# Functions


def test_every_function_has_a_page(sandbox, page):
    """A function's page shows its schema and a form, and the list of functions links to the page."""
    text = page("/console/functions")
    for name, function in sandbox._state.catalogue.functions.items():
        assert f'href="/console/functions/{name}"' in text
        shown = page(f"/console/functions/{name}")
        assert "Schema" in shown
        for argument in function.parameters["properties"]:
            assert f'name="argument:{argument}"' in shown


def test_submitting_the_form_calls_the_function(sandbox, send):
    """Submitting the form of a function calls it for the chosen user, and shows the output and the submitted values."""
    sandbox.connect("slack", user_id="7")
    fields = {"argument__channel": "random", "argument__text": "Hello, {name}", "argument__mrkdwn": "false"}
    options = {"more": '{"extra": [1]}', "variables": '{"name": "Ann"}', "user_id": "7"}
    response = send("/console/functions/slack-post-message", **fields, **options)
    assert "Hello, Ann" in response.text
    assert "Hello, {name}" in response.text
    (call,) = sandbox.calls
    assert call.user_id == "7"
    assert call.arguments == {"channel": "random", "text": "Hello, Ann", "mrkdwn": False, "extra": [1]}


def test_the_form_can_choose_an_account(sandbox, send):
    """The form of a function needs the id of an account if the user has several."""
    account, _ = (sandbox.connect("slack", display_name=name) for name in "AB")
    sandbox.add_function("slack-post-message", lambda called: called.account_id)
    fields = {"user_id": "123456", "argument__channel": "random", "argument__text": "x"}
    assert "has these Slack accounts" in send("/console/functions/slack-post-message", **fields).text
    assert "&quot;200&quot;" in send("/console/functions/slack-post-message", account=account.id, **fields).text
    assert sandbox.calls[0].output == account.id


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"user_id": "123456"}, "This parameter is required and must not be null or empty"),
        ({"user_id": "8", "argument__name": "A"}, "User has not connected their Pipedrive account."),
        ({"user_id": "", "argument__name": "A"}, "Authentication credentials were not provided."),
        ({"user_id": "123456", "argument__name": "A", "argument__owner_id": "x"}, "is not of type"),
        ({"user_id": "123456", "more": "[1]"}, "More must be a JSON object"),
        ({"user_id": "123456", "variables": "{"}, "Variables: Expecting property name"),
    ],
)
def test_the_form_shows_why_a_call_was_refused(sandbox, send, fields, shown):
    """A function's page shows the error of a refused call, and the function is not called."""
    response = send("/console/functions/pipedrive-add-a-person", **fields)
    assert (response.status_code, sandbox.calls) == (200, [])
    assert shown in response.text


# Faults and reset


@pytest.mark.parametrize(
    ("fields", "waiting"),
    [
        ({"fault": "503", "path": "/apps/", "times": "2"}, {"status": 503, "path": "/apps/", "times": 2}),
        ({"fault": "429", "retry_after": "3"}, {"status": 429, "retry_after": "3"}),
        ({"fault": "status", "status": "418"}, {"status": 418}),
        ({"fault": "reset", "status": "418"}, {"kind": "reset", "status": None}),
        ({"fault": "delay", "delay": "0.5"}, {"kind": "", "status": None, "delay": 0.5}),
    ],
)
def test_a_button_adds_a_fault(sandbox, send, page, fields, waiting):
    """A button of the faults page adds a fault, which waits for an API request.

    Requests of the console do not use the fault up.
    """
    response = send("/console/faults", **fields)
    assert (response.status_code, response.headers["Location"]) == (303, "/console/faults")
    (fault,) = sandbox._state.faults.waiting
    assert waiting.items() <= fault.to_dict().items()
    assert fault.title in page("/console/faults")
    assert sandbox._state.faults.waiting == [fault]


def test_enter_in_a_field_adds_no_fault_by_surprise(page):
    """Pressing Enter in a field adds no fault, because browsers then press the first button, which needs a status."""
    assert re.search(r'<button[^>]* value="(\w+)"', page("/console/faults")).group(1) == "status"


def test_a_fault_of_the_console_is_applied(sandbox, send):
    """A fault that the console added applies to the next API request, like a fault of `Sandbox.fail`."""
    send("/console/faults", fault="503")
    with pytest.raises(ServerError, match="503"):
        sandbox.client(max_retries=0).apps.get("slack")
    assert sandbox.client(max_retries=0).apps.get("slack").name == "slack"


def test_a_button_clears_all_faults(sandbox, send):
    """A button of the faults page clears all waiting faults."""
    sandbox.fail(500, times=9)
    send("/console/faults")
    assert sandbox._state.faults.waiting == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"fault": "status", "status": "99"}, "status must be a number from 200 to 599, got 99."),
        ({"fault": "status", "status": ""}, "status is empty: it must be a number from 200 to 599."),
        ({"fault": "status"}, "status is empty: it must be a number from 200 to 599."),
        ({"fault": "status", "status": "x"}, "status must be a number from 200 to 599, got 'x'."),
        ({"fault": "status", "status": "418.5"}, "status must be a number from 200 to 599, got '418.5'."),
        ({"fault": "nope"}, "status must be a number from 200 to 599, got 'nope'."),
        ({"fault": "delay"}, "The fault has no effect: give it a status, a kind or a delay."),
        ({"fault": "500", "times": "0"}, "times must be 1 or more, got 0."),
        ({"fault": "500", "times": "x"}, "times must be a whole number, got 'x'."),
        ({"fault": "500", "delay": "nan"}, "delay must be a number of seconds, got nan."),
        ({"fault": "500", "delay": "soon"}, "delay must be a number of seconds, got 'soon'."),
        ({"fault": "500", "retry_after": "1\r\nX: y"}, "retry_after must be a number of seconds or a date, got "),
    ],
)
def test_an_invalid_fault_is_refused(sandbox, send, fields, message):
    """The response to an invalid fault gives the reason, and no fault is added."""
    response = send("/console/faults", **fields)
    assert (response.status_code, response.json()["detail"][: len(message)]) == (400, message)
    assert sandbox._state.faults.waiting == []


@pytest.mark.parametrize(
    "arguments", [{"mrkdwn": {"password": "correcthorse"}}, {"text": "x", "password": "correcthorse"}]
)
def test_responses_do_not_repeat_secrets(sandbox, send, page, arguments):
    """Secrets of the arguments are masked in the shown response, whether the call succeeded or was refused."""
    sandbox.connect("slack")
    sandbox.add_function("slack-post-message", lambda called: f"You sent {called.arguments}")
    given = {"channel": "random", "text": "x", **arguments}
    shown = send("/console/functions/slack-post-message", user_id="123456", more=json.dumps(given)).text
    answer = re.search("<h2>Response.*?</section>", shown, re.DOTALL).group()
    for text in (answer, page("/")):
        assert "***" in text
        assert "correcthorse" not in text


def test_a_button_resets_the_sandbox(sandbox, send):
    """A button of the faults page deletes calls, refused requests and faults."""
    sandbox.client().functions.call("pipedrive-add-a-person", {"name": "Ann"})
    assert_refused(lambda: sandbox.client().apps.get("nope"))
    sandbox.fail(500)
    assert send("/console/reset").headers["Location"] == "/"
    assert (sandbox.calls, sandbox._state.journal.entries(), sandbox._state.faults.waiting) == ([], [], [])


# Access control


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/console/functions/nope", 404, "Function not found"),
        ("GET", "/connect/slack", 403, "The link has no valid signature of this sandbox."),
        ("POST", "/console/faults", 403, "The form has no valid token of this sandbox: reload its page."),
        ("PUT", "/console/faults", 405, "Method &quot;PUT&quot; not allowed."),
    ],
)
def test_errors_are_pages_for_browsers(sandbox, method, path, status, text):
    """A client that accepts HTML gets an error page, and other clients get JSON."""
    response = sandbox.session().request(method, sandbox.url + path, headers={"Accept": "text/html,*/*"})
    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert text in response.text
    assert ("Allow" in response.headers) is (status == 405)
    assert "detail" in sandbox.session().request(method, sandbox.url + path).json()


FORMS = ("/console/faults", "/console/reset", "/console/functions/slack-post-message", "/")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", ["", "x", "\u00e9", None])
def test_a_form_without_csrf_token_is_refused(sandbox, path, token):
    """A form without the CSRF token gets 403, because a page of another site does not know the token."""
    sandbox.client().functions.call("pipedrive-add-a-person", {"name": "Ann"})
    fields = {"fault": "500", "user_id": "123456", **({} if token is None else {"form_token": token})}
    assert sandbox.session().post(sandbox.url + path, data=fields).status_code == 403
    assert sandbox.session().post(sandbox.url + path, json=fields).status_code == 403
    assert (len(sandbox.calls), sandbox._state.faults.waiting) == (1, [])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://sandbox.invalid.x"])
def test_a_form_from_another_origin_is_refused(sandbox, send, origin):
    """A form with a foreign Origin header gets 403, even with the right token."""
    session = sandbox.session()
    session.headers["Origin"] = origin
    assert send("/console/faults", session=session, fault="500").status_code == 403
    session.headers["Origin"] = sandbox.url
    assert send("/console/faults", session=session, fault="500").status_code == 303


def test_the_pages_check_the_host_header(live):
    """The pages refuse a foreign Host with 403, against DNS rebinding. The APIs accept any host."""
    assert requests.get(f"{live.url}/", timeout=5).ok
    for path in ("/", "/console/faults", "/console/style.css", "/connect/slack"):
        evil = requests.get(f"{live.url}{path}", headers={"Host": "evil.example"}, timeout=5)
        assert (evil.status_code, evil.json()) == (
            403,
            {"detail": "evil.example is not the sandbox's host: use 127.0.0.1 or localhost."},
        )
    assert requests.get(f"{live.url}/apps", headers={"Host": "evil.example"}, timeout=5).status_code == 400
    assert requests.get(f"{live.url}/", headers={"Host": "[bad"}, timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/console/nope", 404),
        ("GET", "/console", 200),
        ("GET", "/console/", 200),
        ("GET", "/console/faults/x", 404),
        ("GET", "/console/functions/nope", 404),
        ("GET", "/console/reset", 405),
        ("PUT", "/console/faults", 405),
        ("DELETE", "/", 405),
        ("OPTIONS", "/console/faults", 405),
    ],
)
def test_unknown_pages_and_methods_are_refused(sandbox, method, path, status):
    """Requests of unknown pages and methods are refused, and do not appear in the journal."""
    assert sandbox.session().request(method, sandbox.url + path).status_code == status
    assert sandbox._state.journal.refused == []


def test_the_browser_sdk_can_verify_its_credentials(send_signed, sandbox):
    """/verify-sdk-config/ confirms valid credentials and refuses a request without them."""
    assert send_signed("GET", "/verify-sdk-config/")[1]["config_verified"] is True
    assert sandbox.session().get(f"{sandbox.url}/verify-sdk-config/").status_code == 400
