"""A progress line: the current step of a long run, in a terminal."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from typing import Iterator, TextIO

from attrs import define, field

#: Seconds before the progress line is first shown, and seconds between two updates of the line.
DELAY = 2.0
INTERVAL = 0.5
#: Control characters that move the cursor to the start of the line, and delete the line.
_CLEAR = "\r\x1b[K"


@define
class Progress:
    """A line in a terminal with the current step and the elapsed seconds.

    Attributes:
        stream: The stream to write to (default: standard error). If it is not a terminal, nothing is written.
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
            # Cut the line to the width of the terminal: only the last row of a wrapped line could be deleted.
            self.stream.write(_CLEAR + line[: shutil.get_terminal_size().columns - 1])
            self.stream.flush()
            wait, end = self.interval, _CLEAR
        self.stream.write(end)
        self.stream.flush()
