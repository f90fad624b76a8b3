"""In Chromium: the pages for people, on screens and phones, light and dark; their pictures go to build/screenshots."""

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
    """Fill in fields of the page by their names."""
    for name, value in fields.items():
        browser.call("((name, value) => { document.getElementsByName(name)[0].value = value; })", name, value)


@pytest.fixture
def used(live):
    """A sandbox with something on each page."""
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
    made = organisation.integrations.create("My filter", "https://x.example/a-document-with-a-long-name/filter.json")
    organisation.integrations.settings(made.id).add("level", "high")
    organisation.custom_integrations.create("https://y.example/custom.json")
    live.fail(429, retry_after=3, times=2, path="/functions/")
    return live


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_fit_the_screen(browser, used, screen, scheme):
    """Nothing is wider than the screen, nothing goes wrong, and nothing comes from elsewhere."""
    browser.order("open", f"{used.url}/")
    browser.order("screen", *SCREENS[screen], scheme)
    back = "rgb(246, 247, 249)" if scheme == "light" else "rgb(18, 21, 28)"
    paths = {**PAGES, "consent": used.client().apps.connect_url("hubspot")[len(used.url) :]}
    for name, path in paths.items():
        browser.order("visit", used.url + path)
        assert browser.evaluate("document.documentElement.scrollWidth") <= SCREENS[screen][0], name
        assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == back
        browser.shoot(f"{name}-{screen}-{scheme}")
    assert browser.problems == []
    assert browser.asked == {urlsplit(used.url).netloc}


def test_a_call_is_one_line_that_opens(browser, used):
    """Without a script."""
    browser.order("open", f"{used.url}/")
    assert browser.evaluate("document.querySelectorAll('.journal li').length") == 7
    heights = browser.evaluate("[...document.querySelectorAll('.journal li')].map((line) => line.offsetHeight)")
    assert max(heights) < 60
    assert "signed up" not in browser.text()
    browser.evaluate("document.querySelectorAll('.journal summary')[6].click()")
    assert "Ann signed up" in browser.text()
    browser.shoot("call-open")
    assert browser.problems == []


def test_filtering_the_calls(browser, used):
    """By choosing a user, and the button."""
    browser.order("open", f"{used.url}/")
    fill(browser, user="7")
    browser.order("click", "main button")
    assert "user=7" in browser.evaluate("location.search")
    assert browser.evaluate("document.querySelectorAll('.journal li').length") == 1


def test_trying_a_function(browser, used):
    """The form calls it, shows the answer, and keeps what was filled in."""
    browser.order("open", f"{used.url}/console/functions")
    browser.order("click", "a[href$='/slack-post-message']")
    fill(browser, **{"argument:channel": "random", "argument:text": "Hello <b>you</b>"})
    browser.order("click", "form button")
    assert "Hello <b>you</b>" in browser.text()
    assert browser.evaluate("document.getElementsByName('argument:text')[0].value") == "Hello <b>you</b>"
    assert used.calls[-1].arguments == {"channel": "random", "text": "Hello <b>you</b>"}
    browser.shoot("function-tried")
    assert browser.problems == []


def test_faults_and_reset_by_buttons(browser, live):
    """A button adds a fault, another clears them, and another resets the sandbox."""
    live.client().functions.call("pipedrive-add-a-person", {"name": "Ann"})
    browser.order("open", f"{live.url}/console/faults")
    fill(browser, path="/apps/", times="2")
    browser.order("click", "button[value='503']")
    assert "/apps/" in browser.text()
    assert [fault.status for fault in live.application.faults.waiting] == [503]
    browser.order("click", "table + form button")
    assert live.application.faults.waiting == []
    browser.evaluate("document.querySelector('details summary').click()")
    browser.order("click", "button.danger")
    assert live.calls == []
    assert "No calls yet" in browser.text()
    assert browser.problems == []


def test_connecting_by_hand(browser, live):
    """A link, a page that asks, and the account is there."""
    browser.order("open", f"{live.url}/console/apps")
    browser.order("click", "a[href*='/connect/slack']")
    assert f"Let the sandbox use a Slack account of the user {USER}?" in browser.text()
    assert not live.client().apps.is_connected("slack")
    browser.order("click", "button[value='allow']")
    (account,) = accounts(live, "slack")
    assert f"Account {account} is connected." in browser.text()
    browser.shoot("consent-allowed")
    browser.order("visit", f"{live.url}/console/apps")
    assert f"{account} {USER} at slack" in browser.text()
    assert browser.problems == []


def test_cancelling(browser, live):
    """Nothing is connected."""
    browser.order("open", f"{live.url}/console/apps")
    fill(browser, user_id="7")
    browser.order("click", "form button")
    assert "user_id=7" in browser.evaluate("location.search")
    browser.order("click", "a[href*='/connect/slack']")
    browser.order("click", "button[value='cancel']")
    assert "Nothing was connected." in browser.text()
    assert not live.client(7).apps.is_connected("slack")
    browser.shoot("consent-cancelled")
    assert browser.problems == []


@pytest.mark.parametrize("answer", ["allow", "cancel"])
def test_the_way_back_to_another_site(browser, site, answer):
    """The form leads to the page that `next` names: the policy of the page lets it."""
    with Sandbox(allow_return=site) as sandbox:
        browser.order("open", f"{sandbox.client().apps.connect_url('slack')}&next={site}")
        browser.order("click", f"button[value='{answer}']")
        assert browser.evaluate("location.href") == site
        assert sandbox.client().apps.is_connected("slack") is (answer == "allow")
        assert not [problem for problem in browser.problems if "Content" in problem]


def test_other_sites_cannot_use_the_pages(browser, live, site):
    """Their forms are refused, whatever is in them; CORS is for the API."""
    link = live.client().apps.connect_url("slack")
    for place in (f"{live.url}/console/reset", f"{live.url}/console/faults", link):
        browser.order("open", site)
        form = "<form method='post'><button>Send</button></form>"
        browser.call(
            "((form, action) => { document.body.innerHTML = form; document.forms[0].action = action; })", form, place
        )
        browser.order("click", "form button")
        assert "may not send this request" in browser.text()
    assert not live.client().apps.is_connected("slack")


def test_what_goes_wrong_is_noticed(browser, live, site):
    """So that the tests above can fail."""
    browser.order("open", f"{live.url}/")
    browser.evaluate(f"fetch({site!r}).catch(String)")
    assert any("violates the following Content Security Policy directive" in problem for problem in browser.problems)
    assert any("ContentSecurityPolicyIssue" in problem for problem in browser.problems)
    browser.order("open", site)
    browser.evaluate(f"fetch('{live.url}/nope')")
    assert any("404" in problem for problem in browser.problems)
    assert browser.asked == {urlsplit(site).netloc, urlsplit(live.url).netloc}


def test_other_sites_cannot_read_the_pages(browser, live, site):
    """CORS is for the API: neither the pages nor the control interface can be read."""
    browser.order("open", site)
    assert "Failed to fetch" in browser.evaluate(f"fetch('{live.url}/').catch(String)")
    headers = f"{{headers: {{Authorization: 'Bearer {live.control_token}'}}}}"
    assert "Failed to fetch" in browser.evaluate(f"fetch('{live.url}/_sandbox/calls', {headers}).catch(String)")
    assert any("CORS policy" in problem for problem in browser.problems)
