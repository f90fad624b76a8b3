"""The catalogue of apps and functions: the documented ones, and those that the user added."""

from __future__ import annotations

import json
import pkgutil
from typing import Any, Callable, Dict, List, Optional

from attrs import define, evolve

from ._schemas import schema_error

_PASSTHROUGH = {
    "type": "object",
    "properties": {
        "method": {"type": "string", "description": "Request method"},
        "url": {"type": "string", "description": "Request URL"},
        "body": {"type": "object", "description": "Request body"},
    },
    "required": ["method", "url"],
}


@define
class Function:
    """A function of an app.

    Attributes:
        name: The name of the function.
        app: The name of the app.
        type: QUERY, ACTION or PASSTHROUGH.
        description: The description of the function.
        parameters: The JSON schema of the arguments.
        run: The behaviour, called with an `Invocation`; None for the built-in one.
    """

    name: str
    app: str
    type: str
    description: str
    parameters: Dict[str, Any]
    run: Optional[Callable[..., Any]] = None


def data() -> Dict[str, Any]:
    """Return the content of catalogue.json. The file is parsed each time, because callers change the result."""
    content = pkgutil.get_data(__name__.rpartition(".")[0], "catalogue.json")
    found: Dict[str, Any] = json.loads(content or b"")
    return found


class Catalogue:
    """The apps and functions by name."""

    def __init__(self) -> None:
        found = data()
        self.samples: Dict[str, Any] = found["samples"]
        self.apps: Dict[str, Dict[str, Any]] = {}
        self.functions: Dict[str, Function] = {}
        for app in found["apps"]:
            self.add_app(**app)
        # Do not check the documented schemas, which takes longer than the rest of the sandbox's start.
        self.functions.update((function["name"], Function(**function)) for function in found["functions"])

    def add_app(self, name: str, title: str = "", *, id: Optional[int] = None, **more: Any) -> None:  # noqa: A002 (the API's word)
        """Add an app, and its function for passthrough requests."""
        number = max((app["id"] for app in self.apps.values()), default=0) + 1 if id is None else id
        title = title or name.title()
        self.apps[name] = {"id": number, "name": name, "title": title, "icon_url": "", "docs_url": "", **more}
        description = f"Send a request to {title}'s API with the user's credentials"
        passthrough = Function(f"{name}-passthrough-request", name, "PASSTHROUGH", description, _PASSTHROUGH)
        self.functions[passthrough.name] = passthrough

    def add(self, function: Function) -> None:
        """Add a function, or replace the function of the same name."""
        if function.app not in self.apps:
            message = f"The app {function.app!r} does not exist: add it with add_app()"
            raise ValueError(message)
        error = schema_error(function.parameters)
        if error:
            message = f"The parameters of {function.name!r} are not a valid JSON schema: {error}"
            raise ValueError(message)
        self.functions[function.name] = function

    def replace(self, name: str, run: Callable[..., Any]) -> None:
        """Replace the behaviour of a function."""
        self.functions[name] = evolve(self.functions[name], run=run)

    def find(self, *, app: str = "", type_: str = "", search: str = "") -> List[Function]:
        """Return the functions that match, sorted by name.

        Args:
            app: The name of the app, in upper or lower case; empty for any.
            type_: The type, in upper or lower case; empty for any.
            search: Words that name and description must contain.
        """
        return [
            function
            for _, function in sorted(self.functions.items())
            if app.lower() in ("", function.app.lower())
            and type_.upper() in ("", function.type)
            and matches(search, f"{function.name} {function.description}")
        ]


def matches(search: str, text: str) -> bool:
    """Return True if a text contains all words of a search, in upper or lower case."""
    return all(word in text.lower() for word in search.lower().split())
