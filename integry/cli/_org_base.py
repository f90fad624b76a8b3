"""The parts that all commands of `integry org` share."""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence

import click

from . import _output
from ._commands import command, pass_state
from ._errors import USAGE, CommandError
from ._pairs import Stdin
from ._state import State
from ._terminal import can_ask, note


def _organisation(context: click.Context, parameter: click.Parameter, value: Any) -> Any:  # noqa: ARG001 (of click)
    if value is not None:
        context.ensure_object(State).options["organisation"] = value
    return value


def org_command(name: str, help_text: str, example: str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for a command of an organisation."""

    def decorate(function: Callable[..., Any]) -> Any:
        option = click.option(
            *("--organisation", "--org"),
            metavar="ID",
            expose_value=False,
            callback=_organisation,
            help="The organisation's id.",
        )
        return command(name, example=f"integry org {example}", help=help_text)(option(pass_state(function)))

    return decorate


def send(state: State, method: Callable[[Any], Any], show: Callable[[Any], None], *, changes: bool = True) -> None:
    """Send a request, and print its result.

    Args:
        state: The State.
        method: Returns a RawResponse, for a client with raw responses.
        show: Prints the result.
        changes: True if the request changes something.
    """
    with state.organisation() as client:
        state.runs_once = changes
        response = method(client.with_raw_response)
    if state.flag("raw"):
        _output.write_bytes(response.content)
    else:
        show(response.parsed)


def changed(state: State, done: str) -> Callable[[Any], None]:
    """Return a function that prints an object that was changed; the server may send none."""

    def show(result: Any) -> None:
        if result is not None:
            _output.fields(state, _output.plain(result))
        elif state.flag("json"):
            _output.json_line({})
        note(state, done)

    return show


def rows(state: State, columns: Sequence[str], names: Sequence[str], noun: str) -> Callable[[Any], None]:
    """Return a function that prints a list."""

    def show(items: Any) -> None:
        def row(item: Any) -> Any:
            found = _output.plain(item)
            return [found.get(name, "") for name in names]

        _output.Table(state, columns).add(items, row)
        if not items:
            note(state, f"There are no {noun}.")

    return show


def secret(state: State, source: Optional[str], name: str) -> str:
    """Return a secret: from standard input for `-`, or asked for without echo. Options show in process lists.

    Raises:
        CommandError: If it was written on the command line, or nobody can be asked.
    """
    if source == "-":
        text = Stdin().read(name).rstrip("\r\n")
    elif source is not None:
        message = f"{name} is a secret, which process lists would show: write - and pass it on standard input."
        raise CommandError(message, USAGE)
    elif can_ask(state):
        text = str(click.prompt(name, hide_input=True, err=True))
    else:
        message = f"{name} is missing: write - and pass it on standard input."
        raise CommandError(message, USAGE)
    if not text:
        message = f"{name} is empty."
        raise CommandError(message, USAGE)
    return text


def text_or_stdin(value: Optional[str], name: str) -> Optional[str]:
    """Return a text, or standard input for `-`."""
    return Stdin().read(name).rstrip("\r\n") if value == "-" else value
