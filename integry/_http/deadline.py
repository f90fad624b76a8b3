"""The deadline of the call in progress, as a context variable: each thread and each greenlet has one of its own.

The timeout of requests bounds each wait for data. A server that sends a byte now and then never exceeds it, and keeps
a call busy for hours. So the sockets of the fast path ask here how much time is left before each wait.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import Optional

_current: ContextVar[Optional[float]] = ContextVar("deadline", default=None)


class deadline:  # noqa: N801 (a context manager, as contextlib's own)
    """Set the deadline of what the current thread or greenlet does in a block.

    Args:
        at: The deadline, in seconds of `time.monotonic`; None for no deadline.
    """

    def __init__(self, at: Optional[float]) -> None:
        self._at = at

    def __enter__(self) -> None:
        # A hook may make calls of its own: the deadline of the outer call is restored after them.
        self._token = _current.set(self._at)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def remaining() -> Optional[float]:
    """Return the seconds left until the deadline, 0 or less if it is over; None without a deadline."""
    at = _current.get()
    return None if at is None else at - monotonic()


def bounded(timeout: Optional[float]) -> Optional[float]:
    """Return a timeout, cut to the seconds left until the deadline; 0 or less if the deadline is over."""
    left = remaining()
    if left is None or timeout is None:
        return timeout if left is None else left
    return min(left, timeout)
