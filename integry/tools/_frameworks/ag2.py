"""The adapter of AG2."""

from __future__ import annotations

from typing import Any, List, Mapping

import ag2

from .._tool import Tool
from ._base import FrameworkTool, framework_tools, opened

#: The name of an argument that AG2 adds.
_CONTEXT = "__ctx__"


def convert(tools: Mapping[str, Tool]) -> List[Any]:
    """Return the tools of a toolbox as tools of AG2."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> Any:
    # AG2 makes deep copies of tools. A nested function is not copied, and the object that it uses is not either.
    async def run(**arguments: Any) -> str:
        arguments.pop(_CONTEXT, None)
        return await tool.text_async(arguments)

    return ag2.tool(run, name=tool.name, description=tool.description, schema=opened(tool.parameters))
