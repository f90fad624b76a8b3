"""Commands that are handed on to the parsers of other modules, which keep their options and exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Dict, List, NamedTuple

import click

from ._commands import pass_state
from ._errors import FAILED, USAGE, CommandError
from ._state import State


class Target(NamedTuple):
    """A module that a command is handed on to.

    Attributes:
        module: The module with `main`, below this package.
        extra: What to install for it.
        needs_settings: True if it reads the environment, so that the profile is put there.
        help: A short description.
    """

    module: str
    extra: str
    needs_settings: bool
    help: str


TARGETS = {
    "sandbox": Target("sandbox.__main__", "sandbox", needs_settings=False, help="Serve both APIs on this machine."),
    "vendor": Target("vendor.__main__", "", needs_settings=False, help="Copy the package into a project."),
    "generate": Target("generator.__main__", "generator", needs_settings=False, help="Generate a client."),
    "mcp": Target("tools.mcp", "mcp", needs_settings=True, help="Serve functions to agents by MCP."),
    "bulk": Target("bulk.__main__", "", needs_settings=True, help="Make the calls in a file."),
}


class Handed(click.Command):
    """A command whose arguments are not parsed here."""

    def parse_args(self, ctx: click.Context, args: List[str]) -> List[str]:
        """Keep all arguments, `--help` too."""
        ctx.params["arguments"] = list(args)
        return []


def run(state: State, name: str, arguments: List[str]) -> int:
    """Hand arguments on, and return the exit code of the module.

    Raises:
        CommandError: If the module or one of its libraries is not installed.
    """
    target = TARGETS[name]
    if target.needs_settings:
        arguments = _without_profile(state, arguments)
        if not {"-h", "--help"} & set(arguments):
            state.export()
    package = __name__.rpartition(".cli.")[0]
    try:
        module = import_module(f".{target.module}", package)
    except ImportError as error:
        missing = str(error.name or "")
        if missing.startswith(f"{package}."):
            message = f"This version of integry-requests has no command {name}: pip install -U integry-requests"
        else:
            message = (
                f"integry {name} needs {missing or 'more'}: pip install 'integry-requests[{target.extra or 'cli'}]'"
            )
        raise CommandError(message, FAILED) from error
    # The generator starts faster, and uses several processes, if its work is all that this process does.
    try:
        found = getattr(module, "run_process", module.main)(arguments, program=f"integry {name}")
    except SystemExit as error:
        found = error.code
        if isinstance(found, str):
            sys.stderr.write(f"{found}\n")
            return FAILED
    return found if isinstance(found, int) else 0


def _without_profile(state: State, arguments: List[str]) -> List[str]:
    """Take `--profile NAME` out of the arguments, and use the profile.

    Raises:
        CommandError: If the name is missing.
    """
    kept, waiting = [], list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--profile" and not waiting:
            message = "--profile needs the name of a profile."
            raise CommandError(message, USAGE)
        if word == "--profile":
            state.options["profile"] = waiting.pop(0)
        elif word.startswith("--profile="):
            state.options["profile"] = word.partition("=")[2]
        else:
            kept.append(word)
    return kept


def _make(name: str) -> click.Command:
    @pass_state
    def call(state: State, /, **given: Any) -> int:
        return run(state, name, given["arguments"])

    return Handed(name, callback=call, help=TARGETS[name].help, add_help_option=False)


COMMANDS: Dict[str, click.Command] = {name: _make(name) for name in TARGETS}
