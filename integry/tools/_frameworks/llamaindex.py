"""The adapter of LlamaIndex."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from llama_index.core.tools import FunctionTool, ToolMetadata

from .._results import dumps
from .._tool import Tool
from ._base import FrameworkTool, framework_tools, unwrapped, with_everything


class _Metadata(ToolMetadata):
    """The name, the description and the JSON schema of a tool."""

    def __init__(self, tool: FrameworkTool) -> None:
        super().__init__(description=tool.description, name=tool.name, fn_schema=None)
        self._tool = tool

    def get_parameters_dict(self) -> Dict[str, Any]:
        return with_everything(self._tool.parameters)

    @property
    def fn_schema_str(self) -> str:
        """The schema as text, for agents whose models have no tools."""
        return dumps(self.get_parameters_dict())


def convert(tools: Mapping[str, Tool]) -> List[FunctionTool]:
    """Return the tools of a toolbox as tools of LlamaIndex."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> FunctionTool:
    def run(**arguments: Any) -> str:
        return tool.text(unwrapped(arguments, tool.parameters))

    async def run_async(**arguments: Any) -> str:
        return await tool.text_async(unwrapped(arguments, tool.parameters))

    return FunctionTool(fn=run, async_fn=run_async, metadata=_Metadata(tool))
