"""Odd cases of the command: closed streams, missing modules, and hooks of the shell."""

import errno
import io
import json
import sys
import types

import pytest
import responses

import integry
from integry.cli import _handed, _run
from integry.cli._cache import Cache
from integry.cli._dry_run import request_of
from integry.cli._output import write_bytes
from integry.cli._state import State
from integry.cli._terminal import read_stdin

API = "https://api.example"
TEXT = "a text"
POST = ["call", "slack-post-message", "channel=random", "text=x"]


def test_the_version(run):
    """--version prints the version."""
    assert run("--version").out.startswith("integry ")


def test_a_command_without_arguments_shows_its_help(run):
    """A group without a command shows its help on stderr, with the code of wrong usage."""
    for line in ([], ["apps"], ["org", "custom"]):
        done = run(*line)
        assert (done.code, done.out, "Commands:" in done.err) == (2, "", True)


def test_closed_streams_are_replaced(run, monkeypatch):
    """Closed streams are replaced, so that nothing is printed to a wrong one; a closed stdout is an error at once."""
    assert run("config", "path").code == 0
    for name in ("stdin", "stderr"):
        with monkeypatch.context() as patch:
            patch.setattr(sys, name, None)
            assert _run.main(["apps", "list"]) == 0
            getattr(sys, name).close()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        assert _run.main(["apps", "list"]) == 1
        sys.stdout.close()


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("error", "code"),
    [(BrokenPipeError(), 141), (OSError(errno.ENOSPC, "No space left on device"), 1), (KeyboardInterrupt(), 130)],
)
def test_an_output_that_fails(monkeypatch, capfdbinary, error, code):
    """A reader that goes away, a full disk and Ctrl-C have exit codes, and no traceback."""

    class Failing(io.StringIO):
        def write(self, _):
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Failing())
        assert _run.main(["config", "path"]) == code
    assert b"Traceback" not in capfdbinary.readouterr().err


def test_bytes_for_a_stream_of_text(monkeypatch):
    """Bytes are decoded for a stream that takes text only."""
    text = io.StringIO()
    monkeypatch.setattr(sys, "stdout", text)
    write_bytes(b"a\xff")
    assert text.getvalue() == "a\ufffd"


