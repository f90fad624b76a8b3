"""The command `manage.py integry`, which runs the command line with the settings of the project."""

import os
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line, get_commands

import integry
from integry.django.management.commands import integry as command
from tests.facade.conftest import KEY, SECRET, TOKEN

GOOD = {"APP_KEY": KEY, "APP_SECRET": SECRET}
MANAGE = """
import os, sys
from django.conf import settings
from django.core.management import execute_from_command_line
keys = {name: os.environ[name] for name in ("APP_KEY", "APP_SECRET", "BASE_URL")}
settings.configure(INSTALLED_APPS=["integry.django"], INTEGRY=keys)
execute_from_command_line(sys.argv)
"""
OUTPUT = "slack\tSlack\t1\n"


def exit_code(*arguments):
    """Return the exit code of manage.py, where the process was not replaced."""
    with pytest.raises(SystemExit) as stopped:
        execute_from_command_line(["manage.py", *arguments])
    return stopped.value.code


@pytest.fixture
def started(integry_settings, monkeypatch):
    """Return a function that runs `manage.py integry`, and returns the command and the environment that it starts."""
    found = []
    # The real function replaces the process of the tests.
    monkeypatch.setattr(os, "execve", lambda *given: found.append(given) or 0)

    def run(*arguments, **keys):
        integry_settings(**keys)
        assert exit_code("integry", *arguments) == 0
        return found[-1][1:]

    return run


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ([], []),
        (["--help"], ["--help"]),
        (["--version"], ["--version"]),
        (["apps", "list", "--json", "-v", "--no-color"], ["apps", "list", "--json", "-v", "--no-color"]),
        (["call", "f", "text=a b", "x:=[1]", "--", "-"], ["call", "f", "text=a b", "x:=[1]", "--", "-"]),
        (["--settings", "tests", "sign", "--pythonpath=x", "7", "--settings=tests"], ["sign", "7"]),
    ],
)
def test_arguments_are_passed_on(started, given, passed):
    """All arguments are passed as they are, except the options that Django reads from all commands."""
    line, _ = started(*given, **GOOD)
    assert (line[0], line[4:]) == (sys.executable, passed)


def test_settings_become_the_environment(started, monkeypatch):
    """The keys of INTEGRY go before the environment, which has the rest. No secret is an argument."""
    monkeypatch.setenv("INTEGRY_APP_KEY", "another")
    monkeypatch.setenv("INTEGRY_USER_ID", "7")
    monkeypatch.delenv("INTEGRY_TIMEOUT", raising=False)
    line, variables = started("apps", **GOOD, ORGANISATION_TOKEN=TOKEN.encode(), TIMEOUT=(1, 5))
    found = {name: value for name, value in variables.items() if name.startswith("INTEGRY_")}
    expected = {"INTEGRY_APP_KEY": GOOD["APP_KEY"], "INTEGRY_APP_SECRET": GOOD["APP_SECRET"], "INTEGRY_USER_ID": "7"}
    expected.update(INTEGRY_ORGANISATION_TOKEN=TOKEN, INTEGRY_TIMEOUT="5")
    assert expected.items() <= found.items()
    assert "INTEGRY_BASE_URL" not in found
    assert not [word for word in line if "planted" in word]
    _, variables = started("apps")
    assert (variables["INTEGRY_APP_KEY"], "INTEGRY_TIMEOUT" in variables) == ("another", False)
    assert started("apps", BASE_URL="http://127.0.0.1:1")[1]["INTEGRY_BASE_URL"] == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"APP_KEYS": "planted"}, "INTEGRY has no key 'APP_KEYS'. Did you mean 'APP_KEY'?"),
        ({"APP_SECRET": 12345}, "INTEGRY['APP_SECRET'] must be a str or bytes, got int"),
    ],
)
def test_wrong_settings_are_one_line(integry_settings, capsys, keys, message):
    """Wrong settings end the command with code 3 and one line, which has no value."""
    integry_settings(**keys)
    assert exit_code("integry", "apps", "list") == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert "12345" not in line


