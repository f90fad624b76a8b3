"""Polling until a user has done something."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from .._arguments import refuse
from .._settings import is_duration

#: Minimum seconds between two requests.
MIN_PAUSE = 0.001


class PollTimer:
    """A timer of a method that polls: a time limit, and the pauses between two requests.

    The limit applies to the sum of the pauses too, so that polling ends even if a test library such as freezegun stops
    the clock.

    Args:
        seconds: The time limit in seconds.
    """

    def __init__(self, seconds: float) -> None:
        self._deadline, self._pause_left = monotonic() + seconds, seconds

    def remaining(self) -> float:
        """Return the seconds left until the time limit. At 0 or less, the limit has passed."""
        return min(self._deadline - monotonic(), self._pause_left)

    def pause(self, seconds: float) -> None:
        """Sleep for a number of seconds, cut to the time left."""
        seconds = max(min(seconds, self.remaining()), MIN_PAUSE)
        sleep(seconds)
        self._pause_left -= seconds


def check_times(timeout: Any, poll: Any) -> None:
    """Check the arguments `timeout` and `poll` of a method that waits.

    Raises:
        InvalidRequest: If one is not a number of seconds that a thread can wait.
    """
    if not is_duration(timeout):
        refuse("timeout", "seconds above 0", timeout)
    if not (is_duration(poll) or (type(poll) in (int, float) and poll == 0)):
        refuse("poll", "seconds, 0 or more", poll)
