"""Connection pools with our connections."""

from __future__ import annotations

from typing import Any

from urllib3 import connectionpool

from ..pooling import Stack
from .connections import HTTPConnection, HTTPSConnection


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
