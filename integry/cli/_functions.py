"""`integry functions`: list, search, get and predict functions."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, Optional, Tuple

import click

from . import _output
from ._cache import Cache, names_of
from ._call import call
from ._commands import Group, command, pass_state
from ._completion import app_names, files, function_names
from ._lists import list_options, show
from ._pairs import Stdin, variables
from ._state import State
from ._terminal import note
from ._text import safe_json


def _row(function: Any) -> Any:
    return function.name, ", ".join(function.required), function.description


def _list(
    state: State, filters: Dict[str, Any], *, all_pages: bool, limit: Optional[int], cursor: Optional[str]
) -> None:
    with state.client() as client:
        show(
            state,
            partial(client.functions.list, **filters),
            partial(client.with_raw_response.functions.list, **filters),
            ("name", "required", "description"),
            _row,
            kind="functions",
            cache=Cache(state),
            all_pages=all_pages,
            limit=limit,
            cursor=cursor,
            is_whole=not any(filters.values()),
        )


def _filters(function: Any) -> Any:
    for option in (
        click.option("--connected", is_flag=True, help="Only functions of apps that the user has connected."),
        click.option("--type", "kind", type=click.Choice(["QUERY", "ACTION", "PASSTHROUGH"])),
        click.option("--app", metavar="APP", help="Only functions of an app.", shell_complete=app_names),
    ):
        function = option(function)
    return function


@command("list", example="integry functions list --app slack", help="List functions.")
@_filters
@list_options
@pass_state
def list_functions(state: State, /, *, app: Optional[str], kind: Optional[str], connected: bool, **paging: Any) -> None:
    """List functions."""
    _list(state, {"app": app, "type": kind, "connected_only": connected or None}, **paging)


@command("search", example="integry functions search post message", help="List functions that match words.")
@click.argument("words", nargs=-1, required=True)
@_filters
@list_options
@pass_state
def search(
    state: State, /, words: Tuple[str, ...], *, app: Optional[str], kind: Optional[str], connected: bool, **paging: Any
) -> None:
    """Search functions."""
    filters = {"app": app, "type": kind, "connected_only": connected or None, "search": " ".join(words)}
    _list(state, filters, **paging)


@command("get", example="integry functions get slack-post-message", help="Show a function and its parameters.")
@click.argument("name", shell_complete=function_names)
@pass_state
def get(state: State, name: str) -> None:
    """Show a function."""
    with state.client() as client:
        response = client.with_raw_response.functions.get(name)
    function = response.parsed
    cache = Cache(state)
    cache.add("functions", names_of([function]))
    cache.keep_schema(name, function.parameters)
    if state.flag("raw"):
        _output.write_bytes(response.content)
    else:
        _output.tree(state, function)


@command(
    "predict",
    example="integry functions predict 'send hello to #random' --arguments",
    help="Show the function that fits a prompt, and its arguments.",
)
@click.argument("prompt")
@click.option("--arguments", is_flag=True, help="Predict the arguments, too.")
@click.option("--connected", is_flag=True, help="Only functions of apps that the user has connected.")
@click.option(
    "--var",
    "variable",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=files,
    help="A variable; also @FILE or JSON.",
)
@pass_state
def predict(state: State, prompt: str, *, arguments: bool, connected: bool, variable: Tuple[str, ...]) -> None:
    """Predict a function."""
    given = variables(variable, Stdin()) if variable else None
    with state.client() as client:
        response = client.with_raw_response.functions.predict(
            prompt, predict_arguments=arguments or None, connected_only=connected or None, variables=given
        )
    if state.flag("raw"):
        _output.write_bytes(response.content)
        return
    for function in response.parsed:
        if state.flag("json"):
            _output.json_line(_output.plain(function))
            continue
        _output.tree(state, function)
        if arguments:
            _output.write(f"arguments: {safe_json(function.arguments)}")
    if not response.parsed:
        note(state, "No function fits.")


functions = Group(
    "functions",
    help="Functions of apps.",
    example="integry functions search post message",
    commands=[list_functions, search, get, predict, call],
)
COMMANDS = {"functions": functions}
