"""`integry request` and `integry sign`."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import click

from . import _dry_run, _output
from ._commands import command, pass_state
from ._completion import files
from ._pairs import Stdin, json_source, split, untyped
from ._state import State


@command(
    "request",
    example="integry request GET /apps/slack/get/",
    help="Send a request that has no command yet, signed for the user. With --org, to the organisation's API.",
)
@click.argument("method")
@click.argument("path")
@click.option("--body", metavar="JSON|@FILE|-", shell_complete=files, help="The JSON body.")
@click.option("--param", multiple=True, metavar="NAME=VALUE", shell_complete=files, help="A parameter of the query.")
@click.option("--org", is_flag=True, help="Send it to the organisation-integrations API.")
@click.option("--organisation", metavar="ID", help="The organisation, with --org.")
@_dry_run.options
@pass_state
def request(
    state: State,
    method: str,
    path: str,
    *,
    body: Optional[str],
    param: Tuple[str, ...],
    org: bool,
    organisation: Optional[str],
    dry_run: bool,
    curl: bool,
) -> None:
    """Send a request."""
    stdin = Stdin()
    content = None if body is None else json_source(body, "--body", stdin)
    options: Dict[str, Any] = {"params": _query(param, stdin), "json": content}
    if organisation:
        state.options["organisation"] = organisation
    with state.organisation() if org else state.client() as client:
        if dry_run or curl:
            _dry_run.show(state, client, lambda each: each.request(method.upper(), path, **options), as_curl=curl)
            return
        response = client.request(method.upper(), path, **options)
    if state.flag("raw") or (response.parsed is None and response.content):
        _output.write_bytes(response.content)
    else:
        _output.value(state, response.parsed)


def _query(parameters: Tuple[str, ...], stdin: Stdin) -> Dict[str, Any]:
    """Return the parameters of a query. One that is given twice is sent twice."""
    found: Dict[str, Any] = {}
    for each in parameters:
        pair = split(each)
        found.setdefault(pair.key, []).append(untyped(pair, f"--param {pair.key}", stdin))
    return found


@command("sign", example="integry sign 123456", help="Print the hash that authenticates requests for a user.")
@click.argument("user_id")
@pass_state
def sign(state: State, user_id: str) -> None:
    """Print a hash."""
    from .. import sign as make

    found = make(state.required("app-secret"), user_id)
    if state.flag("json"):
        _output.json_line({"user_id": user_id, "hash": found})
    else:
        _output.write(found)


COMMANDS = {"request": request, "sign": sign}
