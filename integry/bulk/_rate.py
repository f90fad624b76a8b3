"""Rate limits: how many calls leave per second."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Callable, Protocol

from .._arguments import refuse
from ..errors import ConfigurationError


class Limiter(Protocol):
    """A limit of the rate of calls: a `RateLimit`, or a limit of your own, for example one that processes share."""

    def reserve(self) -> float:
        """Reserve the next free slot for a call, and return the seconds until the slot."""
        ...

    def hold(self, seconds: float) -> None:
        """Hold back all slots that are not reserved yet, because the server asked to wait."""
        ...


class RateLimit:
    """A limit of the rate of calls. It is thread-safe, and several runs of a process can share one.

    Args:
        calls: Number of calls per period.
        per: Length of the period in seconds.
        burst: Number of calls that may leave at once after a pause.
        clock: A function that returns the time in seconds, for tests.

    Raises:
        ConfigurationError: If an argument is not a positive number.
    """

    def __init__(
        self, calls: float, per: float = 1.0, burst: int = 1, *, clock: Callable[[], float] = monotonic
    ) -> None:
        for name, value, lowest in (("calls", calls, 0), ("per", per, 0), ("burst", burst, 0)):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not lowest < value < float("inf"):
                refuse(name, "a positive number", value, ConfigurationError)
        self._interval = per / calls
        self._tolerance = (burst - 1) * self._interval
        self._clock, self._lock = clock, threading.Lock()
        #: The time at which the bucket of the generic cell rate algorithm (GCRA) is empty.
        self._empty_at = clock()

    def reserve(self) -> float:
        """Reserve the next free slot for a call, and return the seconds until the slot."""
        with self._lock:
            now = self._clock()
            at = max(now, self._empty_at - self._tolerance)
            self._empty_at = max(now, self._empty_at) + self._interval
            return at - now

    def hold(self, seconds: float) -> None:
        """Hold back all slots that are not reserved yet, because the server asked to wait."""
        with self._lock:
            self._empty_at = max(self._empty_at, self._clock() + seconds + self._tolerance)
