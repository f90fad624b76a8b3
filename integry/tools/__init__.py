"""Functions as tools: for the APIs of language models, for agent frameworks, and for MCP."""

from ._schemas import schema_of
from ._tool import Tool, ToolCall
from ._toolbox import Toolbox

__all__ = ["Tool", "ToolCall", "Toolbox", "schema_of"]
