"""The commands, in this process, with a sandbox."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import click
import pytest

from integry import sign
from integry.cli._root import root
from tests.facade.conftest import SECRET, TOKEN
from tests.spec_document import ROOT

POST = ["call", "slack-post-message", "channel=random"]
PERSONS = "pipedrive-get-all-persons"


def lines(text):
    """Return JSON Lines as values."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_list_in_a_pipe_is_lines_with_tabs(run):
    """A list in a pipe has no titles, borders or colours, and says on stderr that there is more."""
    done = run("apps", "list", "--search", "slack")
    assert done == (0, "slack\tSlack\t1\n", "")
    done = run("functions", "list", "--limit", "2")
    assert (done.code, done.out.count("\n"), "\x1b" in done.out) == (0, 2, False)
    assert done.err == "These are the first 2 functions. There are more: raise --limit, or pass --all.\n"


def test_a_list_as_json_is_json_lines(run):
    """With --json, a list is one object a line, before or after the command."""
    for line in (["--json", "apps", "list"], ["apps", "list", "--json"], ["apps", "--json", "list"]):
        assert "slack" in [each["name"] for each in lines(run(*line).out)]


def test_raw_output_is_the_body(run):
    """With --raw, the body is printed as it came."""
    assert json.loads(run("apps", "list", "--raw", "--all").out)["apps"]
    assert json.loads(run("apps", "get", "slack", "--raw").out)["name"] == "slack"
    assert json.loads(run(*POST, "text=x", "--raw").out)["network_code"] == "200"
    assert json.loads(run("functions", "get", PERSONS, "--raw").out)["name"] == PERSONS
    assert b"Sample" in run("call", PERSONS, "limit=50", "--raw").out.encode()


def test_apps(run):
    """The commands of apps show, connect and disconnect."""
    assert "name\tslack\n" in run("apps", "get", "slack").out
    (account,) = lines(run("apps", "accounts", "slack", "--json").out)
    assert run("apps", "connect", "hubspot").out.startswith("http://127.0.0.1:")
    assert json.loads(run("apps", "connect", "hubspot", "--json").out)["app"] == "hubspot"
    assert run("apps", "disconnect", "slack").code == 2
    done = run("apps", "disconnect", "slack", "--account", account["id"], "--yes", "--json")
    assert (done.code, json.loads(done.out)) == (0, {"app": "slack", "disconnected": True})
    assert run("apps", "accounts", "slack").out == ""


def test_waiting_for_a_connection(run, server, environment, monkeypatch):
    """`apps connect --open --wait` opens the page, and prints the account once it is connected."""
    opened = []

    def connect(url):
        opened.append(url)
        server.connect("hubspot", user_id=environment["INTEGRY_USER_ID"])

    monkeypatch.setattr("webbrowser.open", connect)
    done = run("apps", "connect", "hubspot", "--open", "--wait", "--json")
    assert (done.code, done.err) == (0, f"Connect the account: {opened[0]}\n")
    assert json.loads(done.out)["id"]
    assert run("apps", "connect", "accelo", "--wait", "--wait-seconds", "0.01").code == 10


def test_functions(run):
    """The commands of functions list, search, show and predict."""
    line = ("functions", "search", "post", "message", "--app", "slack", "--type", "ACTION")
    assert run(*line).out.startswith("slack-post-message\t")
    tree = run("functions", "get", "slack-post-message").out
    assert tree.index("channel: string (required)") < tree.index("attachments: string")
    assert lines(run("functions", "get", PERSONS, "--json").out)[0]["name"] == PERSONS
    done = run("functions", "predict", "send hello to #random", "--arguments")
    assert "slack-post-message" in done.out
    assert "arguments: {" in done.out
    assert run("functions", "predict", "send hello", "--json", "--var", "a=b").code == 0


def test_a_call_sends_typed_arguments(run):
    """The arguments of a call have the types of the schema, and variables are substituted by the server."""
    done = run(*POST, "text=Hi {n}, {m}", "blocks=a", "blocks=b", "--var", "n=1", "--var", '{"n": 2, "m": 3}', "--json")
    message = json.loads(done.out)["output"]["message"]
    assert (done.code, message["text"]) == (0, "Hi 1, 3")
    done = run(*POST, "text=123", "--dry-run", "--json")
    assert json.loads(done.out)["body"] == {"channel": "random", "text": "123"}


