"""Pooled connections: how long an idle one is used again, and TCP keep-alive.

A NAT or a load balancer forgets connections that are idle for some minutes, often without telling the client. A request
on such a connection waits for its whole timeout, and the server's end of one that is just being closed resets it.
"""

from __future__ import annotations

import socket
from functools import lru_cache
from queue import LifoQueue
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


def stamped(connection: Any) -> Tuple[Any, float]:
    """Return a connection with the time, as it is put into a pool."""
    return connection, monotonic()


def close_if_idle(connection: Any, since: float) -> Any:
    """Return a connection that is in a pool since a time, closed if that is too long ago: urllib3 opens it again."""
    if connection is not None and monotonic() - since > MAX_IDLE:
        connection.close()
    return connection


class IdleQueue(LifoQueue):  # type: ignore[type-arg]  # Python 3.8 cannot subscript it
    """The queue of urllib3's pools, with `MAX_IDLE`. VCR.py asks whether it is a queue.Queue."""

    def put(self, item: Any, *args: Any, **kwargs: Any) -> None:
        """Add a connection, or None for one that is to be made."""
        super().put(stamped(item), *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return the last connection, or None."""
        return close_if_idle(*super().get(*args, **kwargs))


def limit_idle(manager: Any) -> Any:
    """Let the pools that a PoolManager makes keep their connections in an `IdleQueue`. Return the manager."""
    manager.pool_classes_by_scheme = {
        scheme: _with_idle_queue(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
    }
    return manager


@lru_cache(maxsize=None)
def _with_idle_queue(pool: Any) -> Any:
    """Return a class of pools with an `IdleQueue`, under the same name, which appears in messages."""
    return pool if pool.QueueCls is IdleQueue else type(pool.__name__, (pool,), {"QueueCls": IdleQueue})
