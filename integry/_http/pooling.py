"""Pooled connections: how long an idle one is used again, and TCP keep-alive.

A NAT or a load balancer forgets connections that are idle for some minutes, often without telling the client. A request
on such a connection waits for its whole timeout, and the server's end of one that is just being closed resets it.
"""

from __future__ import annotations

import socket
from collections import deque
from functools import lru_cache
from queue import Empty, Full
from time import monotonic
from typing import Any, List, Tuple

#: Maximum seconds that a connection may have been idle to be used again. Load balancers close them after 60 s and more.
MAX_IDLE = 50.0
#: The options of TCP keep-alive: seconds until the first probe (TCP_KEEPALIVE on macOS), seconds between probes, number
#: of probes. A peer that is gone is noticed after two minutes, and a NAT does not forget a connection that waits.
_KEEP_ALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPALIVE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))

SocketOptions = List[Tuple[int, int, int]]


def keep_alive() -> SocketOptions:
    """Return the socket options that switch TCP keep-alive on, as far as the platform has them."""
    found = [(socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in _KEEP_ALIVE if hasattr(socket, name)]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *found]


class Stack:
    """The part of queue.LifoQueue that urllib3 uses of a pool that never blocks, without a lock, and with `MAX_IDLE`.

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
        if connection is not None and monotonic() - since > MAX_IDLE:
            # urllib3 opens a closed connection again.
            connection.close()
        return connection

    def put(self, item: Any, block: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (as a queue's)
        """Add a connection.

        Raises:
            queue.Full: If there are maxsize items: urllib3 closes the connection then.
        """
        if len(self._items) >= self.maxsize:
            raise Full
        self._items.append((item, monotonic()))

    def qsize(self) -> int:
        """Return the number of items, which urllib3 logs if there are too many."""
        return len(self._items)

    def empty(self) -> bool:
        """Return True if there are no items. VCR.py asks for this when it takes its connections out of a pool."""
        return not self._items


def limit_idle(manager: Any) -> Any:
    """Let the pools that a PoolManager makes keep their connections in a `Stack`. Return the manager."""
    manager.pool_classes_by_scheme = {
        scheme: _with_stack(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
    }
    return manager


@lru_cache(maxsize=None)
def _with_stack(pool: Any) -> Any:
    """Return a class of pools with a `Stack`, under the same name, which appears in messages."""
    return pool if pool.QueueCls is Stack else type(pool.__name__, (pool,), {"QueueCls": Stack})
