"""Completion, as a shell asks for it."""

import json
import os
import stat
from pathlib import Path

import pytest
import responses

from integry.cli._cache import Cache
from integry.cli._state import State
from tests.facade.conftest import SECRET


@pytest.fixture
def complete(run, monkeypatch):
    """Return a function that completes a line, and returns the values."""

    def call(line, shell="bash"):
        monkeypatch.setenv("_INTEGRY_COMPLETE", shell)
        monkeypatch.setenv("COMP_LINE" if shell == "bash" else "COMP_WORDS", line)
        done = run()
        monkeypatch.delenv("_INTEGRY_COMPLETE")
        assert done.err == ""
        call.lines = done.out.splitlines()
        return [each.split("\t")[1] for each in done.out.splitlines()]

    return call


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("integry ca", ["call"]),
        ("integry apps ", ["list", "get", "accounts", "connect", "disconnect"]),
        ("integry apps list --us", ["--user"]),
        ("integry apps get sl", ["slack"]),
        ("integry functions list --app sl", ["slack"]),
        ("integry functions list --type Q", ["QUERY"]),
        ("integry call slack-po", ["slack-post-message"]),
        ("integry call slack-post-message ch", ["channel="]),
        ("integry call slack-post-message channel=x te", ["text="]),
        ("integry call slack-post-message channel=x text@=f te", []),
        ("integry call slack-post-message channel=", []),
        ("integry call nonsense x", []),
        ("integry config set app-", ["app-key", "app-secret"]),
        ("integry completion ", ["bash", "fish", "zsh"]),
        ("integry 'unclosed", []),
    ],
)
def test_a_line_is_completed(complete, line, expected):
    """Commands, options, names and `key=` are completed; nothing is printed for anything else."""
    found = complete(line)
    assert found[: len(expected)] == expected if expected and line.endswith(" ") else found == expected


@pytest.mark.parametrize(("shell", "end"), [("zsh", ""), ("fish", "\n.")])
def test_other_shells_pass_words(complete, shell, end):
    """Zsh and fish pass the words of the line."""
    assert complete(f"integry\napps\nget\nsl{end}", shell) == ["slack"]
    assert complete(f"integry\n{end}", shell)[:2] == ["apps", "functions"]


def test_values_after_a_key(complete):
    """The values of an enum are completed after `key=`; bash gets the part after the sign."""
    schema = {"properties": {"kind": {"enum": ["one", "two"]}, "on": {"type": "boolean"}}}
    Cache(State()).keep_schema("f", schema)
    assert complete("integry call f kind=t") == ["two"]
    assert complete("integry\ncall\nf\nkind=", "zsh") == ["kind=one", "kind=two"]
    assert complete("integry call f on=") == ["true", "false"]


@pytest.mark.parametrize(
    ("words", "before", "path", "in_bash"),
    [
        ("call f text@=", "text@=", "", ""),
        ("call f text@=no", "text@=", "no", ""),
        ("call f text@=a@=b", "text@=", "a@=b", ""),
        ("call f --var x@=no", "x@=", "no", ""),
        ("call f --args @", "@", "", "@"),
        ("call f --args @no", "@", "no", "@"),
        ("call f --var=@no", "--var=@", "no", "@"),
        ("request POST /x --body @no", "@", "no", "@"),
        ("passthrough slack POST /x --body @no", "@", "no", "@"),
        ("functions predict hello --var @no", "@", "no", "@"),
        ("org custom set 1 @no", "@", "no", "@"),
    ],
)
def test_files_are_completed_by_the_shell(complete, words, before, path, in_bash):
    """After `@`, the shell gets the start of a path, and what it keeps before it."""
    for shell, kept in (("zsh", before), ("bash", in_bash)):
        line = f"integry {words}"
        assert complete(line if shell == "bash" else line.replace(" ", "\n"), shell) == [kept]
        assert complete.lines == [f"file\t{kept}\t{path}"]


