"""The command on a terminal, in this process, and what only a terminal shows."""

import json
import os
import re
import shutil
import sys
from threading import Thread

import pytest
import responses

from integry.__main__ import main

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

API = "https://api.example"


@pytest.fixture
def terminal(run, monkeypatch):
    """Return a function that runs the command on a terminal, and returns the exit code and what it printed."""
    assert run is not None
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def call(*arguments, answers="", out=None):
        read, write = os.openpty()
        shown = []

        def collect():
            while True:
                try:
                    found = os.read(read, 65536)
                except OSError:
                    return
                shown.append(found)

        thread = Thread(target=collect)
        thread.start()
        os.write(read, answers.encode())
        # The files are descriptors, which paths cannot open.
        with os.fdopen(os.dup(write)) as stdin, os.fdopen(write, "w") as screen, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", stdin)
            patch.setattr(sys, "stdout", out or screen)
            patch.setattr(sys, "stderr", screen)
            code = main([str(each) for each in arguments])
        thread.join()
        os.close(read)
        return code, b"".join(shown).decode().replace("\r\n", "\n")

    return call


def test_a_terminal_without_a_size(terminal, monkeypatch):
    """A terminal that does not know its size, as of a serial line, has 80 columns."""
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((0, 0)))
    code, shown = terminal("apps", "list", "--search", "slack", "--no-color")
    assert (code, [line.split() for line in shown.splitlines()][-1]) == (0, ["slack", "Slack", "1"])


def test_a_list_is_a_table(terminal):
    """A list on a terminal has titles and colours, and cells that are cut at the width."""
    code, shown = terminal("functions", "list", "--limit", "2")
    assert (code, "name" in shown, "…" in shown) == (0, True, True)
    assert max(map(len, re.sub("\x1b\\[[0-9;]*m", "", shown).splitlines())) <= 80
    assert terminal("apps", "list", "--search", "nonsense") == (0, "There are no apps.\n")


def test_colours_follow_the_environment(terminal, monkeypatch, run):
    """--no-color, NO_COLOR and TERM=dumb leave colours out, and FORCE_COLOR keeps them in a pipe."""
    for line in (("functions", "get", "slack-list-conversations"), ("apps", "list")):
        with monkeypatch.context() as patch:
            assert "\x1b[1m" in terminal(*line)[1]
            assert "\x1b[" not in run(*line).out
            assert "\x1b[" not in terminal(*line, "--no-color")[1]
            patch.setenv("TERM", "dumb")
            assert "\x1b[" not in terminal(*line)[1]
            patch.setenv("FORCE_COLOR", "1")
            assert "\x1b[1m" in run(*line).out
            patch.setenv("NO_COLOR", "1")
            assert "\x1b[" not in run(*line).out
            assert "\x1b[" not in terminal(*line)[1]


def test_a_pipe_has_no_borders(run):
    """Trees and tables in a pipe have no borders."""
    for line in ("functions get slack-post-message", "functions predict hello", "apps list", "config show"):
        assert not re.search("[\u2500-\u257f]", run(*line.split()).out)


def test_columns_count_on_any_terminal(terminal, monkeypatch):
    """COLUMNS sets the width of a table, also if TERM is dumb, and wide characters count twice."""
    monkeypatch.setenv("TERM", "dumb")
    function = {"name": "\u540d" * 10, "description": "x" * 200, "parameters": {}}
    for columns in (60, 150):
        monkeypatch.setenv("COLUMNS", str(columns))
        with responses.RequestsMock() as mock:
            mock.add("POST", f"{API}/functions/list/", json={"functions": [function]})
            shown = terminal("functions", "list", "--base-url", API)[1].splitlines()
        assert len(shown[1]) == columns
        assert shown[2].startswith("\u540d" * 10)


def test_questions_leave_standard_output_alone(terminal, tmp_path):
    """A question is asked on standard error, so that a file has the result alone, and nothing after Ctrl-D."""
    file = tmp_path / "out"
    line = ("call", "slack-post-message", "channel=random", "--dry-run", "--json")
    for answers, code, start in (("hello\n", 0, '{"method"'), ("\x04", 130, "")):
        with file.open("w", encoding="utf-8") as out:
            assert terminal(*line, answers=answers, out=out)[0] == code
        assert file.read_text(encoding="utf-8")[:9] == start


def test_a_table_without_rich(terminal, monkeypatch):
    """Without rich, rows are plain lines."""
    monkeypatch.setitem(sys.modules, "integry.cli._tables", None)
    assert terminal("apps", "list", "--search", "slack") == (0, "slack  Slack  1\n")


