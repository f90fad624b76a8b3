"""`integry apps`: the apps, and the accounts that users connected."""

from __future__ import annotations

from typing import Any, Dict, Optional

import click

from . import _output
from ._cache import Cache
from ._commands import Group, command, pass_state
from ._completion import app_names
from ._errors import FAILED, CommandError
from ._lists import list_options, show
from ._state import State
from ._terminal import confirm, note, write_error
from ._text import clean


def _row(app: Any) -> Any:
    return app.name, app.title or "", len(app.connected_accounts)


@command("list", example="integry apps list --connected", help="List apps.")
@click.option("--connected", is_flag=True, help="Only apps that the user has connected.")
@click.option("--search", metavar="WORDS", help="Only apps that match.")
@list_options
@pass_state
def list_apps(
    state: State,
    *,
    connected: bool,
    search: Optional[str],
    all_pages: bool,
    limit: Optional[int],
    cursor: Optional[str],
) -> None:
    """List apps."""
    from functools import partial

    with state.client() as client:
        filters: Dict[str, Any] = {"connected_only": connected or None, "search": search}
        show(
            state,
            partial(client.apps.list, **filters),
            partial(client.with_raw_response.apps.list, **filters),
            ("name", "title", "accounts"),
            _row,
            kind="apps",
            cache=Cache(state),
            all_pages=all_pages,
            limit=limit,
            cursor=cursor,
            is_whole=not connected and not search,
        )


@command("get", example="integry apps get slack", help="Show an app.")
@click.argument("app", shell_complete=app_names)
@pass_state
def get_app(state: State, app: str) -> None:
    """Show an app."""
    with state.client() as client:
        response = client.with_raw_response.apps.get(app)
    if state.flag("raw"):
        _output.write_bytes(response.content)
    else:
        _output.fields(state, _output.plain(response.parsed))


@command("accounts", example="integry apps accounts slack", help="List the user's accounts in an app.")
@click.argument("app", shell_complete=app_names)
@pass_state
def accounts(state: State, app: str) -> None:
    """List the accounts."""
    with state.client() as client:
        response = client.with_raw_response.apps.connected_accounts(app)
    if state.flag("raw"):
        _output.write_bytes(response.content)
        return
    _output.Table(state, ("id", "name", "modified")).add(response.parsed, _account_row)
    if not response.parsed:
        note(state, f"The user has no {app} account. Connect one: integry apps connect {app}")


def _account_row(account: Any) -> Any:
    found = _output.plain(account)
    return found.get("id", ""), found.get("display_name", ""), found.get("modified_at", "")


@command(
    "connect",
    example="integry apps connect slack --open --wait",
    help="Print the URL of the page where the user connects an account.",
)
@click.argument("app", shell_complete=app_names)
@click.option("--open", "open_page", is_flag=True, help="Open the page in a browser.")
@click.option("--wait", is_flag=True, help="Wait until the account is connected, and print it.")
@click.option("--wait-seconds", type=float, default=300.0, metavar="SECONDS", help="How long to wait (default: 300).")
@pass_state
def connect(state: State, app: str, *, open_page: bool, wait: bool, wait_seconds: float) -> None:
    """Connect an account."""
    with state.client() as client:
        found = client.apps.get(app)
        url = found.login_url
        # A browser would run other schemes, such as javascript:.
        if not url or not url.startswith(("https://", "http://")):
            message = f"{app} cannot be connected: it has no web page for that."
            raise CommandError(message, FAILED)
        if not wait:
            _output.json_line({"app": found.name, "url": url}) if state.flag("json") else _output.write(clean(url))
        if open_page:
            import webbrowser

            webbrowser.open(url)
        if not wait:
            return
        # Standard output is for the account. The URL is needed, also with --quiet.
        write_error(f"Connect the account: {url}")
        account = client.apps.wait_until_connected(
            app, known=[each for each in found.connected_accounts if each.id], timeout=wait_seconds
        )
        _output.fields(state, _output.plain(account))


@command("disconnect", example="integry apps disconnect slack --yes", help="Disconnect an account of the user.")
@click.argument("app", shell_complete=app_names)
@click.option("--account", metavar="ID", help="The account, if the user has several.")
@click.option("--force", is_flag=True, help="Also if integrations use the account.")
@pass_state
def disconnect(state: State, app: str, *, account: Optional[str], force: bool) -> None:
    """Disconnect an account."""
    with state.client() as client:
        which = f"account {account} of {app}" if account else app
        confirm(state, f"Disconnect {which} for user {state.value('user')}?")
        client.apps.disconnect(app, connected_account_id=account, force=force)
    note(state, f"Disconnected {which}.")
    if state.flag("json"):
        _output.json_line({"app": app, "disconnected": True})


apps = Group(
    "apps",
    help="Apps, and the accounts that users connected.",
    example="integry apps list --connected",
    commands=[list_apps, get_app, accounts, connect, disconnect],
)
COMMANDS = {"apps": apps}
