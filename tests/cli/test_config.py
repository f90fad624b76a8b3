"""Profiles and secrets of the command."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import integry
from integry.cli import _toml
from integry.cli._errors import CommandError
from integry.cli._keyring import Keyring
from integry.cli._state import State
from tests.facade.conftest import SECRET


@pytest.fixture
def file(environment, run, monkeypatch, tmp_path):
    """Return the path of a configuration, without credentials in the environment."""
    assert run is not None
    for name in {"INTEGRY_APP_KEY", "INTEGRY_APP_SECRET", "INTEGRY_USER_ID", "INTEGRY_BASE_URL"} & set(environment):
        monkeypatch.delenv(name)
    monkeypatch.setenv("INTEGRY_CONFIG", str(tmp_path / "folder" / "config.toml"))
    return tmp_path / "folder" / "config.toml"


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
def test_a_profile_is_written_and_used(run, file, server):
    """Settings of a profile are used, and options and the environment go before them."""
    values = server.environment()
    for name, value in (("app-key", values["INTEGRY_APP_KEY"]), ("app-secret", values["INTEGRY_APP_SECRET"])):
        done = run("config", "set", name, "-", "--profile", "staging", stdin=f"{value}\n")
        assert (done.code, done.out) == (0, ""), done
        assert value not in done.err
    for name, value in (
        ("user", "7"),
        ("base-url", values["INTEGRY_BASE_URL"]),
        ("timeout", "20"),
        ("keyring", "false"),
    ):
        assert run("config", "set", name, value, "--profile", "staging").code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("apps", "list", "--profile", "staging").code == 0
    assert run("apps", "list").code == 3
    shown = run("config", "show", "--profile", "staging").out
    assert "user\t7\tprofile staging\n" in shown
    assert "app-secret\t***\tprofile staging\n" in shown
    assert values["INTEGRY_APP_SECRET"] not in shown
    assert "user\t8\toption --user\n" in run("config", "show", "--profile", "staging", "--user", "8").out


def test_what_a_profile_shows(run, file):
    """Names with underscores are settings, too; unknown names are shown as such, and passwords in URLs are masked."""
    file.parent.mkdir()
    file.write_text('[default]\nbase_url = "https://me:planted@x.example"\nusr = "planted"\n', encoding="utf-8")
    file.chmod(0o600)
    shown = run("config", "show").out
    assert "base-url\thttps://***@x.example\tprofile default\n" in shown
    assert "usr\t***\tunknown in profile default\n" in shown
    assert run("config", "set", "base-url", "https://y.example").code == 0
    assert file.read_text(encoding="utf-8") == '[default]\nbase-url = "https://y.example"\nusr = "planted"\n'


def test_the_order_of_sources(run, file, monkeypatch):
    """An option goes before the environment, and the environment before the profile that INTEGRY_PROFILE names."""
    assert run("config", "set", "user", "1", "--profile", "a").code == 0
    monkeypatch.setenv("INTEGRY_PROFILE", "a")
    assert "user\t1\tprofile a\n" in run("config", "show").out
    assert "profile\ta\tenvironment INTEGRY_PROFILE\n" in run("config", "show").out
    monkeypatch.setenv("INTEGRY_USER_ID", "2")
    assert "user\t2\tenvironment INTEGRY_USER_ID\n" in run("config", "show").out
    assert run("config", "path").out == f"{file}\n"
    assert json.loads(run("config", "path", "--json").out) == {"path": str(file)}
    assert run("config", "profiles").out == "a\tyes\tuser\n"
    assert json.loads(run("config", "profiles", "--json").out) == {"name": "a", "active": True, "settings": ["user"]}


def test_a_value_is_removed(run, file):
    """`config unset` removes a value, and keeps comments and other profiles."""
    file.parent.mkdir()
    file.write_text('# mine\n[a]\nuser = "1"  # one\ntimeout = 5\n\n["b c"]\nuser = "2"\n', encoding="utf-8")
    file.chmod(0o600)
    assert run("config", "unset", "timeout", "--profile", "a").code == 0
    assert run("config", "set", "user", "3", "--profile", "b c").code == 0
    assert run("config", "unset", "user", "--profile", "nonsense").code == 3
    assert file.read_text(encoding="utf-8") == '# mine\n[a]\nuser = "1"  # one\n\n["b c"]\nuser = "3"\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"set app-secret {SECRET}", "process lists"),
        ("set app-secret", "is missing"),
        ("set app-secret -", "is empty"),
        ("set nonsense x", "There is no setting"),
        ("set app-secre x", "Did you mean app-secret?"),
        ("set user", "The value is missing"),
        ("set timeout x", "a number of seconds"),
        ("set timeout nan", "a number of seconds"),
        ("set keyring x", "true or false"),
    ],
)
def test_a_wrong_setting(run, file, line, words):
    """Wrong settings are usage errors, and a secret is refused on the command line."""
    done = run("config", *line.split())
    assert (done.code, file.exists()) == (2, False)
    assert words in done.err
    assert "planted" not in done.err


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (f'[default]\napp-secret = "{SECRET}"', 0o644, "chmod 600"),
        (f'[default]\napp-secret = "{SECRET}"', 0o620, "chmod 600"),
        ('user = "1"', 0o600, "below the name of a profile"),
        ("[default", 0o600, "is not valid TOML"),
        (b"\xff", 0o600, "not UTF-8"),
    ],
)
def test_an_unusable_configuration_is_refused(run, file, text, mode, words):
    """A configuration that others can read, or that is not valid, is an error of its own."""
    file.parent.mkdir()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    for line in (["apps", "list"], ["config", "set", "user", "1"]):
        done = run(*line)
        assert done.code == 3
        assert words in done.err
        assert "planted" not in done.err


def test_a_file_that_cannot_be_changed_line_by_line(run, file):
    """A file with values in another form is left alone."""
    file.parent.mkdir()
    file.write_text('default = {user = "1"}\n', encoding="utf-8")
    file.chmod(0o600)
    assert run("config", "set", "user", "2").code == 3
    assert file.read_text(encoding="utf-8") == 'default = {user = "1"}\n'


def test_a_folder_that_cannot_be_written(run, monkeypatch, tmp_path):
    """A path below a file is an error with the path."""
    (tmp_path / "x").touch()
    monkeypatch.setenv("INTEGRY_CONFIG", str(tmp_path / "x" / "config.toml"))
    done = run("config", "set", "user", "1")
    assert (done.code, str(tmp_path / "x") in done.err) == (3, True)
    monkeypatch.setenv("INTEGRY_CONFIG", str(tmp_path))
    assert run("config", "show").code == 3


def test_a_user_without_a_home(run, environment, monkeypatch):
    """Without a home, the environment is enough, and only writing the configuration fails, with one line."""
    assert environment
    monkeypatch.setattr(Path, "expanduser", Mock(side_effect=RuntimeError("Could not determine home directory.")))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    assert run("apps", "list").code == 0
    assert run("config", "path").out == f"{os.devnull}{os.sep}integry{os.sep}config.toml\n"
    assert run("config", "set", "user", "1").code == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no FIFOs")
def test_a_device_is_not_replaced(tmp_path):
    """A path that is not a regular file, such as a FIFO or /dev/null, is refused and left alone."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(OSError, match="it is not a regular file"):
        _toml.write_atomically(fifo, "")
    assert (stat.S_ISFIFO(fifo.stat().st_mode), list(tmp_path.iterdir())) == (True, [fifo])


