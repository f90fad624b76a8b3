"""Connecting within the deadline.

urllib3 calls getaddrinfo without a timeout, and applies the whole timeout to each address of a host. If there is a
deadline, this module resolves the name in a helper thread, waits for it until the deadline, and divides the time left
between the addresses.

Two limits remain. A thread whose getaddrinfo hangs stays alive until getaddrinfo returns, because nothing can interrupt
it. And getaddrinfo is called directly, with the deadline checked afterwards, if no thread can be started, or if gevent
or eventlet has patched getaddrinfo but not threads.
"""

from __future__ import annotations

import _thread
import socket
import threading
from contextvars import copy_context
from typing import Any, Callable, List

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import connection as _urllib3_connection

from ..deadline import limit_to_deadline, remaining

#: The fraction of the time left that connecting to one address may take if there are other addresses to try.
ADDRESS_SHARE = 0.5

_util: Any = _urllib3_connection  # typed as Any: urllib3 1 has no stubs for it
_connect_error: Any = ConnectTimeoutError
_new_connection_error: Any = NewConnectionError


def connect(connection: Any, new_conn: Callable[[], Any]) -> Any:
    """Return a connected socket.

    Args:
        connection: A connection of urllib3.
        new_conn: The method `_new_conn` of the connection, which connects to the first address that accepts.

    Raises:
        urllib3.exceptions.ConnectTimeoutError: If the deadline has passed, or no address responds.
        urllib3.exceptions.NewConnectionError: If the host is unknown, or no address accepts a connection.
    """
    if remaining() is None:
        return new_conn()
    host, timeout = connection._dns_host, connection.timeout
    addresses = _addresses(connection, host)
    try:
        while True:
            connection._dns_host = addresses.pop(0)
            connection.timeout = _address_timeout(connection, timeout, len(addresses))
            try:
                return new_conn()
            except (NewConnectionError, ConnectTimeoutError):
                if not addresses:
                    raise
    finally:
        connection._dns_host, connection.timeout = host, timeout


def _address_timeout(connection: Any, timeout: Any, others: int) -> float:
    """Return the timeout in seconds for one address, which is shorter if there are other addresses to try."""
    left = _time_left(connection)
    cut = limit_to_deadline(timeout) or left
    return min(cut, left * ADDRESS_SHARE) if others else cut


def _time_left(connection: Any) -> float:
    left = remaining() or 0.0
    if left <= 0:
        raise _connect_error(
            connection, f"Connection to {connection.host} timed out: the deadline of the call has passed"
        )
    return left


def _addresses(connection: Any, host: str) -> List[str]:
    """Return the addresses of a host as strings, which getaddrinfo accepts without a DNS query."""
    if ":" in host or not host.strip("0123456789."):
        return [host]
    try:
        found = _getaddrinfo(host, connection.port, _time_left(connection))
    except UnicodeError:
        # The host is not a valid name. Return it unchanged, because urllib3 raises the right error for such a host.
        return [host]
    except socket.gaierror as error:
        raise _new_connection_error(connection, f"Failed to resolve '{host}' ({error})") from error
    if not found:
        raise _connect_error(connection, f"Resolving '{host}' timed out: the deadline of the call has passed")
    return [_text(address) for *_, address in found]


def _text(address: Any) -> str:
    """Return the IP address in an address tuple of getaddrinfo, with the scope id of link-local IPv6 addresses."""
    host, *_ = address
    is_scoped = len(address) == len(("host", "port", "flowinfo", "scope")) and address[3] and "%" not in host
    return f"{host}%{address[3]}" if is_scoped else str(host)


def _getaddrinfo(host: str, port: int, seconds: float) -> List[Any]:
    """Return the results of socket.getaddrinfo, or an empty list if it does not return within the given seconds."""
    found: List[Any] = []
    failures: List[BaseException] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, _util.allowed_gai_family(), socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 (it is re-raised in the calling thread)
            failures.append(error.with_traceback(None))

    # If gevent or eventlet has patched getaddrinfo but not threads, Thread.join() would block all greenlets.
    if (_is_green(socket.getaddrinfo) and not _is_green(_thread.start_new_thread)) or not _run_in_thread(
        look_up, seconds
    ):
        look_up()
    if failures:
        # pop() avoids a reference cycle: the exception refers to this frame, whose variables would refer to the
        # exception.
        raise failures.pop()
    return found


def _run_in_thread(work: Callable[[], None], seconds: float) -> bool:
    """Run a function in a thread, and wait for a number of seconds. Return False if no thread can be started."""
    # Pass the context variables to the thread, because a custom resolver may read them.
    run = copy_context().run
    thread = threading.Thread(target=run, args=(work,), name="getaddrinfo", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        # There are too many threads, or the interpreter is shutting down (Python >= 3.12).
        return False
    thread.join(seconds)
    return True


def _is_green(function: Any) -> bool:
    """Return True if a function belongs to gevent or eventlet."""
    return str(getattr(function, "__module__", None)).partition(".")[0] in ("gevent", "eventlet")
