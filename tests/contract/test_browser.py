"""The vendor's browser SDK in Chromium, against a live sandbox."""

import json
from urllib.parse import urlsplit

import pytest

from integry import sign

from .conftest import NODE

pytestmark = pytest.mark.browser

USER = "123456"


def start(browser, site, live, signature):
    """Open the test page, and create the browser SDK there."""
    browser.command("open", site)
    config = {"appKey": live.app_key, "userId": USER, "hash": signature, "baseUrl": live.url, "baseAPIUrl": live.url}
    browser.call("start", config)


@pytest.fixture
def sdk(browser, site, live):
    """Return a function that calls a method of the browser SDK. The SDK is ready, with a hash that Python computed."""
    start(browser, site, live, sign(live.app_secret, USER))
    browser.command("waitFor", "events.length")
    assert browser.evaluate("events") == [["ready", {"isReady": True}]]
    browser.evaluate("events.length = 0")
    yield lambda method, *arguments: browser.call(f"sdk.{method}", *arguments)
    # The SDK must not contact any other host.
    assert browser.requested_hosts == {urlsplit(site).netloc, urlsplit(live.url).netloc}


@pytest.fixture
def refusal(browser):
    """Return a function that calls a method of the SDK and returns the message of its error."""

    def call(method, *arguments):
        joined = ", ".join(map(json.dumps, arguments))
        return browser.evaluate(f"sdk.{method}({joined}).then(() => 'no refusal', (error) => error.message)")

    return call


def accounts(live, app):
    """Return the ids of the user's accounts in an app."""
    return [account.id for account in live.client().apps.connected_accounts(app)]


def test_the_sdk_is_the_pinned_version(sdk, browser):
    """The browser SDK has the version in package.json, and starts without errors."""
    pinned = json.loads((NODE.parent / "package.json").read_text())["dependencies"]["@integry/sdk"]
    assert browser.evaluate("IntegryJS.SDK_VERSION") == pinned
    assert browser.problems == []
    assert sdk("isAppConnected", "pipedrive") is True


def test_a_wrong_hash_is_reported(browser, site, live):
    """The SDK does not become ready with a wrong hash, and logs the reason."""
    start(browser, site, live, "0" * 64)
    browser.command("waitFor", "errors.some((each) => each.includes('Auth config verification failed'))")
    assert browser.evaluate("events") == []
    assert any("401" in problem for problem in browser.problems)


@pytest.mark.parametrize("user", [USER, "a b", "Zoë"])
def test_hashes_equal_those_of_the_sdk(browser, site, user):
    """sign() returns the hash of the SDK's helper, whose parameters are in another order than its types declare."""
    browser.command("open", site)
    assert browser.call("IntegryJS.Helpers.getAuthHash", user, "app secret") == sign("app secret", user)


def test_is_app_connected_reflects_the_sandbox(sdk, live):
    """The method isAppConnected returns the current state, no matter which client changed the state."""
    assert sdk("isAppConnected", "slack") is False
    live.connect("slack", user_id=USER)
    assert sdk("isAppConnected", "slack") is True
    live.client().apps.disconnect("slack")
    assert sdk("isAppConnected", "slack") is False


def test_get_connected_accounts_equals_the_python_client(sdk, live):
    """The method getConnectedAccounts returns the accounts that the Python client returns, and no others."""
    assert sdk("getConnectedAccounts", "slack") == []
    live.connect("slack", user_id="7")
    live.connect("slack", user_id=USER, display_name="Ann")
    (found,) = sdk("getConnectedAccounts", "slack")
    (account,) = live.client().apps.connected_accounts("slack")
    assert (found["id"], found["display_name"]) == (account.id, account.display_name) == (account.id, "Ann")


def test_get_function_equals_the_python_client(sdk, live):
    """The method getFunction returns the function that the Python client returns, or null for an unknown name."""
    found = sdk("getFunction", "slack-post-message")
    function = live.client().functions.get("slack-post-message")
    assert (found["name"], found["description"]) == (function.name, function.description)
    assert found["parameters"] == function.parameters
    assert found["parameters"]["required"] == ["channel", "text"]
    assert sdk("getFunction", "nope") is None


def test_invoke_function_calls_the_function(sdk, live):
    """The method invokeFunction calls the function and returns its output."""
    live.connect("slack", user_id=USER)
    arguments = {"channel": "random", "text": "Hello, {name}"}
    result = sdk("invokeFunction", "slack-post-message", arguments)
    assert (result["network_code"], result["output"]["ok"]) == ("200", True)
    (call,) = live.calls
    assert (call.function, call.user_id) == ("slack-post-message", USER)
    assert (call.arguments, call.output) == (arguments, result["output"])


def test_invoke_function_needs_a_connected_app(sdk, live):
    """The method invokeFunction returns the server's error for an unconnected app, and nothing is called."""
    result = sdk("invokeFunction", "hubspot-create-contact", {"properties": {"email": "ann@example.com"}})
    assert "invalid input" in result["error"]
    (detail,) = result["error_details"]
    assert detail.startswith("User has not connected their HubSpot account.")
    assert live.calls == []


