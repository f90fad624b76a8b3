"""`integry org settings` and `integry org channel`."""

from __future__ import annotations

from typing import Optional

import click

from ._org_base import changed, org_command, pick, rows, send, text_or_stdin
from ._state import State
from ._terminal import confirm

SETTING = pick("id", "form_field_label", "form_field_value")


@org_command("list", "List the settings of an integration.", "settings list 42")
@click.argument("integration")
def settings_list(state: State, integration: str) -> None:
    """List settings."""
    show = rows(state, ("id", "label", "value"), SETTING, "settings")
    send(state, lambda raw: raw.integrations.settings(integration).list(), show)


@org_command("add", "Add a setting to an integration; - reads the value.", "settings add 42 colour blue")
@click.argument("integration")
@click.argument("label")
@click.argument("value")
def settings_add(state: State, integration: str, label: str, value: str) -> None:
    """Add a setting."""
    text = text_or_stdin(value, "VALUE")
    send(state, lambda raw: raw.integrations.settings(integration).add(label, text), changed(state, "Added."))


@org_command("update", "Update the setting of an integration.", "settings update 42 --value red")
@click.argument("integration")
@click.option("--label", help="The label.")
@click.option("--value", help="The value; - reads it.")
def settings_update(state: State, integration: str, *, label: Optional[str], value: Optional[str]) -> None:
    """Update a setting."""
    text = text_or_stdin(value, "--value")
    send(state, lambda raw: raw.integrations.settings(integration).update(label, text), changed(state, "Updated."))


@org_command("list", "List the settings of an integration in a channel.", "channel list 42 general")
@click.argument("integration")
@click.argument("channel")
def channel_list(state: State, integration: str, channel: str) -> None:
    """List settings."""
    show = rows(state, ("id", "label", "value"), SETTING, "settings")
    send(state, lambda raw: raw.integrations.channel(integration, channel).settings.list(), show)


@org_command("add", "Add a setting in a channel; - reads the value.", "channel add 42 general colour blue")
@click.argument("integration")
@click.argument("channel")
@click.argument("label")
@click.argument("value")
def channel_add(state: State, integration: str, channel: str, label: str, value: str) -> None:
    """Add a setting."""
    text = text_or_stdin(value, "VALUE")
    send(
        state,
        lambda raw: raw.integrations.channel(integration, channel).settings.add(label, text),
        changed(state, "Added."),
    )


@org_command("update", "Update a setting in a channel.", "channel update 42 general 7 --value red")
@click.argument("integration")
@click.argument("channel")
@click.argument("setting")
@click.option("--label", help="The label.")
@click.option("--value", help="The value; - reads it.")
def channel_update(
    state: State, integration: str, channel: str, setting: str, *, label: Optional[str], value: Optional[str]
) -> None:
    """Update a setting."""
    text = text_or_stdin(value, "--value")
    send(
        state,
        lambda raw: raw.integrations.channel(integration, channel).settings.update(setting, label, text),
        changed(state, "Updated."),
    )


@org_command("delete", "Delete a setting in a channel.", "channel delete 42 general 7 --yes")
@click.argument("integration")
@click.argument("channel")
@click.argument("setting")
def channel_delete(state: State, integration: str, channel: str, setting: str) -> None:
    """Delete a setting."""
    confirm(state, f"Delete setting {setting} of integration {integration}?")
    send(
        state,
        lambda raw: raw.integrations.channel(integration, channel).settings.delete(setting),
        changed(state, "Deleted."),
    )
