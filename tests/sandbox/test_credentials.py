"""Credentials of a sandbox: fixed defaults, and the environment file with the credentials for other programs."""

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from integry import ConfigurationError, Integry
from integry.sandbox import Sandbox, _credentials
from integry.sandbox import __main__ as command
from integry.sandbox._store import Store
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.spec_document import ROOT

DEFAULTS = ("sandbox-app-key", "sandbox-app-secret", "sandbox-organisation-token", "sandbox-control-token")
ENVIRONMENT = {"INTEGRY_BASE_URL": "http://127.0.0.1:1", "INTEGRY_APP_KEY": "a b $x"}


def credentials_of(sandbox):
    """Return the four credentials of a sandbox, and close it."""
    sandbox.close()
    return (sandbox.app_key, sandbox.app_secret, sandbox.organisation_token, sandbox.control_token)


def test_default_credentials_are_fixed(tmp_path):
    """Default credentials are the same at each start, with and without a database file."""
    db = str(tmp_path / "state.db")
    for sandbox in (Sandbox(), Sandbox(), Sandbox(db=db), Sandbox(db=db)):
        assert credentials_of(sandbox) == DEFAULTS


def test_given_credentials_replace_the_defaults():
    """A given credential replaces the default of this credential only."""
    assert credentials_of(Sandbox(KEY)) == (KEY, *DEFAULTS[1:])
    assert credentials_of(Sandbox(token=TOKEN)) == (*DEFAULTS[:2], TOKEN, DEFAULTS[3])
    assert credentials_of(Sandbox("", None)) == DEFAULTS


