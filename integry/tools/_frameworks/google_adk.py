"""The adapter of Google's Agent Development Kit."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from google.adk.tools import BaseTool, ToolContext
from google.genai.types import FunctionDeclaration

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class IntegryTool(BaseTool):
    """A tool of the Agent Development Kit."""

    def __init__(self, tool: FrameworkTool) -> None:
        super().__init__(name=tool.name, description=tool.description)
        self._tool = tool

    def _get_declaration(self) -> FunctionDeclaration:
        return FunctionDeclaration(
            name=self.name, description=self.description, parameters_json_schema=self._tool.parameters
        )

    async def run_async(self, *, args: Dict[str, Any], tool_context: ToolContext) -> Dict[str, Any]:  # noqa: ARG002 (ADK passes it)
        """Run the tool with the model's arguments."""
        return await self._tool.run_async(args)


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of the Agent Development Kit."""
    return [IntegryTool(tool) for tool in framework_tools(tools)]
