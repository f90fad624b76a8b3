"""The adapter of LangChain and LangGraph."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from langchain_core.tools import BaseTool
from pydantic import PrivateAttr

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class IntegryTool(BaseTool):
    """A tool of LangChain. `StructuredTool` would lose parameters that are called `config` or `run_manager`."""

    _tool: FrameworkTool = PrivateAttr()

    @classmethod
    def of(cls, tool: FrameworkTool) -> IntegryTool:
        """Return the tool for a tool of a toolbox."""
        schema: Dict[str, Any] = tool.parameters
        made = cls(name=tool.name, description=tool.description, args_schema=schema)
        made._tool = tool
        return made

    def _run(self, /, **arguments: Any) -> str:
        return self._tool.text(arguments)

    async def _arun(self, /, **arguments: Any) -> str:
        return await self._tool.text_async(arguments)


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of LangChain."""
    return [IntegryTool.of(tool) for tool in framework_tools(tools)]
