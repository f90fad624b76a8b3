"""In Chromium: the vendor's browser SDK, which nobody here wrote, against a live sandbox."""

import json
from urllib.parse import urlsplit

import pytest

from integry import sign

from .conftest import NODE

pytestmark = pytest.mark.browser

USER = "123456"


def start(browser, site, live, signature):
    """Open the page, and make the SDK on it."""
    browser.order("open", site)
    config = {"appKey": live.app_key, "userId": USER, "hash": signature, "baseUrl": live.url, "baseAPIUrl": live.url}
    browser.call("start", config)


@pytest.fixture
def sdk(browser, site, live):
    """The SDK, ready for use, its hash signed in Python: a function that calls a method of it."""
    start(browser, site, live, sign(live.app_secret, USER))
    browser.order("until", "events.length")
    assert browser.evaluate("events") == [["ready", {"isReady": True}]]
    browser.evaluate("events.length = 0")
    yield lambda method, *given: browser.call(f"sdk.{method}", *given)
    # Whatever the test did, the SDK asked nobody else.
    assert browser.asked == {urlsplit(site).netloc, urlsplit(live.url).netloc}


@pytest.fixture
def refusal(browser):
    """Call a method of the SDK that refuses: its message."""

    def call(method, *given):
        arguments = ", ".join(map(json.dumps, given))
        return browser.evaluate(f"sdk.{method}({arguments}).then(() => 'no refusal', (error) => error.message)")

    return call


def accounts(live, app):
    """The ids of the user's accounts in an app."""
    return [account.id for account in live.client().apps.connected_accounts(app)]


# The SDK


def test_the_version(sdk, browser):
    """Is the one that package.json asks for; nothing goes wrong while it begins."""
    wanted = json.loads((NODE.parent / "package.json").read_text())["dependencies"]["@integry/sdk"]
    assert browser.evaluate("IntegryJS.SDK_VERSION") == wanted
    assert browser.problems == []
    assert sdk("isAppConnected", "pipedrive") is True


def test_a_wrong_hash(browser, site, live):
    """The SDK is not ready, and says why."""
    start(browser, site, live, "0" * 64)
    browser.order("until", "errors.some((each) => each.includes('Auth config verification failed'))")
    assert browser.evaluate("events") == []
    assert any("401" in problem for problem in browser.problems)


@pytest.mark.parametrize("user", [USER, "a b", "Zoë"])
def test_hashes(browser, site, user):
    """The SDK's own helper makes the same; of its arguments the message is the first, whatever its types say."""
    browser.order("open", site)
    assert browser.call("IntegryJS.Helpers.getAuthHash", user, "app secret") == sign("app secret", user)


def test_is_app_connected(sdk, live):
    """As the state of the sandbox is, whoever changed it."""
    assert sdk("isAppConnected", "slack") is False
    live.connect("slack", user_id=USER)
    assert sdk("isAppConnected", "slack") is True
    live.client().apps.disconnect("slack")
    assert sdk("isAppConnected", "slack") is False


def test_get_connected_accounts(sdk, live):
    """Those that the Python client sees; none of other users."""
    assert sdk("getConnectedAccounts", "slack") == []
    live.connect("slack", user_id="7")
    live.connect("slack", user_id=USER, display_name="Ann")
    (found,) = sdk("getConnectedAccounts", "slack")
    (account,) = live.client().apps.connected_accounts("slack")
    assert (found["id"], found["display_name"]) == (account.id, account.display_name) == (account.id, "Ann")


def test_get_function(sdk, live):
    """The one that the Python client gets; none if there is none."""
    found = sdk("getFunction", "slack-post-message")
    function = live.client().functions.get("slack-post-message")
    assert (found["name"], found["description"]) == (function.name, function.description)
    assert found["parameters"] == function.parameters
    assert found["parameters"]["required"] == ["channel", "text"]
    assert sdk("getFunction", "nope") is None


def test_invoke_function(sdk, live):
    """The function is called, and its app's answer comes back."""
    live.connect("slack", user_id=USER)
    arguments = {"channel": "random", "text": "Hello, {name}"}
    answer = sdk("invokeFunction", "slack-post-message", arguments)
    assert (answer["network_code"], answer["output"]["ok"]) == ("200", True)
    (call,) = live.calls
    assert (call.function, call.user_id) == ("slack-post-message", USER)
    assert (call.arguments, call.output) == (arguments, answer["output"])


def test_invoke_function_without_account(sdk, live):
    """The SDK hands on what the server says; nothing is called."""
    answer = sdk("invokeFunction", "hubspot-create-contact", {"properties": {"email": "ann@example.com"}})
    assert "invalid input" in answer["error"]
    (detail,) = answer["error_details"]
    assert detail.startswith("User has not connected their HubSpot account.")
    assert live.calls == []


