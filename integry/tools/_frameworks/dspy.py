"""The adapter of DSPy."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Mapping

import dspy
from pydantic import PrivateAttr

from .._schemas import map_references
from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class IntegryTool(dspy.Tool):
    """A tool of DSPy with a JSON schema."""

    _tool: FrameworkTool = PrivateAttr()

    @classmethod
    def of(cls, tool: FrameworkTool) -> IntegryTool:
        """Return the tool for a tool of a toolbox."""

        def run(**arguments: Any) -> str:
            return tool.text(arguments)

        # DSPy checks each argument by its own schema, in which references have no target.
        properties = map_references(tool.parameters["properties"], lambda _reference: None)
        arguments = {name: value if isinstance(value, dict) else {} for name, value in properties.items()}
        made = cls(run, name=tool.name, desc=tool.description, args=arguments, arg_types={})
        made._tool = tool
        return made

    async def acall(self, **arguments: Any) -> Any:
        """Run the tool in a thread."""
        return await asyncio.get_running_loop().run_in_executor(None, lambda: self(**arguments))

    def format_as_litellm_function_call(self) -> Dict[str, Any]:
        """Return the tool as models get it. DSPy's own method makes all parameters required."""
        function = {"name": self.name, "description": self.desc, "parameters": self._tool.parameters}
        return {"type": "function", "function": function}


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of DSPy."""
    return [IntegryTool.of(tool) for tool in framework_tools(tools)]
