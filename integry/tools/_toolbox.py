"""The class `Toolbox`: a user's functions as tools for language models."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from .. import _client
from .._arguments import refuse, required
from .._results.functions import Function
from .._secrets import Mask
from ..errors import ConfigurationError, InvalidRequest
from . import _formats
from ._apps import check_apps
from ._exports import Frameworks
from ._names import Renaming, key_names, tool_names
from ._results import dumps, failure, shortened
from ._running import Confirm, ConnectURL, Runner, read_object
from ._schemas import copy_json, schema_of, without_optional
from ._scope import scope_of
from ._search import search_tools
from ._tool import Tool, ToolCall

#: Maximum number of characters of a tool's description. OpenAI refuses a request if one tool has a longer one.
MAX_DESCRIPTION = 1024
#: Average number of characters of a token.
CHARACTERS_PER_TOKEN = 4


class Toolbox(Frameworks):
    """The functions of one user as tools for a language model.

    The functions are listed when the toolbox is created. The model can call only these functions, only for the client's
    user, and only with the variables and accounts that you pass here. Make a toolbox for each user.

    Example:
        ```python
        from integry.tools import Toolbox

        toolbox = Toolbox(integry.for_user("123456"), apps=["slack"])
        result = toolbox.run("slack-post-message", {"channel": "random", "text": "Hello"})
        ```

    Args:
        client: The client. It must have a user.
        apps: The apps, or their names, whose functions are tools.
        names: The functions, or their names, that are tools. Functions for passthrough requests must be named here.
        functions: Functions that were fetched already, instead of `apps` and `names`. Their type is known only if they
            were fetched with `include="meta"`. Those for passthrough requests are left out.
        connected_only: True to list only functions of apps that the user has connected. Default: True, unless apps or
            names are given.
        read_only: True to keep only functions of the type QUERY, which change nothing.
        variables: The values of tags such as `{name}` in the arguments. The model does not see the values.
        accounts: The connected account to use, or its id, by the name of the app. It is needed for an app in which the
            user has several accounts.
        confirm: A function that is called with a `ToolCall` before each call of a function that is not a QUERY. It
            returns True to allow the call, and False or a str with the reason to refuse it.
        connect_url: A function that is called with the name of an app, and returns the URL of your page where the user
            connects it. Default: the server's link, which anyone who reads it can use.
        optional: False to show the model only required parameters.
        search: True for the search mode, which has four tools to find and call functions; False to forbid it. Default:
            the search mode is used if there are more functions than `max_tools`.
        max_tools: Maximum number of functions that are tools by themselves; None for no limit.
        max_output: Maximum number of characters of the output of a call, as JSON. A longer output is cut.

    Attributes:
        tools: The tools by name.

    Raises:
        ConfigurationError: If the client has no user.
        InvalidRequest: If an argument is invalid, an app or a function is not found, there are more than `max_tools`
            functions and `search` is False, or a function that was named is not a QUERY and `read_only` is True.
        IntegryError: If listing the functions fails.
    """

    def __init__(
        self,
        client: _client.Integry,
        *,
        apps: Union[str, Iterable[Any], None] = None,
        names: Union[str, Iterable[Any], None] = None,
        functions: Optional[Iterable[Function]] = None,
        connected_only: Optional[bool] = None,
        read_only: bool = False,
        variables: Optional[Mapping[str, Any]] = None,
        accounts: Optional[Mapping[str, Any]] = None,
        confirm: Optional[Confirm] = None,
        connect_url: Optional[ConnectURL] = None,
        optional: bool = True,
        search: Optional[bool] = None,
        max_tools: Optional[int] = 40,
        max_output: int = 50_000,
    ) -> None:
        _check_client(client)
        flags = {"read_only": read_only, "optional": optional, "search": False if search is None else search}
        for name, flag in flags.items():
            required(name, flag, bool)
        _check_limit("max_tools", 1 if max_tools is None else max_tools)
        _check_limit("max_output", max_output)
        _check_hooks(confirm=confirm, connect_url=connect_url)
        scope = scope_of(
            client, apps=apps, names=names, functions=functions, connected_only=connected_only, read_only=read_only
        )
        has_more = max_tools is not None and len(scope.functions) > max_tools
        if has_more and search is False:
            message = (
                f"There are {len(scope.functions)} functions, and max_tools is {max_tools}: select fewer with apps= or "
                "names=, raise max_tools=, or leave out search=False"
            )
            raise InvalidRequest(message)
        chosen = _mapping("accounts", accounts) or {}
        check_apps(client, "accounts", [app for app in chosen if not scope.uses(app)])
        values = _mapping("variables", variables)
        self._runner = Runner(client, scope, values, chosen, confirm, connect_url, max_output, _mask(client))
        self._shows_optional = optional
        listed = search_tools(self._runner, self._schema) if search or has_more else self._function_tools()
        self.tools: Mapping[str, Tool] = MappingProxyType({tool.name: tool for tool in listed})
        self._anthropic = {name: Renaming(tool.parameters, key_names) for name, tool in self.tools.items()}

    def __repr__(self) -> str:
        return f"Toolbox(user_id={self._runner.client.settings.user_id!r}, {len(self.tools)} tools)"

    def _function_tools(self) -> List[Tool]:
        functions, queries = self._runner.scope.functions, self._runner.scope.queries
        names = tool_names(functions)
        return [
            Tool(
                names[name],
                function,
                shortened(function.description, MAX_DESCRIPTION) or f"Call the function {name}.",
                self._schema(function),
                name in queries,
                self._run_of(function),
            )
            for name, function in functions.items()
        ]

    def _run_of(self, function: Function) -> Callable[[Any], Dict[str, Any]]:
        return lambda arguments: self._runner.run(function, arguments)

    def _schema(self, function: Function) -> Dict[str, Any]:
        """Return the schema that the model sees."""
        schema = schema_of(function)
        return schema if self._shows_optional else without_optional(schema)

    @property
    def estimated_tokens(self) -> int:
        """The estimated number of tokens that the tools take in each request to a model: characters / 4."""
        return len(dumps(self.as_openai())) // CHARACTERS_PER_TOKEN

    def run(self, name: str, arguments: Any = None) -> Dict[str, Any]:
        """Run a tool, and return the result as a JSON object.

        Args:
            name: The name of the tool.
            arguments: The arguments, as a mapping or as JSON text, as the model wrote them.

        Returns:
            `ok`, `network_code` and `output` of the call, and its cursor under its name. For an error: `ok`, which is
            False, and `error` with `type` and `message`. Where they are known, `error` has also `arguments`,
            `retry_after`, `app` and `connect_url`, and `may_have_run` if the call may have run.

        Raises:
            AuthenticationError: If the credentials are wrong.
            ConfigurationError: If the client's configuration is wrong.
        """
        return self._run(ToolCall(name, arguments))

    def _run(self, call: ToolCall) -> Dict[str, Any]:
        tool = self.tools.get(call.name) if isinstance(call.name, str) else None
        if tool is None:
            message = f"There is no tool {shortened(str(call.name), 100)!r}. Call only the tools that you were given."
            return failure("UnknownTool", message)
        if tool.function is None:
            return tool(call.arguments)
        return self._runner.run(tool.function, call.arguments, call.id)

    def calls(self, response: Any) -> List[ToolCall]:
        """Return the calls in a response of a model, to run some of them yourself. See `answer`.

        Args:
            response: A whole response of the OpenAI (chat or responses), Anthropic, Gemini, Mistral or LiteLLM API: an
                object of the SDK, or a dict.

        Returns:
            The calls in order, including those of other tools. The list is empty if the model called nothing.

        Raises:
            InvalidRequest: If the value is a stream, a coroutine, or not a response.
        """
        return [self._known(call) for call in _formats.read(response)]

    def _known(self, call: ToolCall) -> ToolCall:
        """Return a call with its function, and with the arguments as a dict under their own names."""
        tool, arguments = self.tools.get(call.name), read_object(call.arguments)
        if isinstance(arguments, str):
            arguments = call.arguments
        elif call._kind == _formats.ANTHROPIC and tool is not None:  # noqa: SLF001 (of this package)
            arguments = self._anthropic[call.name].restore(arguments)
        return ToolCall(call.name, arguments, call.id, tool.function if tool else None, call._kind)  # noqa: SLF001 (of this package)

    def answer(self, calls: Sequence[ToolCall], results: Sequence[Any]) -> List[Dict[str, Any]]:
        """Return the messages that answer the calls of a response, to be added to the messages for the model.

        Args:
            calls: All calls of one response, from `calls`.
            results: A result for each call, in the same order: of `run`, or any other JSON value.

        Raises:
            InvalidRequest: If the numbers of calls and results differ.
        """
        if len(calls) != len(results):
            message = f"Each call needs a result: there are {len(calls)} calls and {len(results)} results"
            raise InvalidRequest(message)
        return _formats.write(list(zip(calls, results)))

    def handle(self, response: Any) -> List[Dict[str, Any]]:
        """Run the calls in a response of a model, and return the messages that answer them.

        Every call is answered. A call of an unknown tool, or with invalid arguments, is answered with an error. Add
        the message of the model to the messages first, then those that this method returns.

        Args:
            response: A whole response, as for `calls`.

        Returns:
            The messages: for OpenAI, Mistral and LiteLLM one for each call, for Anthropic and Gemini one for all calls.
            The list is empty if the model called nothing.

        Raises:
            InvalidRequest: If the value is a stream, a coroutine, or not a response.
            AuthenticationError: If the credentials are wrong.
            ConfigurationError: If the client's configuration is wrong.
        """
        calls = self.calls(response)
        return self.answer(calls, [self._run(call) for call in calls])


def _check_client(client: Any) -> None:
    """Raise ConfigurationError if a toolbox cannot use a client."""
    if not isinstance(client, _client.Integry):
        refuse("client", "an Integry client", client, ConfigurationError)
    if client.settings.user_id is None:
        message = "A toolbox needs a client with a user: pass integry.for_user(user_id)"
        raise ConfigurationError(message)


def _check_limit(name: str, value: Any) -> None:
    if required(name, value, int) < 1:
        refuse(name, "1 or more", value)


def _check_hooks(**hooks: Any) -> None:
    for name, hook in hooks.items():
        if not (hook is None or callable(hook)):
            refuse(name, "a function", hook)


def _mapping(name: str, value: Any) -> Optional[Dict[str, Any]]:
    """Return a copy of a mapping."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        refuse(name, "a dict", value)
    return {str(key): copy_json(each) for key, each in value.items()}


def _mask(client: _client.Integry) -> Mask:
    """Return a mask of everything secret that a client sends."""
    return Mask((*client._secrets, *client.settings.secrets(), client.sign()))  # noqa: SLF001 (of this package)
