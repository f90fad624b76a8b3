"""Ctrl-C while the command `integry` starts. Importing its modules takes longer than most users wait."""

from __future__ import annotations

# `signal` imports enum and functools, during which Ctrl-C would still show a traceback. `_signal` is built in.
import _signal  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]  # it has no stubs
import os
import sys

#: The exit code of a command that Ctrl-C ended.
INTERRUPTED = 130


def guard(*, is_command: bool = False) -> None:
    """Let Ctrl-C end the process at once, without a traceback, if it runs the command `integry`. See `restore`.

    Other programs, and a process that ignores Ctrl-C, are left alone.

    Args:
        is_command: True if the process is known to run the command.
    """
    if (is_command or _is_command()) and _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        try:
            _signal.signal(_signal.SIGINT, _end)
        except ValueError:
            # Only the main thread can set handlers. A program of the same name may import the package in another one.
            return


def restore() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again, if `guard` changed this."""
    if _signal.getsignal(_signal.SIGINT) is _end:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _end(*_: object) -> None:
    os._exit(INTERRUPTED)


def _is_command() -> bool:
    """Return True if Python imports this package to run `integry` or `python -m integry`."""
    program = (getattr(sys, "argv", None) or [""])[0]
    if os.path.splitext(os.path.basename(program))[0] == __package__:  # noqa: PTH119, PTH122 (pathlib takes 5 ms)
        return True
    # While `python -m` imports a package, its name is only here. Python < 3.10 does not have it.
    given: list[str] = getattr(sys, "orig_argv", [])
    return program == "-m" and ["-m", __package__] in [given[start : start + 2] for start in range(len(given))]
