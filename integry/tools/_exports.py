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

    def as_langchain(self) -> List[Any]:
        """Return the tools for LangChain and LangGraph: subclasses of `BaseTool` (package langchain-core)."""
        return self._framework("as_langchain", "langchain-core", lambda: load("tools._frameworks.langchain", "convert"))

    def _framework(self, method: str, package: str, import_: Callable[[], Any]) -> List[Any]:
        """Return the tools as objects of a framework.

        Args:
            method: The name of the method, for the message.
            package: The name of the package to install.
            import_: A function that imports the adapter, and returns its function `convert`.

        Raises:
            ConfigurationError: If the framework cannot be imported.
        """
        try:
            convert = import_()
        except ImportError as error:
            message = (
                f"{method}() needs the package {package}, which cannot be imported ({error}): pip install {package}"
            )
            raise ConfigurationError(message) from error
        found: List[Any] = convert(self.tools)
        return found
