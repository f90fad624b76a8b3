"""The adapter of the OpenAI Agents SDK."""

from __future__ import annotations

from typing import Any, List, Mapping

from agents import FunctionTool

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


def convert(tools: Mapping[str, Tool]) -> List[FunctionTool]:
    """Return the tools of a toolbox as tools of the OpenAI Agents SDK."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> FunctionTool:
    async def invoke(_context: Any, arguments: str) -> str:
        return await tool.text_async(arguments)

    # The strict mode would make all parameters required, and refuse objects of any shape.
    return FunctionTool(
        name=tool.name,
        description=tool.description,
        params_json_schema=tool.parameters,
        on_invoke_tool=invoke,
        strict_json_schema=False,
    )
