"""Fixtures: a sandbox with connected accounts, and clients of it."""

import pytest

from integry.sandbox import Sandbox
from tests.tools.schemas import NASTY


@pytest.fixture(scope="session")
def shared_sandbox():
    """Yield a sandbox for all tests: a new one for each test would take a third of their time."""
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def sandbox(shared_sandbox):
    """Yield a sandbox in this process, where the user 7 has connected Slack, with the documented functions."""
    catalogue = shared_sandbox._state.catalogue
    apps, functions = dict(catalogue.apps), dict(catalogue.functions)
    shared_sandbox.reset()
    shared_sandbox.connect("slack", user_id="7")
    yield shared_sandbox
    catalogue.apps, catalogue.functions = apps, functions


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
