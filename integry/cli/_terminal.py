"""The standard streams: if they are terminals, notes on standard error, and progress."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Any

from ._errors import USAGE, CommandError
from ._text import clean

if TYPE_CHECKING:
    from ._state import State


def is_terminal(stream: Any) -> bool:
    """Return True if a stream is a terminal."""
    return bool(stream is not None and stream.isatty())


def can_ask(state: State) -> bool:
    """Return True if somebody can be asked: there is a terminal, and --no-input was not given."""
    return not state.flag("no_input") and is_terminal(sys.stdin) and is_terminal(sys.stderr)


def has_colours(state: State, stream: Any) -> bool:
    """Return True if colours may be printed: NO_COLOR, FORCE_COLOR and TERM=dumb are honoured."""
    if state.flag("no_color") or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def write_error(text: str) -> None:
    """Print a line on standard error, also with --quiet."""
    sys.stderr.write(f"{clean(text)}\n")


def note(state: State, text: str) -> None:
    """Print a line on standard error, if not --quiet."""
    if not state.flag("quiet"):
        write_error(text)


def read_stdin() -> str:
    """Return standard input as text.

    Raises:
        CommandError: If it is not UTF-8.
    """
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read()
    try:
        return str(stream.read().decode())
    except UnicodeDecodeError:
        message = "Standard input is not UTF-8 text."
        raise CommandError(message, USAGE) from None


def prompt(question: str, **options: Any) -> str:
    """Ask on standard error, and return the answer.

    Args:
        question: The question.
        **options: Further arguments of `click.prompt`.
    """
    import click

    # click < 8.2 prints a space to standard output, where the result of the command goes.
    with nullcontext() if is_terminal(sys.stdout) else redirect_stdout(sys.stderr):
        return str(click.prompt(clean(question), err=True, **options))


def confirm(state: State, question: str) -> None:
    """Ask before something is deleted.

    Raises:
        CommandError: If there is no terminal and no --yes, or the answer is no.
    """
    if state.flag("yes"):
        return
    if not can_ask(state):
        message = f"{question} There is no terminal to ask on: pass --yes."
        raise CommandError(message, USAGE)
    if prompt(f"{question} [y/N]", default="n", show_default=False).strip().lower() not in {"y", "yes"}:
        message = "Nothing was done."
        raise CommandError(message)


class Progress:
    """The number of items so far, on a terminal that shows nothing else."""

    def __init__(self, state: State, noun: str) -> None:
        # A table on the same terminal shows the progress itself.
        # TERM=dumb cannot replace a line.
        is_shown = is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb" and not is_terminal(sys.stdout)
        self._shown = is_shown and not state.flag("quiet")
        self._noun, self._length, self._pages = noun, 0, 0

    def show(self, number: int) -> None:
        """Replace the line, from the second page on."""
        self._pages += 1
        if self._shown and self._pages > 1:
            text = f"{number:,} {self._noun}"
            self._length = max(self._length, len(text))
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()

    def close(self) -> None:
        """Remove the line."""
        if self._length:
            sys.stderr.write(f"\r{' ' * self._length}\r")
            sys.stderr.flush()
