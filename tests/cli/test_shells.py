"""The command in real terminals and shells, in pipes, and with hostile servers."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.facade.conftest import SECRET
from tests.spec_document import ROOT

pytestmark = pytest.mark.cli
#: Seconds to wait for a text on a terminal.
PATIENCE = 60
TMUX = shutil.which("tmux") or "tmux"
COMMAND = [sys.executable, "-m", "integry"]
BASH = shutil.which("bash") or "bash"
SHELLS = {
    "bash": ("bash --norc --noprofile", "PS1='$ '; eval \"$(integry completion bash)\"; clear"),
    "zsh": ("zsh -f", "PS1='$ '; autoload -Uz compinit; compinit -u; eval \"$(integry completion zsh)\"; clear"),
    "fish": ("fish --no-config", "integry completion fish | source; clear; function fish_prompt; echo '$ '; end"),
}


@pytest.fixture
def variables(environment, tmp_path):
    """Return the environment of processes, in which the command is on the path."""
    program = tmp_path / "bin" / "integry"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m integry "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **environment, "PATH": path, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}


class Terminal:
    """A terminal in tmux.

    Args:
        variables: The environment.
        width: The number of columns.
        shell: The command of the shell.
    """

    def __init__(self, variables, width=80, shell=SHELLS["bash"][0]):
        self._name = f"integry-{os.getpid()}-{time.monotonic_ns()}"
        self._variables = {name: value for name, value in variables.items() if name != "TMUX"}
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(width), "-y", "50", shell)

    def _tmux(self, *arguments):
        command = [TMUX, "-L", self._name, *arguments]
        return subprocess.run(command, check=True, env=self._variables, capture_output=True, text=True).stdout

    def type(self, *keys):
        """Press keys."""
        self._tmux("send-keys", "--", *keys)

    def screen(self):
        """Return the lines of the screen."""
        return self._tmux("capture-pane", "-p")

    def wait(self, pattern):
        """Wait until the screen matches a pattern, and return the screen."""
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.screen(), re.MULTILINE):
            assert time.monotonic() < end, f"{pattern!r} did not appear:\n{self.screen()}"
            time.sleep(0.05)
        return self.screen()

    def close(self):
        """End the terminal."""
        self._tmux("kill-server")


@pytest.fixture
def terminal(variables):
    """Return a function that opens a terminal."""
    opened = []

    def make(**options):
        opened.append(Terminal(variables, **options))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.mark.parametrize("width", [80, 200])
def test_tables_and_trees_fit_a_terminal(terminal, width):
    """Tables have titles and one line a row, and trees are wrapped, at any width."""
    screen = terminal(width=width)
    screen.type("PS1='$ '; clear; integry functions list --limit 3; echo do''ne", "Enter")
    shown = screen.wait("^done$")
    rows = [line for line in shown.splitlines() if "passthrough-request" in line or "hubspot-create" in line]
    assert (len(rows), "name " in shown, all(len(row) <= width for row in rows)) == (3, True, True)
    assert ("…" in shown) is (width == 80)
    screen.type("clear; integry functions get slack-list-conversations; echo tr''ee", "Enter")
    assert "└── limit: number" in screen.wait("^tree$")
    screen.type("clear; COLUMNS=60 TERM=dumb NO_COLOR=1 integry apps list; echo pla''in", "Enter")
    assert "slack" in screen.wait("^plain$")


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
def test_questions_and_interrupts(terminal):
    """Required arguments are asked for, and Ctrl-C ends with code 130 and no traceback."""
    screen = terminal()
    screen.type("PS1='$ '; clear; integry call slack-post-message text=hello --json", "Enter")
    screen.wait(r"^channel \(string\):")
    screen.type("random", "Enter")
    screen.wait('"text": "hello"')
    screen.type("clear; integry call slack-post-message text=hi", "Enter")
    screen.wait(r"^channel \(string\):$")
    screen.type("C-c")
    screen.wait(r"^\$$")
    screen.type("echo code $?", "Enter")
    assert "Traceback" not in screen.wait("^code 130$")
    screen.type("clear; integry apps disconnect slack", "Enter")
    screen.wait(r"\[y/N\]:")
    screen.type("n", "Enter")
    screen.wait("^Error: Nothing was done.")
    screen.type("clear; integry call slack-post-message text=hello --no-input; echo code $?", "Enter")
    screen.wait("^code 6$")
    screen.type("clear; integry config set app-secret", "Enter")
    screen.wait("^app-secret:")
    screen.type(SECRET, "Enter")
    assert "planted" not in screen.wait("^Set app-secret")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(terminal, shell):
    """bash, zsh and fish complete commands, functions, `key=` and options."""
    command, setup = SHELLS[shell]
    screen = terminal(width=120, shell=command)
    screen.type(f"{setup}; echo rea''dy", "Enter")
    screen.wait("^ready")
    screen.type("integry functions li", "Tab")
    screen.wait("integry functions list$")
    screen.type("--ap", "Tab")
    screen.wait("--app$")
    screen.type("C-u")
    screen.type("integry call slack-po", "Tab")
    screen.wait("integry call slack-post-message$")
    screen.type("ch", "Tab")
    screen.wait("channel=")
    screen.type("x te", "Tab")
    screen.wait("channel=x text=")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_files(terminal, tmp_path, shell):
    """bash, zsh and fish complete the names of files after `key@=` and `@`, and of folders until the end."""
    (tmp_path / "some folder").mkdir()
    (tmp_path / "some folder" / "note.txt").write_text("Hi", encoding="utf-8")
    (tmp_path / "arguments.json").write_text("{}", encoding="utf-8")
    command, setup = SHELLS[shell]
    screen = terminal(width=120, shell=command)
    screen.type(f"cd {tmp_path}; {setup}; echo rea''dy", "Enter")
    screen.wait("^ready")
    screen.type("integry call slack-post-message text@=some", "Tab")
    screen.wait(r"text@=some\\ folder/$")
    screen.type("no", "Tab")
    screen.wait(r"text@=some\\ folder/note.txt$")
    screen.type(" --args @arg", "Tab")
    screen.wait("--args @arguments.json$")
    screen.type("C-u")
    screen.type("integry request POST /x --body @some", "Tab")
    screen.wait(r"--body @some\\ folder/$")
    screen.type("no", "Tab")
    screen.wait(r"--body @some\\ folder/note.txt$")
    screen.type("C-u")
    screen.type("integry call slack-post-message --var=@ar", "Tab")
    screen.wait("--var=@arguments.json$")
    screen.type("C-u")
    screen.type("integry call slack-post-message --args @~/arg", "Tab")
    screen.wait("--args @(~|/.*)/arguments.json$")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_shell_completes_files_inside_quotes(terminal, tmp_path, shell):
    """In zsh and fish, the name of a file is completed in a word that starts with a quote, and the quote is closed."""
    (tmp_path / "some folder").mkdir()
    (tmp_path / "some folder" / "my note.txt").write_text("Hi", encoding="utf-8")
    command, setup = SHELLS[shell]
    screen = terminal(width=120, shell=command)
    screen.type(f"cd {tmp_path}; {setup}; echo rea''dy", "Enter")
    screen.wait("^ready")
    request, call = "integry request POST /x --body ", "integry call slack-post-message "
    for start, before in ((request, '"@'), (request, "'@"), (call, '"text@=')):
        screen.type(f"{start}{before}some", "Tab")
        screen.wait(f"{re.escape(before)}some folder/$")
        screen.type("my n", "Tab")
        screen.wait(f"{re.escape(before)}some folder/my note.txt{before[0]}$")
        screen.type("C-u")


class Hostile(BaseHTTPRequestHandler):
    """Answers with functions whose texts attack terminals, and with many pages."""

    protocol_version = "HTTP/1.1"
    text = "\x1b]0;owned\x07\x1b[31m[red]x[/red]\u202e\r\nforged\x9b2J\u2028"
    pages, page_size = 1, 1

    def log_message(self, *_):
        """Print no log."""

    def do_POST(self):
        """Send a page, whose cursor is its number."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
        number = int(body.get("_cursor") or 0)
        names = [f"f{number}-{each}" for each in range(self.page_size)]
        functions = [{"name": name + self.text, "description": self.text, "parameters": {}} for name in names]
        cursor = str(number + 1) if number + 1 < self.pages else None
        content = json.dumps({"functions": functions, "_cursor": cursor}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def hostile(variables):
    """Return a function that starts a hostile server, and returns the environment for it."""
    servers = []

    def start(**attributes):
        handler = type("Handler", (Hostile,), attributes)
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return {**variables, "INTEGRY_BASE_URL": f"http://127.0.0.1:{servers[-1].server_port}"}

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_hostile_texts_are_harmless(hostile):
    """Texts of a server are one line without control characters, and no markup, in a pipe and on a terminal."""
    variables = hostile(page_size=3)
    done = subprocess.run([*COMMAND, "functions", "list"], env=variables, check=True, capture_output=True, text=True)
    assert done.stdout.count("\n") == 3
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]", done.stdout)
    assert "[red]x[/red]" in done.stdout
    screen = Terminal(variables, width=150)
    try:
        screen.type("PS1='$ '; clear; integry functions list; echo do''ne", "Enter")
        shown = screen.wait("^done$")
        assert shown.count("[red]x[/red]") >= 3
        assert not re.search("^forged", shown, re.MULTILINE)
    finally:
        screen.close()


