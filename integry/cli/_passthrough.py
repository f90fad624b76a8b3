"""`integry passthrough`: send a request to the API of an app."""

from __future__ import annotations

from typing import Any, Optional

import click

from . import _dry_run
from ._call import add_connect_url, show_result
from ._commands import command, pass_state
from ._completion import app_names, files
from ._pairs import Stdin, json_source
from ._state import State


@command(
    "passthrough",
    example="integry passthrough slack GET https://slack.com/api/conversations.list",
    help="Send a request to the API of an app with the user's account.",
)
@click.argument("app", shell_complete=app_names)
@click.argument("method")
@click.argument("url")
@click.option("--body", metavar="JSON|@FILE|-", shell_complete=files, help="The JSON body.")
@click.option("--account", metavar="ID", help="The account, if the user has several.")
@_dry_run.options
@pass_state
def passthrough(
    state: State,
    app: str,
    method: str,
    url: str,
    *,
    body: Optional[str],
    account: Optional[str],
    dry_run: bool,
    curl: bool,
) -> int:
    """Send a request to an app."""
    content = None if body is None else json_source(body, "--body", Stdin())
    options: Any = {"body": content, "connected_account_id": account}
    with state.client() as client:
        if dry_run or curl:
            _dry_run.show(
                *(state, client),
                lambda each: each.functions.passthrough(app, method.upper(), url, **options),
                as_curl=curl,
            )
            return 0
        try:
            response = client.with_raw_response.functions.passthrough(app, method.upper(), url, **options)
        except Exception as error:
            add_connect_url(client, error)
            raise
        show_result(state, response, None)
        return 0


COMMANDS = {"passthrough": passthrough}
