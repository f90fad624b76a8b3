"""The MCP server with the SDK's client, in both eras of the protocol and over both transports, and with FastMCP's."""

import sys

import pytest

from tests.mcp.conftest import PATIENCE, SLOW, command
from tests.spec_document import ROOT
from tests.tools.schemas import NASTY_ARGUMENTS

pytestmark = pytest.mark.mcp

INVALID_PARAMS = -32602
POST = "slack-post-message"
REVISIONS = {"auto": "2026-07-28", "legacy": "2025-11-25"}


async def every_tool(client):
    """Return all tools by name, and the number of tools on each page."""
    tools, sizes, cursor = {}, [], None
    while not sizes or cursor is not None:
        page = await client.list_tools(cursor=cursor)
        tools.update((tool.name, tool) for tool in page.tools)
        sizes.append(len(page.tools))
        cursor = page.next_cursor
    return tools, sizes


def test_the_sdk_lists_and_calls_tools(sandbox, connect, mode):
    """The SDK's client lists all tools in pages of 50, and calls them. Arguments arrive as they were sent."""
    import anyio
    from mcp.shared.exceptions import MCPError

    async def run():
        async with connect(mode) as client:
            assert client.session.protocol_version == REVISIONS[mode]
            assert client.server_info.name == "integry"
            tools, sizes = await every_tool(client)
            assert sizes == [50, 50, 25]
            assert tools[POST].input_schema["required"] == ["channel", "text"]
            assert tools[POST].annotations.destructive_hint is True
            assert tools[POST].annotations.read_only_hint is False
            assert tools["slack-list-conversations"].annotations.read_only_hint is True
            assert tools["slack-list-conversations"].annotations.destructive_hint is False
            for cursor in ("0", "51", "150", "050", "", "x" * 2000):
                with pytest.raises(MCPError, match="There is no page") as error:
                    await client.list_tools(cursor=cursor)
                assert error.value.code == INVALID_PARAMS
            with pytest.raises(MCPError, match="There is no tool 'hubspot-create-contact'") as error:
                await client.call_tool("hubspot-create-contact", {})
            assert error.value.code == INVALID_PARAMS
            result = await client.call_tool("slack-nasty", NASTY_ARGUMENTS)
            assert (result.is_error, result.structured_content["output"]) == (False, NASTY_ARGUMENTS)
            result = await client.call_tool(POST, {"channel": "random"})
            assert result.is_error
            assert result.structured_content["error"]["type"] == "InvalidArguments"
            assert '"ok":false' in result.content[0].text
            result = await client.call_tool(POST, {"channel": "random", "text": "Hi", "user_id": "8"})
            assert result.is_error
            assert sandbox.calls[-1].function == "slack-nasty" or "user_id" not in sandbox.calls[-1].arguments

    anyio.run(run)


def test_progress_is_reported_while_a_call_runs(connect, mode, slow):
    """A client that asks for progress gets notices until the call returns."""
    import anyio

    seen = []

    async def on_progress(progress, _total, message):
        seen.append((progress, message))
        if len(seen) == 3:
            slow.release.set()

    async def run():
        async with connect(mode) as client:
            result = await client.call_tool(SLOW, {}, progress_callback=on_progress)
            assert result.structured_content["ok"]

    anyio.run(run)
    assert seen[:3] == [(number, "The call is still running.") for number in (1, 2, 3)]


def test_cancelling_ends_the_request_and_not_the_call(connect, mode, slow):
    """After a cancelled request the server answers others, while the call still runs to its end."""
    import anyio

    async def run():
        async with connect(mode) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, SLOW, {})
                assert await anyio.to_thread.run_sync(slow.started.wait, PATIENCE)
                tasks.cancel_scope.cancel()
            result = await client.call_tool(POST, {"channel": "random", "text": "Hi"})
            assert result.structured_content["ok"]
            assert not slow.ended.is_set()
            slow.release.set()
            assert await anyio.to_thread.run_sync(slow.ended.wait, PATIENCE)

    anyio.run(run)


def test_fastmcp_lists_and_calls_tools(environment, tmp_path):
    """FastMCP's client lists all tools, calls one, and raises its error for a refusal."""
    import anyio
    from fastmcp import Client
    from fastmcp.client.transports import StdioTransport
    from fastmcp.exceptions import ToolError

    async def run():
        transport = StdioTransport(sys.executable, command(), env=environment, cwd=str(ROOT), log_file=tmp_path / "log")
        async with Client(transport) as client:
            assert len(await client.list_tools()) == 125
            result = await client.call_tool(POST, {"channel": "random", "text": "Hi"})
            assert result.structured_content["output"]["message"]["text"] == "Hi"
            with pytest.raises(ToolError, match="InvalidArguments"):
                await client.call_tool(POST, {})

    anyio.run(run)
