"""The console in Chromium, on desktop and phone, light and dark. Screenshots go to build/screenshots."""

from urllib.parse import urlsplit

import pytest

from integry import IntegryError
from integry.sandbox import Sandbox

pytestmark = pytest.mark.browser

USER = "123456"
SCREENS = {"desktop": (1200, 800), "phone": (390, 844)}
PAGES = {
    "calls": "/",
    "functions": "/console/functions",
    "function": "/console/functions/slack-post-message",
    "apps": "/console/apps",
    "faults": "/console/faults",
    "organisations": "/console/organisations",
}


def accounts(live, app):
    """Return the ids of the user's accounts in an app."""
    return [account.id for account in live.client().apps.connected_accounts(app)]


def fill(browser, **fields):
    """Fill in fields of the page by name."""
    for name, value in fields.items():
        browser.call("((name, value) => { document.getElementsByName(name)[0].value = value; })", name, value)


@pytest.fixture
def filled_sandbox(live):
    """Return a sandbox with data on each page."""
    live.connect("slack")
    live.connect("slack", user_id="7")
    client = live.client(max_retries=0)
    for name in ("Ann", "Bob"):
        arguments = {"channel": "random", "text": "{name} signed up"}
        client.functions.call("slack-post-message", arguments, variables={"name": name})
    live.client("7").functions.call("slack-list-conversations")
    client.functions.call("pipedrive-get-all-persons", {"limit": 3})
    for arguments in (("slack-post-message", {"channel": "random"}), ("hubspot-create-deal", {})):
        with pytest.raises(IntegryError):
            client.functions.call(*arguments)
    live.fail(kind="reset")
    with pytest.raises(IntegryError):
        client.apps.get("slack")
    organisation = live.organisation()
    integration = organisation.integrations.create(
        "My filter", "https://x.example/a-document-with-a-long-name/filter.json"
    )
    organisation.integrations.settings(integration.id).add("level", "high")
    organisation.custom_integrations.create("https://y.example/custom.json")
    live.fail(429, retry_after=3, times=2, path="/functions/")
    return live


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_fit_the_screen(browser, filled_sandbox, screen, scheme):
    """No page is wider than the screen, reports an error, or loads external resources."""
    browser.command("open", f"{filled_sandbox.url}/")
    browser.command("screen", *SCREENS[screen], scheme)
    background = "rgb(246, 247, 249)" if scheme == "light" else "rgb(18, 21, 28)"
    paths = {**PAGES, "consent": filled_sandbox.client().apps.connect_url("hubspot")[len(filled_sandbox.url) :]}
    for name, path in paths.items():
        browser.command("visit", filled_sandbox.url + path)
        assert browser.evaluate("document.documentElement.scrollWidth") <= SCREENS[screen][0], name
        assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == background
        browser.screenshot(f"{name}-{screen}-{scheme}")
    assert browser.problems == []
    assert browser.requested_hosts == {urlsplit(filled_sandbox.url).netloc}


def test_a_call_expands_without_script(browser, filled_sandbox):
    """A call is one line of the journal, and a click on the line shows the details of the call."""
    browser.command("open", f"{filled_sandbox.url}/")
    assert browser.evaluate("document.querySelectorAll('.journal li').length") == 7
    heights = browser.evaluate("[...document.querySelectorAll('.journal li')].map((line) => line.offsetHeight)")
    assert max(heights) < 60
    assert "signed up" not in browser.text()
    browser.evaluate("document.querySelectorAll('.journal summary')[6].click()")
    assert "Ann signed up" in browser.text()
    browser.screenshot("call-open")
    assert browser.problems == []


def test_calls_can_be_filtered(browser, filled_sandbox):
    """Choosing a user and clicking the button filters the journal."""
    browser.command("open", f"{filled_sandbox.url}/")
    fill(browser, user="7")
    browser.command("click", "main button")
    assert "user=7" in browser.evaluate("location.search")
    assert browser.evaluate("document.querySelectorAll('.journal li').length") == 1


def test_a_function_can_be_tried(browser, filled_sandbox):
    """The form on a function's page calls the function, shows the output, and keeps the submitted values."""
    browser.command("open", f"{filled_sandbox.url}/console/functions")
    browser.command("click", "a[href$='/slack-post-message']")
    fill(browser, **{"argument:channel": "random", "argument:text": "Hello <b>you</b>"})
    browser.command("click", "form button")
    assert "Hello <b>you</b>" in browser.text()
    assert browser.evaluate("document.getElementsByName('argument:text')[0].value") == "Hello <b>you</b>"
    assert filled_sandbox.calls[-1].arguments == {"channel": "random", "text": "Hello <b>you</b>"}
    browser.screenshot("function-tried")
    assert browser.problems == []


