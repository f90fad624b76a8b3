"""The adapter of Pydantic AI."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from pydantic_ai import Tool as PydanticTool

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


def convert(tools: Mapping[str, Tool]) -> List[Any]:
    """Return the tools of a toolbox as tools of Pydantic AI."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> Any:
    async def run(**arguments: Any) -> Dict[str, Any]:
        return await tool.run_async(arguments)

    made = PydanticTool.from_schema(run, name=tool.name, description=tool.description, json_schema=tool.parameters)
    # The strict mode, which is used where a schema fits, would refuse objects of any shape.
    made.strict = False
    return made
