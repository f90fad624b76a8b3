"""The page of the documentation about the MCP server."""

import json
import os

import pytest

from tests.docs.pages import DOCS, blocks
from tests.mcp.conftest import TOKEN, started

pytestmark = pytest.mark.mcp


def configurations():
    """Return the configurations of clients on the page, each of which has one server."""
    import tomllib

    read = {"json": json.loads, "toml": tomllib.loads}
    found = [read[block.language](block.text) for block in blocks(DOCS / "tools" / "mcp.md") if block.language in read]
    outer = [next(each[key] for key in ("mcpServers", "servers", "mcp_servers") if key in each) for each in found]
    return [each["integry"] for each in outer]


def test_the_configurations_start_servers(environment):
    """The commands of the page start a server, with the environment of the page and no more."""
    import anyio

    async def names_of(found):
        # The sandbox is at another URL, and the package is not installed.
        values = {
            **found["env"],
            **{name: environment[name] for name in [*found["env"], "INTEGRY_BASE_URL", "PYTHONPATH"]},
        }
        async with started(found["args"], values, folder=os.sep) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    # The configuration with a profile needs the command line, which tests/cli test.
    commands = [found for found in configurations() if "env" in found]
    assert len(commands) == 3
    for found in commands:
        assert found["command"].endswith("python")
        assert "slack-list-conversations" in anyio.run(names_of, found)


def test_the_configuration_for_http_connects(served):
    """The headers of the page, with the token, connect to the server at the path of the page's URL."""
    import requests

    (found,) = (found for found in configurations() if "url" in found)
    assert found["url"].rpartition("/")[2] == served.url.rpartition("/")[2]
    headers = {name: value.replace("TOKEN", TOKEN) for name, value in found["headers"].items()}
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers["Accept"] = "application/json, text/event-stream"
    assert requests.post(served.url, json=ping, headers=headers, timeout=30).status_code == 200


def test_the_block_of_the_page_prints_its_output(sandbox, monkeypatch, capsys):
    """The block with a transport of one's own runs, and prints what the page shows."""
    sandbox.connect("slack", user_id="123456")
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    found = blocks(DOCS / "tools" / "mcp.md")
    (block,) = (block for block in found if block.run_by == "tests/mcp/test_docs.py")
    exec(compile(block.text, str(block), "exec"), {"__name__": "docs"})  # noqa: S102 (it is what is tested)
    assert capsys.readouterr().out == found[found.index(block) + 1].text