def test_buttons_add_and_clear_faults_and_reset(browser, live):
    """The console has buttons that add a fault, clear all faults, and reset the sandbox."""
    live.client().functions.call("pipedrive-add-a-person", {"name": "Ann"})
    browser.command("open", f"{live.url}/console/faults")
    fill(browser, path="/apps/", times="2")
    browser.command("click", "button[value='503']")
    assert "/apps/" in browser.text()
    assert [fault.status for fault in live.application.faults.waiting] == [503]
    browser.command("click", "table + form button")
    assert live.application.faults.waiting == []
    browser.evaluate("document.querySelector('details summary').click()")
    browser.command("click", "button.danger")
    assert live.calls == []
    assert "No calls yet" in browser.text()
    assert browser.problems == []


def test_an_app_can_be_connected_by_hand(browser, live):
    """A link of the console leads to the consent page, whose button connects an account."""
    browser.command("open", f"{live.url}/console/apps")
    browser.command("click", "a[href*='/connect/slack']")
    assert f"Let the sandbox use a Slack account of the user {USER}?" in browser.text()
    assert not live.client().apps.is_connected("slack")
    browser.command("click", "button[value='allow']")
    (account,) = accounts(live, "slack")
    assert f"Account {account} is connected." in browser.text()
    browser.screenshot("consent-allowed")
    browser.command("visit", f"{live.url}/console/apps")
    assert f"{account} {USER} at slack" in browser.text()
    assert browser.problems == []


def test_cancelling_connects_nothing(browser, live):
    """The cancel button of the consent page connects no account."""
    browser.command("open", f"{live.url}/console/apps")
    fill(browser, user_id="7")
    browser.command("click", "form button")
    assert "user_id=7" in browser.evaluate("location.search")
    browser.command("click", "a[href*='/connect/slack']")
    browser.command("click", "button[value='cancel']")
    assert "Nothing was connected." in browser.text()
    assert not live.client(7).apps.is_connected("slack")
    browser.screenshot("consent-cancelled")
    assert browser.problems == []


@pytest.mark.parametrize("answer", ["allow", "cancel"])
def test_the_consent_page_redirects_to_an_allowed_site(browser, site, answer):
    """The content security policy allows the redirect to the URL in `next`."""
    with Sandbox(allow_return=site) as sandbox:
        browser.command("open", f"{sandbox.client().apps.connect_url('slack')}&next={site}")
        browser.command("click", f"button[value='{answer}']")
        assert browser.evaluate("location.href") == site
        assert sandbox.client().apps.is_connected("slack") is (answer == "allow")
        assert not [problem for problem in browser.problems if "Content" in problem]


def test_forms_of_other_sites_are_refused(browser, live, site):
    """A cross-site form cannot reset, add faults or connect an app."""
    link = live.client().apps.connect_url("slack")
    for place in (f"{live.url}/console/reset", f"{live.url}/console/faults", link):
        browser.command("open", site)
        form = "<form method='post'><button>Send</button></form>"
        browser.call(
            "((form, action) => { document.body.innerHTML = form; document.forms[0].action = action; })", form, place
        )
        browser.command("click", "form button")
        assert "may not send this request" in browser.text()
    assert not live.client().apps.is_connected("slack")


def test_violations_are_recorded(browser, live, site):
    """CSP violations and failed requests are recorded, so the tests of this module can fail."""
    browser.command("open", f"{live.url}/")
    browser.evaluate(f"fetch({site!r}).catch(String)")
    assert any("violates the following Content Security Policy directive" in problem for problem in browser.problems)
    assert any("ContentSecurityPolicyIssue" in problem for problem in browser.problems)
    browser.command("open", site)
    browser.evaluate(f"fetch('{live.url}/nope')")
    assert any("404" in problem for problem in browser.problems)
    assert browser.requested_hosts == {urlsplit(site).netloc, urlsplit(live.url).netloc}


def test_other_sites_cannot_read_the_pages(browser, live, site):
    """CORS headers allow the APIs only, and neither the pages nor the control interface."""
    browser.command("open", site)
    assert "Failed to fetch" in browser.evaluate(f"fetch('{live.url}/').catch(String)")
    headers = f"{{headers: {{Authorization: 'Bearer {live.control_token}'}}}}"
    assert "Failed to fetch" in browser.evaluate(f"fetch('{live.url}/_sandbox/calls', {headers}).catch(String)")
    assert any("CORS policy" in problem for problem in browser.problems)
