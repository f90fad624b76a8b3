"""The classes of commands: options that work before and after a command, and groups that import on first use."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

import click
from click.shell_completion import CompletionItem

from ._errors import USAGE
from ._state import State


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Note an option that was given. The one nearest to the end of the line counts; -v is counted together.

    Raises:
        click.BadParameter: If its value is empty, as after `--profile "$UNSET"`, which must not mean the default.
    """
    source = context.get_parameter_source(parameter.name or "")
    if source is not None and source.name == "COMMANDLINE":
        if value == "" and not context.resilient_parsing:
            message = "It is empty."
            raise click.BadParameter(message, context, parameter)
        options = context.ensure_object(State).options
        options[parameter.name or ""] = options.get("verbose", 0) + value if parameter.name == "verbose" else value
    return value


def _complete_profile(context: click.Context, parameter: click.Parameter, incomplete: str) -> List[str]:
    from ._completion import profiles

    return profiles(context, parameter, incomplete)


@lru_cache(maxsize=None)
def common_options() -> Sequence[click.Option]:
    """Return the options that each command takes. All commands share them, because making them takes time."""
    given: Sequence[Tuple[Sequence[str], Dict[str, Any]]] = (
        (("--user",), {"metavar": "ID", "help": "The user's id."}),
        (("--profile",), {"metavar": "NAME", "help": "The profile.", "shell_complete": _complete_profile}),
        (("--base-url",), {"metavar": "URL", "help": "The base URL of all requests."}),
        (("--timeout",), {"metavar": "SECONDS", "type": float, "help": "Seconds to wait for the server."}),
        (("--json",), {"is_flag": True, "help": "Print JSON; lists as JSON Lines."}),
        (("--raw",), {"is_flag": True, "help": "Print the body of the response as it came."}),
        (("--no-color",), {"is_flag": True, "help": "Print no colours."}),
        (("--no-input",), {"is_flag": True, "help": "Never ask."}),
        (("-q", "--quiet"), {"is_flag": True, "help": "Print no notes."}),
        (("-v", "--verbose"), {"count": True, "help": "Show attempts; -vv: and bodies."}),
        (("--yes",), {"is_flag": True, "help": "Do not ask before something is deleted."}),
    )
    return [click.Option(names, expose_value=False, callback=_remember, **options) for names, options in given]


class Help:
    """Formats the help of a command: its own options first, then those of all commands."""

    own_options: int
    example: str

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommands of a group, and the options in two sections."""
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        # click 8.5 has help records of arguments, too.
        options = [each for each in ctx.command.get_params(ctx) if isinstance(each, click.Option)]
        for title, are_common in (("Options", False), ("Everywhere", True)):
            found = [each for each in options if (each.callback is _remember) is are_common]
            with formatter.section(title):
                formatter.write_dl(filter(None, (each.get_help_record(ctx) for each in found)))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (of click)
        """Write the example."""
        with formatter.section("Example"):
            formatter.write(f"{' ' * formatter.current_indent}{self.example}\n")


class Command(Help, click.Command):
    """A command with the common options, and an example in its help."""

    def __init__(self, *arguments: Any, example: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.example = example
        self.params.extend(common_options())


class Group(Help, click.Group):
    """A group with the common options, whose commands are imported on first use."""

    command_class = Command

    def __init__(
        self, *arguments: Any, example: str = "", lazy: Optional[Mapping[str, Tuple[str, str]]] = None, **options: Any
    ) -> None:
        super().__init__(*arguments, **{**options, "no_args_is_help": False})
        self.example = example
        #: The module and the short help of each command.
        self._lazy = dict(lazy or {})
        self.params.extend(common_options())

    def parse_args(self, ctx: click.Context, args: List[str]) -> List[str]:
        """Show the help if no command is named. The versions of click do this with different exit codes."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(USAGE)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> List[str]:  # noqa: ARG002 (of click)
        """Return the names of the commands, in the order of the documentation."""
        return [*self._lazy, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> Optional[click.Command]:
        """Import and return a command."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module = import_module(f".{self._lazy[cmd_name][0]}", __package__)
        found: click.Command = module.COMMANDS[cmd_name]
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> List[CompletionItem]:
        """Return the commands without importing them; options as click does."""
        rows = {name: text for name, (_, text) in self._lazy.items()}
        rows.update((name, each.get_short_help_str(80)) for name, each in self.commands.items())
        found = [CompletionItem(name, help=text) for name, text in rows.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (of click)
        """Write the commands, without importing them."""
        rows = [(name, text) for name, (_, text) in self._lazy.items()]
        for name, command in self.commands.items():
            rows.append((name, command.get_short_help_str(limit=80)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: List[str]
    ) -> Tuple[Optional[str], Optional[click.Command], List[str]]:
        """Return the command that is named. For a wrong name, show the nearest one.

        Raises:
            click.UsageError: If there is no such command.
        """
        name = args[0]
        if not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            message = f"There is no command {name!r}.{hint}"
            raise click.UsageError(message, ctx)
        return super().resolve_command(ctx, args)


def command(name: str, *, example: str, **options: Any) -> Callable[[Callable[..., Any]], Command]:
    """Return a decorator that makes a command of a function. Its first argument is the State."""
    return click.command(name, cls=Command, example=example, **options)


#: Passes the State as the first argument.
pass_state = click.make_pass_decorator(State, ensure=True)
