"""The command `manage.py integry`: the command line of this package, with the settings of the project."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...._secrets import Secret
from ... import _settings

PACKAGE = __name__.rpartition(".django.")[0]
#: The program that runs the command line. Its first argument is the folder of the package, which may be in the path of
#: this process only, as with --pythonpath.
PROGRAM = "import sys; sys.path.append(sys.argv.pop(1)); from {}.__main__ import main; sys.exit(main())"
#: The keys of INTEGRY that the command line reads from the environment, as INTEGRY_APP_KEY and so on.
KEYS = ("APP_KEY", "APP_SECRET", "BASE_URL", "TIMEOUT", "ORGANISATION_TOKEN", "ORGANISATION_BASE_URL")
#: Options that Django takes from all commands before it runs them.
DJANGO_OPTIONS = ("--settings", "--pythonpath")
#: The exit code of the command line if settings are missing or wrong.
NOT_CONFIGURED = 3


class Command(BaseCommand):
    """Runs the command line with the settings of the project, and passes all arguments to it."""

    help = "Run the command line of integry with the settings of this project: manage.py integry --help"
    requires_system_checks = ()

    def run_from_argv(self, argv: List[str]) -> None:
        """Become the command line, which gets the streams, signals and arguments of this process."""
        try:
            line = _line(_others(argv[2:]))
            start: Callable[..., int] = _wait if sys.platform == "win32" else os.execve
            sys.stdout.flush()
            # Error reporters show local variables, so the environment is not one.
            code = start(line[0], line, _environment())
        except CommandError as error:
            self.stderr.write(f"Error: {error}")
            code = error.returncode
        sys.exit(code)

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """Print the help of the command line, for `manage.py help integry`."""
        self.run_from_argv([prog_name, subcommand, "--help"])

    def add_arguments(self, parser: CommandParser) -> None:
        """Take all arguments of `call_command`."""
        parser.add_argument("args", nargs=argparse.REMAINDER)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command line for `call_command`, and wait until it ends.

        Raises:
            CommandError: If it fails. The error has its exit code.
        """
        out, err = (None if options.get(name) is None else subprocess.PIPE for name in ("stdout", "stderr"))
        done = subprocess.run(  # noqa: S603 (this package)
            _line(args), env=_environment(), check=False, stdout=out, stderr=err, encoding="utf-8"
        )
        self.stdout.write(done.stdout or "", ending="")
        self.stderr.write(done.stderr or "", ending="")
        if done.returncode:
            message = f"integry ended with exit code {done.returncode}."
            raise CommandError(message, returncode=done.returncode)


def _wait(_: str, line: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command and return its exit code, for Windows, where exec does not wait."""
    return subprocess.call(line, env=environment)  # noqa: S603 (this package)


def _others(arguments: Sequence[str]) -> List[str]:
    """Return the arguments without the options that Django has read from them."""
    kept, waiting = [], list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word in DJANGO_OPTIONS:
            del waiting[:1]
        elif not word.startswith(tuple(f"{option}=" for option in DJANGO_OPTIONS)):
            kept.append(word)
    return kept


def _line(arguments: Sequence[str]) -> List[str]:
    """Return the command that runs the command line.

    Raises:
        CommandError: If this package is a copy, which has no command line.
    """
    if find_spec(f"{PACKAGE}.cli") is None:
        message = f"The copy {PACKAGE} has no command line: pip install 'integry-requests[cli]', then run integry."
        raise CommandError(message)
    folder = Path(__file__).absolute().parents[4 + PACKAGE.count(".")]
    return [sys.executable, "-c", PROGRAM.format(PACKAGE), str(folder), *arguments]


def _environment() -> Dict[str, str]:
    """Return the environment of this process with the settings of the project, which go first.

    Raises:
        CommandError: If INTEGRY is wrong. The message has no value.
    """
    try:
        found = {f"INTEGRY_{key}": _text(key, _settings.read(key)) for key in KEYS}
    except ImproperlyConfigured as error:
        raise CommandError(str(error), returncode=NOT_CONFIGURED) from error
    return {**os.environ, **{name: text for name, text in found.items() if text}}


def _text(key: str, value: Any) -> str:
    """Return the value of a key as a variable of the environment; an empty string if it is not set.

    Raises:
        ImproperlyConfigured: If it cannot be a text.
    """
    if not value or value is _settings.DEFAULTS[key]:
        return ""
    if isinstance(value, Secret):
        problem = value.type_error()
        if problem:
            message = f"INTEGRY[{key!r}] {problem}"
            raise ImproperlyConfigured(message)
        return value.get_secret_value()
    # The command line has one number of seconds, that for each wait for data.
    return str(value[-1] if isinstance(value, (tuple, list)) else value)
