"""--dry-run and --curl: the request that would be sent."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Any, Callable, List

import click

from . import _output
from ._terminal import note
from ._text import clean, clean_lines

if TYPE_CHECKING:
    from ._state import State

#: Headers with secrets, in lower case, and what stands for them in a shell.
_SECRET_HEADERS = {"app-key", "hash", "authorization", "cookie", "proxy-authorization"}
#: Headers that curl sets itself.
_OWN = {"accept-encoding", "connection", "content-length", "host", "user-agent"}
#: Maximum characters of a body in an argument. Linux takes 128 KiB.
MAX_ARGUMENT = 60_000


class Stop(BaseException):
    """Raised in the hook of a client instead of sending a request.

    Attributes:
        request: The request.
    """

    def __init__(self, request: Any) -> None:
        super().__init__()
        self.request = request


def _stop(request: Any) -> None:
    raise Stop(request)


def options(function: Any) -> Any:
    """Add --dry-run and --curl to a command."""
    function = click.option("--curl", is_flag=True, help="Print a curl command; send nothing.")(function)
    return click.option("--dry-run", is_flag=True, help="Show the request; send nothing.")(function)


def request_of(client: Any, send: Callable[[Any], Any]) -> Any:
    """Return the request that a function would send, after all checks of the SDK; None if it sends none.

    Args:
        client: The client.
        send: Sends the request with the client that it is given.
    """
    try:
        send(client.with_options(on_request=_stop))
    except Stop as stopped:
        return stopped.request
    return None


def show(state: State, client: Any, send: Callable[[Any], Any], *, as_curl: bool) -> None:
    """Print the request that a function would send.

    Args:
        state: The State.
        client: The client.
        send: Sends the request with the client that it is given.
        as_curl: True to print a curl command.
    """
    (_show_curl if as_curl else _show)(state, request_of(client, send))


def _body(request: Any) -> str:
    body = request.body or ""
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)


def _show(state: State, request: Any) -> None:
    """Print the method, URL, masked headers and body of a request."""
    headers = {
        name: _output.MASK if name.lower() in _SECRET_HEADERS else str(value) for name, value in request.headers.items()
    }
    body = _body(request)
    if state.flag("json"):
        content = json.loads(body) if body else None
        found = {"method": request.method, "url": request.url, "headers": headers, "body": content}
        _output.json_line(found)
        return
    lines = [f"{request.method} {clean(request.url)}"]
    lines += [f"{clean(name)}: {clean(value)}" for name, value in headers.items()]
    if body:
        lines += ["", clean_lines(body)]
    _output.write("\n".join(lines))


def _show_curl(state: State, request: Any) -> None:
    """Print a curl command for a request, for a shell in which INTEGRY_APP_KEY and the profile are set."""
    # -X HEAD would wait for a body. Without -g, curl expands brackets in the URL.
    words = ["curl", "-sSg", *(["--head"] if request.method == "HEAD" else ["-X", shlex.quote(request.method)])]
    words.append(shlex.quote(request.url))
    for name, value in request.headers.items():
        if name.lower() not in _OWN:
            words += ["-H", _header(state, name, str(value), request)]
    body = _body(request)
    if len(body) > MAX_ARGUMENT:
        words += ["--data-binary", "@-", f"<<'END'\n{body}\nEND"]
    elif body:
        words += ["--data-raw", shlex.quote(body)]
    line = " ".join(words)
    _output.write(line)
    for variable in ("INTEGRY_APP_KEY", "INTEGRY_ORGANISATION_TOKEN"):
        if f"${variable}" in line and not os.environ.get(variable):
            note(state, f"The command reads {variable}, which is not in the environment: export it first.")


def _header(state: State, name: str, value: str, request: Any) -> str:
    lower = name.lower()
    if lower == "app-key":
        return f'"{name}: $INTEGRY_APP_KEY"'
    if lower == "hash":
        user = next(str(each) for key, each in request.headers.items() if key.lower() == "user-id")
        return f'"{name}: $({" ".join(_sign(state, user))})"'
    if lower == "authorization":
        return f'"{name}: Bearer $INTEGRY_ORGANISATION_TOKEN"'
    return shlex.quote(f"{name}: {_output.MASK if lower in _SECRET_HEADERS else value}")


def _sign(state: State, user: str) -> List[str]:
    profile = state.options.get("profile")
    words = ["integry", "sign", *(["--profile", shlex.quote(profile)] if profile else [])]
    # `--` lets ids begin with a dash.
    return [*words, *(["--"] if user.startswith("-") else []), shlex.quote(user)]
