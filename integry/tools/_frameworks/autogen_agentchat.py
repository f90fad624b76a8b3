"""The adapter of Microsoft's AutoGen."""

from __future__ import annotations

import asyncio
from typing import Any, List, Mapping

from autogen_core import CancellationToken
from autogen_core.tools import BaseTool, ToolSchema
from pydantic import BaseModel

from .._tool import Tool
from ._base import FrameworkTool, framework_tools


class _Arguments(BaseModel):
    """A model that the framework asks for. The arguments are those of the schema."""


class IntegryTool(BaseTool[_Arguments, Any]):
    """A tool of AutoGen with a JSON schema, which is given to the model unchanged."""

    def __init__(self, tool: FrameworkTool) -> None:
        super().__init__(_Arguments, str, tool.name, tool.description)
        self._tool = tool

    @property
    def schema(self) -> ToolSchema:
        """The schema that the model sees."""
        return ToolSchema(name=self.name, description=self.description, parameters=self._tool.parameters)

    async def run(self, args: Any, cancellation_token: CancellationToken) -> str:
        """Run the tool. The framework calls `run_json` instead."""
        return await self.run_json(args, cancellation_token)

    async def run_json(
        self,
        args: Mapping[str, Any],
        cancellation_token: CancellationToken,
        call_id: Any = None,  # noqa: ARG002 (the framework passes it)
    ) -> str:
        """Run the tool with the model's arguments. If the call is cancelled, it still runs to its end."""
        task = asyncio.ensure_future(self._tool.text_async(args))
        cancellation_token.link_future(task)
        return await task


def convert(tools: Mapping[str, Tool]) -> List[IntegryTool]:
    """Return the tools of a toolbox as tools of AutoGen."""
    return [IntegryTool(tool) for tool in framework_tools(tools)]