def test_a_text_is_no_file(complete):
    """A value that starts with @ is a text, and an option takes a file only after @."""
    assert complete("integry call f text=@no") == []
    assert complete("integry call f --args no") == []


def test_profiles_are_completed(complete, run):
    """The names of profiles are completed; a configuration that cannot be read prints nothing."""
    run("config", "set", "user", "1", "--profile", "staging")
    assert complete("integry --profile s") == ["staging"]
    file = Path(run("config", "path").out.strip())
    file.write_text("[", encoding="utf-8")
    assert complete("integry --profile s") == []
    assert complete("integry apps get s") == []


def test_names_come_from_the_cache(complete, run, monkeypatch):
    """A listing fills the cache, from which names come without a request; a failure is remembered."""
    run("functions", "list", "--all")
    run("apps", "list")
    monkeypatch.setenv("INTEGRY_APP_SECRET", SECRET)
    assert complete("integry functions get slack-po") == ["slack-post-message"]
    assert complete("integry apps get sl") == ["slack"]
    monkeypatch.setenv("INTEGRY_USER_ID", "another")
    assert complete("integry apps get sl") == []
    assert complete("integry call slack-post-message te") == []
    with responses.RequestsMock():
        # No request is allowed here: the failures are remembered.
        assert complete("integry apps get sl") == []
        assert complete("integry call slack-post-message te") == []


def test_the_cache_is_private(run):
    """The files of the cache can be read by their owner only, and have no secret."""
    run("apps", "list")
    run("functions", "get", "slack-post-message")
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "integry"
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        text = file.read_text(encoding="utf-8")
        assert "slack" in text
        assert os.environ["INTEGRY_APP_SECRET"] not in text


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"apps": 5, "times": 5}', '{"apps": {"a": 5, "b": ["x", "y"]}}', "[" * 10**5]
)
def test_an_unusable_cache_is_empty(run, text):
    """A cache that cannot be read, or that others can read, counts as empty."""
    run("apps", "list")
    (file,) = (Path(os.environ["XDG_CACHE_HOME"]) / "integry").iterdir()
    file.write_text(text, encoding="utf-8")
    cache = Cache(State())
    assert (cache.names("apps"), cache.is_complete("apps"), cache.schema("x")) == ({}, False, None)
    cache.add("apps", {"a": "b"}, complete=True)
    assert (cache.names("apps"), cache.is_complete("apps")) == ({"a": "b"}, True)
    file.chmod(0o644)
    assert cache.names("apps") == {}


def test_a_cached_schema_saves_a_request(run):
    """A call takes the schema from the cache, and asks again before it refuses an argument."""
    line = ["call", "slack-post-message", "channel=x", "text=y"]
    assert run("-v", *line).err.count("attempt 1") == 2
    assert run("-v", *line).err.count("attempt 1") == 1
    Cache(State()).keep_schema("slack-post-message", {"properties": {"old": {}}})
    assert run("-v", *line).err.count("attempt 1") == 2
    content = {"properties": {"x": {"description": "x" * 300_000}}}
    Cache(State()).keep_schema("big", content)
    assert Cache(State()).schema("big") is None
    assert json.dumps(content)


@pytest.mark.usefixtures("run")
def test_an_old_entry_is_forgotten(monkeypatch):
    """Names are kept for ten minutes."""
    cache = Cache(State())
    cache.add("apps", {"a": ""}, complete=True)
    monkeypatch.setattr("integry.cli._cache.KEPT", 0)
    assert (cache.names("apps"), cache.is_complete("apps")) == ({}, False)


def test_hostile_names_are_no_code(complete):
    """Names of a server are quoted for bash, and cleaned of control characters."""
    Cache(State()).add("apps", {"a$(touch x);`b`\x1b[0m 'c": "\x1b[31m\nhelp"}, complete=True)
    (found,) = complete("integry apps get a")
    assert found == r"a\$\(touch\ x\)\;\`b\`\\x1b\[0m\ \'c"
    (found,) = complete("integry\napps\nget\na", "zsh")
    assert "\x1b" not in found
