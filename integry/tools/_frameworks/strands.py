"""The adapter of Strands Agents."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from strands.tools import PythonAgentTool

from .._results import dumps
from .._tool import Tool
from ._base import TYPES, FrameworkTool, framework_tools


def convert(tools: Mapping[str, Tool]) -> List[PythonAgentTool]:
    """Return the tools of a toolbox as tools of Strands Agents."""
    return [_converted(tool) for tool in framework_tools(tools)]


def _converted(tool: FrameworkTool) -> PythonAgentTool:
    async def run(use: Dict[str, Any], **_: Any) -> Dict[str, Any]:
        result = await tool.run_async(use["input"])
        status = "success" if result.get("ok", True) else "error"
        return {"toolUseId": use["toolUseId"], "status": status, "content": [{"text": dumps(result)}]}

    schema = {"json": _typed(tool.parameters)}
    specification = {"name": tool.name, "description": tool.description, "inputSchema": schema}
    return PythonAgentTool(tool.name, specification, run)


def _typed(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return a schema with a type for all properties. Strands would tell the model that they are strings."""
    found = {**schema}
    if found.get("type") == "object" and "properties" in found:
        found["properties"] = {name: _typed(value) for name, value in found["properties"].items()}
    elif not found.keys() & {"type", "$ref", "anyOf", "oneOf", "allOf", "not"}:
        found.update(type=TYPES, items=found.get("items", {}))
    return found