def test_arguments_from_files_and_stdin(run, tmp_path):
    """@= and --args read files and standard input; single keys win; a value is never the name of a file."""
    file = tmp_path / "text"
    file.write_text("from a file", encoding="utf-8")

    def body(*line, **options):
        return json.loads(run("call", "slack-post-message", *line, "--dry-run", "--json", **options).out)["body"]

    assert body("channel=@random", f"text@={file}") == {"channel": "@random", "text": "from a file"}
    assert body("channel=a", "text@=-", stdin="in")["text"] == "in"
    assert body("--args", "-", "text=mine", stdin='{"channel": "x", "text": "y"}') == {"channel": "x", "text": "mine"}
    file.write_text('{"any": [1]}', encoding="utf-8")
    assert body("--args", f"@{file}") == {"any": [1]}
    assert run("call", "slack-post-message", "channel@=-", "text@=-").code == 2
    for stdin in (b"\xff", "\udcff".encode("utf-8", "surrogatepass")):
        done = run("call", "slack-post-message", "channel=x", "text@=-", stdin=stdin)
        assert (done.code, done.err) == (2, "Error: Standard input is not UTF-8 text.\n")
    assert run("call", "slack-post-message", "channel@=/nonexistent", "text=x").code == 2


def test_a_preview_substitutes_variables(run):
    """--preview prints the arguments that the function would get."""
    done = run(*POST, "text={n}", "--var", "n:=5", "--preview", "--json")
    assert json.loads(done.out) == {"channel": "random", "text": 5}
    assert run(*POST, "text={n}", "--strict-tags").code == 6


def test_pages_of_a_call(run):
    """A call prints one page and the cursor of the next; --all and --items print all."""
    first = run("call", PERSONS, "limit=1", "--items", "data")
    cursor = shlex.split(first.err)[shlex.split(first.err).index("--cursor") + 1]
    second = run("call", PERSONS, "limit=1", "--items", "data", "--cursor", cursor)
    everything = run("call", PERSONS, "limit=1", "--items", "data", "--all")
    assert everything.out.startswith(first.out + second.out)
    assert everything.err == ""
    assert run("call", PERSONS, "--items", "nonsense").code == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.shows_secrets("--curl is run by a shell that has the credentials of the sandbox")
@pytest.mark.parametrize(
    "text", ["It's $HOME", "line\n'\"`id`\\ \u540d{x}", "x" * 200_000], ids=["quote", "special", "large"]
)
def test_a_curl_command_does_the_same(run, tmp_path, text):
    """The output of --curl shows no secret, runs in a shell, and does the same as the call."""
    (tmp_path / "text").write_text(text, encoding="utf-8")
    printed = run(*POST, f"text@={tmp_path}/text", "--curl").out
    assert os.environ["INTEGRY_APP_KEY"] not in printed
    program = tmp_path / "integry"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m integry "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(shutil.which("sh"), input=printed, check=True, capture_output=True, text=True, env=variables)
    assert json.loads(done.stdout)["output"]["message"]["text"] == text


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
def test_a_curl_command_without_the_variable(run, monkeypatch):
    """If the app key is not in the environment, a note says that the curl command needs it."""
    assert run(*POST, "text=x", "--curl").err == ""
    key = os.environ["INTEGRY_APP_KEY"]
    monkeypatch.delenv("INTEGRY_APP_KEY")
    assert run("config", "set", "app-key", "-", "--file", stdin=key).code == 0
    assert "export it first" in run(*POST, "text=x", "--curl").err