def test_a_stdin_of_text(monkeypatch):
    """Standard input may be a stream of text, in a program that runs the command."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("text"))
    assert read_stdin() == "text"


def test_an_app_without_a_page(run):
    """An app that cannot be connected is an error; an unknown connect URL causes no second error."""
    with responses.RequestsMock() as mock:
        app = {"id": 1, "name": "a", "connected_accounts": []}
        for url in ("", "javascript:alert(1)"):
            mock.add("POST", f"{API}/apps/a/get/", json={**app, "login_url": url})
        mock.add(
            "POST",
            f"{API}/functions/f/call/",
            status=400,
            json={"error": "User has not connected their A account.", "error_details": ["call `connect('a')`"]},
        )
        for _ in range(2):
            assert run("apps", "connect", "a", "--open", "--base-url", API).code == 1
        done = run("call", "f", "--args", "{}", "--base-url", API, "--json")
    assert done.code in (6, 7)


def test_a_refusal_amid_pages(run):
    """A refusal of the app ends the pages of a call with code 8; other outputs are errors of --items."""
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{API}/functions/f/call/", json={"network_code": 200, "output": {"x": None}, "_cursor": "a"})
        mock.add("POST", f"{API}/functions/f/call/", json={"network_code": 400, "output": "no\x1b"})
        done = run("call", "f", "--args", "{}", "--all", "--items", "x", "--base-url", API)
    assert (done.code, done.out) == (8, "no\\x1b\n")
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{API}/functions/f/call/", json={"network_code": 200, "output": "text"})
        done = run("call", "f", "--args", "{}", "--items", "x", "--base-url", API, "--json")
        assert (done.code, done.out, json.loads(done.err)["may_have_run"]) == (1, "", True)


def test_passthrough_without_a_connection(run):
    """A passthrough to an app that is not connected has code 7."""
    assert run("passthrough", "hubspot", "GET", "https://x.example").code == 7


def test_no_function_fits(run):
    """A prediction without a result says so."""
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{API}/functions/predict/", json={"functions": []})
        done = run("functions", "predict", "x", "--base-url", API)
    assert (done.code, done.err) == (0, "No function fits.\n")
    prompt = "send hello to #random"
    assert run("functions", "predict", prompt, "--raw").out.startswith("{")
    assert run("functions", "predict", prompt).out.startswith("slack")
    assert run("functions", "predict", prompt, "--json").out.startswith("{")


def test_a_dry_run_of_other_bodies(run):
    """--dry-run shows requests without a body, and bodies that are bytes."""
    assert json.loads(run("request", "GET", "/x", "--dry-run", "--json").out)["body"] is None
    assert "{" not in run("request", "GET", "/x", "--dry-run").out
    assert "--data-raw" not in run("request", "GET", "/x", "--curl").out
    assert "-- -5" in run("request", "GET", "/x", "--curl", "--user=-5").out
    client = types.SimpleNamespace(with_options=lambda **_: None)
    assert request_of(client, bool) is None
    done = run(*POST, "--curl", "--profile", "default")
    assert "$(integry sign --profile default " in done.out


def test_modules_that_are_handed_arguments(run, monkeypatch):
    """A module gets its arguments and the settings of the profile, and its exit code is kept."""
    seen = []

    def main(arguments, *, program):
        assert program == "integry bulk"
        seen.append(arguments)
        if "text" in arguments:
            raise SystemExit(TEXT)
        return None if "none" in arguments else 3

    module = types.ModuleType("integry.bulk.__main__")
    module.main = main
    monkeypatch.setitem(sys.modules, "integry.bulk", types.ModuleType("integry.bulk"))
    monkeypatch.setitem(sys.modules, "integry.bulk.__main__", module)
    assert run("bulk", "a", "--profile=default", "--b").code == 3
    assert run("bulk", "none", "--profile", "default").code == 0
    assert run("bulk", "text").code == 1
    assert run("bulk", "--help").code == 3
    assert run("bulk", "--profile").code == 2
    assert seen == [["a", "--b"], ["none"], ["text"], ["--help"]]


def test_lists_of_an_organisation_as_raw_bodies(run):
    """Empty lists are notes, and bodies may be printed as they came."""
    assert run("org", "integrations", "list").err == "There are no integrations.\n"
    assert run("org", "custom", "list").err == "There are no custom integrations.\n"
    assert run("org", "integrations", "list", "--raw").out.startswith("{")
    identifier = "0192202e-b6f3-7d23-8025-3f60675cc031"
    assert run("org", "integrations", "list", "--organisation", identifier).code == 0


def test_the_end_of_names_that_could_not_be_had(run, monkeypatch):
    """A failure to get names is remembered for a minute."""
    assert run("config", "path").code == 0
    cache = Cache(State())
    cache.failed("apps")
    assert cache.is_complete("apps")
    monkeypatch.setattr("integry.cli._cache.FAILURE_KEPT", 0)
    assert not cache.is_complete("apps")


def test_what_has_no_result(run, monkeypatch):
    """A change without an object in the response, and accounts without the app, have an output of their own."""
    monkeypatch.setenv("INTEGRY_ORGANISATION_BASE_URL", API)
    url = f"{API}/organisations/{'1' * 32}/integrations/7"
    with responses.RequestsMock() as mock:
        mock.add("DELETE", url, json={"status": "success", "data": None})
        line = ("org", "integrations", "delete", "7", "--yes", "--organisation", "1" * 32)
        assert run(*line, "--json") == (0, "{}\n", "Deleted.\n")
        assert run(*line) == (0, "", "Deleted.\n")
    assert "{" in run("apps", "accounts", "slack", "--raw").out


def test_texts_of_parameters(run):
    """A function without parameters says so; other tags in lists and cells of JSON are printed as they are."""
    with responses.RequestsMock() as mock:
        mock.add("POST", f"{API}/functions/f/get/", json={"name": "f", "parameters": {}})
        assert run("functions", "get", "f", "--base-url", API).out == "f\n    no parameters\n"
        schema = {"properties": {"a": {"enum": ["x", 1]}}}
        mock.add("POST", f"{API}/functions/g/get/", json={"name": "g", "parameters": schema})
        assert "one of x, 1" in run("functions", "get", "g", "--base-url", API).out
        mock.add("POST", f"{API}/functions/h/get/", json={"name": ["h"], "parameters": {}})
        assert run("functions", "get", "h", "--base-url", API).code == 0


def test_an_unreadable_profile_is_no_completion(run, monkeypatch, tmp_path):
    """Completion prints nothing if its shell or its settings are unusable."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "integry").mkdir()
    (tmp_path / "c" / "integry" / "config.toml").write_text("[", encoding="utf-8")
    (tmp_path / "c" / "integry" / "config.toml").chmod(0o600)
    monkeypatch.delenv("INTEGRY_BASE_URL")
    for words in ("integry\napps\nget\n", "integry\ncall\nx\n", "integry\n--profile\n"):
        monkeypatch.setenv("_INTEGRY_COMPLETE", "zsh")
        monkeypatch.setenv("COMP_WORDS", words)
        done = run()
        assert (done.err, "\tget" in done.out) == ("", False)
    monkeypatch.setattr("integry.cli._root.root", None)
    assert run().code == 1


def test_a_module_that_is_not_there(run, monkeypatch, tmp_path):
    """A command that this version does not have says how to get a newer one."""
    target = _handed.Target("nowhere.__main__", "", needs_settings=False, help="")
    monkeypatch.setitem(_handed.TARGETS, "bulk", target)
    assert run("bulk").err.endswith("pip install -U integry-requests\n")
    (tmp_path / "somewhere.py").write_text("import not_installed", encoding="utf-8")
    monkeypatch.setattr(integry, "__path__", [*integry.__path__, str(tmp_path)])
    target = _handed.Target("somewhere", "extra", needs_settings=False, help="")
    monkeypatch.setitem(_handed.TARGETS, "bulk", target)
    assert run("bulk").err.endswith("needs not_installed: pip install 'integry-requests[extra]'\n")


def test_a_repeated_file_fills_a_list(run, tmp_path):
    """A key whose values are files may be repeated, too."""
    (tmp_path / "one").write_text("1", encoding="utf-8")
    done = run(*POST, f"blocks@={tmp_path}/one", "blocks=2", "--dry-run", "--json")
    assert json.loads(done.out)["body"]["blocks"] == ["1", "2"]
