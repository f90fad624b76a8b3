"""The system checks and the command that asks the server."""

from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import override_settings

from integry import Integry
from tests.django.site import idle

GOOD = {"APP_KEY": "an app key", "APP_SECRET": "an app secret"}
POPUPS = "same-origin-allow-popups"


def found():
    """Return the ids of the messages, after a check that they show no credentials."""
    messages = [each for each in run_checks() if each.id.startswith("integry.")]
    for message in messages:
        assert not {"an app key", "an app secret", "a token"} & set(str(message).split("'"))
        assert "an app secret" not in str(message)
        assert "a token" not in str(message)
        assert message.hint or message.id == "integry.E001"
    return [message.id.partition(".")[2] for message in messages]


def make(_):
    """Return no client."""


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (GOOD, []),
        ({**GOOD, "APP_KEYS": "an app key"}, ["E001"]),
        ({**GOOD, "A": 1, "B": 2}, ["E001", "E001"]),
        ("an app secret", ["E001"]),
        ({}, ["E002", "E002"]),
        ({"APP_KEY": "an app key", "APP_SECRET": ""}, ["E002"]),
        ({"CLIENT": "tests.django.test_checks.make"}, []),
        ({**GOOD, "CLIENT": "tests.django.nowhere.make"}, ["E003"]),
        ({**GOOD, "USER_ID": "tests.django.test_checks.GOOD"}, ["E003"]),
        ({**GOOD, "USER_ID": ".make"}, ["E003"]),
        ({**GOOD, "USER_ID": idle}, []),
        ({**GOOD, "JS_OPTIONS": {"user": {"plan": "pro"}, "tags": ["a", "b"]}}, []),
        ({**GOOD, "JS_OPTIONS": {"a": [{"b": "the an app secret"}]}}, ["E004"]),
        ({**GOOD, "JS_OPTIONS": {"appSecret": "x"}}, ["E004"]),
        ({**GOOD, "JS_OPTIONS": {"a": {"an app secret": 1}}}, ["E004", "E004"]),
        ({**GOOD, "JS_OPTIONS": {"an app secret": {"token": 1}}}, ["E004", "E004", "E004"]),
        ({**GOOD, "ORGANISATION_TOKEN": "a token", "JS_OPTIONS": {"a": ("a token",)}}, ["E004"]),
        ({**GOOD, "BASE_URL": "https://proxy.example.com"}, []),
        ({**GOOD, "BASE_URL": "http://proxy.example.com"}, ["W001"]),
        ({**GOOD, "BASE_URL": "HTTP://proxy.example.com"}, ["W001"]),
        ({**GOOD, "BASE_URL": "https://127.0.0.1:8485"}, ["W001"]),
        ({**GOOD, "BASE_URL": "http://["}, ["W001"]),
        ({**GOOD, "BASE_URL": "https://["}, []),
        ({**GOOD, "ORGANISATION_BASE_URL": "http://localhost:8485"}, ["W001"]),
        ({**GOOD, "SDK_URL": "/static/sdk.js"}, ["W002"]),
        ({**GOOD, "SDK_URL": "http://cdn.example.com/sdk.js"}, ["W001", "W002"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, (dict, list)) else None,
)
def test_settings_are_checked(integry_settings, keys, expected):
    """Each fault of INTEGRY has an id and a hint. Nothing is sent."""
    integry_settings()
    with override_settings(INTEGRY=keys):
        assert found() == expected


@pytest.mark.parametrize("text", ["import os; os.environ['NOT_SET']", "def ("])
def test_a_module_that_cannot_be_imported_is_an_error(integry_settings, monkeypatch, tmp_path, text):
    """A module that raises any exception on import is an error of the check, which does not crash."""
    (tmp_path / "broken_tenants.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    integry_settings(**GOOD, USER_ID="broken_tenants.user_id")
    assert found() == ["E003"]


def test_other_settings_are_respected(integry_settings, monkeypatch):
    """A sandbox is fine with DEBUG, popups are fine with another policy, and the environment counts too."""
    integry_settings(**GOOD, BASE_URL="http://127.0.0.1:8485", SDK_URL="sdk.js", JS_OPTIONS={"a": "other secret"})
    with override_settings(DEBUG=True, SECURE_CROSS_ORIGIN_OPENER_POLICY=POPUPS):
        assert found() == []
        monkeypatch.setenv("INTEGRY_APP_SECRET", "other secret")
        assert found() == ["E004"]
    integry_settings()
    monkeypatch.setenv("INTEGRY_APP_KEY", "an app key")
    assert found() == []
    monkeypatch.setenv("INTEGRY_BASE_URL", "http://127.0.0.1:8485")
    assert found() == ["W001"]


def run(*arguments):
    """Return the output of the command."""
    out, err = StringIO(), StringIO()
    call_command("integry_check", *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def test_the_command_asks_the_server(site):
    """The command names the server, and the apps that a user has connected."""
    assert "User integry-check: accepted. Connected apps: none" in run()
    site.sandbox.connect("slack", user_id=7)
    output = run("7")
    assert "Server: https://sandbox.invalid" in output
    assert "User 7: accepted. Connected apps: slack" in output
    assert site.sandbox.app_key not in output


def test_the_command_names_what_is_wrong(site, integry_live_sandbox, closed_port):
    """Wrong credentials, a wrong user and a server that cannot be reached end the command with an error."""
    live = integry_live_sandbox
    for key, secret in ((live.app_key, "wrong"), ("wrong", live.app_secret)):
        site.set(APP_KEY=key, APP_SECRET=secret, BASE_URL=live.url, MAX_RETRIES=0)
        with pytest.raises(CommandError, match="does not accept the app key or the signature. Check APP_KEY and"):
            run()
    with pytest.raises(CommandError, match="cannot be sent in a header"):
        run("Zoë")
    site.set(APP_KEY=live.app_key, APP_SECRET=live.app_secret, BASE_URL=live.url)
    assert "App key and signature: accepted" in run()
    assert Integry
    site.set(**GOOD, BASE_URL=f"http://127.0.0.1:{closed_port}", MAX_RETRIES=0)
    with pytest.raises(CommandError, match="no response from"):
        run()


def test_the_command_reports_wrong_settings_first(site):
    """With errors in the settings, nothing is sent. A CLIENT that returns no client is reported, too."""
    site.set(**GOOD, APP_KEYS="x")
    with pytest.raises(CommandError, match="Nothing was sent: the settings have errors"):
        run()
    site.set(CLIENT=make)
    with pytest.raises(CommandError, match="must return an Integry client"):
        run()
