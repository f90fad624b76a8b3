"""Pooled connections: a limit for the time that they may be idle, and TCP keep-alive.

NAT devices and load balancers drop connections that are idle for some minutes, often without notice. A request on a
dropped connection waits until its timeout, and a request on a connection that the server just closes gets a reset.
"""

from __future__ import annotations

import socket
from functools import lru_cache
from queue import LifoQueue
from time import monotonic
from typing import Any, List, Tuple

#: Maximum seconds that a connection may be idle before it is reused. Load balancers close idle ones after 60 s or more.
MAX_IDLE = 50.0
#: Options of TCP keep-alive: seconds until the first probe (TCP_KEEPALIVE on macOS), seconds between probes, number of
#: probes. A lost peer is detected after two minutes, and NAT devices keep a connection that waits for a response.
_KEEP_ALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPALIVE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))

SocketOptions = List[Tuple[int, int, int]]


def keep_alive() -> SocketOptions:
    """Return the socket options that enable TCP keep-alive. Options that the platform lacks are left out."""
    found = [(socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in _KEEP_ALIVE if hasattr(socket, name)]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *found]


def with_timestamp(connection: Any) -> Tuple[Any, float]:
    """Return a connection and the current time, to put both into a pool."""
    return connection, monotonic()


def close_if_idle(connection: Any, since: float) -> Any:
    """Return a pooled connection. Close it first if it was idle for too long; urllib3 opens it again."""
    if connection is not None and monotonic() - since > MAX_IDLE:
        connection.close()
    return connection


class IdleQueue(LifoQueue):  # type: ignore[type-arg]  # Python 3.8 cannot subscript it
    """A queue for urllib3's pools that limits the idle time to `MAX_IDLE`. VCR.py works only with a queue.Queue."""

    def put(self, item: Any, *args: Any, **kwargs: Any) -> None:
        """Add a connection, or None as a placeholder for a new one."""
        super().put(with_timestamp(item), *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return the connection that was added last, or None as a placeholder for a new one."""
        return close_if_idle(*super().get(*args, **kwargs))


def limit_idle(manager: Any) -> Any:
    """Make a PoolManager create pools that use an `IdleQueue`, and return the manager."""
    manager.pool_classes_by_scheme = {
        scheme: _with_idle_queue(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
    }
    return manager


@lru_cache(maxsize=None)
def _with_idle_queue(pool: Any) -> Any:
    """Return a subclass of a pool class that uses an `IdleQueue`.

    The subclass keeps the name of the class, which appears in error messages.
    """
    return pool if pool.QueueCls is IdleQueue else type(pool.__name__, (pool,), {"QueueCls": IdleQueue})
