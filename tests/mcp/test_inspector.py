"""The MCP server with the command line of MCP's inspector."""

import json
import os
import subprocess
import sys

import pytest

from tests.mcp.conftest import command
from tests.spec_document import ROOT

pytestmark = pytest.mark.mcp

BIN = ROOT / "tests" / "node" / "mcp" / "node_modules" / ".bin"
POST = "slack-post-message"


def inspect(environment, *arguments, target=None):
    """Run the inspector's command line."""
    variables = [part for name, value in environment.items() for part in ("-e", f"{name}={value}")]
    started = [*variables, "--cwd", str(ROOT), "--", sys.executable, *command()] if target is None else target
    # The inspector's options come before its target.
    return subprocess.run(
        [str(BIN / "mcp-inspector"), "--cli", *arguments, "--format", "json", *started],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
    )


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_finds_no_error_in_the_schemas(environment, era):
    """With --strict, the inspector lists all tools and reports no error."""
    done = inspect(environment, "--method", "tools/list", "--strict", "--protocol-era", era)
    assert done.returncode == 0, done.stderr
    tools = json.loads(done.stdout)["result"]["tools"]
    assert len(tools) == 125


def test_the_inspector_calls_a_tool_over_http(served):
    """The inspector calls a tool over HTTP with the token, and cannot connect with another one."""
    arguments = json.dumps({"channel": "random", "text": "Hi"})
    call = ["--method", "tools/call", "--tool-name", POST, "--tool-args-json", arguments, "--stored-auth-only"]
    target = ["--server-url", served.url, "--transport", "http"]
    done = inspect({}, *call, target=[*target, "--header", f"Authorization: Bearer {served.token}"])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"]["structuredContent"]["output"]["message"]["text"] == "Hi"
    done = inspect({}, *call, target=[*target, "--header", "Authorization: Bearer wrong"])
    assert done.returncode != 0
