"""MCP over streamable HTTP: on this machine only, for clients with the token."""

# pyright: reportMissingImports=false
# The line above is needed because the extra `mcp` is not installed where the types are checked.

from __future__ import annotations

import hmac
import socket
from typing import Any, Awaitable, Callable

import uvicorn

from ..._secrets import Secret
from .._toolbox import Toolbox
from .server import make

HOST = "127.0.0.1"
PATH = "/mcp"
_REFUSAL = b"The header Authorization must be: Bearer TOKEN\n"


class Guard:
    """An ASGI application that passes on only requests with the token.

    Args:
        app: The application to protect.
        token: The token.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], token: Secret) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or self._is_allowed(scope["headers"]):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": _REFUSAL})

    def _is_allowed(self, headers: Any) -> bool:
        given = [value for name, value in headers if name == b"authorization"]
        scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
        expected = self._token.get_secret_value().encode()
        return hmac.compare_digest(token.strip(), expected) and bool(scheme.lower() == b"bearer")


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this machine.

    Raises:
        OSError: If the port is in use.
    """
    return socket.create_server((HOST, port))


def url_of(listening: socket.socket) -> str:
    """Return the URL of the server that uses a socket."""
    return f"http://{HOST}:{listening.getsockname()[1]}{PATH}"


def run_http(toolbox: Toolbox, listening: socket.socket, token: Secret) -> None:
    """Serve until a signal arrives."""
    app = make(toolbox).streamable_http_app(streamable_http_path=PATH, stateless_http=True, host=HOST)
    # Without `log_config`, uvicorn logs as the program decides, and not on stdout. It has no other use for websockets.
    config = uvicorn.Config(Guard(app, token), log_config=None, access_log=False, server_header=False, ws="none")
    uvicorn.Server(config).run(sockets=[listening])
