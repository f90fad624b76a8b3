"""The search mode: four tools with which a language model finds and calls functions, however many there are."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, Set

from .. import errors
from .._results.functions import Function
from ._results import failure, shortened
from ._running import Runner, read_object
from ._tool import Tool

#: Maximum number of functions that a search returns, and of characters of their descriptions.
MAX_FOUND = 10
MAX_DESCRIPTION = 200
#: Maximum number of characters of a query that are searched for.
MAX_QUERY = 1000
#: Minimum number of characters of a word that is searched for, if there are longer ones.
SHORTEST_WORD = 3

_TEXT = {"type": "string"}


def search_tools(runner: Runner, schema: Callable[[Function], Dict[str, Any]]) -> List[Tool]:
    """Return the four tools of the search mode.

    Args:
        runner: The runner of functions, with their scope.
        schema: A function that returns the schema to show for a function.
    """
    search = _Search(runner, schema)
    name = {"name": {**_TEXT, "description": "The name of the function, as `search_functions` returns it."}}
    query = {"query": {**_TEXT, "description": "Words for what the function does, for example: send message"}}
    app = {"app": {**_TEXT, "description": "The name of an app, for example: slack"}}
    arguments = {"type": "object", "description": "The arguments, as in the function's `parameters`."}
    return [
        _tool(search.search, "search_functions", "Find functions of apps by words.", {**query, **app}, "query"),
        _tool(search.get, "get_function", "Get the JSON schema of a function's arguments.", name, "name"),
        _tool(
            search.call,
            "call_function",
            "Call a function. Get its schema with `get_function` first.",
            {**name, "arguments": arguments},
            "name",
            read_only=False,
        ),
        _tool(search.connect, "connect_app", "Get a link to the page where the user connects an app.", app, "app"),
    ]


def _tool(
    run: Callable[[Dict[str, Any]], Dict[str, Any]],
    name: str,
    description: str,
    properties: Mapping[str, Any],
    required: str,
    *,
    read_only: bool = True,
) -> Tool:
    """Return a tool that checks the types of its arguments before it runs."""

    def checked(arguments: Any) -> Dict[str, Any]:
        given = read_object(arguments)
        if isinstance(given, str):
            return failure("InvalidArguments", given)
        wrong = {key: "must be a string" for key, schema in properties.items() if _is_wrong(given.get(key), schema)}
        if not given.get(required):
            wrong[required] = "is required"
        if wrong:
            return failure("InvalidArguments", f"{name} was called with invalid arguments.", arguments=wrong)
        return run(given)

    schema = {"type": "object", "properties": dict(properties), "required": [required]}
    return Tool(name, None, description, schema, read_only, checked)


def _is_wrong(value: Any, schema: Mapping[str, Any]) -> bool:
    return schema["type"] == "string" and not (value is None or isinstance(value, str))


class _Search:
    """The functions that the four tools call."""

    def __init__(self, runner: Runner, schema: Callable[[Function], Dict[str, Any]]) -> None:
        self._runner, self._schema, self._scope = runner, schema, runner.scope

    def search(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """Find functions by words in names and descriptions. If no word matches, ask the server to predict one."""
        app = given.get("app") or ""
        within = [each for name, each in self._scope.functions.items() if not app or self._scope.belongs(name, app)]
        found = _best(within, given["query"])
        if not found:
            try:
                predicted = self._runner.client.functions.predict(given["query"])
            except errors.IntegryError as error:
                return self._runner.failed(error)
            names = {function.name for function in predicted}
            found = [function for function in within if function.name in names]
        listed = [{"name": each.name, "description": shortened(each.description, MAX_DESCRIPTION)} for each in found]
        return {"ok": True, "functions": listed}

    def get(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """Return a function with the schema of its arguments."""
        function = self._scope.functions.get(given["name"])
        if function is None:
            return _unknown(given["name"])
        shown = {"name": function.name, "description": function.description, "parameters": self._schema(function)}
        return {"ok": True, "function": shown}

    def call(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """Call a function."""
        function = self._scope.functions.get(given["name"])
        return _unknown(given["name"]) if function is None else self._runner.run(function, given.get("arguments"))

    def connect(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """Return the link to the page where the user connects an app."""
        return self._runner.connect(given["app"])


def _unknown(name: str) -> Dict[str, Any]:
    message = f"There is no function {shortened(name, 100)!r} here. Find functions with `search_functions`."
    return failure("UnknownFunction", message)


def _best(functions: List[Function], query: str) -> List[Function]:
    """Return the functions that contain the most words of a query. A word in the name counts twice."""
    words = set(re.findall(r"\w+", query[:MAX_QUERY].lower()))
    words = {word for word in words if len(word) >= SHORTEST_WORD or word.isdigit()} or words
    scored = [(_score(function, words), function) for function in functions]
    best = sorted((each for each in scored if each[0]), key=lambda each: (-each[0], each[1].name))
    return [function for _, function in best[:MAX_FOUND]]


def _score(function: Function, words: Set[str]) -> int:
    name, description = function.name.lower(), function.description.lower()
    return sum(2 * (word in name) + (word in description) for word in words)
