"""Progress on a terminal: a bar of rich if it is installed, else a line of text."""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from time import monotonic
from typing import Any, Callable, Dict, Generator, Iterable, Optional, Protocol, Sized, Union

from ._outcome import STATES, Outcome

#: Minimum seconds between two updates.
INTERVAL = 0.1

Progress = Union[Callable[[Dict[str, int]], None], bool, None]


class Display(Protocol):
    """A display of the number of outcomes in each state."""

    def update(self, counts: Dict[str, int]) -> None:
        """Show the numbers."""

    def close(self) -> None:
        """Show the last numbers, and end the display."""


def show(
    outcomes: Generator[Outcome, None, None], progress: Progress, calls: Iterable[Any]
) -> Generator[Outcome, None, None]:
    """Yield outcomes, and show how many there were in each state.

    Args:
        outcomes: The outcomes.
        progress: True for a display on the terminal, or a function to call with the numbers.
        calls: The calls, whose number is shown if they have a length.
    """
    display: Display = _Function(progress) if callable(progress) else terminal(partial(_length, calls))
    counts = dict.fromkeys(STATES, 0)
    try:
        with closing(outcomes):
            for outcome in outcomes:
                counts[outcome.state] += 1
                display.update(counts)
                yield outcome
    finally:
        display.close()


def _length(calls: Iterable[Any]) -> Optional[int]:
    return len(calls) if isinstance(calls, Sized) else None


def terminal(count: Callable[[], Optional[int]]) -> Display:
    """Return a display on standard error. It shows nothing if that is not a terminal.

    Args:
        count: A function that returns the number of calls, if it is known.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        return NoDisplay()
    try:
        # rich is optional: a copy of this package is checked without it.
        from rich.console import Console  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 (optional)
    except ImportError:
        return _Line(count(), sys.stderr)
    return _Bar(count(), Console(stderr=True))


class NoDisplay:
    """A display that shows nothing."""

    def update(self, counts: Dict[str, int]) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _Function:
    """A display that calls a function."""

    def __init__(self, function: Callable[[Dict[str, int]], None]) -> None:
        self._function = function

    def update(self, counts: Dict[str, int]) -> None:
        self._function(dict(counts))

    def close(self) -> None:
        pass


class _Line:
    """A line of text that is written again and again."""

    def __init__(self, total: Optional[int], stream: Any) -> None:
        self._of = "" if total is None else f" of {total:,}"
        self._stream, self._start, self._shown = stream, monotonic(), 0.0
        self._counts: Dict[str, int] = dict.fromkeys(STATES, 0)

    def update(self, counts: Dict[str, int]) -> None:
        self._counts = counts
        if monotonic() - self._shown >= INTERVAL:
            self._write("")

    def close(self) -> None:
        self._write("\n")

    def _write(self, end: str) -> None:
        self._shown = monotonic()
        number, seconds = sum(self._counts.values()), max(self._shown - self._start, 0.001)
        states = ", ".join(f"{count:,} {state}" for state, count in self._counts.items())
        self._stream.write(f"\r{number:,}{self._of} calls: {states} ({number / seconds:,.0f}/s)\x1b[K{end}")
        self._stream.flush()


class _Bar:
    """A progress bar of rich."""

    def __init__(self, total: Optional[int], console: Any) -> None:
        from rich.progress import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 (optional)
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        states = TextColumn("{task.description}", markup=False)
        columns = (BarColumn(), MofNCompleteColumn(), states, TimeElapsedColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console)
        self._task = self._progress.add_task("", total=total)
        self._progress.start()

    def update(self, counts: Dict[str, int]) -> None:
        states = ", ".join(f"{count:,} {state}" for state, count in counts.items())
        self._progress.update(self._task, completed=sum(counts.values()), description=states)

    def close(self) -> None:
        self._progress.stop()
