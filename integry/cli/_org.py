"""`integry org`: integrations of an organisation, their settings, and Slack."""

from __future__ import annotations

from functools import partial
from typing import Any, Optional, Tuple

import click

from . import _org_settings as of
from . import _output
from ._commands import Group
from ._completion import files
from ._org_base import changed, org_command, pick, rows, secret, send
from ._pairs import Stdin, object_source
from ._state import State
from ._terminal import confirm


def _integration_options(function: Any) -> Any:
    for option in (
        click.option("--type", "kind", metavar="TYPE", help="The type, for example filter."),
        click.option("--auth-credential", metavar="-", help="Read the credential from standard input."),
    ):
        function = option(function)
    return function


def _credential(state: State, source: Optional[str]) -> Optional[str]:
    return None if source is None else secret(state, source, "--auth-credential")


@org_command("list", "List integrations.", "integrations list")
def integrations_list(state: State) -> None:
    """List integrations."""

    def row(each: Any) -> Any:
        return (
            each.get("id"),
            each.get("app_name") or each.get("name"),
            each.get("integration_type"),
            each.get("json_url"),
        )

    show = rows(state, ("id", "name", "type", "json url"), row, "integrations")
    send(state, lambda raw: raw.integrations.list(), show)


@org_command("create", "Create an integration.", "integrations create Filter https://example.com/filter.json")
@click.argument("name")
@click.argument("json_url")
@_integration_options
def integrations_create(
    state: State, name: str, json_url: str, *, auth_credential: Optional[str], kind: Optional[str]
) -> None:
    """Create an integration."""
    credential = _credential(state, auth_credential)
    send(state, lambda raw: raw.integrations.create(name, json_url, credential, kind), changed(state, "Created."))


@org_command("update", "Update an integration.", "integrations update 42 --name Filter")
@click.argument("integration")
@click.option("--name", help="The name.")
@click.option("--json-url", metavar="URL", help="The URL of the JSON document that describes it.")
@_integration_options
def integrations_update(
    state: State,
    integration: str,
    *,
    name: Optional[str],
    json_url: Optional[str],
    auth_credential: Optional[str],
    kind: Optional[str],
) -> None:
    """Update an integration."""
    credential = _credential(state, auth_credential)
    changes = {"name": name, "json_url": json_url, "auth_credential": credential, "integration_type": kind}
    send(state, lambda raw: raw.integrations.update(integration, **changes), changed(state, "Updated."))


@org_command("delete", "Delete an integration.", "integrations delete 42 --yes")
@click.argument("integration")
def integrations_delete(state: State, integration: str) -> None:
    """Delete an integration."""
    confirm(state, f"Delete integration {integration}?")
    send(state, lambda raw: raw.integrations.delete(integration), changed(state, "Deleted."))


@org_command("list", "List custom integrations.", "custom list")
def custom_list(state: State) -> None:
    """List custom integrations."""
    show = rows(state, ("id", "name", "json url"), pick("id", "app_name", "json_url"), "custom integrations")
    send(state, lambda raw: raw.custom_integrations.list(), show)


@org_command("create", "Create a custom integration.", "custom create https://example.com/mine.json")
@click.argument("json_url")
def custom_create(state: State, json_url: str) -> None:
    """Create a custom integration."""
    send(state, lambda raw: raw.custom_integrations.create(json_url), changed(state, "Created."))


@org_command("update", "Update a custom integration.", "custom update 42 https://example.com/mine.json")
@click.argument("integration")
@click.argument("json_url")
def custom_update(state: State, integration: str, json_url: str) -> None:
    """Update a custom integration."""
    send(state, lambda raw: raw.custom_integrations.update(integration, json_url), changed(state, "Updated."))


@org_command("delete", "Delete a custom integration.", "custom delete 42 --yes")
@click.argument("integration")
def custom_delete(state: State, integration: str) -> None:
    """Delete a custom integration."""
    confirm(state, f"Delete custom integration {integration}?")
    send(state, lambda raw: raw.custom_integrations.delete(integration), changed(state, "Deleted."))


@org_command("settings", "List the settings of a custom integration.", "custom settings 42")
@click.argument("integration")
def custom_settings(state: State, integration: str) -> None:
    """List settings."""
    show = rows(state, ("name", "value"), pick("field_name", "value"), "settings")
    send(state, lambda raw: raw.custom_integrations.settings(integration).get(), show)


@org_command(
    "set",
    "Change the settings of a custom integration.",
    """custom set 42 '{"field_name": "colour", "value": "red"}'""",
)
@click.argument("integration")
@click.argument("entry", metavar="JSON|@FILE|-", shell_complete=files)
def custom_set(state: State, integration: str, entry: str) -> None:
    """Change settings."""
    content = object_source(entry, "the entry", Stdin())
    send(state, lambda raw: raw.custom_integrations.settings(integration).update(content), changed(state, "Updated."))


@org_command(
    "exchange",
    "Exchange Slack's OAuth code for a token. The code is read from standard input with -. Only --raw shows the token.",
    "slack exchange - < code.txt",
)
@click.argument("code", required=False)
def slack_exchange(state: State, code: Optional[str]) -> None:
    """Exchange a code."""
    found = secret(state, code, "CODE")
    send(state, lambda raw: raw.slack.exchange_token(found), changed(state, "Exchanged."))


@org_command("info", "Show the organisation's access to Slack.", "slack info")
def slack_info(state: State) -> None:
    """Show the access."""
    send(state, lambda raw: raw.slack.info(), partial(_output.fields, state))


def _group(name: str, text: str, *commands: Any) -> Tuple[str, Group]:
    return name, Group(name, help=text, example=commands[0].example, commands=list(commands))


org = Group(
    "org",
    help="Integrations of an organisation, their settings, and Slack.",
    example="integry org integrations list --organisation 0192202e-b6f3-7d23-8025-3f60675cc031",
    commands=dict(
        [
            _group(
                *("integrations", "Integrations."),
                *(integrations_list, integrations_create, integrations_update, integrations_delete),
            ),
            _group("settings", "Settings of an integration.", of.settings_list, of.settings_add, of.settings_update),
            _group(
                *("channel", "Settings of an integration in a channel."),
                *(of.channel_list, of.channel_add, of.channel_update, of.channel_delete),
            ),
            _group(
                *("custom", "Custom integrations."),
                *(custom_list, custom_create, custom_update, custom_delete, custom_settings, custom_set),
            ),
            _group("slack", "Access to Slack.", slack_info, slack_exchange),
        ]
    ),
)
COMMANDS = {"org": org}
