"""Waiting for a user."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from .._arguments import refuse
from .._settings import is_duration

#: Seconds that a pause takes at least.
MIN_PAUSE = 0.001


class Wait:
    """A time to wait, with pauses.

    Its pauses are counted, too, so that it ends where a library for tests stops the clock, such as freezegun.

    Args:
        seconds: How long to wait.
    """

    def __init__(self, seconds: float) -> None:
        self._end, self._sleep_left = monotonic() + seconds, seconds

    def left(self) -> float:
        """Return the seconds that are left; 0 or less at the end."""
        return min(self._end - monotonic(), self._sleep_left)

    def pause(self, seconds: float) -> None:
        """Sleep, but not longer than is left."""
        seconds = max(min(seconds, self.left()), MIN_PAUSE)
        sleep(seconds)
        self._sleep_left -= seconds


def check_times(timeout: Any, poll: Any) -> None:
    """Check the times of a wait.

    Raises:
        InvalidRequest: If they are no times that a thread can wait.
    """
    if not is_duration(timeout):
        refuse("timeout", "seconds, more than 0", timeout)
    if not (is_duration(poll) or (type(poll) in (int, float) and poll == 0)):
        refuse("poll", "seconds, 0 or more", poll)
