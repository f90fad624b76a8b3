"""A progress line: the current step of a long run, in a terminal."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from typing import Iterator, TextIO

from attrs import define, field

#: Seconds before the line is shown, and between two updates of it.
DELAY = 2.0
INTERVAL = 0.5
#: Return to the start of the line, and delete the line.
_CLEAR = "\r\x1b[K"


@define
class Progress:
    """A line in a terminal with the current step and the elapsed seconds.

    Attributes:
        stream: The stream of the terminal; nothing is shown in other streams (default: standard error).
        delay: Seconds before the line is first shown.
        interval: Seconds between two updates of the line.
    """

    stream: TextIO = field(factory=lambda: sys.stderr)
    delay: float = DELAY
    interval: float = INTERVAL
    _text: str = field(default="", init=False)
    _is_done: threading.Event = field(factory=threading.Event, init=False)

    def step(self, text: str) -> None:
        """Set the current step."""
        self._text = text

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the line while the block runs, and delete it in the end."""
        if not self.stream.isatty():
            yield
            return
        thread = threading.Thread(target=self._show, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_done.set()
            thread.join()

    def _show(self) -> None:
        started, wait, end = time.monotonic(), self.delay, ""
        while not self._is_done.wait(wait):
            line = f"{self._text} ({time.monotonic() - started:.0f} s)"
            # A line that is wrapped could not be deleted completely.
            self.stream.write(_CLEAR + line[: shutil.get_terminal_size().columns - 1])
            self.stream.flush()
            wait, end = self.interval, _CLEAR
        self.stream.write(end)
        self.stream.flush()
