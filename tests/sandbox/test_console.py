"""The pages for people: what stands on them, who may see them, and what is not on them."""

import re
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def page(sandbox):
    """Get a page, as text."""

    def get(path, **more):
        response = sandbox.session().get(sandbox.url + path, **more)
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        return response.text

    return get


def test_the_overview(sandbox, page):
    """Apps, calls, integrations; nothing from elsewhere."""
    assert page("/").count("None yet.") == 2
    sandbox.client().functions.call("pipedrive-add-a-person", {"name": "Ann"})
    sandbox.organisation().integrations.create("My integration", "https://x.example")
    text = page("/")
    for shown in ("Pipedrive", "663----------8b1", "pipedrive-add-a-person", "Ann", "My integration"):
        assert shown in text
    assert re.findall(r"(?:src|href)=\"(?!https://sandbox\.invalid/connect/)", text) == []


def test_the_accounts_of_another_user(sandbox, page):
    """By the form at the top."""
    sandbox.connect("slack", user_id="u<1>", display_name="<b>bold</b>")
    text = page("/", params={"user_id": "u<1>"})
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert 'value="u&lt;1&gt;"' in text


def test_what_is_called_cannot_become_markup(sandbox, page):
    """Arguments, answers, names: all is text."""
    evil = "<script>alert(1)</script>"
    sandbox.add_app("acme", evil)
    sandbox.add_function("acme-f", lambda _: evil, app="acme")
    sandbox.connect("acme", user_id="123456", display_name=evil)
    sandbox.client().functions.call("acme-f", {evil: evil})
    sandbox.organisation().integrations.create(evil, evil)
    assert evil not in page("/")
    assert page("/").count("&lt;script&gt;") > 5


def test_secrets_are_masked(sandbox, page):
    """In what was called and answered."""
    arguments = {"name": f"{sandbox.app_secret} {sandbox.organisation_token}"}
    sandbox.client().functions.call("pipedrive-add-a-person", arguments)
    text = page("/")
    for secret in (sandbox.app_key, sandbox.app_secret, sandbox.organisation_token):
        assert secret not in text
    named = {"name": "A", "api_key": "an-api-key", "client_secret": "c s", "Authorization": "Bearer zzz"}
    sandbox.client().functions.call("pipedrive-add-a-person", named)
    sandbox.organisation().integrations.create("n", "https://u:pass@example.com/x?token=a-token")
    text = page("/")
    for secret in ("an-api-key", "c s", "zzz", "u:pass", "a-token"):
        assert secret not in text
    assert "example.com" in text


def test_connecting(sandbox, page):
    """By a click, for the user whom the link was made for."""
    url = urlsplit(sandbox.client(7).apps.connect_url("slack"))
    path = f"{url.path}?{url.query}"
    assert "Connect Slack</button>" in page(path)
    assert not sandbox.client(7).apps.is_connected("slack")
    assert "is connected" in sandbox.session().post(sandbox.url + path).text
    assert sandbox.client(7).apps.is_connected("slack")
    assert not sandbox.client().apps.is_connected("slack")


@pytest.mark.parametrize(
    "change", [("user_id=7", "user_id=8"), ("slack", "hubspot"), ("signature=", "x="), ("slack", "no")]
)
def test_links_that_were_not_made_here(sandbox, change):
    """Connect nothing."""
    url = sandbox.client(7).apps.connect_url("slack").replace(*change)
    for method in ("GET", "POST"):
        assert sandbox.session().request(method, url).status_code == 403


def test_the_pages_are_for_this_machine(live):
    """A name of another site that leads here shows nothing; the API does not mind."""
    import requests

    assert requests.get(f"{live.url}/", timeout=5).ok
    evil = requests.get(f"{live.url}/", headers={"Host": "evil.example"}, timeout=5)
    assert (evil.status_code, evil.json()) == (403, {"detail": "evil.example is not where the sandbox is."})
    assert requests.get(f"{live.url}/apps", headers={"Host": "evil.example"}, timeout=5).status_code == 400
    assert requests.get(f"{live.url}/", headers={"Host": "[bad"}, timeout=5).status_code == 400


def test_what_the_browser_sdk_asks_first(ask, sandbox):
    """Whether its credentials are right."""
    assert ask("GET", "/verify-sdk-config/")[1]["config_verified"] is True
    assert sandbox.session().get(f"{sandbox.url}/verify-sdk-config/").status_code == 400
