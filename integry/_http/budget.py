"""What retries may cost all calls of a client together: many threads must not storm a server that fails."""

from __future__ import annotations

import threading

from .._lazy import at_fork

#: So much is there at first, and at the most.
CAPACITY = 500
#: What a retry takes: a failure that took long says more of a server in need than one that came at once.
RETRY, RETRY_AFTER_TIMEOUT = 5, 10
#: What a call gives back that succeeds at once; one that was repeated gives back what its last retry took.
SUCCESS = 1


class Budget:
    """A bucket of tokens, as botocore's standard mode has one. Threads and copies of a client share it.

    Attributes:
        lock: One for all buckets: it is held for no time to speak of.
    """

    lock = threading.Lock()

    def __init__(self) -> None:
        self._left = CAPACITY

    def spend(self, cost: int) -> bool:
        """Take what a retry costs, if there is as much."""
        with self.lock:
            enough = self._left >= cost
            if enough:
                self._left -= cost
            return enough

    def earn(self, amount: int) -> None:
        """Give back what a success is worth."""
        # Without the lock at first: it is full nearly always.
        if self._left < CAPACITY:
            with self.lock:
                self._left = min(CAPACITY, self._left + amount)


def _renew_lock() -> None:
    """In a child: the thread that held it may not be there."""
    Budget.lock = threading.Lock()


at_fork(after_in_child=_renew_lock)
