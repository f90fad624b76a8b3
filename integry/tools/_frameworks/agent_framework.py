"""The adapter of Microsoft's Agent Framework."""

from __future__ import annotations

from typing import Any, List, Mapping

from agent_framework import FunctionTool

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


def convert(tools: Mapping[str, Tool]) -> List[FunctionTool]:
    """Return the tools of a toolbox as tools of the Agent Framework."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> FunctionTool:
    async def run(**arguments: Any) -> str:
        return await tool.text_async(arguments)

    return FunctionTool(name=tool.name, description=tool.description, func=run, input_model=tool.parameters)
