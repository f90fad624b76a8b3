"""Fixtures that start sandboxes through the public pytest plugin, and one that sends requests without a client."""

import pytest

from integry import sign


@pytest.fixture
def sandbox(integry_sandbox):
    """Return a sandbox in this process."""
    return integry_sandbox


@pytest.fixture
def live(integry_live_sandbox):
    """Return a sandbox that listens on a real port."""
    return integry_live_sandbox


@pytest.fixture
def send_signed(sandbox):
    """Return a function that sends a signed request, and returns the status and the decoded body."""
    session = sandbox.session()

    def send(method, path, user="123456", **options):
        headers = {"App-Key": sandbox.app_key, "User-ID": user, "Hash": sign(sandbox.app_secret, user)}
        headers.update(options.pop("headers", {}))
        response = session.request(method, sandbox.url + path, headers=headers, **options)
        return response.status_code, response.json() if response.content else None

    return send
