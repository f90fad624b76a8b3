"""The vendor's browser SDK on a page of the site, in Chromium."""

import re
from urllib.parse import quote, urlsplit

import pytest

from .servers import log_in

pytestmark = pytest.mark.django_site

#: Additions to the content security policy that the SDK needs. Its form needs the last one, for the icon of the app.
ICONS = "img-src https://storage.googleapis.com"
EXCEPTIONS = ("style-src 'unsafe-inline'", "font-src data:", "connect-src {sandbox}", ICONS)
#: A page of the only origin from which the SDK takes the message that an app is connected.
REPORTER = "https://app.integry.io/connected"


def open_sdk(browser, site, query=""):
    """Open the page with the SDK, and wait until the SDK is ready."""
    log_in(browser, site, "ann")
    browser.command("visit", f"{site.url}/browser/{query}")
    browser.command("waitFor", "document.body.innerText.includes('The SDK is ready')")


def test_the_sdk_is_ready(browser, site, sandbox):
    """The page has a ready SDK under a strict policy, and contacts the site and the service alone."""
    open_sdk(browser, site)
    assert browser.problems == []
    assert browser.requested_hosts == {urlsplit(site.url).netloc, urlsplit(sandbox.url).netloc}
    policy = browser.evaluate("fetch(location).then((answer) => answer.headers.get('Content-Security-Policy'))")
    assert "script-src 'self';" in policy
    browser.screenshot("django-browser-sdk")


def show_form(browser, sandbox):
    """Show the form of the SDK for a function of Slack."""
    sandbox.connect("slack", user_id=1)
    browser.command("waitFor", "!document.getElementById('form').disabled")
    browser.evaluate("document.getElementById('form').click()")
    browser.command("waitFor", "document.querySelector('input#text, textarea#text')")


def test_the_form_of_the_sdk_needs_no_other_exception(browser, site, sandbox):
    """The form that the SDK shows does not violate the policy."""
    open_sdk(browser, site)
    show_form(browser, sandbox)
    assert [each for each in browser.problems if "Content" in each] == []
    browser.screenshot("django-browser-sdk-form")


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_each_exception_of_the_policy_is_needed(browser, site, sandbox, exception):
    """Without an exception of the policy that the site makes for the SDK, the browser reports a violation."""
    log_in(browser, site, "ann")
    browser.command("visit", f"{site.url}/browser/?without={quote(exception.format(sandbox=sandbox.url))}")
    if exception == ICONS:
        show_form(browser, sandbox)
    violation = re.compile(f"directive:? ['\"]{exception.split()[0]} ")
    for _ in range(500):
        if any(map(violation.search, browser.problems)):
            return
        browser.evaluate("new Promise((done) => setTimeout(done, 20))")
    pytest.fail("the browser has reported no violation")


def events(browser):
    """Return the lines in the page's list of events."""
    return browser.evaluate("[...document.querySelectorAll('#events li')].map((line) => line.innerText)")


def connect(browser):
    """Connect HubSpot in the window that the SDK opens, and go to the origin whose messages the SDK takes."""
    browser.evaluate("document.getElementById('connect').click()")
    browser.command("popup")
    browser.command("waitFor", "document.querySelector('button[value=allow]')")
    browser.command("click", "button[value=allow]")
    browser.command("answer", REPORTER, "<p>The service reports the account here.</p>")
    # The page navigates itself, as the service does: a navigation by the user may lose the opener.
    browser.evaluate(f"void setTimeout(() => {{ location.href = '{REPORTER}'; }})")
    browser.command("waitFor", f"location.href === '{REPORTER}'")


def test_the_window_reports_back_with_allow_popups(browser, site, sandbox):
    """With `same-origin-allow-popups`, the window in which the SDK connects an app reports back to the page."""
    open_sdk(browser, site)
    connect(browser)
    browser.evaluate("void setTimeout(() => opener.postMessage({authorization_id: 7}, '*'))")
    browser.command("opener")
    browser.command("waitFor", "document.querySelectorAll('#events li').length === 3")
    assert sorted(events(browser)) == ["Account 7", "integry:app-connected hubspot", "integry:ready"]
    assert sandbox.client(1).apps.is_connected("hubspot")


def test_the_window_is_lost_with_same_origin(browser, site, sandbox):
    """With `same-origin`, Django's default, the window has no opener to report to, and the SDK takes it for closed."""
    open_sdk(browser, site, "?coop=same-origin")
    connect(browser)
    assert browser.evaluate("opener") is None
    browser.command("opener")
    browser.command("waitFor", "document.querySelectorAll('#events li').length === 2")
    assert events(browser) == ["integry:ready", "Authorization window was closed by the user"]
    assert sandbox.client(1).apps.is_connected("hubspot"), "only the page does not know"