def test_large_texts(hostile):
    """A description of 10 MB is printed in a pipe, and kept out of the cache."""
    variables = hostile(text="x" * 10_000_000)
    done = subprocess.run([*COMMAND, "functions", "list"], env=variables, check=True, capture_output=True)
    assert len(done.stdout) > 20_000_000


def test_many_rows_need_little_memory(hostile, tmp_path):
    """10,000 rows of 100 pages are printed as they come, with the memory of one page."""
    program = (
        "import resource, sys; from integry.__main__ import main; code = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )

    def peak(pages):
        variables = {
            **hostile(pages=pages, page_size=100, text="x" * 500),
            "XDG_CACHE_HOME": str(tmp_path / str(pages)),
        }
        line = [sys.executable, "-c", program, "functions", "list", "--all", "--json", "-q"]
        done = subprocess.run(line, env=variables, check=True, capture_output=True, text=True)
        assert done.stdout.count("\n") == 100 * pages
        return int(done.stderr.split()[-1])

    assert peak(100) < peak(2) + 8_000


@pytest.mark.parametrize(
    "command", ["functions list --all --json", "functions list --all", "functions list --all --raw"]
)
def test_a_reader_that_goes_away(hostile, command):
    """`head -1` ends the command with code 141 and no message."""
    variables = hostile(pages=1000, page_size=100, text="x" * 100)
    line = f"integry {command} -q | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run([BASH, "-c", line], env=variables, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_an_interrupt_amid_a_listing(hostile):
    """SIGINT ends a listing with code 130 and no traceback."""
    variables = hostile(pages=100_000, page_size=100, text="x")
    line = [sys.executable, "-m", "integry", "functions", "list", "--all", "--json"]
    with subprocess.Popen(line, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, "\n")


def test_progress_is_shown_on_a_terminal_only(hostile):
    """A long listing into a file shows its progress on the terminal, and removes it."""
    screen = Terminal(hostile(pages=400, page_size=100, text="x"))
    try:
        screen.type("PS1='$ '; clear; integry functions list --all > /dev/null; echo do''ne", "Enter")
        screen.wait(r"\d functions")
        assert "functions" not in screen.wait("^done$").replace("integry functions", "")
    finally:
        screen.close()


@pytest.mark.shows_secrets("the configuration is the file with the secrets")
def test_a_keyring_that_hangs(variables, tmp_path):
    """A keyring that hangs costs three seconds, and the file is used."""
    (tmp_path / "keyring.py").write_text("import time\ndef set_password(*_): time.sleep(3600)\n", encoding="utf-8")
    variables = {**variables, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    start = time.monotonic()
    line = [*COMMAND, "config", "set", "app-secret", "-"]
    done = subprocess.run(line, env=variables, input=SECRET, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    assert time.monotonic() - start < PATIENCE
    assert "app-secret" in (tmp_path / "c" / "integry" / "config.toml").read_text(encoding="utf-8")


def test_a_kill_amid_writes_leaves_a_whole_file(variables, tmp_path):
    """The configuration is whole whenever the process that writes it is killed."""
    file = tmp_path / "config.toml"
    program = (
        "import sys; from pathlib import Path; from integry.cli import _toml\n"
        "for number in range(10**9):\n"
        "    _toml.change(Path(sys.argv[1]), 'a', 'user', str(number) * 2000)\n"
        "    print(number, flush=True)\n"
    )
    for rounds in range(1, 6):
        line = [sys.executable, "-c", program, str(file)]
        with subprocess.Popen(line, env=variables, stdout=subprocess.PIPE, text=True) as process:
            for _ in range(rounds):
                process.stdout.readline()
            process.kill()
        text = file.read_text(encoding="utf-8")
        assert re.fullmatch(r'\[a\]\nuser = "(\d+)"\n', text)
        assert file.stat().st_mode & 0o777 == 0o600


def test_no_process_list_shows_a_secret(variables):
    """The command line and the environment of a run have no secret that was not there before."""
    line = [*COMMAND, "call", "slack-post-message", "channel=x", "text=y", "--curl"]
    done = subprocess.run(line, env=variables, check=True, capture_output=True, text=True)
    assert variables["INTEGRY_APP_KEY"] not in done.stdout
    assert variables["INTEGRY_APP_SECRET"] not in done.stdout
