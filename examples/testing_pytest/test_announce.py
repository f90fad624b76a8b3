"""Tests of announce(), with the fixtures of integry.testing."""

import pytest
from announce import announce

from integry import AppNotConnected, Integry, ServerError


def test_a_message_is_posted(integry_sandbox):
    """announce() posts a message with the name of the user."""
    integry_sandbox.connect("slack")
    assert announce(integry_sandbox.client(), "Ann")
    assert integry_sandbox.calls[0].arguments["text"] == "Ann signed up"


def test_an_unknown_channel_is_told(integry_sandbox):
    """announce() returns False if Slack responds with status 200 and `ok: false`."""
    integry_sandbox.connect("slack")
    assert not announce(integry_sandbox.client(), "Ann", channel="nowhere")


def test_a_user_without_slack(integry_sandbox):
    """The error for a user who has not connected Slack names the app."""
    with pytest.raises(AppNotConnected) as caught:
        announce(integry_sandbox.client(), "Ann")
    assert caught.value.app == "slack"


def test_the_service_is_down(integry_sandbox):
    """A call that failed with status 503 is not sent again, because the call may have run."""
    integry_sandbox.connect("slack")
    integry_sandbox.fail(503)
    with pytest.raises(ServerError) as caught:
        announce(integry_sandbox.client(), "Ann")
    assert caught.value.may_have_run


def test_a_client_from_the_environment(integry_live_sandbox, monkeypatch):
    """A client without arguments uses the sandbox in the environment variables."""
    for name, value in integry_live_sandbox.environment().items():
        monkeypatch.setenv(name, value)
    integry_live_sandbox.connect("slack")
    with Integry() as integry:
        assert announce(integry, "Ann")
