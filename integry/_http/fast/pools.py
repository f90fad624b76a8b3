"""Connection pools that store connections without a lock."""

from __future__ import annotations

from collections import deque
from queue import Empty, Full
from typing import Any, Tuple

from urllib3 import connectionpool

from ..pooling import close_if_idle, with_timestamp
from .connections import HTTPConnection, HTTPSConnection


class Stack:
    """A replacement for queue.LifoQueue in pools that never block. A stack needs no lock: deque methods are atomic.

    A signal handler that raises, such as for Ctrl-C or Celery's soft time limit, can interrupt `Condition.__enter__` of
    a queue right after it has acquired the lock. Nothing releases that lock, and all later calls hang. A fork at that
    moment has the same effect in the child.

    Args:
        maxsize: Maximum number of connections. Threads that add connections at the same time may exceed the maximum, by
            one connection each.
    """

    def __init__(self, maxsize: int) -> None:
        self.maxsize = maxsize
        self._items: deque[Tuple[Any, float]] = deque()

    def get(self, block: bool = False, timeout: object = None) -> Any:  # noqa: ARG002, FBT001, FBT002 (as Queue.get)
        """Return the connection that was added last, closed if it was idle for too long. None stands for a new one.

        Raises:
            queue.Empty: If the pool is empty. urllib3 creates a connection then.
        """
        try:
            connection, since = self._items.pop()
        except IndexError:
            raise Empty from None
        return close_if_idle(connection, since)

    def put(self, item: Any, block: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (as Queue.put)
        """Add a connection, or None as a placeholder for a new one.

        Raises:
            queue.Full: If there are `maxsize` connections. urllib3 closes this one then.
        """
        if len(self._items) >= self.maxsize:
            raise Full
        self._items.append(with_timestamp(item))

    def qsize(self) -> int:
        """Return the number of connections, which urllib3 logs when the pool is full."""
        return len(self._items)


class _Pool:
    """The base class of pools with and without TLS.

    Attributes:
        is_set_up_for: The `verify` and `cert` for which the adapter has configured the pool.
    """

    QueueCls = Stack
    is_set_up_for: Any = None

    def urlopen(self, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Convert the headers to a plain dict, because urllib3 iterates over them twice (saves 15 µs)."""
        parent: Any = super()
        store = getattr(headers, "_store", None)
        return parent.urlopen(method, url, body, headers if store is None else dict(store.values()), *args, **kwargs)


#: Pool classes by scheme, for PoolManager.pool_classes_by_scheme. The names of the classes, which appear in error
#: messages, are those of urllib3.
POOLS = {
    "http": type("HTTPConnectionPool", (_Pool, connectionpool.HTTPConnectionPool), {"ConnectionCls": HTTPConnection}),
    "https": type(
        "HTTPSConnectionPool", (_Pool, connectionpool.HTTPSConnectionPool), {"ConnectionCls": HTTPSConnection}
    ),
}
