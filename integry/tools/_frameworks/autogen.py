"""The adapter of the package autogen, whose agents are `ConversableAgent`."""

from __future__ import annotations

from typing import Any, List, Mapping

from autogen.tools import Tool as AutogenTool

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


def convert(tools: Mapping[str, Tool]) -> List[AutogenTool]:
    """Return the tools of a toolbox as tools of the package autogen."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> AutogenTool:
    def run(**arguments: Any) -> str:
        return tool.text(arguments)

    return AutogenTool(
        name=tool.name, description=tool.description, func_or_tool=run, parameters_json_schema=tool.parameters
    )
