"""Fixtures: a sandbox with 125 functions, and the server's process over both transports."""

import contextlib
import os
import subprocess
import sys
import threading
from typing import Any, NamedTuple

import pytest

from integry.sandbox import Sandbox
from tests.spec_document import ROOT
from tests.tools.schemas import NASTY

SLOW = "slack-slow"
TOKEN = "a-token-of-the-tests"  # noqa: S105 (of the tests)
#: A program that runs the server with a heartbeat that tests need not wait for.
PROGRAM = """
import sys
from integry.tools import mcp
from integry.tools._mcp import server
server.HEARTBEAT = 0.05
sys.exit(mcp.main())
"""
#: Seconds after which a test that waits for something fails.
PATIENCE = 60


class Slow:
    """A function of the sandbox that runs until it is released.

    Attributes:
        started: Set when the function was called.
        release: Set it to let the function return.
        ended: Set when the function has returned.
    """

    def __init__(self):
        self.started, self.release, self.ended = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, call):
        """Wait, and return the arguments."""
        self.started.set()
        self.release.wait(PATIENCE)
        self.ended.set()
        return call.arguments


@pytest.fixture(scope="session")
def sandbox():
    """Yield a sandbox where the user 7 has connected Slack, which has 125 functions."""
    with Sandbox() as sandbox:
        sandbox.connect("slack", user_id="7")
        sandbox.add_function("slack-nasty", lambda call: call.arguments, app="slack", parameters=NASTY)
        functions = sandbox.client(user_id="7").functions
        known = sum(len(list(functions.list(app="slack", type=type_))) for type_ in ("ACTION", "QUERY"))
        for number in range(known, 124):
            sandbox.add_function(f"slack-more-{number}", lambda call: call.arguments, app="slack", parameters={})
        sandbox.add_function(SLOW, lambda call: call.arguments, app="slack", parameters={})
        yield sandbox


@pytest.fixture
def slow(sandbox):
    """Yield the function that runs until it is released."""
    slow = Slow()
    sandbox.add_function(SLOW, slow, app="slack", parameters={})
    yield slow
    slow.release.set()


@pytest.fixture(scope="session")
def environment(sandbox):
    """Return the variables that a client's configuration passes to the server."""
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {**sandbox.environment(), "INTEGRY_USER_ID": "7", "PYTHONPATH": str(ROOT), **measured}


def command(*arguments):
    """Return the arguments of Python that start the server."""
    return ["-c", PROGRAM, *arguments]


class Served(NamedTuple):
    """A server over HTTP.

    Attributes:
        url: The URL.
        token: The token that its clients need.
        lines: The lines that the server printed on stderr.
    """

    url: str
    token: Any
    lines: Any


@contextlib.contextmanager
def serving(environment, *arguments):
    """Run the server over HTTP, and stop it with Ctrl-C."""
    line = [sys.executable, *command("--http", "0", *arguments)]
    with subprocess.Popen(
        line,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        first = process.stderr.readline()
        assert first.startswith("The MCP server is at http://127.0.0.1:"), first + process.stderr.read()
        url, token = first.split()[5].rstrip("."), environment.get("INTEGRY_MCP_TOKEN")
        second = "" if token else process.stderr.readline()
        yield Served(url, token or second.split()[-1], [first, second])
        process.send_signal(2)
        out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")


@pytest.fixture(scope="session")
def served(environment):
    """Yield a server over HTTP whose token is in the environment."""
    with serving({**environment, "INTEGRY_MCP_TOKEN": TOKEN}) as served:
        yield served
