"""Retries: which failures are retried, the delay before a retry, and the retry quota."""

from __future__ import annotations

import os
import random
import re
import threading
from datetime import timezone
from email.utils import parsedate_to_datetime
from time import time
from typing import Callable, Optional

#: Statuses after which an idempotent operation is retried.
TRANSIENT_STATUSES = frozenset({408, 429, 502, 503, 504})
#: Maximum delay before the first retry, in seconds. The maximum doubles with each further retry.
FIRST_DELAY = 0.5
#: Maximum delay before a retry, in seconds, unless the server asks for a longer one.
MAX_DELAY = 8.0
#: Maximum Retry-After in seconds. If a server asks for more, the call fails without a retry.
MAX_RETRY_AFTER = 60.0
#: Seconds in a Retry-After header. RFC 9110 allows whole numbers only, but some rate limiters send fractions.
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", re.ASCII)
#: Number of tokens in a full retry quota.
CAPACITY = 500
#: Number of tokens that a retry takes from the quota. A retry after a timeout, which is a sign of an overloaded server,
#: takes more.
RETRY, RETRY_AFTER_TIMEOUT = 5, 10
#: Number of tokens that a successful first attempt returns to the quota. A successful retry returns the tokens that it
#: took.
SUCCESS = 1


def is_retryable(*, idempotent: bool, status: Optional[int], connected: bool, permanent: bool = False) -> bool:
    """Return True if a failed attempt can be retried.

    A non-idempotent operation is retried only if it did not run: there was no connection, or the status is 429.

    Args:
        idempotent: True if the operation can be repeated safely.
        status: The HTTP status, or None if there was no response.
        connected: True if there was a connection, so that the server may have received the request.
        permanent: True if a retry would fail in the same way, as after a TLS error.
    """
    if permanent:
        return False
    if status is not None:
        return status == 429 or (idempotent and status in TRANSIENT_STATUSES)
    return idempotent or not connected


def delay(attempt: int, retry_after: Optional[float], rand: Callable[[], float] = random.random) -> Optional[float]:
    """Return the seconds to wait before the next attempt, or None if Retry-After is longer than MAX_RETRY_AFTER.

    The delay grows exponentially, with full jitter: a random delay keeps clients from retrying all at once.

    Args:
        attempt: The number of the attempt that failed, from 1.
        retry_after: The seconds in the Retry-After header; None without one.
        rand: A function that returns a random number from 0 to 1.
    """
    if retry_after is not None:
        return retry_after if retry_after <= MAX_RETRY_AFTER else None
    longest: float = FIRST_DELAY * 2 ** min(attempt - 1, 16)
    return rand() * min(MAX_DELAY, longest)


def parse_retry_after(value: Optional[str], now: Callable[[], float] = time) -> Optional[float]:
    """Return the seconds in a Retry-After header, or None if it is neither a number nor an HTTP date.

    A number may have a fraction. A number that is too large for a float is infinite, and a date in the past is 0.
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
        lock: A lock that all quotas share, so that one fork handler can replace it.
    """

    lock = threading.Lock()

    def __init__(self) -> None:
        self._tokens = CAPACITY

    def acquire(self, tokens: int) -> bool:
        """Take tokens for a retry. Return False if the quota has too few."""
        with self.lock:
            enough = self._tokens >= tokens
            if enough:
                self._tokens -= tokens
            return enough

    def release(self, tokens: int) -> None:
        """Put tokens back after a success."""
        # Check without the lock first: the bucket is nearly always full.
        if self._tokens < CAPACITY:
            with self.lock:
                self._tokens = min(CAPACITY, self._tokens + tokens)


def _renew_lock() -> None:
    """Replace the lock in a forked child: a thread of the parent may have held it."""
    RetryQuota.lock = threading.Lock()


# Windows has no fork.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_renew_lock)
