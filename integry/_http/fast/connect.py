"""Connecting within the deadline.

urllib3 waits for getaddrinfo without any timeout, and gives each address of a host the whole timeout. With a deadline,
the name is resolved in a helper thread that is waited for until the deadline only, and the addresses share the time
left. The limits: a thread whose getaddrinfo hangs lives on until that returns, as nothing can interrupt it; and where
no thread can be started, or getaddrinfo is gevent's or eventlet's but threads are not, getaddrinfo is called directly,
and the deadline is checked after it.
"""

from __future__ import annotations

import _thread
import socket
import threading
from contextvars import copy_context
from typing import Any, Callable, List

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import connection as _urllib3_connection

from ..deadline import bounded, remaining

#: The part of the time left that an address may take if there are others: those to come get half of the rest each.
SHARE = 0.5

_util: Any = _urllib3_connection  # typed as Any: urllib3 1 has no stubs for it
_connect_error: Any = ConnectTimeoutError
_new_connection_error: Any = NewConnectionError


def connect(connection: Any, new_conn: Callable[[], Any]) -> Any:
    """Return a connected socket.

    Args:
        connection: A connection of urllib3.
        new_conn: The `_new_conn` of urllib3, which connects to the first address that accepts.

    Raises:
        urllib3.exceptions.ConnectTimeoutError: If the deadline is over, or no address answers.
        urllib3.exceptions.NewConnectionError: If the host is unknown, or no address accepts a connection.
    """
    if remaining() is None:
        return new_conn()
    host, timeout = connection._dns_host, connection.timeout
    addresses = _addresses(connection, host)
    try:
        while True:
            connection._dns_host = addresses.pop(0)
            connection.timeout = _share(connection, timeout, len(addresses))
            try:
                return new_conn()
            except (NewConnectionError, ConnectTimeoutError):
                if not addresses:
                    raise
    finally:
        connection._dns_host, connection.timeout = host, timeout


def _share(connection: Any, timeout: Any, others: int) -> float:
    """Return the seconds that one address may take."""
    left = _time_left(connection)
    cut = bounded(timeout) or left
    return min(cut, left * SHARE) if others else cut


def _time_left(connection: Any) -> float:
    left = remaining() or 0.0
    if left <= 0:
        raise _connect_error(connection, f"Connection to {connection.host} timed out: the deadline of the call is over")
    return left


def _addresses(connection: Any, host: str) -> List[str]:
    """Return the addresses of a host, as texts that getaddrinfo converts without a look-up."""
    if ":" in host or not host.strip("0123456789."):
        return [host]
    try:
        found = _getaddrinfo(host, connection.port, _time_left(connection))
    except UnicodeError:
        # Not a host name; urllib3 raises the right error.
        return [host]
    except socket.gaierror as error:
        raise _new_connection_error(connection, f"Failed to resolve '{host}' ({error})") from error
    if not found:
        raise _connect_error(connection, f"Resolving '{host}' timed out: the deadline of the call is over")
    return [_text(address) for *_, address in found]


def _text(address: Any) -> str:
    """Return the host of a socket address. Link-local IPv6 addresses need their interface."""
    host, *_ = address
    is_scoped = len(address) == len(("host", "port", "flowinfo", "scope")) and address[3] and "%" not in host
    return f"{host}%{address[3]}" if is_scoped else str(host)


def _getaddrinfo(host: str, port: int, seconds: float) -> List[Any]:
    """Return the results of socket.getaddrinfo, or nothing if they take longer."""
    found: List[Any] = []
    failures: List[BaseException] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, _util.allowed_gai_family(), socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 (it is raised in the caller's thread)
            failures.append(error.with_traceback(None))

    # A join would block all greenlets if threads are not greenlets too.
    if (_is_green(socket.getaddrinfo) and not _is_green(_thread.start_new_thread)) or not _joined(look_up, seconds):
        look_up()
    if failures:
        # Popped: an exception in a local variable of a frame that it went through is a reference circle.
        raise failures.pop()
    return found


def _joined(work: Callable[[], None], seconds: float) -> bool:
    """Run a function in a thread and wait for it; return False if no thread can be started."""
    # With its context, which a resolver of the user's may look at.
    run = copy_context().run
    thread = threading.Thread(target=run, args=(work,), name="getaddrinfo", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        # Too many threads; or the interpreter shuts down, from Python 3.12 on.
        return False
    thread.join(seconds)
    return True


def _is_green(function: Any) -> bool:
    """Return True if a function is gevent's or eventlet's."""
    return str(getattr(function, "__module__", None)).partition(".")[0] in ("gevent", "eventlet")
