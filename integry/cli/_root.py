"""The command `integry` itself, with the names of all other commands."""

from __future__ import annotations

from typing import Any

import click

from ._commands import Group

COMMANDS = {
    "apps": ("_apps", "Apps, and the accounts that users connected."),
    "functions": ("_functions", "Functions of apps: list, search, get, predict."),
    "call": ("_call", "Call a function."),
    "passthrough": ("_passthrough", "Send a request to the API of an app."),
    "org": ("_org", "Integrations of an organisation, and Slack."),
    "request": ("_request", "Send a request that has no command yet."),
    "sign": ("_request", "Print the hash of a user."),
    "config": ("_config", "Profiles, settings and secrets."),
    "completion": ("_shells", "Print the completion for a shell."),
    "sandbox": ("_handed", "Serve both APIs on this machine."),
    "vendor": ("_handed", "Copy the package into a project."),
    "generate": ("_handed", "Generate a client from an OpenAPI document."),
    "mcp": ("_handed", "Serve functions to agents by MCP."),
    "bulk": ("_handed", "Make the calls in a file."),
}


def _version(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
    if value and not context.resilient_parsing:
        from .. import __version__

        click.echo(f"integry {__version__}")
        context.exit()


root = Group(
    "integry",
    lazy=COMMANDS,
    help="Call functions of apps with Integry, and manage the integrations of an organisation.",
    example="integry call slack-post-message channel=random text='Hello'",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
        )
    ],
)
