"""The adapter of Haystack."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from haystack.tools import Tool as HaystackTool

from ...errors import ConfigurationError
from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class IntegryTool(HaystackTool):
    """A tool of Haystack. It cannot be read back from a saved pipeline, because it belongs to a user's client."""

    def to_dict(self) -> Dict[str, Any]:
        """Return what describes the tool, without its function, for agents that are shown or traced."""
        data = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": f"{type(self).__module__}.{type(self).__qualname__}", "data": data}

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> HaystackTool:
        """Raise ConfigurationError: make the tool with a toolbox instead."""
        message = f"The tool {data['data']['name']} belongs to a user: make it with toolbox.as_haystack()"
        raise ConfigurationError(message)


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of Haystack."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> IntegryTool:
    def run(**arguments: Any) -> str:
        return tool.text(arguments)

    async def run_async(**arguments: Any) -> str:
        return await tool.text_async(arguments)

    return IntegryTool(
        name=tool.name,
        description=tool.description,
        parameters=tool.parameters,
        function=run,
        async_function=run_async,
    )
