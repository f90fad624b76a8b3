"""`python -m integry.sandbox`, as a person runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest

from integry.sandbox import Sandbox
from integry.sandbox import __main__ as command
from tests.spec_document import ROOT


def start(*arguments):
    """Run the command until it has said where it is."""
    line = [sys.executable, "-m", "integry.sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    said = [process.stdout.readline() for _ in range(8)]
    return process, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_when_asked(number):
    """As lines for a shell, with which our client works at once."""
    process, said = start("--app-key", "my-key")
    assert re.match(r"# The sandbox is at http://127.0.0.1:\d+ \(open it in a browser\)", said[0])
    assert "export INTEGRY_APP_KEY=my-key\n" in said
    environment = dict(re.fullmatch(r"export (\w+)=(.+)\n", line).groups() for line in said[1:])
    code = (
        "from integry import Integry, Organisation;"
        "print(Integry().apps.get('slack').title, Organisation('1' * 32).integrations.list())"
    )
    seen = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=seen, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "Slack []\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken(capsys):
    """Said plainly."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert command.main(["--port", str(port)]) == 1
    assert capsys.readouterr().err == f"Cannot listen at 127.0.0.1 port {port}: Address already in use\n"


def test_a_port_that_is_none(capsys):
    """Said plainly too."""
    assert command.main(["--port", "99999"]) == 1
    assert capsys.readouterr().err.startswith("Cannot listen at 127.0.0.1 port 99999: ")


def test_lines_for_a_shell_are_quoted_and_addresses_can_be_asked():
    """Whatever the credentials are, and wherever it listens."""
    process, said = start("--app-key", "a b $x", "--host", "0.0.0.0")  # noqa: S104 (it is what is tested)
    process.terminate()
    _, err = process.communicate(timeout=5)
    assert err.startswith("# Other machines may reach the sandbox, and know its credentials: see --app-key, ")
    assert "export INTEGRY_APP_KEY='a b $x'\n" in said
    assert any(line.startswith("export INTEGRY_BASE_URL=http://127.0.0.1:") for line in said)


def test_a_database_that_cannot_be_read(capsys, tmp_path):
    """Said plainly."""
    assert command.main(["--port", "0", "--db", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"The sandbox cannot use the database {tmp_path}: ")


def test_without_the_extra(capsys, monkeypatch):
    """It says what to install."""
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    assert command.main(["--port", "0"]) == 1
    assert "pip install 'integry-requests[sandbox]'" in capsys.readouterr().err


@pytest.mark.shows_secrets("whoever starts a sandbox is told its credentials")
def test_the_whole_command(capsys, monkeypatch):
    """In this process: it waits until a signal comes."""
    timers = {}

    def register(number, handler):
        timers[number] = threading.Timer(0.2, handler)
        timers[number].start()

    monkeypatch.setattr(signal, "signal", register)
    assert command.main(["--port", "0", "--empty"]) == 0
    assert set(timers) == {signal.SIGINT, signal.SIGTERM}
    for timer in timers.values():
        timer.join()
    assert capsys.readouterr().out.startswith("# The sandbox is at http://127.0.0.1:")


@pytest.mark.parametrize(
    ("host", "keys", "warns"),
    [("127.0.0.1", [], False), ("192.0.2.1", [], True), ("192.0.2.1", ["k", "s", "t"], True), ("::", "kstc", False)],
)
def test_it_warns_of_public_credentials(capsys, host, keys, warns):
    """If other machines may reach a sandbox with any credential of the documentation."""
    names = ("app_key", "app_secret", "token", "control_token")
    sandbox = Sandbox(**dict(zip(names, keys)))
    command._warn(sandbox, host)
    sandbox.close()
    assert ("Other machines may reach the sandbox" in capsys.readouterr().err) is warns