def test_a_copy_has_no_command_line(capsys, monkeypatch):
    """A copy of the package, which has no command line, says what to install."""
    monkeypatch.setattr(command, "PACKAGE", "json")
    assert exit_code("integry", "apps") == 1
    assert "pip install 'integry-requests[cli]'" in capsys.readouterr().err


def test_the_help_of_django(integry_settings, monkeypatch):
    """`manage.py help integry` shows the help of the command line, and `manage.py help` lists it."""
    integry_settings(**GOOD)
    shown = []
    monkeypatch.setattr(os, "execve", lambda *given: shown.append(given[1]))
    exit_code("help", "integry")
    assert shown == [[*shown[0][:4], "--help"]]
    assert "integry" in get_commands()


@pytest.fixture
def variables(integry_live_sandbox, tmp_path):
    """Return the environment of a project whose settings lead to a sandbox, where the user 7 has connected Slack."""
    integry_live_sandbox.connect("slack", user_id="7")
    found = {name: value for name, value in os.environ.items() if not name.startswith("INTEGRY_")}
    found.update({name[len("INTEGRY_") :]: value for name, value in integry_live_sandbox.environment().items()})
    folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), str(tmp_path))
    path = os.pathsep.join([str(Path(integry.__file__).parent.parent), found.get("PYTHONPATH", "")])
    return {**found, **folders, "PYTHONPATH": path, "NO_PROXY": "*"}


def manage(variables, *arguments, **options):
    """Run manage.py of a project, and return the finished process."""
    options = {"capture_output": True, **options}
    line = [sys.executable, "-c", MANAGE, "integry", *arguments]
    return subprocess.run(line, env=variables, text=True, check=False, **options)


def test_the_command_runs(variables):
    """The command line runs with the settings of the project, gets stdin, and its exit code is kept."""
    done = manage(variables, "call", "slack-post-message", "--args", "-", "--user=7", input='{"channel": "random"}')
    assert (done.returncode, done.stdout) == (6, "")
    assert ("text: " in done.stderr, "channel: " in done.stderr) == (True, False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_the_command_gets_the_terminal(variables):
    """The command line has the terminal of manage.py, on which it draws a table."""
    import pty

    screen, terminal = pty.openpty()
    done = manage(
        variables, "apps", "list", "--search", "slack", "--user", "7", capture_output=False, stdout=terminal, stderr=-1
    )
    os.close(terminal)
    parts = []
    with os.fdopen(screen, "rb", buffering=0) as file, suppress(OSError):  # Linux raises it at the end
        parts.extend(iter(lambda: file.read(65536), b""))
    shown = b"".join(parts).decode()
    assert (done.returncode, done.stderr, shown.rstrip() == OUTPUT.rstrip()) == (0, "", False)
    assert "Slack" in shown


def test_code_of_the_project_can_call_it(variables, integry_settings, monkeypatch):
    """`call_command` waits for the command line, passes its output on, and raises an error with its exit code."""
    keys = {name: variables[name] for name in ("APP_KEY", "APP_SECRET", "BASE_URL")}
    integry_settings(**keys)
    for name in ("PYTHONPATH", "NO_PROXY", "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, variables[name])
    out, err = StringIO(), StringIO()
    call_command("integry", "apps", "list", "--search", "slack", "--user", "7", stdout=out, stderr=err)
    assert (out.getvalue(), err.getvalue()) == (OUTPUT, "")
    with pytest.raises(CommandError, match="exit code 5") as failed:
        call_command("integry", "apps", "get", "nonsense", "--user", 7, stdout=out, stderr=err)
    assert (failed.value.returncode, "nonsense" in err.getvalue()) == (5, True)


def test_windows_waits_for_the_command(integry_settings, monkeypatch):
    """On Windows, where exec does not wait, the command is a process, whose exit code is kept."""
    monkeypatch.setattr(sys, "platform", "win32")
    integry_settings(**GOOD)
    called = []
    monkeypatch.setattr(subprocess, "call", lambda line, env: called.append((line, env)) or 5)
    assert exit_code("integry", "apps") == 5
    assert called[0][0][-1] == "apps"
