"""Exit codes and messages of the command, and its streams."""

import json
import os
import re
import shutil
import subprocess
import sys
from unittest.mock import Mock

import pytest
import responses

from integry import errors
from integry.cli import _errors
from tests.facade.conftest import SECRET
from tests.spec_document import ROOT

POST = ["call", "slack-post-message", "channel=random", "text=x"]


@pytest.mark.parametrize(
    ("line", "variables", "code", "words"),
    [
        ("nonsense", {}, 2, "There is no command 'nonsense'"),
        ("apps lst", {}, 2, "Did you mean list?"),
        ("apps get", {}, 2, "Missing argument 'APP'"),
        ("apps list --nonsense", {}, 2, "--nonsense"),
        ("call slack-post-message text", {}, 2, "is not an argument"),
        ("call slack-post-message --args [1]", {}, 2, "must be a JSON object"),
        ("call slack-post-message --args {", {}, 2, "is not JSON"),
        ("call slack-post-message text:={ channel=x", {}, 6, "text is not JSON"),
        ("call slack-post-message --curl --dry-run", {}, 2, "exclude each other"),
        ("apps list --cursor _cursor:=x", {}, 2, "--cursor"),
        ("functions list --raw --limit 1", {}, 2, "--limit"),
        ("apps list --profile=", {}, 2, "It is empty"),
        ("apps list --user=", {}, 2, "'--user': It is empty"),
        ("call slack-post-message channel=x text={a} --strict-tags", {}, 6, "Pass them with --var."),
        ("call slack-post-message channel=x text={a} --strict-tags --preview", {}, 6, "Pass them with --var."),
        ("call slack-post-message --args {}", {}, 6, "channel: This parameter is required"),
        ("call slack-post-message --var a", {}, 2, "is not an argument"),
        ("apps list", {"INTEGRY_APP_SECRET": ""}, 3, "config set app-secret"),
        ("apps list", {"INTEGRY_USER_ID": ""}, 3, "--user"),
        ("apps list --profile none", {}, 3, "There is no profile 'none'"),
        ("apps list", {"INTEGRY_TIMEOUT": "x"}, 3, "timeout must be a number"),
        ("apps list", {"INTEGRY_BASE_URL": "ftp://x"}, 3, "base_url"),
        ("apps list", {"INTEGRY_APP_SECRET": SECRET}, 4, "config show"),
        ("apps get none", {}, 5, "apps list"),
        ("functions get none", {}, 5, "functions search"),
        ("call slack-post-message text=x", {}, 6, "channel is missing"),
        ("call hubspot-create-contact", {}, 7, "integry apps connect hubspot"),
        ("passthrough slack GET https://x.example", {}, 8, "refused"),
        ("apps list", {"INTEGRY_BASE_URL": "http://127.0.0.1:9"}, 10, "127.0.0.1:9"),
    ],
)
def test_an_exit_code(run, monkeypatch, line, variables, code, words):
    """Each kind of failure has its exit code, one line on stderr, and, but for code 8, nothing on stdout."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = run(*line.split())
    assert done.code == code, done
    assert words in done.err
    assert (done.err.count("\n"), bool(done.out)) == (1, code == 8)
    found = json.loads(run(*line.split(), "--json").err)
    # Messages of urllib3 < 2 have the address of an object.
    assert _without_addresses(done.err) == _without_addresses(f"Error: {found['message']}\n")
    assert found["exit_code"] == code
    keys = ["error", "message", "exit_code", "status", "request_id", "may_have_run", "arguments"]
    assert list(found)[:7] == keys
    assert set(found) - set(keys) == ({"app", "connect_url"} if code == 7 and line.startswith("call") else set())


def _without_addresses(text):
    return re.sub("0x[0-9a-f]+", "", text)


@pytest.mark.parametrize(("status", "code"), [(429, 9), (500, 11), (200, 11), (409, 6), (403, 4)])
def test_an_answer_of_the_server(run, monkeypatch, status, code):
    """Statuses have exit codes, and an unreadable answer is like a failure of the server."""
    monkeypatch.setenv("INTEGRY_BASE_URL", "https://api.example")
    with responses.RequestsMock() as mock:
        mock.add("POST", "https://api.example/functions/f/call/", status=status, body="?", headers={"Retry-After": "0"})
        done = run("call", "f", "--args", "{}", "--json")
    found = json.loads(done.err)
    assert (done.code, done.out, found["exit_code"]) == (code, "", code)
    assert found["may_have_run"] is (code == 11)
    assert found.get("status", status) == status


def test_a_call_that_may_have_run_says_so(run, monkeypatch):
    """The message says that a call may have run all the same; that of a listing does not."""
    monkeypatch.setenv("INTEGRY_BASE_URL", "https://api.example")
    with responses.RequestsMock() as mock:
        mock.add("POST", "https://api.example/functions/f/call/", status=502)
        for _ in range(2):
            mock.add("POST", "https://api.example/apps/list/", status=502)
        done = run("call", "f", "--args", "{}")
        assert done.err.count("may have run") == 1
        found = json.loads(run("apps", "list", "--json").err)
    assert (found["may_have_run"], "may have run" in found["message"]) == (False, False)


@pytest.mark.parametrize("status", [302, 400, 401, 404, 409, 418, 422, 429])
@pytest.mark.parametrize("body", ["", '{"error": "wrong", "error_details": ["x"]}'])
def test_advice_is_for_the_command(run, monkeypatch, status, body):
    """An error says what to do with the command, and names no options or attributes of Python."""
    monkeypatch.setenv("INTEGRY_BASE_URL", "https://api.example")
    headers = {"Retry-After": "700", "X-Request-ID": "r1"}
    with responses.RequestsMock() as mock:
        mock.add("POST", "https://api.example/functions/f/call/", status=status, body=body, headers=headers)
        done = run("call", "f", "--args", "{}", "--json")
    found = json.loads(done.err)
    assert (found["status"], found["request_id"], found["may_have_run"]) == (status, "r1", False)
    assert found.get("retry_after") == (700 if status == 429 else None)
    assert not re.search(r" \.\w+|\w=|max_retries|See \.", found["message"])
    assert found["message"].endswith(".")


def test_a_name_that_is_not_found(run):
    """The advice for a name that does not exist depends on its kind."""
    assert "functions search" not in run("apps", "get", "none").err
    assert "apps list" not in run("functions", "get", "none").err
    assert "shows the names" not in run("request", "GET", "/none").err


def test_every_error_of_the_package_has_a_code():
    """Each class of the package's errors has an exit code; only unusable results have the code for anything else."""
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    others = {each.__name__ for each in classes if _errors.code_of(each("x")) == 1}
    assert others == {"IntegryError", "APIStatusError", "UnusableResult"}


