"""The adapter of CrewAI."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from crewai.tools import BaseTool
from pydantic import BaseModel, PrivateAttr

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class IntegryTool(BaseTool):
    """A tool of CrewAI.

    CrewAI makes all properties required, also those of inner objects. So the optional ones accept null, and a null is
    not sent.
    """

    _tool: FrameworkTool = PrivateAttr()

    @classmethod
    def of(cls, tool: FrameworkTool) -> IntegryTool:
        """Return the tool for a tool of a toolbox."""
        # A crew with `cache=True` does not repeat equal calls, so that a message would not be sent twice.
        made = cls(
            name=tool.name,
            description=tool.description,
            args_schema=_model(tool),
            cache_function=_may_cache if tool.read_only else _never_cache,
        )
        made._tool = tool
        return made

    def _run(self, /, **arguments: Any) -> str:
        return self._tool.text(_without_nulls(arguments, self._tool.parameters))

    async def _arun(self, /, **arguments: Any) -> str:
        return await self._tool.text_async(_without_nulls(arguments, self._tool.parameters))


def _may_cache(_arguments: Any = None, _result: Any = None) -> bool:
    return True


def _never_cache(_arguments: Any = None, _result: Any = None) -> bool:
    return False


def _model(tool: FrameworkTool) -> Any:
    """Return a model without fields, so that CrewAI checks nothing, with the schema for the language model."""

    class Arguments(BaseModel):
        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> Dict[str, Any]:
            return _with_nulls(tool.parameters)

    return Arguments


def _with_nulls(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return a schema in which optional properties accept null, also those of inner objects."""
    found, required = {**schema}, schema.get("required", [])
    if "items" in found:
        found["items"] = _with_nulls(found["items"])
    if "properties" in found:
        inner = {name: _with_nulls(each) for name, each in found["properties"].items()}
        found["properties"] = {name: each if name in required else _nullable(each) for name, each in inner.items()}
    return found


def _without_nulls(value: Any, schema: Any) -> Any:
    """Return arguments without the nulls that stand for optional properties which the model leaves out."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, list):
        return [_without_nulls(each, schema.get("items")) for each in value]
    if not isinstance(value, dict):
        return value
    properties, required = schema.get("properties", {}), schema.get("required", [])
    kept = {
        name: each for name, each in value.items() if each is not None or name in required or name not in properties
    }
    return {name: _without_nulls(each, properties.get(name)) for name, each in kept.items()}


def _nullable(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return a schema that accepts null too."""
    if not schema.keys() & {"type", "anyOf", "enum", "const", "$ref", "oneOf", "allOf"}:
        return schema
    rest = {name: value for name, value in schema.items() if name != "description"}
    description = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [rest, {"type": "null"}], **description}


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of CrewAI, which changes names that are not identifiers."""
    return [IntegryTool.of(tool) for tool in framework_tools(tools, identifiers=True)]