def test_a_database_of_an_earlier_version_keeps_its_credentials(tmp_path):
    """A database of an earlier version keeps its random credentials, and gets the default control token."""
    db = str(tmp_path / "state.db")
    kept = {"app_key": KEY, "app_secret": SECRET, "token": TOKEN}
    store = Store(db)
    store.add("credentials", "", kept)
    store.close()
    for _ in range(2):
        assert credentials_of(Sandbox(db=db)) == (*kept.values(), DEFAULTS[3])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_the_env_file_is_private(tmp_path):
    """The env file has mode 0600 with any umask, even if it existed with another mode."""
    path = tmp_path / "sandbox.env"
    old = os.umask(0)
    try:
        _credentials.write_env_file(str(path), ENVIRONMENT)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
        _credentials.write_env_file(str(path), ENVIRONMENT)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(old)
    assert [each.name for each in tmp_path.iterdir()] == ["sandbox.env"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no sh")
def test_a_shell_can_read_the_env_file(tmp_path):
    """Each line of the env file is KEY=VALUE, which `set -a` exports."""
    path = tmp_path / "sandbox.env"
    _credentials.write_env_file(str(path), ENVIRONMENT)
    script = f"set -a; . {shlex.quote(str(path))}; {shlex.quote(sys.executable)} -c " + shlex.quote(
        "import os; print(os.environ['INTEGRY_BASE_URL'], os.environ['INTEGRY_APP_KEY'])"
    )
    completed = subprocess.run(["/bin/sh", "-c", script], check=True, capture_output=True, text=True)
    assert completed.stdout == "http://127.0.0.1:1 a b $x\n"
    header, *lines = path.read_text().splitlines()
    assert header.startswith("#")
    assert [command_line.partition("=")[0] for command_line in lines] == list(ENVIRONMENT)


def test_only_values_that_need_quotes_are_quoted(tmp_path):
    """URLs and usual credentials are written without quotes, because `docker run --env-file` does not unquote."""
    plain = {"A": "http://[::1]:8484/api/v1", "B": "sandbox-app_key", "C": "a+b/c%20,d:e@f"}
    quoted = {"D": "a b", "E": "$x", "F": "", "G": "~", "H": "a;b", "I": "caf\u00e9"}
    path = tmp_path / "sandbox.env"
    _credentials.write_env_file(str(path), {**plain, **quoted})
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    assert lines[:3] == [f"{name}={value}" for name, value in plain.items()]
    assert lines[3:] == [f"{name}='{value}'" for name, value in quoted.items()]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
@pytest.mark.parametrize("content", ["", None])
def test_a_symbolic_link_stays(tmp_path, content):
    """If the env file is a symbolic link, the link stays, and its target is written, whether or not it exists."""
    (tmp_path / "shared").mkdir()
    target, link = tmp_path / "shared" / "sandbox.env", tmp_path / ".env"
    if content is not None:
        target.write_text(content)
    link.symlink_to(target)
    _credentials.write_env_file(str(link), ENVIRONMENT)
    assert link.is_symlink()
    assert target.read_text() == link.read_text()
    assert "INTEGRY_BASE_URL=http://127.0.0.1:1\n" in target.read_text()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_device_or_pipe_is_not_replaced(tmp_path):
    """A device or pipe as env file is neither read nor replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/null"):
        with pytest.raises(OSError, match="it is not a regular file"):
            _credentials.write_env_file(str(path), ENVIRONMENT)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["app_key", "app_secret", "token", "control_token"])
@pytest.mark.parametrize("value", ["a b\nc", "a\r", " a", "a\t", "caf\u00e9", "\x00", 5])
def test_a_credential_that_no_header_can_carry_is_refused(name, value):
    """The error for a credential that cannot be sent in a header names the credential, and does not show its value."""
    with pytest.raises(ConfigurationError, match=f"Sandbox: {name} ") as caught:
        Sandbox(**{name: value})
    assert repr(value) not in str(caught.value)


def test_the_command_refuses_such_a_credential(capsys):
    """The command prints the reason why a credential is refused, and returns 1."""
    assert command.main(["--port", "0", "--app-key", "a b\nc"]) == 1
    assert capsys.readouterr().err.startswith("Sandbox: app_key has a space or line break at its ends")


def test_an_env_file_of_a_project_is_not_overwritten(tmp_path):
    """An env file is overwritten only if it is empty or was written by the sandbox."""
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=x\n")
    with pytest.raises(OSError, match="the sandbox did not write this file"):
        _credentials.write_env_file(str(path), ENVIRONMENT)
    assert path.read_text() == "SECRET_KEY=x\n"
    path.write_text("")
    _credentials.write_env_file(str(path), ENVIRONMENT)
    assert "INTEGRY_BASE_URL=http://127.0.0.1:1\n" in path.read_text()


def test_a_failed_write_leaves_no_file(tmp_path, monkeypatch):
    """A failed write leaves neither a partial env file nor a temporary one."""
    path = tmp_path / "sandbox.env"

    def fail(*_):
        raise PermissionError(1, "no")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PermissionError):
        _credentials.write_env_file(str(path), ENVIRONMENT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.shows_secrets("the env file contains the credentials of the sandbox")
def test_the_command_writes_the_env_file(tmp_path):
    """The env file exists before the address is printed, and is enough to configure a client."""
    path = tmp_path / "sandbox.env"
    command_line = [sys.executable, "-m", "integry.sandbox", "--port", "0", "--env-file", str(path)]
    process = subprocess.Popen(command_line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout.readline().startswith("# The sandbox is at")
        values = dict(each.split("=", 1) for each in path.read_text().splitlines()[1:])
        assert values["INTEGRY_SANDBOX_TOKEN"] == DEFAULTS[3]
        keys = (values["INTEGRY_APP_KEY"], values["INTEGRY_APP_SECRET"])
        with Integry(*keys, user_id=values["INTEGRY_USER_ID"], base_url=values["INTEGRY_BASE_URL"]) as client:
            assert client.apps.is_connected("pipedrive")
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.mark.parametrize("name", [".env", "nope/sandbox.env"])
def test_the_command_reports_an_unwritable_env_file(tmp_path, capsys, name):
    """The command prints the reason why the env file cannot be written, and returns 1."""
    (tmp_path / ".env").write_text("SECRET_KEY=x\n")
    path = str(tmp_path / name)
    assert command.main(["--port", "0", "--env-file", path]) == 1
    assert capsys.readouterr().err.startswith(f"Cannot write {path}: ")


def test_the_command_refuses_an_invalid_return_url(capsys):
    """The command prints the message that `Sandbox` raises for an invalid return URL, and returns 1."""
    assert command.main(["--port", "0", "--allow-return", "example.com"]) == 1
    assert "got 'example.com'" in capsys.readouterr().err
