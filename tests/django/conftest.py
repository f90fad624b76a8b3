"""A Django project whose clients call a sandbox in this process."""

from types import SimpleNamespace

import pytest
from django.test import Client, override_settings

from tests.django.site import configure, user

configure()


@pytest.fixture
def integry_settings(monkeypatch):
    """Yield a function that sets INTEGRY for the test, and no other variables of the environment."""
    for name in ("APP_KEY", "APP_SECRET", "BASE_URL", "USER_ID", "ORGANISATION_TOKEN", "ORGANISATION_BASE_URL"):
        monkeypatch.delenv(f"INTEGRY_{name}", raising=False)
    changed = []

    def change(**keys):
        override = override_settings(INTEGRY=keys)
        override.enable()
        changed.append(override)

    yield change
    for override in reversed(changed):
        override.disable()


@pytest.fixture
def site(integry_sandbox, integry_settings):
    """Return the sandbox that the site calls, and the requests that were sent to it."""
    sent = []
    made = integry_sandbox.client(user_id=None, max_retries=0, on_request=sent.append)
    found = SimpleNamespace(sandbox=integry_sandbox, sent=sent, client=made, set=integry_settings)
    integry_settings(CLIENT=lambda _: made, SDK_URL="sdk/index.umd.js")
    return found


@pytest.fixture
def anonymous(site):
    """Return a browser without a user."""
    assert site
    return Client()


@pytest.fixture
def ann(site):
    """Return a browser in which the user 1 is logged in."""
    return browser(site, 1)


def browser(site, number):
    """Return a browser in which a user is logged in."""
    assert site
    found = Client()
    found.force_login(user(number))
    return found
