"""The parts that all commands of `integry org` share."""

from __future__ import annotations

import re
from typing import Any, Callable, Optional, Sequence

import click

from . import _output
from ._commands import command, pass_state
from ._errors import USAGE, CommandError
from ._pairs import Stdin
from ._state import State
from ._terminal import can_ask, note, prompt

#: Fields of organisations that are shown by --raw only. Slack's webhook URLs are secrets, too.
SECRET_FIELDS = frozenset({"access_token", "auth_credential"})
_WEBHOOK = re.compile(r"https://hooks\.slack\.com/\S*")


def masked(value: Any) -> Any:
    """Return results as JSON, without their secrets."""
    value = _output.plain(value)
    if isinstance(value, dict):
        hidden = {name: _output.MASK for name in SECRET_FIELDS & set(value) if value[name]}
        return {**{name: masked(each) for name, each in value.items()}, **hidden}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return _WEBHOOK.sub(_output.MASK, value) if isinstance(value, str) else value


def _organisation(context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
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


def send(state: State, method: Callable[[Any], Any], show: Callable[[Any], None]) -> None:
    """Send a request, and print its result.

    Args:
        state: The State.
        method: Returns a RawResponse, for a client with raw responses.
        show: Prints the result, as JSON without secrets.
    """
    with state.organisation() as client:
        response = method(client.with_raw_response)
    if state.flag("raw"):
        _output.write_bytes(response.content)
    else:
        show(masked(response.parsed))


def changed(state: State, done: str) -> Callable[[Any], None]:
    """Return a function that prints an object that was changed; the server may send none."""

    def show(result: Any) -> None:
        if result is not None:
            _output.fields(state, result)
        elif state.flag("json"):
            _output.json_line({})
        note(state, done)

    return show


def rows(state: State, columns: Sequence[str], row: Callable[[Any], Sequence[Any]], noun: str) -> Callable[[Any], None]:
    """Return a function that prints a list, or a note if it is empty."""

    def show(items: Any) -> None:
        _output.Table(state, columns).add(items, row)
        if not items:
            note(state, f"There are no {noun}.")

    return show


def pick(*names: str) -> Callable[[Any], Sequence[Any]]:
    """Return a function that returns fields of an object; None for those that it does not have."""
    return lambda item: [item.get(name) for name in names]


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
        text = prompt(name, hide_input=True)
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
