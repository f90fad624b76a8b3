"""Fixtures: a sandbox with connected accounts, and clients of it."""

import pytest

from tests.tools.schemas import NASTY


@pytest.fixture
def sandbox(integry_sandbox):
    """Return a sandbox in this process, where the user 7 has connected Slack."""
    integry_sandbox.connect("slack", user_id="7")
    return integry_sandbox


@pytest.fixture
def client(sandbox):
    """Return a client of the user 7."""
    return sandbox.client(user_id="7", max_retries=0)


@pytest.fixture
def nasty(sandbox):
    """Add a function with the nasty schema, and return its name."""
    sandbox.add_function("slack-nasty", lambda call: call.arguments, app="slack", parameters=NASTY)
    return "slack-nasty"


@pytest.fixture
def bare(sandbox):
    """Add a function without a schema, and return its name."""
    sandbox.add_function("slack-bare", lambda call: call.arguments, app="slack", parameters={})
    return "slack-bare"