#: A run of `config set` that says when it waits for the lock and when it writes, and then waits for a line.
RUN = """
import fcntl, os, sys
from integry.__main__ import main
lock, sync = fcntl.flock, os.fsync
def flock(number, how):
    print("locks", flush=True)
    lock(number, how)
def fsync(number):
    sync(number)
    print("writes", flush=True)
    sys.stdin.readline()
fcntl.flock, os.fsync = flock, fsync
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fcntl")
@pytest.mark.parametrize("exists", [False, True])
def test_two_runs_at_once_lose_nothing(file, run, exists):
    """A run that starts while another one writes waits for it, and both values are in the file."""
    if exists:
        run("config", "set", "base-url", "https://example.com")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    variables = {**os.environ, "PYTHONPATH": str(Path(integry.__file__).parent.parent)}

    def start(*setting):
        return subprocess.Popen([sys.executable, "-c", RUN, "config", "set", *setting], env=variables, **pipes)

    with start("user", "1") as first:
        assert [first.stdout.readline() for _ in range(2)] == ["locks\n", "writes\n"]
        with start("timeout", "5") as second:
            assert second.stdout.readline() == "locks\n"
            first.communicate("\n")
            out, err = second.communicate("\n")
    assert (first.returncode, second.returncode) == (0, 0), err
    assert out.endswith("writes\n")
    expected = {"user": "1", "timeout": 5.0, **({"base-url": "https://example.com"} if exists else {})}
    assert _toml.read(file) == {"default": expected}
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fcntl")
@pytest.mark.parametrize("removed", [False, True])
def test_a_file_that_was_replaced_is_locked_again(file, run, monkeypatch, removed):
    """A run that waited for a lock of a file that was replaced or removed meanwhile locks the new one."""
    import fcntl

    lock, numbers = fcntl.flock, []

    def flock(number, how):
        lock(number, how)
        numbers.append(number)
        if len(numbers) == 1:
            file.unlink()
            if not removed:
                file.write_text("[default]\ntimeout = 7.0\n", encoding="utf-8")
                file.chmod(0o600)

    monkeypatch.setattr(fcntl, "flock", flock)
    assert run("config", "set", "user", "1").code == 0
    assert len(numbers) == 2
    assert _toml.read(file) == {"default": {"user": "1", **({} if removed else {"timeout": 7.0})}}


@pytest.mark.parametrize("name", ["fcntl", "locks"])
def test_a_system_without_locks(file, run, monkeypatch, name):
    """Windows has no fcntl, and some file systems have no locks. Both can be written."""
    if name == "fcntl":
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        monkeypatch.setitem(sys.modules, "fcntl", SimpleNamespace(LOCK_EX=2, flock=Mock(side_effect=OSError)))
    assert run("config", "set", "user", "1").code == 0
    assert _toml.read(file) == {"default": {"user": "1"}}


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=5)


@settings(max_examples=25)
@given(
    steps=st.lists(st.tuples(NAMES, st.sampled_from(["user", "app-key"]), st.none() | st.text(max_size=5)), max_size=4)
)
def test_any_values_are_read_back(tmp_path_factory, steps):
    """Any profile and value that is written is read back, and nothing else changes."""
    file, expected = tmp_path_factory.mktemp("config") / "c.toml", {}
    for profile, name, value in steps:
        try:
            _toml.change(file, profile, name, value)
        except CommandError:
            # Lone surrogates are not TOML.
            continue
        expected.setdefault(profile, {})[name] = value
    found = _toml.read(file)
    for profile, table in expected.items():
        assert {name: value for name, value in table.items() if value is not None} == found.get(profile, {})


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    """A failure during a write leaves the old file, and no other."""
    file = tmp_path / "config.toml"
    _toml.change(file, "a", "user", "1")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        _toml.change(file, "a", "user", "2")
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]
    assert _toml.read(file) == {"a": {"user": "1"}}


class Ring:
    """A keyring in memory."""

    def __init__(self):
        self.kept = {}

    def set_password(self, service, name, value):
        """Keep a secret."""
        self.kept[service, name] = value

    def get_password(self, service, name):
        """Return a secret."""
        return self.kept.get((service, name))

    def delete_password(self, service, name):
        """Delete a secret."""
        del self.kept[service, name]


def test_a_secret_is_kept_in_the_keyring(run, file, monkeypatch):
    """A keyring that works keeps secrets, and is asked only if the profile says so."""
    ring = Ring()
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert run("config", "set", "app-secret", "-", stdin=SECRET).code == 0
    assert (file.read_text(encoding="utf-8"), list(ring.kept.values())) == ("[default]\nkeyring = true\n", [SECRET])
    assert "app-secret\t***\tkeyring\n" in run("config", "show").out
    assert run("config", "unset", "app-secret").code == 0
    assert ring.kept == {}
    assert "app-secret\t\tnot set\n" in run("config", "show").out


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
@pytest.mark.parametrize("ring", [SimpleNamespace(), SimpleNamespace(set_password=print, get_password=lambda *_: "x")])
def test_a_keyring_that_fails_is_no_error(run, file, monkeypatch, ring):
    """Without a keyring that works, the file keeps secrets."""
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setattr(ring, "set_password", lambda *_: None, raising=False)
    assert run("config", "set", "app-secret", "-", stdin=SECRET).code == 0
    assert SECRET in file.read_text(encoding="utf-8")
    assert run("config", "set", "app-key", "-", "--file", stdin=SECRET).code == 0


@pytest.mark.usefixtures("file")
def test_a_keyring_that_hangs_is_left(monkeypatch):
    """A keyring that does not answer in time is treated as absent."""
    import threading

    released = threading.Event()
    keyring = Keyring()
    keyring.seconds = 0.05
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda *_: released.wait(10)))
    assert keyring.get("a", "app-secret") is None
    # The keyring is not asked again: three seconds are the limit for all settings together.
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda *_: SECRET))
    assert keyring.get("a", "app-key") is None
    assert Keyring().get("a", "app-key") == SECRET
    state = State()
    state.keyring.seconds = 0
    with pytest.raises(CommandError, match="The keyring did not answer"):
        state.required("app-key")
    released.set()


def test_a_blank_line_between_profiles_is_kept(tmp_path):
    """A new value is put before the blank lines that end a profile, and removing what is not there changes nothing."""
    file = tmp_path / "config.toml"
    file.write_text('[a]\nuser = "1"\n\n\n[b]\n', encoding="utf-8")
    file.chmod(0o600)
    _toml.change(file, "a", "app-key", None)
    _toml.change(file, "c", "app-key", None)
    _toml.change(file, "a", "app-key", "k")
    assert file.read_text(encoding="utf-8") == '[a]\nuser = "1"\napp-key = "k"\n\n\n[b]\n'


def test_a_missing_parser_is_named(tmp_path, monkeypatch):
    """Without a parser of TOML, the error says what to install."""
    for name in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CommandError, match="pip install"):
        _toml.parse(tmp_path, "[a]")
