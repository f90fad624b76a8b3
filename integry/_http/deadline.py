"""The deadline of the current call, as a context variable: each thread and each greenlet has its own.

The timeout of requests limits each wait for data. A server that sends one byte now and then never exceeds this timeout,
and can block a call for hours. So the sockets of the fast path (see `fast`) check the time left before each wait.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import Optional

_current: ContextVar[Optional[float]] = ContextVar("deadline", default=None)


class deadline:  # noqa: N801 (named like the context managers of contextlib)
    """A context manager that sets the deadline for the current thread or greenlet.

    Args:
        at: The deadline, in seconds of `time.monotonic`; None for no deadline.
    """

    def __init__(self, at: Optional[float]) -> None:
        self._at = at

    def __enter__(self) -> None:
        # A hook may make calls of its own. After them, __exit__ restores the deadline of the outer call.
        self._token = _current.set(self._at)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def remaining() -> Optional[float]:
    """Return the seconds left until the deadline, or None without a deadline. At 0 or less, the deadline has passed."""
    at = _current.get()
    return None if at is None else at - monotonic()


def limit_to_deadline(timeout: Optional[float]) -> Optional[float]:
    """Return a timeout, cut to the seconds left until the deadline. At 0 or less, the deadline has passed."""
    left = remaining()
    if left is None or timeout is None:
        return timeout if left is None else left
    return min(left, timeout)
