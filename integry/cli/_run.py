"""Running the command: streams, exit codes, and errors as one line."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Any, List, Optional, Sequence

from ._errors import FAILED, INTERRUPTED, PIPE, USAGE, CommandError, describe, error_json, error_line
from ._state import State

COMPLETION_VARIABLE = "_INTEGRY_COMPLETE"


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit code.

    Args:
        argv: The command-line arguments; None for those of this process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if COMPLETION_VARIABLE in os.environ:
        from ._complete import complete

        return complete(os.environ[COMPLETION_VARIABLE])
    state = State()
    try:
        _open_streams()
        code = _run(arguments, state)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except OSError as error:
        _drop_stdout()
        if isinstance(error, BrokenPipeError):
            return PIPE
        return _fail(CommandError(f"The output cannot be written: {error.strerror or error}."), state, arguments)
    finally:
        if state.options.get("verbose"):
            from ._logging import hide_log

            hide_log()
    return code


def _open_streams() -> None:
    """Replace closed streams, and let streams print all characters.

    Raises:
        CommandError: If standard output is closed: nothing may be sent whose result would be lost.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 (open until the process ends)
    closed = sys.stdout is None
    if closed:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (open until the process ends)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (open until the process ends)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # not all streams have it
    if closed:
        raise OSError(errno.EBADF, "standard output is closed")


def _drop_stdout() -> None:
    """Let nothing more be written: Python would flush at its end, and print a message."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: List[str], state: State) -> int:
    import click

    from ._root import root

    try:
        with root.make_context("integry", arguments, obj=state) as context:
            found = root.invoke(context)
    except click.exceptions.Exit as error:
        return int(error.exit_code)
    except click.Abort:
        sys.stderr.write("\n")
        return INTERRUPTED
    except click.ClickException as error:
        return _fail(CommandError(_usage(error), USAGE), state, arguments)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 (other errors are raised again)
        return _fail(error, state, arguments)
    return found if isinstance(found, int) else 0


def _usage(error: Any) -> str:
    """Return the message of a usage error, with where to find help."""
    context = getattr(error, "ctx", None)
    where = f" See `{context.command_path} --help`." if context is not None else ""
    message = error.format_message()
    return f"{message if message.endswith(('.', '?')) else f'{message}.'}{where}"


def _fail(error: Exception, state: State, arguments: Sequence[str]) -> int:
    """Print an error as one line, and return its exit code."""
    code, message, fields = describe(error)
    # With a usage error, the options after it were not read yet.
    as_json = state.flag("json") or (code == USAGE and "--json" in arguments)
    with suppress(OSError):
        sys.stderr.write(f"{error_json(fields) if as_json else error_line(message)}\n")
    return code or FAILED
