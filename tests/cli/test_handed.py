"""The commands that are handed on to the parsers of other modules, with these modules."""

import json
import sys

import pytest

from integry.cli._state import SETTINGS
from integry.tools import mcp

COMMANDS = ["sandbox", "vendor", "generate", "mcp", "bulk"]
CALL = '{"function": "slack-post-message", "arguments": {"channel": "random", "text": "Hi"}}\n'


@pytest.fixture
def profile(run, environment, tmp_path, monkeypatch):
    """Write the profile `work` with all settings, and empty the variables of the environment."""
    for name, setting in SETTINGS.items():
        value = environment.get(setting.variable)
        if value:
            line = ["config", "set", name, "-", "--profile", "work"]
            assert run(*line, *(["--file"] if setting.secret else []), stdin=value).code == 0
    for setting in SETTINGS.values():
        if setting.variable:
            # An empty variable counts as none, and the settings that a command exports are undone after the test.
            monkeypatch.setenv(setting.variable, "")
    return tmp_path


@pytest.mark.shows_secrets("the help of the sandbox's command has its public default credentials")
@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_names_the_command(run, name):
    """The help of a module names the command that was typed, on stdout; wrong usage has code 2, on stderr."""
    done = run(name, "--help")
    assert (done.code, done.err, done.out.startswith(f"usage: integry {name} [-h]")) == (0, "", True)
    assert "python -m integry" not in done.out
    done = run(name, "--nonsense")
    assert (done.code, done.out) == (2, "")
    assert f"\nintegry {name}: error: " in done.err


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
def test_bulk_with_a_profile(run, profile):
    """`integry bulk --profile` makes calls with the settings of the profile, and keeps the module's exit codes."""
    (profile / "calls").write_text(CALL, encoding="utf-8")
    done = run("bulk", "--profile", "work", profile / "calls")
    assert (done.code, json.loads(done.out)["state"]) == (0, "done")
    (profile / "calls").write_text(CALL.replace("slack", "unknown"), encoding="utf-8")
    assert run("bulk", profile / "calls", "--quiet", "--profile=work").code == 1
    done = run("--profile", "work", "bulk", profile / "nothing")
    assert (done.code, done.err.startswith("integry bulk: ")) == (2, True)


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
def test_bulk_without_settings(run, profile):
    """Without a profile the module says what is missing, and an unknown profile is named."""
    (profile / "calls").write_text(CALL, encoding="utf-8")
    done = run("bulk", profile / "calls")
    assert (done.code, done.out, "INTEGRY_APP_KEY" in done.err) == (2, "", True)
    done = run("bulk", profile / "calls", "--profile", "nowhere")
    assert (done.code, done.err.count("\n"), "Profiles: work" in done.err) == (3, 1, True)


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
@pytest.mark.parametrize(("version", "message"), [((3, 8), "needs the package mcp ("), ((99, 0), "needs Python ")])
def test_mcp_without_what_it_needs(run, profile, monkeypatch, version, message):
    """Without the package mcp, and on an old Python, `integry mcp` prints one line and has code 3."""
    assert profile
    for name in ("integry.tools._mcp.server", "integry.tools._mcp.http"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.setattr(mcp, "_PYTHON", version)
    done = run("mcp", "--profile", "work", "--apps", "slack")
    assert (done.code, done.out, done.err.count("\n"), message in done.err) == (3, "", 1, True)