def test_fields_are_aligned(terminal):
    """An object is a line for each field."""
    assert "name:" in terminal("apps", "get", "slack")[1]


def test_a_long_description_is_cut(terminal):
    """A description of a megabyte is a few lines on a terminal, of the function and of its parameters."""
    text = "word " * 200_000
    function = {"name": "f", "description": text, "parameters": {"properties": {"a": {"description": text}}}}
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{API}/functions/f/get/", json=function)
        code, shown = terminal("--base-url", API, "functions", "get", "f")
    assert (code, shown.count("\n"), shown.count("…")) == (0, 13, 2)
    assert max(map(len, shown.splitlines())) <= 80


def test_missing_arguments_are_asked_for(terminal):
    """Required arguments are asked for with their descriptions, again if the value is wrong."""
    schema = {
        "properties": {"kind": {"enum": ["a", "b"]}, "n": {"type": "integer", "description": "The number."}},
        "required": ["n", "kind"],
    }
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{API}/functions/f/get/", json={"name": "f", "parameters": schema})
        code, shown = terminal("--base-url", API, "call", "f", "--dry-run", "--json", answers="x\n5\na\n")
    assert code == 0
    assert "The number.\n" in shown
    assert "n must be a whole number\n" in shown
    assert '"body": {"n": 5, "kind": "a"}' in shown
    assert terminal("call", "slack-post-message", "--no-input")[0] == 6
    assert terminal("call", "slack-post-message", answers="\x04")[0] == 130


def test_a_deletion_is_asked_for(terminal):
    """Deletions go on after a yes, and stop after a no."""
    assert terminal("apps", "disconnect", "slack", answers="n\n")[0] == 1
    assert terminal("apps", "disconnect", "slack", answers="y\n")[0] == 0


def test_a_secret_is_asked_for_without_echo(terminal, monkeypatch, tmp_path):
    """`config set app-secret` asks without echo."""
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "hidden-text")
    code, shown = terminal("config", "set", "app-key")
    assert (code, shown.endswith("Set app-key in profile default.\n"), "hidden" in shown) == (0, True, False)
    assert "hidden-text" in (tmp_path / "c" / "integry" / "config.toml").read_text(encoding="utf-8")


def test_the_progress_of_a_long_list(terminal, tmp_path, monkeypatch):
    """A list of several pages into a file shows its progress on the terminal, and removes it."""
    monkeypatch.setenv("INTEGRY_BASE_URL", API)
    shown = f"\r2 functions\r{' ' * 11}\r"
    for line, variables, expected in ((), {}, shown), (("-q",), {}, ""), ((), {"TERM": "dumb"}, ""):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with (tmp_path / "out").open("w", encoding="utf-8") as out, responses.RequestsMock() as mock:
            for number in (1, 2):
                mock.add("POST", f"{API}/functions/list/", json=page(number, "c" if number == 1 else None))
            assert terminal("functions", "list", "--all", *line, out=out) == (0, expected)


def page(number, cursor):
    """Return a page with a function."""
    return {
        "functions": [{"name": f"f{number}", "description": "x" * 40 * number, "parameters": {}}],
        "_cursor": cursor,
    }


def test_pages_continue_a_table(terminal):
    """The pages of a table share their widths, and its titles appear once."""
    with responses.RequestsMock() as mock:
        for number in (1, 2):
            mock.add("POST", f"{API}/functions/list/", json=page(number, "c" if number == 1 else None))
        code, shown = terminal("functions", "list", "--all", "--base-url", API)
    assert (code, shown.count("description")) == (0, 1)


def test_more_pages_and_raw_pages(run, monkeypatch):
    """A list says that there is more, with the cursor; --raw --all prints all bodies, and notices a repeated cursor."""
    monkeypatch.setenv("INTEGRY_BASE_URL", API)
    pages = [page(1, "a b"), page(2, 5), page(3, None)]
    with responses.RequestsMock() as mock:
        for each in [pages[0], pages[0], *pages, *pages[:1], *pages[:1] * 2]:
            mock.add("POST", f"{API}/functions/list/", json=each)
        expected = "There are more functions: pass --all, or --cursor 'a b' for the next page.\n"
        assert run("functions", "list").err == expected
        assert run("functions", "list", "--limit", "1").err == expected
        done = run("functions", "list", "--raw", "--all")
        assert [each["_cursor"] for each in _documents(done.out)] == ["a b", 5, None]
        assert "--cursor 'a b'" in run("functions", "list", "--raw").err
        assert run("functions", "list", "--raw", "--all").code == 11


def _documents(text):
    """Return JSON documents that follow each other."""
    found, decoder = [], json.JSONDecoder()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found
