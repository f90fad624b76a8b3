"""Fixtures: a sandbox with 125 functions, and the server's process over both transports."""

import contextlib
import functools
import os
import subprocess
import sys
import tempfile
import threading
from typing import Any, NamedTuple

import pytest

from integry import sign
from integry.sandbox import Sandbox
from tests.spec_document import ROOT
from tests.tools.schemas import NASTY

SLOW = "slack-slow"
LEAK = "slack-leak"
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
        secrets = secrets_of(sandbox)
        sandbox.add_function(
            LEAK, lambda _: {"headers": secrets, secrets[1]: " ".join(secrets)}, app="slack", parameters={}
        )
        functions = sandbox.client(user_id="7").functions
        known = sum(len(list(functions.list(app="slack", type=type_))) for type_ in ("ACTION", "QUERY"))
        for number in range(known, 124):
            sandbox.add_function(f"slack-more-{number}", lambda call: call.arguments, app="slack", parameters={})
        sandbox.add_function(SLOW, lambda call: call.arguments, app="slack", parameters={})
        yield sandbox


def secrets_of(sandbox):
    """Return everything secret that requests of the server contain."""
    return [sandbox.app_key, sandbox.app_secret, sign(sandbox.app_secret, "7")]


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


@contextlib.asynccontextmanager
async def over_stdio(environment, mode, *arguments):
    """Start the server, and yield the SDK's client of it over stdin and stdout."""
    async with started(command(*arguments), environment, mode) as client:
        yield client


@contextlib.asynccontextmanager
async def started(arguments, environment, mode="auto", folder=ROOT, secret=None):
    """Run Python with arguments that start a server, and yield the SDK's client of it. Its log must have no secret."""
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    process = StdioServerParameters(command=sys.executable, args=arguments, env=environment, cwd=folder)
    # The default of `errlog` is the stderr of the test that was run when the SDK was imported.
    with tempfile.TemporaryFile("w+") as log:
        async with Client(stdio_client(process, errlog=log), mode=mode) as client:
            yield client
        log.seek(0)
        assert (secret or environment["INTEGRY_APP_SECRET"]) not in log.read()


@contextlib.asynccontextmanager
async def over_http(served, mode):
    """Yield the SDK's client of a server over HTTP."""
    from mcp import Client
    from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

    headers = {"Authorization": f"Bearer {served.token}"}
    async with create_mcp_http_client(headers) as http:  # noqa: SIM117 (Python 3.8 cannot parse one with both)
        async with Client(streamable_http_client(served.url, http_client=http), mode=mode) as client:
            yield client


@pytest.fixture(params=["stdio", "http"])
def connect(request, environment):
    """Return a function that returns a client for an era of the protocol, as an asynchronous context manager."""
    if request.param == "stdio":
        return functools.partial(over_stdio, environment)
    return functools.partial(over_http, request.getfixturevalue("served"))


@pytest.fixture(params=["auto", "legacy"])
def mode(request):
    """Return an era of the protocol, as the SDK's client calls it."""
    return request.param


@pytest.fixture(scope="session")
def served(environment):
    """Yield a server over HTTP whose token is in the environment."""
    with serving({**environment, "INTEGRY_MCP_TOKEN": TOKEN}) as served:
        yield served
