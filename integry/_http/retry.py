"""Whether a request is sent again, and when."""

from __future__ import annotations

import random
from datetime import timezone
from email.utils import parsedate_to_datetime
from time import time
from typing import Callable, Optional

#: Statuses after which an operation that is safe to repeat is sent again.
TRANSIENT = frozenset({408, 429, 502, 503, 504})
#: Seconds before the first retry, at the most; doubled for each further one.
FIRST_DELAY = 0.5
#: Seconds before any retry, at the most.
LONGEST_DELAY = 8.0
#: A server that asks to wait longer than so many seconds is not waited for.
LONGEST_RETRY_AFTER = 60.0


def is_retryable(*, idempotent: bool, status: Optional[int], connected: bool, permanent: bool = False) -> bool:
    """Whether a failed attempt may be followed by another.

    An operation that must not run twice is sent again only if it surely did not run: no connection was made, or the
    server said 429.

    Args:
        idempotent: Whether the operation is safe to repeat.
        status: The HTTP status, or None if no response came.
        connected: Whether a connection was made, so that the server may have seen the request.
        permanent: Whether it failed in a way that will be the same again, as TLS does.
    """
    if permanent:
        return False
    if status is not None:
        return status == 429 or (idempotent and status in TRANSIENT)
    return idempotent or not connected


def delay(attempt: int, retry_after: Optional[float], rand: Callable[[], float] = random.random) -> Optional[float]:
    """Seconds to wait before the next attempt, or None if it is not worth waiting.

    Args:
        attempt: The number of the attempt that failed, from 1.
        retry_after: Seconds that the server asked to wait, if it did.
        rand: A random number from 0 to 1: full jitter keeps clients from coming back all at once.
    """
    if retry_after is not None:
        return retry_after if retry_after <= LONGEST_RETRY_AFTER else None
    longest: float = FIRST_DELAY * 2 ** min(attempt - 1, 16)
    return rand() * min(LONGEST_DELAY, longest)


def parse_retry_after(value: Optional[str], now: Callable[[], float] = time) -> Optional[float]:
    """The seconds that a Retry-After header asks to wait: given as such, or as an HTTP date. None if it is neither."""
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return max(0.0, date.timestamp() - now())