@pytest.mark.shows_secrets("`integry sign` prints a hash")
def test_passthrough_request_and_sign(run):
    """The commands for requests without a command of their own work."""
    assert run("passthrough", "slack", "get", "https://slack.com/api/conversations.list").code == 0
    done = run("passthrough", "slack", "POST", "https://x.example", "--body", '{"a": 1}', "--dry-run", "--json")
    assert json.loads(done.out)["body"]["body"] == {"a": 1}
    assert json.loads(run("request", "GET", "/functions/list/", "--param", "app=slack", "--json").out)["functions"]
    assert run("request", "GET", "/functions/list/", "--raw").out.startswith('{"')
    assert "Hash: ***" in run("request", "POST", "/x/", "--body", "{}", "--dry-run").out
    org = run("request", "GET", "/x", "--org", "--organisation", "7", "--curl").out
    assert '"Authorization: Bearer $INTEGRY_ORGANISATION_TOKEN"' in org
    line = run("request", "head", "/x/[1]", "--param", "a=1", "--param", "a:=2", "--param", "b=3", "--curl").out
    assert line.startswith("curl -sSg --head ")
    assert "?a=1&a=2&b=3" in line
    assert run("passthrough", "slack", "GET", "https://x.example", "--curl").out.startswith("curl -sSg -X POST ")
    expected = sign(os.environ["INTEGRY_APP_SECRET"], "42")
    assert run("sign", "42").out == f"{expected}\n"
    assert json.loads(run("sign", "42", "--json").out)["hash"] == expected


def test_all_operations_of_an_organisation(run):
    """`integry org` has a command for each of the 19 operations."""
    created = json.loads(run("org", "integrations", "create", "One", "https://x.example/a.json", "--json").out)
    one = created["id"]
    steps = [
        ("integrations list", "One"),
        (f"integrations update {one} --name Two --auth-credential -", "Two"),
        (f"settings add {one} colour blue", ""),
        (f"settings list {one}", "colour"),
        (f"settings update {one} --value red", ""),
        (f"channel add {one} general size -", ""),
        (f"channel list {one} general", "size"),
    ]
    for line, expected in steps:
        done = run("org", *line.split(), stdin=f"{TOKEN}\n" if "--auth-credential" in line else "big")
        assert done.code == 0, (line, done)
        assert expected in done.out
    assert TOKEN not in run("org", "integrations", "list", "--json").out
    (setting,) = lines(run("org", "channel", "list", one, "general", "--json").out)
    assert run("org", "channel", "update", one, "general", setting["id"], "--value", "9").code == 0
    assert run("org", "channel", "delete", one, "general", setting["id"]).code == 2
    assert run("org", "channel", "delete", one, "general", setting["id"], "--yes").code == 0
    assert run("org", "integrations", "delete", one, "--yes").code == 0
    assert run("org", "custom", "create", "https://x.example/b.json").code == 0
    custom = lines(run("org", "custom", "list", "--json").out)[0]["id"]
    for line in (f"update {custom} https://x.example/c.json", f"settings {custom}", f"delete {custom} --yes"):
        assert run("org", "custom", *line.split()).code == 0, line
    assert run("org", "slack", "exchange").code == 2
    assert run("org", "slack", "exchange", "a-code").code == 2


def test_slack_of_an_organisation(run):
    """The token of Slack is masked, except with --raw."""
    done = run("org", "slack", "exchange", "-", "--json", stdin="a-code\n")
    assert done.code == 0, done
    assert '"access_token": "***"' in done.out
    assert run("org", "slack", "info").code == 0


def commands(command=root, path=()):
    """Yield each command with its path."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*path, name))


HANDED = {"sandbox", "vendor", "generate", "mcp", "bulk"}
OWN = [(path, command) for path, command in commands() if not HANDED & set(path)]


@pytest.mark.shows_secrets("`integry sign` prints a hash")
@pytest.mark.parametrize(("path", "command"), OWN, ids=[" ".join(path) or "integry" for path, _ in OWN])
def test_the_example_of_a_help_runs(run, path, command, tmp_path, monkeypatch):
    """The help of each command has an example, and it runs: no usage error, and at most an unknown id."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code.txt").write_text("code", encoding="utf-8")
    monkeypatch.setattr("webbrowser.open", bool)
    shown = run(*path, "--help")
    assert shown.code == 0
    assert command.example in shown.out
    # click 8.5 lists arguments beside the options.
    options = shown.out[shown.out.index("\nOptions:") :]
    assert re.findall(r"^  [^ -]", options[: options.index("\n\n")], re.MULTILINE) == []
    line = command.example.partition(" < ")[0]
    words = shlex.split(line[len('eval "$(') : -len(')"')] if line.startswith("eval") else line)
    assert words[0] == "integry"
    if not isinstance(command, click.Group):
        assert words[len(path)] == path[-1] or path == ("functions", "call")
    if "42" in words:
        words = [ids.get(word, word) for ids in [make_ids(run, words)] for word in words]
    if words[1:4] == ["org", "slack", "info"]:
        run("org", "slack", "exchange", "-", stdin="a-code")
    if "--wait" in words:
        words += ["--wait-seconds", "0.01"]
    done = run(*words[1:], stdin=SECRET)
    # Nobody connects the account, and no terminal is there to ask on.
    expected = 10 if "--wait" in words else 2 if words[1:3] == ["config", "set"] else 0
    assert done.code == expected, done


