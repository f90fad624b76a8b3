"""The tools of a toolbox as a server of MCP's Python SDK."""

# pyright: reportMissingImports=false
# The line above is needed because the extra `mcp` is not installed where the types are checked.

from __future__ import annotations

import json
import logging
from typing import Any, Dict, List, Optional

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from ..._version import __version__
from .._results import RAISED, shortened
from .._tool import Tool
from .._toolbox import Toolbox

#: Number of tools on a page of the list.
PAGE = 50
#: Seconds between two notices of progress.
HEARTBEAT = 5.0
#: Maximum depth of structured content. pydantic cannot write deeper values.
MAX_DEPTH = 100

_LOG = logging.getLogger("integry")


def make(toolbox: Toolbox) -> Server[Any]:
    """Return a server for the tools of a toolbox."""
    tools = _Tools(toolbox)
    return Server(
        "integry",
        version=__version__,
        title="Integry",
        on_list_tools=tools.list,
        on_call_tool=tools.call,
        get_tool_input_schema=tools.schema,
    )


def run_stdio(toolbox: Toolbox) -> None:
    """Serve over stdin and stdout until stdin ends."""
    anyio.run(_serve_stdio, make(toolbox))


async def _serve_stdio(server: Server[Any]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


class _Tools:
    """The handlers of requests.

    Args:
        toolbox: The toolbox.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._listed = [_described(tool) for tool in toolbox.tools.values()]

    def schema(self, name: str) -> Optional[Dict[str, Any]]:
        """Return the schema of a tool's arguments; None for an unknown tool."""
        tool = self._toolbox.tools.get(name)
        return None if tool is None else tool.parameters

    async def list(self, _: Any, params: Optional[types.PaginatedRequestParams]) -> types.ListToolsResult:
        """Return a page of tools. The cursor is the number of the first tool on the page."""
        start = self._start(params.cursor if params else None)
        end = start + PAGE
        following = str(end) if end < len(self._listed) else None
        return types.ListToolsResult(tools=self._listed[start:end], next_cursor=following)

    def _start(self, cursor: Optional[str]) -> int:
        if cursor is None:
            return 0
        for start in range(PAGE, len(self._listed), PAGE):
            if cursor == str(start):
                return start
        raise MCPError(types.INVALID_PARAMS, f"There is no page {shortened(cursor, 100)!r}. List the tools again.")

    async def call(self, context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Call a tool, and send notices of progress if the client asked for them."""
        if params.name not in self._toolbox.tools:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {shortened(params.name, 100)!r}.")
        result: Any = None
        async with anyio.create_task_group() as tasks:
            if (context.meta or {}).get("progress_token") is not None:
                tasks.start_soon(_report, context.session)
            # The thread goes on if the request is cancelled: a call cannot be taken back.
            result = await anyio.to_thread.run_sync(
                self._run, params.name, params.arguments or {}, abandon_on_cancel=True
            )
            tasks.cancel_scope.cancel()
        if isinstance(result, MCPError):
            # Raised here, because the task group would wrap the error.
            raise result
        return result

    def _run(self, name: str, arguments: Dict[str, Any]) -> Any:
        """Return the result of a call, or the error of the protocol to answer with."""
        try:
            return _result(self._toolbox.run(name, arguments))
        except RAISED as error:
            _LOG.error("The call of %s failed: %s", name, error)
            return MCPError(types.INTERNAL_ERROR, shortened(str(error)))
        except Exception as error:  # noqa: BLE001 (hooks of users raise anything)
            # The error comes from a hook. The SDK would send its message, which may contain anything.
            _LOG.exception("The call of %s failed", name)
            return MCPError(types.INTERNAL_ERROR, f"The server failed with {type(error).__name__}. Its log says more.")


async def _report(session: Any) -> None:
    """Send a notice of progress again and again, so that the client does not give up."""
    beats = 0
    while True:
        await anyio.sleep(HEARTBEAT)
        beats += 1
        await session.report_progress(beats, message="The call is still running.")


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=json.loads(_text(tool.description)),
        input_schema=json.loads(_text(tool.parameters)),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.read_only, destructive_hint=not tool.read_only, open_world_hint=True
        ),
    )


def _result(result: Dict[str, Any]) -> types.CallToolResult:
    """Return the result of a call as text and as structured content."""
    text = _text(_shallow(result, MAX_DEPTH))
    content: List[types.ContentBlock] = [types.TextContent(text=text)]
    return types.CallToolResult(content=content, structured_content=json.loads(text), is_error=not result["ok"])


def _text(value: Any) -> str:
    """Return a value as JSON. Lone surrogates, which cannot be sent, become question marks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "replace").decode()


def _shallow(value: Any, depth: int) -> Any:
    """Return a JSON value in which anything that is nested too deeply is replaced by its JSON text."""
    if not isinstance(value, (dict, list)):
        return value
    if not depth:
        return _text(value)
    if isinstance(value, dict):
        return {name: _shallow(each, depth - 1) for name, each in value.items()}
    return [_shallow(each, depth - 1) for each in value]
