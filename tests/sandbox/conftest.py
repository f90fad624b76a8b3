"""Sandboxes, by the plugin that users have; and requests that no client of ours would send."""

import pytest

from integry import sign


@pytest.fixture
def sandbox(integry_sandbox):
    """A sandbox in this process."""
    return integry_sandbox


@pytest.fixture
def live(integry_live_sandbox):
    """A sandbox on a real port."""
    return integry_live_sandbox


@pytest.fixture
def ask(sandbox):
    """Send a request, signed for a user, and give status and decoded body."""
    session = sandbox.session()

    def send(method, path, user="123456", **more):
        headers = {"App-Key": sandbox.app_key, "User-ID": user, "Hash": sign(sandbox.app_secret, user)}
        headers.update(more.pop("headers", {}))
        response = session.request(method, sandbox.url + path, headers=headers, **more)
        return response.status_code, response.json() if response.content else None

    return send