def make_ids(run, words):
    """Create the integration 42 and the setting 7 of examples, and return their ids."""
    if "custom" in words:
        run("org", "custom", "create", "https://x.example/a.json")
        return {"42": lines(run("org", "custom", "list", "--json").out)[0]["id"]}
    one = json.loads(run("org", "integrations", "create", "One", "https://x.example/a.json", "--json").out)["id"]
    if "settings" in words:
        run("org", "settings", "add", one, "size", "9")
        return {"42": one}
    run("org", "channel", "add", one, "general", "size", "9")
    return {"42": one, "7": lines(run("org", "channel", "list", one, "general", "--json").out)[0]["id"]}


@pytest.mark.shows_secrets("the help of the sandbox's command has its public default credentials")
def test_commands_are_handed_on(run):
    """Commands of other modules keep their options and exit codes; a missing one says what to install."""
    assert "--with-deps" in run("vendor", "--help").out
    assert run("vendor", "--nonsense").code == 2
    assert "--port" in run("sandbox", "--help").out


def test_a_missing_module_of_a_handed_command(run, monkeypatch):
    """A command whose module is not installed says what to install in one line."""
    monkeypatch.setitem(sys.modules, "integry.bulk", None)
    monkeypatch.setitem(sys.modules, "integry.bulk.__main__", None)
    done = run("bulk", "--profile", "default", "file")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "pip install" in done.err


def loaded_by(arguments):
    """Return the modules that a run of the command imports, beyond those of click and logging."""
    program = (
        "import click, logging, sys; before = set(sys.modules); from integry.__main__ import main; "
        f"main({arguments}); print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    return done.stderr.split()


@pytest.mark.parametrize("arguments", [["--help"], ["apps", "--help"], ["call", "--help"], ["config", "--help"]])
def test_help_imports_few_modules(arguments):
    """--help imports neither requests nor rich, and no module of Python that only the command itself needs."""
    loaded = loaded_by(arguments)
    slow = {"requests", "attr", "rich", "cattrs", "hashlib", "tempfile", "pathlib", "pkgutil", "urllib.parse"}
    assert not slow & set(loaded)


def test_help_imports_no_commands():
    """--help of the command itself imports none of the others."""
    assert [name for name in loaded_by(["--help"]) if name.startswith("integry.cli._")] == [
        f"integry.cli._{name}" for name in ("commands", "errors", "keyring", "root", "run", "state", "text", "toml")
    ]


def test_commands_share_their_common_options():
    """All commands have the same objects for the common options, which take a while to make."""
    apps, config = (root.get_command(None, name).params for name in ("apps", "config"))
    assert (apps[-1].name, apps[-1] is config[-1]) == ("yes", True)


def test_completion_imports_neither_requests_nor_models(run):
    """Completion of cached names and keys imports neither requests nor the libraries of models and tables."""
    for line in ("integry call slack-po", "integry call slack-post-message ch"):
        program = "import sys; from integry.__main__ import main; main([]); print(*sys.modules, file=sys.stderr)"
        variables = {**os.environ, "_INTEGRY_COMPLETE": "bash", "COMP_LINE": line}
        run("functions", "list", "--all")
        run("functions", "get", "slack-post-message")
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=variables)
        assert done.stdout
        assert not {"requests", "attr", "rich", "cattrs"} & set(done.stderr.split())