def test_invoke_function_can_choose_an_account(sdk, live):
    """The method invokeFunction requires the id of an account if the user has several."""
    for name in "AB":
        live.connect("slack", user_id=USER, display_name=name)
    live.add_function("slack-post-message", lambda called: called.account_id)
    arguments = {"channel": "random", "text": "Hi"}
    assert "error_details" in sdk("invokeFunction", "slack-post-message", arguments)
    for account in accounts(live, "slack"):
        assert sdk("invokeFunction", "slack-post-message", arguments, str(account))["output"] == account


def test_call_function_substitutes_variables(sdk, live):
    """The method callFunction works like invokeFunction, and substitutes variables for tags."""
    live.connect("slack", user_id=USER)
    arguments = {"channel": "random", "text": "{name} signed up"}
    result = sdk("callFunction", "slack-post-message", arguments, {"name": "Ann"})
    assert result["output"]["message"]["text"] == "Ann signed up"
    assert live.calls[0].arguments["text"] == "Ann signed up"


def test_disconnect_app_removes_the_account(sdk, live, browser, refusal):
    """The method disconnectApp disconnects the only account in the sandbox, and a second call is refused."""
    assert len(accounts(live, "pipedrive")) == 1
    assert sdk("disconnectApp", "pipedrive")["status"] == 204
    assert accounts(live, "pipedrive") == []
    ((event, app),) = browser.evaluate("events")
    assert (event, app["name"], app["connected_accounts"]) == ("app-disconnected", "pipedrive", [])
    assert refusal("disconnectApp", "pipedrive") == "No connected accounts found for app pipedrive"


def test_disconnect_app_needs_an_account_id(sdk, live, browser, refusal):
    """The method disconnectApp requires the id of an account if there are several, and keeps the other accounts."""
    live.connect("pipedrive", user_id=USER)
    newest, oldest = accounts(live, "pipedrive")
    assert refusal("disconnectApp", "pipedrive") == "Multiple connected accounts found for app pipedrive"
    assert sdk("disconnectApp", "pipedrive", str(oldest))["status"] == 204
    assert accounts(live, "pipedrive") == [newest]
    # The SDK requests the app a second time, to send an event about it.
    browser.command("waitFor", "events.length")
    ((event, app),) = browser.evaluate("events")
    assert (event, [account["id"] for account in app["connected_accounts"]]) == ("app-disconnected", [newest])


def test_connect_app_opens_the_consent_page(sdk, live, browser):
    """The method connectApp opens the consent page, which connects the account. The SDK must be asked for the result.

    The SDK waits for a message from https://app.integry.io, even if it has another base URL.
    """
    browser.evaluate("void (window.connecting = sdk.connectApp('hubspot').catch((error) => error.message))")
    browser.command("popup")
    browser.command("waitFor", "document.querySelector('button')")
    assert browser.evaluate("location.origin") == live.url
    browser.command("click", "button")
    assert "is connected" in browser.text()
    assert len(accounts(live, "hubspot")) == 1
    browser.command("close")
    assert browser.evaluate("connecting") == "Authorization window was closed by the user"
    assert sdk("isAppConnected", "hubspot") is True


@pytest.fixture
def acme(live):
    """Add an app without an icon, because icons come from external hosts."""
    live.add_app("acme", "Acme")
    live.connect("acme", user_id=USER, display_name="Ann at Acme")
    text = {"type": "string", "description": "Whom to greet."}
    schema = {"type": "object", "properties": {"name": text}, "required": ["name"]}
    live.add_function("acme-greet", lambda called: f"Hello, {called.arguments['name']}", app="acme", parameters=schema)


@pytest.mark.usefixtures("acme")
def test_show_function_ui_returns_the_arguments(sdk, browser):
    """The form of showFunctionUI shows the given arguments, and returns them when the form is submitted."""
    browser.evaluate("void (window.form = sdk.showFunctionUI('acme-greet', {name: 'Ann'}))")
    browser.command("waitFor", "document.querySelector('input#name')?.value === 'Ann'")
    assert "Whom to greet." in browser.text()
    browser.evaluate("[...document.querySelectorAll('button')].find((each) => each.innerText === 'Submit').click()")
    arguments = browser.evaluate("form")
    assert arguments == {"name": "Ann"}
    assert sdk("invokeFunction", "acme-greet", arguments)["output"] == "Hello, Ann"


@pytest.mark.usefixtures("acme")
def test_show_connected_accounts_lists_accounts(sdk, browser):
    """The method showConnectedAccounts lists each account, and shows a button to add one."""
    sdk("showConnectedAccounts", "acme")
    browser.command("waitFor", "document.body.innerText.includes('Ann at Acme')")
    assert "Add account" in browser.text()


def test_show_apps_lists_apps(browser, site, live):
    """The method showApps shows whether apps are connected. Their icons come from external hosts."""
    start(browser, site, live, sign(live.app_secret, USER))
    browser.evaluate("sdk.showApps({authOnly: true, fetchAll: true})")
    browser.command("waitFor", "document.body.innerText.includes('Slack')")
    lines = browser.text().splitlines()
    assert lines[lines.index("Pipedrive") + 1] == "Connected"
    assert lines[lines.index("Slack") + 1] == "Not Connected"
    assert f"{live.url}/apps/list/" in {url.partition("?")[0] for url in browser.command("recorded")["requests"]}
