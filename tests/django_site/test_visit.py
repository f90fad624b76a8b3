"""A visit to the example site, in Chromium, under gunicorn. Screenshots go to build/screenshots."""

import os
import shutil
from urllib.parse import urlsplit

import pytest

from integry.sandbox._behaviours import post_message
from tests.contract.conftest import ROOT, SCREENSHOTS

from .servers import log_in, manage

pytestmark = pytest.mark.django_site

CHANNEL, TEXT = "[name=arguments-channel]", "[name=arguments-text]"
SEND = "main form button:not([name])"
#: Screenshots that the documentation shows. `make django-pictures` copies them.
PICTURES = ("django-apps", "django-message")


@pytest.fixture(scope="module", autouse=True)
def pictures():
    """Copy the screenshots to the documentation if the environment says so."""
    yield
    if os.environ.get("PICTURES"):
        for name in PICTURES:
            shutil.copy(SCREENSHOTS / f"{name}.png", ROOT / "docs" / "images")


def wait_for_text(browser, text):
    """Wait until the page shows a text."""
    browser.command("waitFor", f"document.body.innerText.includes({text!r})")


def test_a_user_connects_slack_and_posts_a_message(browser, site, sandbox):
    """A user connects Slack on the consent page, fills in the form, previews, sends, and disconnects."""
    log_in(browser, site, "ann")
    assert "Hello, Ann" in browser.text()
    browser.command("screen", 900, 640, "light")

    browser.command("click", "a[href='/apps/']")
    card = "[data-integry-status='/apps/status/slack/']"
    assert "Not connected" in browser.evaluate(f'document.querySelector("{card}").innerText')
    browser.evaluate(f'document.querySelector("{card} a[target=_blank]").click()')
    browser.command("popup")
    browser.command("waitFor", "document.querySelector('button[value=allow]')")
    assert browser.evaluate("location.origin") == sandbox.url
    browser.command("click", "button[value=allow]")
    assert "is connected" in browser.text()
    browser.command("close")
    # The page asks by itself when it is looked at again.
    browser.command("waitFor", f'document.querySelector("{card} .integry-connected")')
    browser.screenshot("django-apps")

    browser.command("click", "nav a[href='/message/']")
    browser.command("type", CHANNEL, "random")
    browser.command("type", TEXT, "Hello, {name} of {company}!")
    browser.command("click", "button[name=preview]")
    assert '"text": "Hello, Ann of Acme!"' in browser.text()
    assert sandbox.calls == []
    browser.screenshot("django-message")

    browser.command("click", SEND)
    assert "Posted: Hello, Ann of Acme!" in browser.text()
    (call,) = sandbox.calls
    assert (call.function, call.user_id) == ("slack-post-message", "1")
    assert call.arguments == {"channel": "random", "text": "Hello, Ann of Acme!"}

    browser.command("click", "nav a[href='/apps/']")
    browser.command("click", f"{card} form button")
    assert "Not connected" in browser.evaluate(f'document.querySelector("{card}").innerText')
    assert sandbox.client(1).apps.is_connected("slack") is False
    assert browser.problems == []
    assert browser.requested_hosts == {urlsplit(site.url).netloc, urlsplit(sandbox.url).netloc}


def fill_in(browser, site, page, text):
    """Fill in the form of a page."""
    browser.command("visit", f"{site.url}/{page}/")
    browser.command("type", CHANNEL, "random")
    browser.command("type", TEXT, text)


def test_a_message_is_posted_later(browser, site, variables, sandbox):
    """A background task posts the message, and the page shows the result. Without Slack, the user connects it first."""
    log_in(browser, site, "ann")
    fill_in(browser, site, "later", "Hello")
    browser.command("click", SEND)
    assert "Connect Slack first." in browser.text()
    sandbox.connect("slack", user_id=1)
    fill_in(browser, site, "later", "Hello")
    browser.command("click", SEND)
    assert browser.evaluate("document.getElementById('status').innerText") == "Ready"
    manage(variables, "db_worker", "--batch", "--no-startup-delay")
    browser.command("click", "main a[href='/later/']")
    assert browser.evaluate("document.getElementById('status').innerText") == "Successful"
    assert [call.user_id for call in sandbox.calls] == ["1"]


def test_a_form_leads_to_the_page_that_connects_slack(browser, site, sandbox):
    """A user without Slack who sends the form is led to the consent page, and from there back to the form.

    The policy has `form-action 'self'`, which forbids a redirect to the service after a form.
    """
    log_in(browser, site, "ann")
    fill_in(browser, site, "message", "Hello")
    browser.evaluate(f"void setTimeout(() => document.querySelector({SEND!r}).click())")
    browser.command("waitFor", "document.querySelector('button[value=allow]')")
    assert browser.evaluate("location.origin") == sandbox.url
    browser.command("click", "button[value=allow]")
    browser.command("visit", f"{site.url}/apps/")
    browser.command("click", "main a[href='/message/']")
    fill_in(browser, site, "message", "Hello")
    browser.command("click", SEND)
    assert "Posted: Hello" in browser.text()
    assert len(sandbox.calls) == 1
    assert browser.problems == []


def test_a_wrong_field_shows_the_words_of_the_server(browser, site, sandbox):
    """A value that the server refuses stays in the form, with the server's words at its field, and is not sent."""
    function = sandbox.client(1).functions.get("slack-post-message")
    schema = function.parameters
    schema["properties"]["channel"]["pattern"] = "^[a-z]+$"
    sandbox.add_function("slack-post-message", post_message, app="slack", parameters=schema)
    sandbox.connect("slack", user_id=1)
    log_in(browser, site, "ann")
    fill_in(browser, site, "message", "Hello")
    browser.command("type", CHANNEL, "No channel!")
    browser.command("click", SEND)
    field = browser.evaluate(f"document.querySelector('{CHANNEL}').closest('.field').innerText")
    assert "'No channel!' does not match '^[a-z]+$'" in field
    assert browser.evaluate(f"document.querySelector('{CHANNEL}').value") == "No channel!"
    assert sandbox.calls == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_pages_fit_the_screen(browser, site, sandbox, width, scheme):
    """No page is wider than the screen, violates the policy, or loads external resources."""
    sandbox.connect("slack", user_id=1)
    log_in(browser, site, "ann")
    browser.command("screen", width, 800, scheme)
    for page in ("", "apps/", "message/", "channels/", "later/", "browser/"):
        browser.command("visit", f"{site.url}/{page}")
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, page
        browser.screenshot(f"django-{page.strip('/') or 'start'}-{width}-{scheme}")
    assert browser.problems == []
    assert browser.requested_hosts == {urlsplit(site.url).netloc, urlsplit(sandbox.url).netloc}
