"""The methods of a toolbox that return tools in the format of an API, or as the objects of a framework."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping

from .._lazy import load
from ..errors import ConfigurationError
from . import _formats
from ._names import Renaming
from ._schemas import copy_json
from ._tool import Tool


class Exports:
    """The formats of APIs, as plain dicts."""

    tools: Mapping[str, Tool]
    _anthropic: Mapping[str, Renaming]

    def _exported(self, convert: Callable[[Tool, Any], Dict[str, Any]]) -> List[Dict[str, Any]]:
        return [convert(tool, copy_json(tool.parameters)) for tool in self.tools.values()]

    def as_openai(self) -> List[Dict[str, Any]]:
        """Return the tools for OpenAI's chat completions: `tools=toolbox.as_openai()`."""
        return self._exported(_formats.chat_tool)

    def as_openai_responses(self) -> List[Dict[str, Any]]:
        """Return the tools for OpenAI's responses API: `tools=toolbox.as_openai_responses()`."""
        return self._exported(_formats.responses_tool)

    def as_anthropic(self) -> List[Dict[str, Any]]:
        """Return the tools for Anthropic's messages API: `tools=toolbox.as_anthropic()`."""
        return [
            _formats.anthropic_tool(tool, copy_json(self._anthropic[name].schema)) for name, tool in self.tools.items()
        ]

    def as_gemini(self) -> List[Dict[str, Any]]:
        """Return the tools for Gemini: `config={"tools": toolbox.as_gemini()}`."""
        declarations = self._exported(_formats.gemini_declaration)
        return [{"function_declarations": declarations}] if declarations else []

    def as_mistral(self) -> List[Dict[str, Any]]:
        """Return the tools for Mistral: `tools=toolbox.as_mistral()`."""
        return self.as_openai()

    def as_litellm(self) -> List[Dict[str, Any]]:
        """Return the tools for LiteLLM: `tools=toolbox.as_litellm()`."""
        return self.as_openai()


class Frameworks(Exports):
    """The tools as objects of agent frameworks, which are imported only when used."""

    def as_ag2(self) -> List[Any]:
        """Return the tools for AG2: `ag2.Agent(tools=...)` (package ag2)."""
        return self._framework("ag2", "ag2", lambda: load("tools._frameworks.ag2", "convert"))

    def as_agent_framework(self) -> List[Any]:
        """Return the tools for Microsoft's Agent Framework: `FunctionTool` (package agent-framework-core)."""
        return self._framework(
            "agent_framework", "agent-framework-core", lambda: load("tools._frameworks.agent_framework", "convert")
        )

    def as_autogen(self) -> List[Any]:
        """Return the tools for the agents of the package autogen: objects of `autogen.tools.Tool` (package autogen)."""
        return self._framework("autogen", "autogen", lambda: load("tools._frameworks.autogen", "convert"))

    def as_autogen_agentchat(self) -> List[Any]:
        """Return the tools for Microsoft's AutoGen: `AssistantAgent(tools=...)` (package autogen-agentchat)."""
        return self._framework(
            "autogen_agentchat", "autogen-agentchat", lambda: load("tools._frameworks.autogen_agentchat", "convert")
        )

    def as_crewai(self) -> List[Any]:
        """Return the tools for CrewAI: subclasses of its `BaseTool` (package crewai)."""
        return self._framework("crewai", "crewai", lambda: load("tools._frameworks.crewai", "convert"))

    def as_dspy(self) -> List[Any]:
        """Return the tools for DSPy: objects of `dspy.Tool` (package dspy)."""
        return self._framework("dspy", "dspy", lambda: load("tools._frameworks.dspy", "convert"))

    def as_google_adk(self) -> List[Any]:
        """Return the tools for Google's Agent Development Kit: subclasses of its `BaseTool` (package google-adk)."""
        return self._framework("google_adk", "google-adk", lambda: load("tools._frameworks.google_adk", "convert"))

    def as_haystack(self) -> List[Any]:
        """Return the tools for Haystack: subclasses of its `Tool` (package haystack-ai)."""
        return self._framework("haystack", "haystack-ai", lambda: load("tools._frameworks.haystack", "convert"))

    def as_langchain(self) -> List[Any]:
        """Return the tools for LangChain and LangGraph: subclasses of its `BaseTool` (package langchain-core)."""
        return self._framework("langchain", "langchain-core", lambda: load("tools._frameworks.langchain", "convert"))

    def as_llamaindex(self) -> List[Any]:
        """Return the tools for LlamaIndex: objects of `FunctionTool` (package llama-index-core)."""
        return self._framework(
            "llamaindex", "llama-index-core", lambda: load("tools._frameworks.llamaindex", "convert")
        )

    def as_openai_agents(self) -> List[Any]:
        """Return the tools for the OpenAI Agents SDK: objects of `FunctionTool` (package openai-agents)."""
        return self._framework(
            "openai_agents", "openai-agents", lambda: load("tools._frameworks.openai_agents", "convert")
        )

    def as_pydantic_ai(self) -> List[Any]:
        """Return the tools for Pydantic AI: objects of its `Tool` (package pydantic-ai-slim)."""
        return self._framework(
            "pydantic_ai", "pydantic-ai-slim", lambda: load("tools._frameworks.pydantic_ai", "convert")
        )

    def as_smolagents(self) -> List[Any]:
        """Return the tools for smolagents: subclasses of `Tool` with identifiers as names (package smolagents)."""
        return self._framework("smolagents", "smolagents", lambda: load("tools._frameworks.smolagents", "convert"))

    def as_strands(self) -> List[Any]:
        """Return the tools for Strands Agents: objects of `PythonAgentTool` (package strands-agents)."""
        return self._framework("strands", "strands-agents", lambda: load("tools._frameworks.strands", "convert"))

    def _framework(self, name: str, package: str, import_: Callable[[], Any]) -> List[Any]:
        """Return the tools as objects of a framework.

        Args:
            name: The end of the method's name, for the message.
            package: The name of the package to install.
            import_: A function that imports the adapter, and returns its function `convert`.

        Raises:
            ConfigurationError: If the framework cannot be imported.
        """
        try:
            convert = import_()
        except ImportError as error:
            message = (
                f"as_{name}() needs the package {package}, which cannot be imported ({error}): pip install {package}"
            )
            raise ConfigurationError(message) from error
        found: List[Any] = convert(self.tools)
        return found
