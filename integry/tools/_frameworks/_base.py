"""Shared parts of all adapters: parameters that are identifiers, results as text, and calls in a thread."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any, Dict, List, Mapping

from .._names import Renaming, identifier_names, tool_names
from .._results import dumps
from .._running import read_object
from .._schemas import copy_json
from .._tool import Tool

#: The types of JSON schemas, for schemas to which a framework would add the type string.
TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"]

#: The parameter that takes all arguments of a function that declares none, where a framework refuses undeclared ones.
EVERYTHING = "arguments"


class FrameworkTool:
    """A tool whose parameters have names that no framework takes for its own.

    Args:
        tool: The tool of a toolbox.
        name: The name of the tool in the framework.

    Attributes:
        name: The name of the tool in the framework.
        description: A sentence that describes the tool.
        read_only: True for functions of the type QUERY.
    """

    def __init__(self, tool: Tool, name: str) -> None:
        self.name, self.description, self.read_only = name, tool.description, tool.read_only
        self._tool, self._renaming = tool, Renaming(tool.parameters, identifier_names)

    @property
    def parameters(self) -> Dict[str, Any]:
        """A copy of the JSON schema with the names for the framework."""
        copied: Dict[str, Any] = copy_json(self._renaming.schema)
        return copied

    def run(self, arguments: Any) -> Dict[str, Any]:
        """Run the tool with arguments by their names in the framework: a mapping, or JSON text."""
        read = read_object(arguments)
        return self._tool(arguments if isinstance(read, str) else self._renaming.restore(read))

    def text(self, arguments: Any) -> str:
        """Run the tool, and return the result as JSON text."""
        return dumps(self.run(arguments))

    async def run_async(self, arguments: Any) -> Dict[str, Any]:
        """Run the tool in a thread. If the task is cancelled, the call still runs to its end."""
        # asyncio.to_thread does the same, but needs Python 3.9.
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(None, lambda: run(self.run, arguments))

    async def text_async(self, arguments: Any) -> str:
        """Run the tool in a thread, and return the result as JSON text."""
        return dumps(await self.run_async(arguments))


def is_free(schema: Mapping[str, Any]) -> bool:
    """Return True for the schema of an object of any shape: it declares no properties, and forbids none."""
    is_closed = schema.get("additionalProperties") is False
    return schema.get("type") == "object" and not schema.get("properties") and not is_closed


def opened(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return a schema that says so if it accepts any arguments. Some frameworks forbid undeclared ones otherwise."""
    return {"additionalProperties": True, **schema} if is_free(schema) else schema


def with_everything(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return a schema with a parameter for all arguments, if it declares none. `unwrapped` reverses this."""
    everything = {"type": "object", "description": "The arguments of the function"}
    return {**schema, "properties": {EVERYTHING: everything}} if is_free(schema) else schema


def unwrapped(arguments: Dict[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return the arguments of a call: those in the parameter that `with_everything` added, as an object or as text.

    Args:
        arguments: The arguments that the model passed.
        schema: The schema of the tool, without that parameter.
    """
    return arguments[EVERYTHING] if is_free(schema) and arguments.keys() == {EVERYTHING} else arguments


def framework_tools(tools: Mapping[str, Tool], *, identifiers: bool = False) -> List[FrameworkTool]:
    """Return the tools of a toolbox for a framework.

    Args:
        tools: The tools by name.
        identifiers: True if the framework needs names of tools that are Python identifiers.
    """
    names = tool_names(tools, identifiers=identifiers)
    return [FrameworkTool(tool, names[name]) for name, tool in tools.items()]
