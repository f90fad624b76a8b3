"""The servers of operations: the default server of each, and the servers that a user can choose."""

from __future__ import annotations

import re
from typing import Any, Mapping, NamedTuple

from ._security import operations


class Server(NamedTuple):
    """A server with its URL, its name and description (`labels`), and the default and enum of its variables."""

    url: str
    labels: tuple[str, ...]
    variables: dict[str, tuple[str, tuple[str, ...]]]

    @property
    def default(self) -> str | None:
        """The URL with the defaults of its variables; None if it is relative, or has undocumented variables."""
        url = self.url
        for name, (value, _) in self.variables.items():
            url = url.replace(f"{{{name}}}", value)
        return url if re.match(r"https?://[^{}]+$", url) else None


def servers_of(data: Mapping[str, Any], item: Mapping[str, Any], raw: Mapping[str, Any]) -> list[Server]:
    """Return the servers of an operation, or else of its path item, or else of the document."""
    found = raw.get("servers") or item.get("servers") or data.get("servers")
    return [_server(node) for node in found if isinstance(node, dict)] if isinstance(found, list) else []


def _server(node: Mapping[str, Any]) -> Server:
    raw = node.get("variables")
    found = raw.items() if isinstance(raw, dict) else ()
    variables = {str(name): _variable(one) for name, one in found if isinstance(one, dict)}
    labels = [node[key] for key in ("name", "description") if isinstance(node.get(key), str) and node[key]]
    return Server(str(node.get("url", "")), tuple(labels), variables)


def _variable(raw: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    enum = raw.get("enum")
    return str(raw.get("default", "")), tuple(map(str, enum)) if isinstance(enum, list) else ()


def server_lists(data: Mapping[str, Any]) -> dict[str, list[Server]]:
    """Return the servers that a user can choose. The keys are the default server URLs of operations."""
    lists: dict[str, list[Server]] = {}
    for item in data["paths"].values():
        for raw in operations({"paths": {"": item}}):
            found = servers_of(data, item, raw)
            default = found[0].default if found else None
            usable = [server for server in found if server.default is not None]
            if default is not None and (len(usable) > 1 or usable[0].variables):
                known = lists.setdefault(default, [])
                known.extend(server for server in usable if server not in known)
    return lists
