"""The adapter of smolagents."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

import smolagents

from .._schemas import map_references
from .._tool import Tool
from ._base import TYPES, FrameworkTool, framework_tools


class IntegryTool(smolagents.Tool):
    """A tool of smolagents, whose inputs are those of the schema."""

    skip_forward_signature_validation = True
    output_type = "string"

    def __init__(self, tool: FrameworkTool) -> None:
        self.name, self.description, self.inputs = tool.name, tool.description, _inputs(tool.parameters)
        self._tool = tool
        super().__init__()

    def forward(self, /, **arguments: Any) -> str:
        """Run the tool with the model's arguments."""
        return self._tool.text(arguments)


def _inputs(schema: Dict[str, Any]) -> Dict[str, Any]:
    """Return the inputs for a schema. smolagents keeps only properties, so that references have no target."""
    required = schema.get("required", [])
    properties = map_references(schema["properties"], lambda _reference: None)
    return {name: _input(value, is_required=name in required) for name, value in properties.items()}


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
