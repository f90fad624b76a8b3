"""`integry config`: profiles, settings and secrets."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Dict, List, Optional

import click

from . import _output, _toml
from ._commands import Group, command, pass_state
from ._errors import USAGE, CommandError
from ._state import SETTINGS, State
from ._terminal import note, read_stdin
from ._text import clean

#: The user and password in a URL.
_PASSWORD = re.compile(r"(?<=//)[^/@]*@")
#: The values of settings that are booleans, by their text.
_BOOLEANS = {"true": True, "false": False}


def _names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> List[str]:
    return [name for name in SETTINGS if name.startswith(incomplete)]


@command("show", example="integry config show", help="Show each setting, and where it comes from. Secrets are masked.")
@pass_state
def show(state: State) -> None:
    """Show the settings."""
    profile = state.profile_name
    rows: List[Dict[str, Any]] = [{"name": "profile", "value": profile, "source": _profile_source(state)}]
    for name, setting in SETTINGS.items():
        value, source = state.find(name)
        shown = _output.MASK if value is not None and setting.secret else value and _PASSWORD.sub("***@", value)
        rows.append({"name": name, "value": shown, "source": source or "not set"})
    unknown = [name for name in state.profile() if name not in SETTINGS]
    rows += [{"name": name, "value": _output.MASK, "source": f"unknown in profile {profile}"} for name in unknown]
    _output.Table(state, ("setting", "value", "source")).add(rows, lambda each: list(each.values()))


def _profile_source(state: State) -> str:
    import os

    if state.options.get("profile"):
        return "option --profile"
    return "environment INTEGRY_PROFILE" if os.environ.get("INTEGRY_PROFILE") else "default"


@command("path", example="integry config path", help="Print the path of the configuration.")
@pass_state
def path(state: State) -> None:
    """Print the path."""
    text = str(_toml.path())
    if state.flag("json"):
        _output.json_line({"path": text})
    else:
        _output.write(clean(text))


@command(
    "set",
    example="integry config set app-secret --profile staging",
    help="""Set a value in the profile.

    Secrets are asked for without echo, or read from standard input with -. They go into the system's keyring if one
    works, and into the file otherwise.""",
)
@click.argument("name", shell_complete=_names)
@click.argument("value", required=False)
@click.option("--file", "in_file", is_flag=True, help="Keep a secret in the file, not in the keyring.")
@pass_state
def set_value(state: State, name: str, value: Optional[str], *, in_file: bool) -> None:
    """Set a value."""
    setting = SETTINGS[_known(name)]
    profile = state.profile_name
    if not setting.secret:
        _toml.change(_toml.path(), profile, name, _typed(name, value))
        note(state, f"Set {name} in profile {profile}.")
        return
    from ._org_base import secret

    text = secret(state, value, name)
    if not in_file and state.keyring.keep(profile, name, text):
        # In this order, a kill between the two writes loses nothing.
        _toml.change(_toml.path(), profile, "keyring", True)  # noqa: FBT003 (a value)
        _toml.change(_toml.path(), profile, name, None)
        note(state, f"Set {name} of profile {profile} in the keyring.")
        return
    _toml.change(_toml.path(), profile, name, text)
    note(state, f"Set {name} in profile {profile}.")


def _known(name: str) -> str:
    """Return the name of a setting.

    Raises:
        CommandError: If there is no such setting.
    """
    if name not in SETTINGS:
        from difflib import get_close_matches

        near = get_close_matches(name, SETTINGS, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Settings: {', '.join(SETTINGS)}."
        message = f"There is no setting {name!r}. {hint}"
        raise CommandError(message, USAGE)
    return name


def _typed(name: str, value: Optional[str]) -> Any:
    """Return the value of a setting.

    Raises:
        CommandError: If it is missing or has the wrong type.
    """
    text = read_stdin().rstrip("\r\n") if value == "-" else value
    if not text:
        message = f"The value is missing: integry config set {name} VALUE"
        raise CommandError(message, USAGE)
    if name == "keyring":
        if text not in _BOOLEANS:
            message = f"keyring must be true or false, got {text!r}."
            raise CommandError(message, USAGE)
        return _BOOLEANS[text]
    if name == "timeout":
        with suppress(ValueError):
            if 0 < float(text) < float("inf"):
                return float(text)
        message = f"timeout must be a number of seconds above 0, got {text!r}."
        raise CommandError(message, USAGE)
    return text


@command("unset", example="integry config unset base-url", help="Remove a value from the profile.")
@click.argument("name", shell_complete=_names)
@pass_state
def unset(state: State, name: str) -> None:
    """Remove a value."""
    setting = SETTINGS[_known(name)]
    profile = state.profile()
    if setting.secret and profile.get("keyring") is True:
        state.keyring.forget(state.profile_name, name)
    if name in profile:
        _toml.change(_toml.path(), state.profile_name, name, None)
    note(state, f"{name} is not set in profile {state.profile_name}.")


@command("profiles", example="integry config profiles", help="List the profiles.")
@pass_state
def profiles(state: State) -> None:
    """List the profiles."""
    rows = [
        {"name": name, "active": name == state.profile_name, "settings": sorted(table)}
        for name, table in state.profiles().items()
    ]
    _output.Table(state, ("name", "active", "settings")).add(
        rows, lambda each: (each["name"], each["active"], ", ".join(each["settings"]))
    )
    if not rows:
        note(state, f"There are no profiles. Make one: integry config set user ID --profile {state.profile_name}")


config = Group(
    "config",
    help="Profiles, settings and secrets.",
    example="integry config set app-key",
    commands=[show, path, set_value, unset, profiles],
)
COMMANDS = {"config": config}
