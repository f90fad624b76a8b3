"""The choice among the servers of a document, and the values of the variables in their URLs."""

from typing import Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

#: The servers that a user can choose. The keys are the default server URLs of operations, which may differ.
Servers = Mapping[str, Tuple["Server", ...]]
#: The choice of a server: its number in the document's list, its name, its description, or its URL.
Choice = Union[int, str, None]


class Variable(NamedTuple):
    """A variable in the URL of a server.

    Attributes:
        default: The value that is used if the user gives none.
        enum: The allowed values; empty if any value is allowed.
    """

    default: str
    enum: Tuple[str, ...] = ()


class Server(NamedTuple):
    """A server of the document.

    Attributes:
        url: The URL, with `{name}` for each variable.
        labels: The name and the description; without those that the document does not have.
        variables: The variables by name.
    """

    url: str
    labels: Tuple[str, ...] = ()
    variables: Mapping[str, Variable] = {}

    def resolve(self, values: Mapping[str, str]) -> str:
        """Return the URL with the values of its variables."""
        url = self.url
        for name, variable in self.variables.items():
            url = url.replace(f"{{{name}}}", values.get(name, variable.default))
        return url


def choose(
    servers: Servers, default: str, choice: Choice, values: Mapping[str, str], *, base_url: Optional[str] = None
) -> str:
    """Return the URL of the chosen server, or of the first server if the operation does not have the chosen one.

    Args:
        servers: The servers of the document.
        default: The default server URL of the operation. With an empty text, the function only checks the arguments.
        choice: The number, name, description or URL of the server.
        values: The values of server variables, by name.
        base_url: The base URL of the client. It cannot be combined with a choice.

    Raises:
        ValueError: If the document does not have the server or the variable, or a base URL is given, too.
    """
    if base_url is not None:
        message = "base_url= replaces the servers of the document: pass it without server= and server_variables="
        raise ValueError(message)
    if not default:
        _check(servers, choice, values)
    found = servers.get(default)
    return default if found is None else next(_matching(found, choice), found[0]).resolve(values)


def _check(servers: Servers, choice: Choice, values: Mapping[str, str]) -> None:
    """Check that the document has a server, and the values of variables.

    Raises:
        ValueError: If the document does not have the server, variable or value. The message lists those that it has.
    """
    known: List[Server] = [server for found in servers.values() for server in found]
    if choice is not None and not any(list(_matching(found, choice)) for found in servers.values()):
        labels = ", ".join(repr(server.labels[0] if server.labels else server.url) for server in known)
        advice = (
            f"it has {labels}" if labels else "it has at most one: leave server= out, or pass base_url= for another"
        )
        message = f"The document has no server {choice!r} to choose: {advice}"
        raise ValueError(message)
    for name, value in values.items():
        found = [server.variables[name] for server in known if name in server.variables]
        if not found:
            names = sorted({variable for server in known for variable in server.variables})
            advice = f"their variables are {names}" if names else "leave server_variables= out, or pass base_url="
            message = f"The servers of the document have no variable {name!r}: {advice}"
            raise ValueError(message)
        if not any(value in variable.enum or not variable.enum for variable in found):
            message = f"The variable {name!r} must be one of {list(found[0].enum)}, got {value!r}"
            raise ValueError(message)


def _matching(servers: Tuple[Server, ...], choice: Choice) -> Iterator[Server]:
    if isinstance(choice, int):
        yield from servers[choice : choice + 1] if choice >= 0 else ()
    else:
        yield from (server for server in servers if choice in (server.url, *server.labels))


__all__ = ["Server", "Variable", "choose"]
