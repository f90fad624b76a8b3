"""Which operation a request is: the operations of the generated layer are the only list of paths."""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Mapping, NamedTuple, Pattern, Tuple
from urllib.parse import urlsplit

from .._generated.operation import Operation
from .._generated.operations import OPERATIONS
from ._http import Refused

#: What stands at the end of paths that were shorter before.
_VERBS = ("list", "get", "call")


class Route(NamedTuple):
    """A way to an operation."""

    method: str
    pattern: Pattern[str]
    operation: Operation


def _routes(operation: Operation) -> Iterator[Route]:
    """The documented route of an operation, and those by which older clients go.

    Reads by POST were GETs before, also on the path without its last verb: `/apps/slack` for `/apps/slack/get/`. Calls
    were POSTs there.
    """
    path = urlsplit(operation.server or "").path + operation.path
    yield Route(operation.method, _pattern(path), operation)
    rest, _, verb = path.rstrip("/").rpartition("/")
    if verb in _VERBS:
        older = "GET" if operation.idempotent else operation.method
        yield Route(older, _pattern(path), operation)
        yield Route(older, _pattern(rest), operation)


def _pattern(path: str) -> Pattern[str]:
    """A path template as a pattern, with a slash at its end or without."""
    parts = (
        f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in path.strip("/").split("/")
    )
    return re.compile("/" + "/".join(parts) + "/?")


#: A function of its own for each app, documented as a path of its own.
_PASSTHROUGH = re.compile(r"/[^/]+-passthrough-request/?")


class Routes:
    """Finds the operation for a request.

    Args:
        operations: The operations by name.
    """

    def __init__(self, operations: Mapping[str, Operation] = OPERATIONS) -> None:
        # Documented ways before older ones; `/integrations/custom` before `/integrations/{id}`.
        found = [list(_routes(operation)) for operation in operations.values()]
        ways = [ways[0] for ways in found] + [way for ways in found for way in ways[1:]]
        self._routes: List[Route] = sorted(ways, key=lambda way: way.pattern.groups)

    def find(self, method: str, path: str) -> Tuple[Operation, Dict[str, str]]:
        """The operation, and its path parameters.

        Raises:
            Refused: If there is none (404), or not with this method (405).
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
            raise Refused(405, {"detail": f'Method "{method}" not allowed.'}, Allow=", ".join(sorted(set(known))))
        raise Refused(404, {"detail": "Not found."})