def test_wrong_arguments_are_told_at_once(run):
    """All unknown, wrong and missing arguments are told in one message, and nothing is sent."""
    done = run("call", "pipedrive-add-a-person", "nme=x", "owner_id=x", "emails=1", "owner_id:=1", "--json")
    found = json.loads(done.err)
    assert done.code == 6
    assert found["arguments"]["nme"] == "is unknown: did you mean name?"
    assert {"owner_id", "name"} <= set(found["arguments"])


def test_an_unexpected_error_is_not_hidden(run, monkeypatch):
    """A fault of the command itself is raised."""
    monkeypatch.setattr("integry.cli._request.split", None)
    with pytest.raises(TypeError):
        run("request", "GET", "/x", "--param", "a=b")


def test_verbose_shows_attempts_and_masked_bodies(run):
    """-v shows attempts, -vv the bodies; secrets are masked."""
    assert run("-v", *POST).err.count("attempt 1") == 2
    done = run(*POST, "-vv")
    assert 'sent {"channel": "random", "text": "x"}' in done.err
    assert os.environ["INTEGRY_APP_SECRET"] not in done.err


def test_an_interrupt_amid_the_import(monkeypatch):
    """Ctrl-C before the command is imported has its exit code, and no traceback."""
    from integry.__main__ import main

    monkeypatch.setattr("integry.cli.main", Mock(side_effect=KeyboardInterrupt))
    assert main([]) == 130


def test_quiet_prints_no_notes(run):
    """-q leaves notes out."""
    assert run("functions", "list", "--limit", "1", "-q").err == ""


def test_a_missing_click_is_one_line(monkeypatch, capsys):
    """Without click, one line says what to install."""
    monkeypatch.setattr("integry.__main__.find_spec", {}.get)
    from integry.__main__ import main

    assert main([]) == 1
    assert capsys.readouterr().err == "The command integry needs click: pip install 'integry-requests[cli]'\n"


@pytest.mark.cli
@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("{} apps list >&-", 1),
        ("{} apps list >/dev/full", 1),
        ("{} apps list 2>&- <&-", 0),
        ("printf '1\\n2\\n' | while read -r n; do {} apps list --limit 1; done | wc -l | grep -qx 2", 0),
    ],
)
def test_streams(shell, code):
    """Closed and full streams end the command with one line or none, and standard input is left alone."""
    command = f"{sys.executable} -m integry"
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    done = subprocess.run(
        [shutil.which("bash"), "-c", shell.format(command)], check=False, capture_output=True, text=True, env=variables
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 2
