"""Cached pages of the site: no user gets the hash of another."""

import re

import pytest

from integry import sign

from .servers import GUNICORN, Server

pytestmark = pytest.mark.django_site

#: The names of the users, by id; None for an anonymous visitor.
USERS = {"1": "ann", "2": "ben", None: None}
#: Pages with the configuration of the browser SDK.
PAGES = ("/browser/", "/probe/varied/", "/probe/fragment/beside/")


@pytest.fixture(scope="module", params=["", "1"], ids=["pages cached", "site cached"])
def site(request, variables):
    """Return a gunicorn with two processes, which share a cache of pages and fragments."""
    variables = {**variables, "PROBE_CACHE": request.param}
    with Server(variables, *GUNICORN, "--workers", "2", "--threads", "4", "acme.wsgi") as server:
        yield server


def test_each_user_gets_the_own_hash(site, sandbox):
    """Each user gets the own hash on each page, in any order of requests, and an anonymous visitor gets none."""
    sessions = {user: site.session(name) for user, name in USERS.items()}
    hashes = {user: sign(sandbox.app_secret, user) for user in USERS if user}
    numbers = set()
    for page in PAGES:
        for user in ("1", "2", None, "2", "1", None):
            answer = sessions[user].get(site.url + page)
            assert answer.status_code == 200
            found = set(re.findall(r"[0-9a-f]{64}", answer.text))
            assert found == ({hashes[user]} if user else set()), (page, user)
            numbers.update(re.findall("<i>(.*?)</i>", answer.text))
            if user:
                assert "private" in answer.headers["Cache-Control"]
                assert "Cookie" in answer.headers["Vary"]
    assert len(numbers) == 1, "the fragment beside the configuration is cached"


def test_a_page_for_one_user_is_not_cached(site, sandbox):
    """A cached page that does not vary by cookie, which is a mistake of a site, shows no user the hash of another."""
    sessions = {user: site.session(name) for user, name in USERS.items()}
    for user in ("1", "2", None, "2", "1", None):
        text = sessions[user].get(f"{site.url}/probe/cached/").text
        own = {sign(sandbox.app_secret, user)} if user else set()
        assert set(re.findall(r"[0-9a-f]{64}", text)) <= own


@pytest.mark.parametrize("fragment", ["inside", "included", "varied"])
def test_the_configuration_is_refused_in_a_cached_fragment(site, sandbox, fragment):
    """The tag integry_config is an error in a cached fragment, whose text all users would get."""
    for name in ("ann", "ben"):
        answer = site.session(name).get(f"{site.url}/probe/fragment/{fragment}/")
        assert answer.status_code == 500
        assert sign(sandbox.app_secret, 1) not in answer.text
    site.wait_for("Move integry_config out of {% cache %}")


def test_pages_of_the_site_are_not_mixed_up(site, sandbox):
    """The pages that list apps show each user the own accounts."""
    for user in (1, 2):
        sandbox.connect("slack", user_id=user, display_name=f"Slack of {user}")
    sessions = {user: site.session(USERS[user]) for user in ("1", "2")}
    for user in ("1", "2", "2", "1"):
        text = sessions[user].get(f"{site.url}/apps/").text
        assert re.findall(r"Slack of \d", text) == [f"Slack of {user}"]
