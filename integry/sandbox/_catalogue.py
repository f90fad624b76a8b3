"""The apps and functions of the sandbox: those of the documentation, and what is added."""

from __future__ import annotations

import json
import pkgutil
from typing import Any, Callable, Dict, List, Optional

from attrs import define, evolve

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
        name: Its name.
        app: The name of its app.
        type: QUERY, ACTION or PASSTHROUGH.
        description: What it does.
        parameters: The JSON schema of its arguments.
        run: What it does when it is called; None to use what the sandbox has for it.
    """

    name: str
    app: str
    type: str
    description: str
    parameters: Dict[str, Any]
    run: Optional[Callable[..., Any]] = None


def data() -> Dict[str, Any]:
    """What catalogue.json holds. It is read anew, so that nobody shares what they change."""
    content = pkgutil.get_data(__name__.rpartition(".")[0], "catalogue.json")
    found: Dict[str, Any] = json.loads(content or b"")
    return found


class Catalogue:
    """Apps and functions by name."""

    def __init__(self) -> None:
        found = data()
        self.samples: Dict[str, Any] = found["samples"]
        self.apps: Dict[str, Dict[str, Any]] = {}
        self.functions: Dict[str, Function] = {}
        for app in found["apps"]:
            self.add_app(**app)
        for function in found["functions"]:
            self.add(Function(**function))

    def add_app(self, name: str, title: str = "", *, id: Optional[int] = None, **more: Any) -> None:  # noqa: A002 (the API's word)
        """Add an app, with its function for passthrough requests."""
        number = max((app["id"] for app in self.apps.values()), default=0) + 1 if id is None else id
        title = title or name.title()
        self.apps[name] = {"id": number, "name": name, "title": title, "icon_url": "", "docs_url": "", **more}
        description = f"Send a request to {title}'s API with the user's credentials"
        self.add(Function(f"{name}-passthrough-request", name, "PASSTHROUGH", description, _PASSTHROUGH))

    def add(self, function: Function) -> None:
        """Add a function, or replace one."""
        if function.app not in self.apps:
            message = f"There is no app {function.app!r}: add it first"
            raise ValueError(message)
        self.functions[function.name] = function

    def replace(self, name: str, run: Callable[..., Any]) -> None:
        """Let a function do something else."""
        self.functions[name] = evolve(self.functions[name], run=run)

    def find(self, *, app: str = "", type_: str = "", search: str = "") -> List[Function]:
        """Functions in the order of their names: of an app and of a type, in any case, and with words."""
        return [
            function
            for _, function in sorted(self.functions.items())
            if app.lower() in ("", function.app.lower())
            and type_.upper() in ("", function.type)
            and matches(search, f"{function.name} {function.description}")
        ]


def matches(search: str, text: str) -> bool:
    """Whether all words of a search are in a text."""
    return all(word in text.lower() for word in search.lower().split())
