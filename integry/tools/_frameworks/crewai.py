"""The adapter of CrewAI."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from crewai.tools import BaseTool
from pydantic import BaseModel, PrivateAttr

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class IntegryTool(BaseTool):
    """A tool of CrewAI.

    CrewAI makes all parameters required. So the optional ones accept null, and a null is not sent.
    """

    _tool: FrameworkTool = PrivateAttr()

    @classmethod
    def of(cls, tool: FrameworkTool) -> IntegryTool:
        """Return the tool for a tool of a toolbox."""
        made = cls(name=tool.name, description=tool.description, args_schema=_model(tool))
        made._tool = tool
        return made

    def _run(self, /, **arguments: Any) -> str:
        return self._tool.text(self._without_nulls(arguments))

    async def _arun(self, /, **arguments: Any) -> str:
        return await self._tool.text_async(self._without_nulls(arguments))

    def _without_nulls(self, arguments: Dict[str, Any]) -> Dict[str, Any]:
        required = self._tool.parameters.get("required", [])
        return {name: value for name, value in arguments.items() if value is not None or name in required}


def _model(tool: FrameworkTool) -> Any:
    """Return a model without fields, so that CrewAI checks nothing, with the schema for the language model."""

    class Arguments(BaseModel):
        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> Dict[str, Any]:
            schema = tool.parameters
            required = schema.get("required", [])
            properties = schema["properties"].items()
            schema["properties"] = {name: each if name in required else _nullable(each) for name, each in properties}
            return schema

    return Arguments


def _nullable(schema: Any) -> Any:
    """Return a schema that accepts null too."""
    if not isinstance(schema, dict) or not schema.keys() & {"type", "anyOf", "enum", "const", "$ref", "oneOf", "allOf"}:
        return schema
    rest = {name: value for name, value in schema.items() if name != "description"}
    description = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [rest, {"type": "null"}], **description}


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of CrewAI, which changes names that are not identifiers."""
    return [IntegryTool.of(tool) for tool in framework_tools(tools, identifiers=True)]