def test_invoke_function_with_one_of_several_accounts(sdk, live):
    """Which one must be said."""
    for name in "AB":
        live.connect("slack", user_id=USER, display_name=name)
    live.add_function("slack-post-message", lambda called: called.account_id)
    arguments = {"channel": "random", "text": "Hi"}
    assert "error_details" in sdk("invokeFunction", "slack-post-message", arguments)
    for account in accounts(live, "slack"):
        assert sdk("invokeFunction", "slack-post-message", arguments, str(account))["output"] == account


def test_call_function(sdk, live):
    """As invokeFunction, with variables for the tags."""
    live.connect("slack", user_id=USER)
    arguments = {"channel": "random", "text": "{name} signed up"}
    answer = sdk("callFunction", "slack-post-message", arguments, {"name": "Ann"})
    assert answer["output"]["message"]["text"] == "Ann signed up"
    assert live.calls[0].arguments["text"] == "Ann signed up"


def test_disconnect_app(sdk, live, browser, refusal):
    """The only account is disconnected, in the sandbox too; then there is none."""
    assert len(accounts(live, "pipedrive")) == 1
    assert sdk("disconnectApp", "pipedrive")["status"] == 204
    assert accounts(live, "pipedrive") == []
    ((event, app),) = browser.evaluate("events")
    assert (event, app["name"], app["connected_accounts"]) == ("app-disconnected", "pipedrive", [])
    assert refusal("disconnectApp", "pipedrive") == "No connected accounts found for app pipedrive"


def test_disconnect_one_of_several_accounts(sdk, live, browser, refusal):
    """Which one must be said; the other stays."""
    live.connect("pipedrive", user_id=USER)
    newest, oldest = accounts(live, "pipedrive")
    assert refusal("disconnectApp", "pipedrive") == "Multiple connected accounts found for app pipedrive"
    assert sdk("disconnectApp", "pipedrive", str(oldest))["status"] == 204
    assert accounts(live, "pipedrive") == [newest]
    # The SDK asks for the app once more, for the event.
    browser.order("until", "events.length")
    ((event, app),) = browser.evaluate("events")
    assert (event, [account["id"] for account in app["connected_accounts"]]) == ("app-disconnected", [newest])


def test_connect_app(sdk, live, browser):
    """Opens the sandbox's page, where the account is connected. The SDK does not hear of it: it has to ask.

    It waits for a message from https://app.integry.io, wherever it was told that the API is.
    """
    browser.evaluate("void (window.connecting = sdk.connectApp('hubspot').catch((error) => error.message))")
    browser.order("popup")
    browser.order("until", "document.querySelector('button')")
    assert browser.evaluate("location.origin") == live.url
    browser.order("click", "button")
    assert "is connected" in browser.text()
    assert len(accounts(live, "hubspot")) == 1
    browser.order("close")
    assert browser.evaluate("connecting") == "Authorization window was closed by the user"
    assert sdk("isAppConnected", "hubspot") is True


@pytest.fixture
def acme(live):
    """An app without an icon, which would come from elsewhere."""
    live.add_app("acme", "Acme")
    live.connect("acme", user_id=USER, display_name="Ann at Acme")
    text = {"type": "string", "description": "Whom to greet."}
    schema = {"type": "object", "properties": {"name": text}, "required": ["name"]}
    live.add_function("acme-greet", lambda called: f"Hello, {called.arguments['name']}", app="acme", parameters=schema)


@pytest.mark.usefixtures("acme")
def test_show_function_ui(sdk, browser):
    """A form for a function, with the arguments that were given; submitted, it gives them back."""
    browser.evaluate("void (window.form = sdk.showFunctionUI('acme-greet', {name: 'Ann'}))")
    browser.order("until", "document.querySelector('input#name')?.value === 'Ann'")
    assert "Whom to greet." in browser.text()
    browser.evaluate("[...document.querySelectorAll('button')].find((each) => each.innerText === 'Submit').click()")
    arguments = browser.evaluate("form")
    assert arguments == {"name": "Ann"}
    assert sdk("invokeFunction", "acme-greet", arguments)["output"] == "Hello, Ann"


@pytest.mark.usefixtures("acme")
def test_show_connected_accounts(sdk, browser):
    """A list of accounts."""
    sdk("showConnectedAccounts", "acme")
    browser.order("until", "document.body.innerText.includes('Ann at Acme')")
    assert "Add account" in browser.text()


def test_show_apps(browser, site, live):
    """A list of apps, which are connected or not; their icons come from elsewhere, and nothing else does."""
    start(browser, site, live, sign(live.app_secret, USER))
    browser.evaluate("sdk.showApps({authOnly: true, fetchAll: true})")
    browser.order("until", "document.body.innerText.includes('Slack')")
    lines = browser.text().splitlines()
    assert lines[lines.index("Pipedrive") + 1] == "Connected"
    assert lines[lines.index("Slack") + 1] == "Not Connected"
    assert f"{live.url}/apps/list/" in {url.partition("?")[0] for url in browser.order("seen")["requests"]}
