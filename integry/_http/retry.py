"""Retries: which failures are retried, after how many seconds, and how many retries a client can make in all."""

from __future__ import annotations

import random
import re
import threading
from datetime import timezone
from email.utils import parsedate_to_datetime
from time import time
from typing import Callable, Optional

from .._lazy import at_fork

#: Statuses after which an idempotent operation is sent again.
TRANSIENT = frozenset({408, 429, 502, 503, 504})
#: Maximum number of seconds before the first retry; doubled for each further one.
FIRST_DELAY = 0.5
#: Maximum number of seconds before any retry.
MAX_DELAY = 8.0
#: Maximum number of seconds of a Retry-After: the client does not wait longer.
MAX_RETRY_AFTER = 60.0
#: The number of seconds in a Retry-After. RFC 9110 allows no fraction, and rate limiters send some.
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", re.ASCII)
#: Number of tokens in a full retry quota.
CAPACITY = 500
#: Number of tokens that a retry takes. A timeout suggests an overloaded server more than a quick failure does.
RETRY, RETRY_AFTER_TIMEOUT = 5, 10
#: Number of tokens that a call returns if its first attempt succeeds. A retried call returns those of its last retry.
SUCCESS = 1


def is_retryable(*, idempotent: bool, status: Optional[int], connected: bool, permanent: bool = False) -> bool:
    """Return True if a failed attempt can be followed by another.

    An operation that must not run twice is sent again only if it surely did not run: no connection was made, or the
    server answered 429.

    Args:
        idempotent: Whether the operation can be repeated safely.
        status: The HTTP status, or None if there was no response.
        connected: Whether a connection was made, so that the server may have received the request.
        permanent: Whether another attempt would fail in the same way, as after a TLS error.
    """
    if permanent:
        return False
    if status is not None:
        return status == 429 or (idempotent and status in TRANSIENT)
    return idempotent or not connected


def delay(attempt: int, retry_after: Optional[float], rand: Callable[[], float] = random.random) -> Optional[float]:
    """Return the seconds to wait before the next attempt, or None if the server asks for too long a wait.

    Args:
        attempt: The number of the attempt that failed, from 1.
        retry_after: Seconds that the server asked to wait, if it did.
        rand: Returns a random number from 0 to 1: full jitter keeps clients from coming back all at once.
    """
    if retry_after is not None:
        return retry_after if retry_after <= MAX_RETRY_AFTER else None
    longest: float = FIRST_DELAY * 2 ** min(attempt - 1, 16)
    return rand() * min(MAX_DELAY, longest)


def parse_retry_after(value: Optional[str], now: Callable[[], float] = time) -> Optional[float]:
    """Return the seconds of a Retry-After header, a number or an HTTP date; None if it is neither.

    A number may have a fraction. One too large for a float is infinite, and a date in the past is 0.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return max(0.0, date.timestamp() - now())


class RetryQuota:
    """A token bucket shared by all calls of a client and its copies, so that an outage does not cause a retry storm.

    Attributes:
        lock: One lock for all quotas, held for a moment only.
    """

    lock = threading.Lock()

    def __init__(self) -> None:
        self._tokens = CAPACITY

    def acquire(self, tokens: int) -> bool:
        """Take tokens for a retry. Return False if there are not enough."""
        with self.lock:
            enough = self._tokens >= tokens
            if enough:
                self._tokens -= tokens
            return enough

    def release(self, tokens: int) -> None:
        """Return tokens after a success."""
        # Without the lock first: the bucket is full nearly always.
        if self._tokens < CAPACITY:
            with self.lock:
                self._tokens = min(CAPACITY, self._tokens + tokens)


def _renew_lock() -> None:
    """Replace the lock in a child: a thread of the parent may have held it."""
    RetryQuota.lock = threading.Lock()


at_fork(after_in_child=_renew_lock)
