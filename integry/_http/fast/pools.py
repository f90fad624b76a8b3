"""Connection pools: our connections in a storage without locks."""

from __future__ import annotations

from collections import deque
from queue import Empty, Full
from typing import Any, Tuple

from urllib3 import connectionpool

from ..pooling import close_if_idle, stamped
from .connections import HTTPConnection, HTTPSConnection


class Stack:
    """The part of queue.LifoQueue that urllib3 uses of a pool that never blocks, without a lock.

    A signal handler that raises, as for Ctrl-C or Celery's soft time limit, can interrupt `Condition.__enter__` right
    after it acquired the lock of a queue. Nobody releases that lock then: every later call hangs. A fork at that moment
    has the same effect in the child. The methods of a deque are atomic instead.

    Args:
        maxsize: Number of connections that are kept. Threads that put at the same time may exceed it by one each.
    """

    def __init__(self, maxsize: int) -> None:
        self.maxsize = maxsize
        self._items: deque[Tuple[Any, float]] = deque()

    def get(self, block: bool = False, timeout: object = None) -> Any:  # noqa: ARG002, FBT001, FBT002 (as a queue's)
        """Return the last connection, or None for one that is to be made; closed if it was idle for too long.

        Raises:
            queue.Empty: If there is none: urllib3 makes a connection then.
        """
        try:
            connection, since = self._items.pop()
        except IndexError:
            raise Empty from None
        return close_if_idle(connection, since)

    def put(self, item: Any, block: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (as a queue's)
        """Add a connection.

        Raises:
            queue.Full: If there are maxsize items: urllib3 closes the connection then.
        """
        if len(self._items) >= self.maxsize:
            raise Full
        self._items.append(stamped(item))

    def qsize(self) -> int:
        """Return the number of items, which urllib3 logs if there are too many."""
        return len(self._items)


class _Pool:
    """The base of pools with and without TLS.

    Attributes:
        is_set_up_for: The `verify` and `cert` that the adapter has set the pool up for.
    """

    QueueCls = Stack
    is_set_up_for: Any = None

    def urlopen(self, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Pass headers on as a plain dict: urllib3 iterates over them twice (saves 15 µs)."""
        parent: Any = super()
        store = getattr(headers, "_store", None)
        return parent.urlopen(method, url, body, headers if store is None else dict(store.values()), *args, **kwargs)


#: Pool classes by scheme, as urllib3 looks them up. They keep urllib3's names, which appear in error messages.
POOLS = {
    "http": type("HTTPConnectionPool", (_Pool, connectionpool.HTTPConnectionPool), {"ConnectionCls": HTTPConnection}),
    "https": type(
        "HTTPSConnectionPool", (_Pool, connectionpool.HTTPSConnectionPool), {"ConnectionCls": HTTPSConnection}
    ),
}
