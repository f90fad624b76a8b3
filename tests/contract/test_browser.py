"""In Chromium: the vendor's browser SDK, which nobody here wrote, and the pages for people, against a live sandbox."""

import json
import os
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from integry import sign

from .conftest import NODE, need

pytestmark = pytest.mark.browser

USER = "123456"


class Chromium:
    """Chromium, driven by tests/node/browser/driver.mjs.

    Args:
        process: The driver.
    """

    def __init__(self, process):
        self.process = process

    def order(self, name, *given):
        """Let the driver do something."""
        print(json.dumps([name, *given]), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, f"{name} {given}: {answer['error']}"
        return answer.get("value")

    def evaluate(self, expression):
        """The value of an expression on the page; of a promise, what it comes to."""
        return self.order("evaluate", expression)

    def call(self, function, *given):
        """Call a function on the page."""
        return self.evaluate(f"{function}({', '.join(map(json.dumps, given))})")

    def text(self):
        """What can be read on the page."""
        return self.evaluate("document.body.innerText")

    @property
    def problems(self):
        """What went wrong: errors on the console, violations of the content security policy."""
        return self.order("seen")["problems"]

    @property
    def asked(self):
        """Whom the page asked: the addresses of all servers."""
        return {urlsplit(url).netloc for url in self.order("seen")["requests"]}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files."""

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all tests; each opens a page in a profile of its own."""
    need(NODE / "puppeteer-core")
    need(NODE / "@integry" / "sdk")
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is missing: run `make chromium`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    command = ["node", str(NODE.parent / "browser" / "driver.mjs"), path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Chromium(process)


@pytest.fixture(scope="module")
def site():
    """The address of a page with the SDK: another origin than the sandbox, so that CORS applies."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(NODE.parent))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/browser/page.html"
        server.shutdown()
        thread.join()


@pytest.fixture
def live(integry_live_sandbox):
    """A sandbox on a real port."""
    return integry_live_sandbox


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


# The pages for people


def test_the_console(browser, live):
    """Title and apps, each with a link to connect it."""
    browser.order("open", f"{live.url}/")
    assert browser.evaluate("document.title") == "Integry sandbox"
    rows = browser.evaluate("[...document.querySelector('table').rows].map((row) => row.innerText.split('\\t'))")
    assert rows[0][:2] == ["App", "Accounts"]
    assert ["Pipedrive", "247714 663----------8b1", "Connect Pipedrive"] in rows
    assert ["Slack", "", "Connect Slack"] in rows
    assert browser.problems == []
    assert browser.asked == {urlsplit(live.url).netloc}


def test_connecting_by_hand(browser, live):
    """A link, a button, and the account is there."""
    browser.order("open", f"{live.url}/")
    browser.order("click", "a[href*='/connect/slack']")
    assert f"Let the sandbox use a Slack account of the user {USER}?" in browser.text()
    assert not live.client().apps.is_connected("slack")
    browser.order("click", "button")
    (account,) = accounts(live, "slack")
    assert f"Account {account} is connected." in browser.text()
    browser.order("open", f"{live.url}/")
    assert f"{account} {USER} at slack" in browser.text()


def test_nothing_goes_wrong_on_the_pages(browser, live):
    """From the console through the consent to the end: no error, no violation, no request elsewhere."""
    live.client().functions.call("pipedrive-add-a-person", {"name": "<img src='http://127.0.0.1:9/'>"})
    browser.order("open", f"{live.url}/")
    assert "<img src=" in browser.text()
    browser.evaluate("document.querySelector('input').value = '7'")
    browser.order("click", "form button")
    assert "user_id=7" in browser.evaluate("location.search")
    browser.order("click", "a[href*='/connect/slack']")
    browser.order("click", "button")
    assert live.client(7).apps.is_connected("slack")
    assert browser.problems == []
    assert browser.asked == {urlsplit(live.url).netloc}


def test_what_goes_wrong_is_noticed(browser, live, site):
    """So that the test above can fail."""
    browser.order("open", f"{live.url}/")
    browser.evaluate(f"fetch({site!r}).catch(String)")
    assert any("violates the following Content Security Policy directive" in problem for problem in browser.problems)
    assert any("ContentSecurityPolicyIssue" in problem for problem in browser.problems)
    browser.order("open", site)
    browser.evaluate(f"fetch('{live.url}/nope')")
    assert any("404" in problem for problem in browser.problems)
    assert browser.asked == {urlsplit(site).netloc, urlsplit(live.url).netloc}


def test_other_sites_cannot_read_the_pages(browser, live, site):
    """CORS is for the API."""
    browser.order("open", site)
    assert "Failed to fetch" in browser.evaluate(f"fetch('{live.url}/').catch(String)")
    assert any("CORS policy" in problem for problem in browser.problems)
