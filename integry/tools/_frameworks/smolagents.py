"""The adapter of smolagents."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

import smolagents

from .._results import dumps
from .._schemas import map_references
from .._tool import Tool
from ._base import TYPES, FrameworkTool, framework_tools, unwrapped, with_everything


class Result(Dict[str, Any]):
    """A result: a dict for the code that `CodeAgent` runs, and JSON as text for the model."""

    def __str__(self) -> str:
        return dumps(self)


class IntegryTool(smolagents.Tool):
    """A tool of smolagents, whose inputs are those of the schema."""

    skip_forward_signature_validation = True
    output_type = "object"

    def __init__(self, tool: FrameworkTool) -> None:
        self.name, self.description = tool.name, tool.description
        self.inputs = _inputs(with_everything(tool.parameters))
        self._tool = tool
        super().__init__()

    def forward(self, /, *values: Any, **arguments: Any) -> Result:
        """Run the tool with the model's arguments. The code of `CodeAgent` may pass them by position."""
        positional = dict(zip(self.inputs, values))
        if len(values) > len(self.inputs) or positional.keys() & arguments.keys():
            message = f"{self.name}() takes these arguments, each of them once: {', '.join(self.inputs)}"
            raise TypeError(message)
        return Result(self._tool.run(unwrapped({**positional, **arguments}, self._tool.parameters)))


def _inputs(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return the inputs for a schema. smolagents keeps only properties, so that references have no target."""
    required = schema.get("required", [])
    properties = map_references(schema["properties"], lambda _reference: None)
    # CodeAgent shows a signature without defaults, so that required arguments come first.
    names = sorted(properties, key=lambda name: name not in required)
    return {name: _input(properties[name], is_required=name in required) for name in names}


def _input(schema: Any, *, is_required: bool) -> Dict[str, Any]:
    """Return an input, whose type is known. smolagents would tell the model that an untyped input is a string."""
    found: Dict[str, Any] = dict(schema) if isinstance(schema, dict) else {}
    branches = found.pop("anyOf", [found])
    types = {each for branch in branches for each in _types(branch)}
    # smolagents refuses integers where the type is a list without them.
    types |= {"integer"} if "number" in types else set()
    found["type"] = found["type"] if isinstance(found.get("type"), str) and found["type"] in types else sorted(types)
    if "array" in types:
        found.setdefault("items", {})
    found.setdefault("description", "")
    return found if is_required else {**found, "nullable": True}


def _types(schema: Any) -> List[str]:
    """Return the types that a schema accepts: all of them if it does not say."""
    types = schema.get("type") if isinstance(schema, dict) else None
    named = [types] if isinstance(types, str) else types
    return named if isinstance(named, list) and named and set(named) <= set(TYPES) else TYPES


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of smolagents, whose names are identifiers."""
    return [IntegryTool(tool) for tool in framework_tools(tools, identifiers=True)]
