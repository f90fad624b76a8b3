"""`python -m integry.tools.mcp`: serve a user's functions as tools of the Model Context Protocol (MCP)."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
from contextlib import suppress
from typing import Any, Dict, List, Optional, Sequence

from .._client import Integry
from .._lazy import load
from .._secrets import Secret
from ..errors import AuthenticationError, ConfigurationError, IntegryError
from ._toolbox import Toolbox

TOKEN = "INTEGRY_MCP_TOKEN"  # noqa: S105 (the name of an environment variable)
#: The exit status if credentials are missing or wrong.
NOT_CONFIGURED = 3
#: The first version of Python that the package mcp supports.
_PYTHON = (3, 10)
_MAX_PORT = 65535


def server(toolbox: Toolbox) -> Any:
    """Return a server of MCP's Python SDK with the tools of a toolbox, for a transport of your own.

    Args:
        toolbox: The toolbox. With `max_tools=None` it has all functions as tools, however many there are.

    Returns:
        An `mcp.server.lowlevel.Server`.

    Raises:
        ConfigurationError: If the package mcp cannot be imported.
    """
    return _load("tools._mcp.server", "make")(toolbox)


def main(arguments: Optional[Sequence[str]] = None, *, program: str = "python -m integry.tools.mcp") -> int:
    """Serve until the client closes stdin, or a signal arrives, and return the exit status.

    Args:
        arguments: The command-line arguments; None for those of this process.
        program: The name of the command in its help and messages.
    """
    given = _parser(program).parse_args(arguments)
    try:
        return _serve(given)
    except (ConfigurationError, AuthenticationError) as error:
        return _fail(error, NOT_CONFIGURED)
    except IntegryError as error:
        return _fail(error, 1)


def _serve(given: argparse.Namespace) -> int:
    """Import the SDK, list the functions, and serve them."""
    module = "tools._mcp.server" if given.http is None else "tools._mcp.http"
    transport = _load(module, "")
    # Errors of the token come before the functions are listed, which takes a second.
    token = _token() if given.http is not None else Secret(None)
    toolbox = _toolbox(given)
    if given.http is None:
        # The SDK reads stdin in a thread, which would keep an interrupted process alive.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        transport.run_stdio(toolbox)
        return 0
    try:
        listening = transport.listen(given.http)
    except OSError as error:
        return _fail(f"Cannot listen at port {given.http}: {error.strerror}", 1)
    _say(f"The MCP server is at {transport.url_of(listening)}. Stop it with Ctrl-C.")
    if not os.environ.get(TOKEN):
        _say(f"Clients must send this header: Authorization: Bearer {token.get_secret_value()}")
    with suppress(KeyboardInterrupt):
        transport.run_http(toolbox, listening, token)
    return 0


def _load(module: str, name: str) -> Any:
    """Import a module that needs the package mcp, and return it or one of its attributes.

    Raises:
        ConfigurationError: If the package cannot be imported.
    """
    missing = _unsupported(sys.version_info)
    if missing:
        raise ConfigurationError(missing)
    try:
        return load(module, name)
    except ImportError as error:
        message = f"The MCP server needs the package mcp ({error}): pip install 'mcp>=2.3,<3'"
        raise ConfigurationError(message) from None


def _unsupported(version: Any) -> str:
    """Return the reason why a version of Python cannot run the server, or an empty string if it can."""
    found = ".".join(map(str, version[:2]))
    return "" if version >= _PYTHON else f"The MCP server needs Python 3.10 or newer, and this is Python {found}."


def _toolbox(given: argparse.Namespace) -> Toolbox:
    client = Integry() if given.user_id is None else Integry(user_id=given.user_id)
    if client.settings.user_id is None:
        message = "The MCP server needs a user: pass --user-id, or set INTEGRY_USER_ID"
        raise ConfigurationError(message)
    return Toolbox(
        client,
        apps=given.apps,
        names=given.names,
        accounts=given.accounts,
        read_only=given.read_only,
        search=given.search,
        max_tools=None,
    )


def _token() -> Secret:
    """Return the token of the environment, or a new one.

    Raises:
        ConfigurationError: If the token cannot be sent in a header.
    """
    token = Secret(os.environ.get(TOKEN) or secrets.token_urlsafe(32))
    if token.header_error():
        message = f"{TOKEN} {token.header_error()}"
        raise ConfigurationError(message)
    return token


def _fail(error: Any, status: int) -> int:
    """Print an error in one line, and return the exit status."""
    _say(" ".join(str(error).split()))
    return status


def _say(line: str) -> None:
    # stdout is for the protocol only.
    print(line, file=sys.stderr, flush=True)  # noqa: T201 (a command)


def _names(text: str) -> List[str]:
    """Return the names in a comma-separated list.

    Raises:
        ArgumentTypeError: If the list is empty.
    """
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        message = "a list of names, separated by commas, is expected"
        raise argparse.ArgumentTypeError(message)
    return found


def _accounts(text: str) -> Dict[str, str]:
    """Return the ids of accounts by app in a comma-separated list.

    Raises:
        ArgumentTypeError: If a part is not an app and an id.
    """
    pairs = [[part.strip() for part in name.partition("=")] for name in _names(text)]
    if not all(app and account for app, _, account in pairs):
        message = "a list of APP=ID, separated by commas, is expected"
        raise argparse.ArgumentTypeError(message)
    return {app: account for app, _, account in pairs}


def _port(text: str) -> int:
    """Return the number of a port.

    Raises:
        ArgumentTypeError: If the text is not one.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= _MAX_PORT):
        message = f"a number from 0 to {_MAX_PORT} is expected"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Serve a user's functions as tools of the Model Context Protocol (MCP), over stdin and stdout.",
        epilog=(
            "Credentials are read from the environment: INTEGRY_APP_KEY, INTEGRY_APP_SECRET, INTEGRY_USER_ID, and for "
            f"--http {TOKEN}. `integry mcp --profile NAME` takes the first three from a profile."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("--user-id", metavar="ID", help="the user to call functions for (default: INTEGRY_USER_ID)")
    parser.add_argument(
        "--apps", metavar="A,B", type=_names, help="serve the functions of these apps (default: all connected apps)"
    )
    parser.add_argument("--names", metavar="A,B", type=_names, help="serve only functions with these names")
    parser.add_argument(
        "--accounts",
        metavar="APP=ID,...",
        type=_accounts,
        help="the accounts to use, for apps in which the user has several",
    )
    parser.add_argument("--read-only", action="store_true", help="serve only functions of the type QUERY")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--search", action="store_true", help="serve four tools that find and call functions")
    mode.add_argument(
        "--no-search", dest="search", action="store_false", help="serve each function as a tool (the default)"
    )
    parser.add_argument(
        "--http", metavar="PORT", type=_port, help="serve over HTTP at this port of 127.0.0.1; 0 for any free one"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
