"""Routing of requests to operations. The generated layer's operations are the only list of paths."""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Mapping, NamedTuple, Pattern, Tuple
from urllib.parse import urlsplit

from .._generated.operation import Operation
from .._generated.operations import OPERATIONS
from ._http import HTTPError

#: Last segments of documented paths, which the paths of older clients lack.
_VERBS = ("list", "get", "call")


class Route(NamedTuple):
    """A method and a path pattern that lead to an operation."""

    method: str
    pattern: Pattern[str]
    operation: Operation


def _routes(operation: Operation) -> Iterator[Route]:
    """Yield the documented route of an operation, and then the routes that older clients use.

    Older clients read with GET instead of POST, also on the path without its last segment: `/apps/slack` for
    `/apps/slack/get/`. They call functions with POST on the path without `/call/`.
    """
    path = urlsplit(operation.server or "").path + operation.path
    yield Route(operation.method, _pattern(path), operation)
    rest, _, verb = path.rstrip("/").rpartition("/")
    if verb in _VERBS:
        older = "GET" if operation.idempotent else operation.method
        yield Route(older, _pattern(path), operation)
        yield Route(older, _pattern(rest), operation)


def _pattern(path: str) -> Pattern[str]:
    """Return a path template as a pattern, with an optional slash at the end."""
    parts = (
        f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in path.strip("/").split("/")
    )
    return re.compile("/" + "/".join(parts) + "/?")


#: The documented path of the passthrough function of each app.
_PASSTHROUGH = re.compile(r"/[^/]+-passthrough-request/?")


class Routes:
    """The routing table.

    Args:
        operations: The operations by name.
    """

    def __init__(self, operations: Mapping[str, Operation] = OPERATIONS) -> None:
        # The first match wins. Therefore documented routes come before those of older clients, and
        # `/integrations/custom` comes before `/integrations/{id}`.
        found = [list(_routes(operation)) for operation in operations.values()]
        ordered = [routes[0] for routes in found] + [route for routes in found for route in routes[1:]]
        self._routes: List[Route] = sorted(ordered, key=lambda route: route.pattern.groups)

    def find(self, method: str, path: str) -> Tuple[Operation, Dict[str, str]]:
        """Return the operation of a request, and its path parameters.

        Raises:
            HTTPError: If no operation has the path (404), or none has it with this method (405).
        """
        if _PASSTHROUGH.fullmatch(path):
            path = f"/functions/{path.strip('/')}/call/"
        known = []
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match and method == route.method:
                return route.operation, match.groupdict()
            known += [route.method] if match else []
        if known:
            raise HTTPError(405, {"detail": f'Method "{method}" not allowed.'}, Allow=", ".join(sorted(set(known))))
        raise HTTPError(404, {"detail": "Not found."})
