"""The command `python -m integry.sandbox`."""

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
    """Start the command, and return the process with the first eight lines of its output."""
    line = [sys.executable, "-m", "integry.sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    output = [process.stdout.readline() for _ in range(8)]
    return process, output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_address_and_stops_on_signals(number):
    """The output of the command is shell code that configures a client, and signals stop the command."""
    process, output = start("--app-key", "my-key")
    assert re.match(r"# The sandbox is at http://127.0.0.1:\d+ \(open it in a browser\)", output[0])
    assert "export INTEGRY_APP_KEY=my-key\n" in output
    environment = dict(re.fullmatch(r"export (\w+)=(.+)\n", line).groups() for line in output[1:])
    code = (
        "from integry import Integry, Organisation;"
        "print(Integry().apps.get('slack').title, Organisation('1' * 32).integrations.list())"
    )
    variables = {**os.environ, **environment}
    completed = subprocess.run(
        [sys.executable, "-c", code], check=True, env=variables, capture_output=True, text=True, cwd=ROOT
    )
    assert completed.stdout == "Slack []\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_in_use_is_reported(capsys):
    """The command prints one line and returns 1 if its port is in use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert command.main(["--port", str(port)]) == 1
    assert capsys.readouterr().err == f"Cannot listen at 127.0.0.1 port {port}: Address already in use\n"


def test_an_invalid_port_is_reported(capsys):
    """The command prints one line and returns 1 for an invalid port."""
    assert command.main(["--port", "99999"]) == 1
    assert capsys.readouterr().err.startswith("Cannot listen at 127.0.0.1 port 99999: ")


def test_the_output_is_quoted_for_the_shell():
    """The output quotes credentials for a shell, and has a loopback address instead of the wildcard address."""
    process, output = start("--app-key", "a b $x", "--host", "0.0.0.0")  # noqa: S104 (under test)
    process.terminate()
    _, err = process.communicate(timeout=5)
    assert err.startswith("# Other machines may reach the sandbox, and know its credentials: see --app-key, ")
    assert "export INTEGRY_APP_KEY='a b $x'\n" in output
    assert any(line.startswith("export INTEGRY_BASE_URL=http://127.0.0.1:") for line in output)


def test_an_unusable_database_is_reported(capsys, tmp_path):
    """The command prints one line with the path of an unusable database, and returns 1."""
    assert command.main(["--port", "0", "--db", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"The sandbox cannot use the database {tmp_path}: ")


def test_a_missing_extra_is_reported(capsys, monkeypatch):
    """The command says which extra to install if one is missing."""
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    assert command.main(["--port", "0"]) == 1
    assert "pip install 'integry-requests[sandbox]'" in capsys.readouterr().err


@pytest.mark.shows_secrets("the command prints the credentials of the sandbox")
def test_main_waits_for_a_signal(capsys, monkeypatch):
    """`main` serves until SIGINT or SIGTERM arrives and returns 0."""
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
def test_public_credentials_cause_a_warning(capsys, host, keys, warns):
    """The command warns if other machines can reach a sandbox that has any default credential."""
    names = ("app_key", "app_secret", "token", "control_token")
    sandbox = Sandbox(**dict(zip(names, keys)))
    command._warn(sandbox, host)
    sandbox.close()
    assert ("Other machines may reach the sandbox" in capsys.readouterr().err) is warns
