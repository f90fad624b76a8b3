"""The pages that list, connect and disconnect apps."""

import struct
from urllib.parse import quote

import pytest
from django.dispatch import receiver
from django.test import Client, override_settings
from django.urls import reverse

from integry import BadRequest, ConfigurationError
from integry.django.signals import app_connected, app_disconnected
from tests.django.conftest import browser
from tests.django.site import MIDDLEWARE

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def signals():
    """Return a list of the signals that are sent: their name, user, app and account."""
    found = []

    @receiver(app_connected)
    def on_connected(user_id, app, account, request, **_):
        assert request.user.pk == int(user_id)
        found.append(("connected", user_id, app.name, account.display_name))

    @receiver(app_disconnected)
    def on_disconnected(user_id, app, account, **_):
        found.append(("disconnected", user_id, app.name, account.display_name))

    yield found
    app_connected.disconnect(on_connected)
    app_disconnected.disconnect(on_disconnected)


def text(response):
    """Return the text of a page, after a check that no cache keeps it."""
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


@pytest.mark.parametrize("url", ["", "connect/slack/", "status/slack/", "disconnect/slack/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_need_a_user(anonymous, site, url, method):
    """Anonymous visitors are sent to the login page, and nothing is sent to the service."""
    response = getattr(anonymous, method)(f"/integry/{url}")
    assert (response.status_code, response["Location"]) == (302, f"/login/?next=/integry/{url}")
    assert site.sent == []


def test_the_names_of_the_pages():
    """The pages have names in the namespace `integry`."""
    assert reverse("integry:apps") == "/integry/"
    for name in ("connect", "status", "disconnect"):
        assert reverse(f"integry:{name}", args=["slack"]) == f"/integry/{name}/slack/"


def test_apps_are_listed(ann, site):
    """The page lists the apps with the user's accounts, whose names are escaped."""
    site.sandbox.connect("slack", user_id=1, display_name="<Ann>")
    found = text(ann.get("/integry/"))
    assert found.count('class="integry-app"') == 5
    assert "<li>&lt;Ann&gt;</li>" in found
    assert found.count("Not connected") == 4
    assert text(browser(site, 2).get("/integry/")).count("Not connected") == 5


def test_apps_are_searched_and_paged(ann, site):
    """The page has a search, and a link to the next page."""
    assert text(ann.get("/integry/?search=slack")).count('class="integry-app"') == 1
    assert "No app was found." in text(ann.get("/integry/?search=nothing"))
    for number in range(50):
        site.sandbox.add_app(f"app{number}")
    first = text(ann.get("/integry/"))
    assert "More apps" in first
    link = first.partition('<p><a href="')[2].partition('"')[0].replace("&amp;", "&")
    second = text(ann.get(link))
    assert second.count('class="integry-app"') == 5
    assert "More apps" not in second


@pytest.mark.parametrize("query", ["cursor={", "cursor=1&cursor_name=search", f"cursor={'[' * 100_000}"], ids=len)
def test_a_changed_link_is_refused(ann, site, query):
    """A link to the next page that somebody changed becomes a status of 400, and nothing is sent."""
    assert ann.get(f"/integry/?{query}").status_code == 400
    assert site.sent == []


def test_a_link_with_an_expired_cursor_leads_to_the_first_page(ann, site):
    """A cursor that the service refuses leads to the first page; other refused requests are errors."""
    response = ann.get("/integry/?search=a%26b&cursor=%22old%22&cursor_name=_cursor")
    assert (response.status_code, response["Location"]) == (302, "/integry/?search=a%26b")
    site.sandbox.fail(400)
    with pytest.raises(BadRequest):
        ann.get("/integry/")


def test_a_name_without_a_url_does_not_break_the_page(ann, site):
    """An app whose name has a slash is listed without links, and the others are listed as ever."""
    site.sandbox.add_app("a/b", "Slashed", login_url="https://example.com/")
    found = text(ann.get("/integry/"))
    assert found.count('class="integry-app"') == 6
    assert found.count("data-integry-status=") == found.count('class="integry-actions"') == 5
    assert "Slashed" in found


def test_an_app_is_connected(ann, site, signals):
    """The user goes to the service's page and comes back, the site notices the account, and sends one signal."""
    site.sandbox.connect("slack", user_id=1, display_name="Old")
    response = ann.get("/integry/connect/slack/")
    assert response.status_code == 302
    assert response["Location"].startswith("https://sandbox.invalid/connect/slack?user_id=1&")
    waiting = ann.get("/integry/status/slack/", **JSON).json()
    assert (waiting["connected"], waiting["pending"]) == (True, True)
    assert "data-integry-pending" in text(ann.get("/integry/"))
    assert signals == []
    site.sandbox.connect("slack", user_id=1, display_name="New")
    assert "data-integry-pending" not in text(ann.get("/integry/status/slack/"))
    for url in ("/integry/status/slack/", "/integry/", "/integry/connect/slack/"):
        ann.get(url)
    assert signals == [("connected", "1", "slack", "New")]


@pytest.mark.parametrize("url", ["/integry/", "/integry/connect/slack/"])
def test_every_page_notices_new_accounts(ann, site, signals, url):
    """The page that notices a new account first sends the signal, also if it is the one that connects another."""
    ann.get("/integry/connect/slack/")
    site.sandbox.connect("slack", user_id=1, display_name="New")
    for _ in range(2):
        ann.get(url)
    assert signals == [("connected", "1", "slack", "New")]


def test_two_tabs_send_one_signal(ann, site, signals):
    """Two pages that notice an account with the same state of the session send one signal."""
    ann.get("/integry/connect/slack/")
    site.sandbox.connect("slack", user_id=1)
    other = Client()
    other.cookies = ann.cookies.copy()
    for tab in (ann, other):
        assert tab.get("/integry/status/slack/", **JSON).json()["connected"] is True
    assert len(signals) == 1


def test_a_receiver_that_fails_does_not_break_the_page(ann, site, signals):
    """An error of a receiver is logged, and the account is not reported again."""

    @receiver(app_connected)
    def fail(**_):
        raise ValueError

    try:
        ann.get("/integry/connect/slack/")
        site.sandbox.connect("slack", user_id=1)
        for _ in range(2):
            assert ann.get("/integry/status/slack/").status_code == 200
    finally:
        app_connected.disconnect(fail)
    assert len(signals) == 1


def test_status_is_json_or_a_fragment(ann, site):
    """The state of an app is JSON for scripts, and a fragment of HTML for others."""
    account = site.sandbox.connect("slack", user_id=1, display_name="Ann")
    assert ann.get("/integry/status/slack/", **JSON).json() == {
        "name": "slack",
        "title": "Slack",
        "accounts": [{"id": account.id, "display_name": "Ann"}],
        "connected": True,
        "pending": False,
        "connectable": True,
        "connect_url": "/integry/connect/slack/",
        "back_url": None,
    }
    fragment = text(ann.get("/integry/status/slack/", HTTP_ACCEPT="text/html, application/json"))
    assert fragment.startswith('<section class="integry-app"')


@pytest.mark.parametrize(
    ("back", "shown"),
    [
        ("/form/?a=1", True),
        ("http://testserver/form/", True),
        ("https://example.com/", False),
        ("//example.com", False),
        ("javascript:alert()", False),
        ("", False),
    ],
)
def test_the_user_can_go_back(ann, site, back, shown):
    """After connecting, the page has a link to the page that needed the app, if that is on this site, once."""
    ann.get(f"/integry/connect/slack/?next={quote(back)}")
    assert "Back to" not in text(ann.get("/integry/"))
    site.sandbox.connect("slack", user_id=1)
    found = text(ann.get("/integry/"))
    assert (f'<a href="{back}">Back to' in found) is shown
    assert ("Back to" in found) is shown
    assert "Back to" not in text(ann.get("/integry/"))


@pytest.mark.parametrize("url", ["http://example.com/", "javascript:alert()", "https:relative", "", None, "http://["])
def test_only_safe_links_are_followed(ann, site, url):
    """An app whose link is neither https nor on this machine cannot be connected."""
    site.sandbox.add_app("acme", login_url=url)
    response = ann.get("/integry/connect/acme/")
    assert response.status_code == 502
    assert "may have run" not in text(response)
    assert "/integry/connect/acme/" not in text(ann.get("/integry/"))


@pytest.mark.parametrize("view", ["connect", "status"])
def test_an_unknown_app_is_not_found(ann, view):
    """An app that the service does not know becomes a status of 404."""
    assert ann.get(f"/integry/{view}/nothing/").status_code == 404
    assert ann.get(f"/integry/{view}/n%C3%B6/").status_code == 404


def test_disconnecting_is_a_post_with_a_token(ann, site):
    """Other methods than POST, and a POST without the CSRF token, are refused."""
    assert ann.get("/integry/disconnect/slack/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ann.cookies.copy()
    without = [name for name in MIDDLEWARE if "Csrf" not in name]
    for names in (MIDDLEWARE, without):
        with override_settings(MIDDLEWARE=names):
            assert strict.post("/integry/disconnect/slack/").status_code == 403
    assert site.sent == []
    assert ann.post("/integry/").status_code == ann.post("/integry/connect/slack/").status_code == 405


def test_an_account_is_disconnected(ann, site, signals):
    """The only account is disconnected, with one signal. A second request changes nothing."""
    site.sandbox.connect("slack", user_id=1, display_name="Ann")
    site.sandbox.connect("slack", user_id=2)
    for _ in range(2):
        response = ann.post("/integry/disconnect/slack/")
        assert (response.status_code, response["Location"]) == (302, "/integry/")
    assert signals == [("disconnected", "1", "slack", "Ann")]
    assert site.client.apps.is_connected("slack", 2)
    assert ann.post("/integry/disconnect/slack/", **JSON).json() == {"name": "slack", "disconnected": 0}


def test_several_accounts_are_a_question(ann, site, signals):
    """If the user has several accounts, the page asks which. The account of another user cannot be chosen."""
    accounts = [site.sandbox.connect("slack", user_id=1, display_name=name) for name in ("Ann", "<b>")]
    other = site.sandbox.connect("slack", user_id=2)
    page = ann.post("/integry/disconnect/slack/")
    assert page.status_code == 200
    for account in accounts:
        assert f'value="{account.id}"' in text(page)
    assert "&lt;b&gt;" in text(page)
    for wrong in (other.id, "0", "x"):
        assert ann.post("/integry/disconnect/slack/", {"account": wrong}).status_code == 400
    assert ann.post("/integry/disconnect/slack/", {"account": accounts[0].id}).status_code == 302
    assert [account.id for account in site.client.apps.connected_accounts("slack", 1)] == [accounts[1].id]
    assert site.client.apps.is_connected("slack", 2)
    assert signals == [("disconnected", "1", "slack", "Ann")]


def test_an_account_that_is_gone_needs_no_signal(ann, site, signals):
    """An account that was disconnected elsewhere meanwhile is not an error, and sends no signal."""
    site.sandbox.connect("slack", user_id=1)
    site.sandbox.fail(404, path="/connected-accounts/")
    assert ann.post("/integry/disconnect/slack/").status_code == 302
    assert signals == []


def test_errors_have_responses_without_the_middleware(ann, site):
    """The pages answer errors of the service by themselves, but not those of the configuration."""
    without = [name for name in MIDDLEWARE if "integry" not in name]
    with override_settings(MIDDLEWARE=without):
        site.sandbox.fail(500)
        assert ann.get("/integry/").status_code == 502
        site.set(CLIENT=lambda _: site.client, USER_ID=lambda _: None)
        assert ann.get("/integry/").status_code == 403
        site.set()
        with pytest.raises(ConfigurationError, match="app_key= "):
            ann.get("/integry/")


def test_a_project_can_replace_the_templates(ann):
    """A template of the project with the same name replaces that of the app."""
    loaders = [("django.template.loaders.locmem.Loader", {"integry/apps.html": "{{ apps|length }} apps here"})]
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": loaders},
    }
    with override_settings(TEMPLATES=[engine]):
        assert ann.get("/integry/").content == b"5 apps here"


def test_pages_are_translated(ann, tmp_path):
    """The texts of the pages are translated by the catalogs of the project."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    texts = {"": "Content-Type: text/plain; charset=UTF-8\n", "Not connected": "Nicht verbunden"}
    (folder / "django.mo").write_bytes(catalog(texts))
    with override_settings(LANGUAGE_CODE="de", LOCALE_PATHS=[tmp_path]):
        found = text(ann.get("/integry/"))
    assert '<html lang="de">' in found
    assert found.count("Nicht verbunden") == 5


def catalog(texts):
    """Return a catalog of gettext, a file with the extension .mo."""
    pairs = [part.encode() + b"\0" for column in zip(*sorted(texts.items())) for part in column]
    start, index = 28 + 8 * len(pairs), []
    for number, part in enumerate(pairs):
        index += [len(part) - 1, start + sum(map(len, pairs[:number]))]
    header = (0x950412DE, 0, len(texts), 28, 28 + 8 * len(texts), 0, start)
    return struct.pack(f"<{len(header) + len(index)}I", *header, *index) + b"".join(pairs)


def test_a_form_leads_to_a_page_that_goes_on_by_itself(ann, site):
    """After a form, the page that connects an app does not redirect to the service, but goes on without a script."""
    response = ann.get("/integry/connect/slack/?form=1&next=%2Fform%2F%3Fb%3D2")
    onward = "/integry/connect/slack/?next=%2Fform%2F%3Fb%3D2"
    assert response.status_code == 200
    assert f'<meta http-equiv="refresh" content="0; url={onward}">' in text(response)
    assert ann.get(onward)["Location"].startswith(f"{site.sandbox.url}/connect/slack?")
