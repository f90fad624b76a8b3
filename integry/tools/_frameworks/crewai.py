"""The adapter of CrewAI."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from crewai.tools import BaseTool
from pydantic import BaseModel, PrivateAttr

from .._running import read_object
from .._tool import Tool
from ._base import FrameworkTool, framework_tools, is_free, unwrapped, with_everything


class IntegryTool(BaseTool):
    """A tool of CrewAI.

    CrewAI has the strict mode, in which all properties are required, also those of inner objects, and no others are
    accepted. So the optional ones accept null, which is not sent, and an object of any shape is passed as JSON text.
    So are all arguments of a function that declares none, in a parameter of their own.
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
        return self._tool.text(self._restored(arguments))

    async def _arun(self, /, **arguments: Any) -> str:
        return await self._tool.text_async(self._restored(arguments))

    def _restored(self, arguments: Dict[str, Any]) -> Any:
        return unwrapped(_restored(arguments, self._tool.parameters), self._tool.parameters)


def _may_cache(_arguments: Any = None, _result: Any = None) -> bool:
    return True


def _never_cache(_arguments: Any = None, _result: Any = None) -> bool:
    return False


def _model(tool: FrameworkTool) -> Any:
    """Return a model without fields, so that CrewAI checks nothing, with the schema for the language model."""

    class Arguments(BaseModel):
        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> Dict[str, Any]:
            return _strict(with_everything(tool.parameters))

    return Arguments


def _strict(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return a schema with which models can pass in the strict mode what the function accepts."""
    found, required = {**schema}, schema.get("required", [])
    if "items" in found:
        found["items"] = _strict_part(found["items"])
    if "properties" in found:
        parts = {name: _strict_part(each) for name, each in found["properties"].items()}
        found["properties"] = {name: each if name in required else _nullable(each) for name, each in parts.items()}
    return found


def _strict_part(schema: Dict[str, Any]) -> Dict[str, Any]:
    if not is_free(schema):
        return _strict(schema)
    return {"type": "string", "description": f"{schema.get('description', '')} (JSON text of an object)".strip()}


def _restored(value: Any, schema: Dict[str, Any]) -> Any:
    """Return an argument without nulls of optional properties, and with objects in place of their JSON text."""
    if isinstance(value, list):
        return [_restored(each, schema.get("items", {})) for each in value]
    if isinstance(value, str) and is_free(schema):
        found = read_object(value)
        return value if isinstance(found, str) else found
    if not isinstance(value, dict):
        return value
    properties, required = schema.get("properties", {}), schema.get("required", [])
    kept = {
        name: each for name, each in value.items() if each is not None or name in required or name not in properties
    }
    return {name: _restored(each, properties.get(name, {})) for name, each in kept.items()}


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
