"""Deadlines are separate for threads and greenlets, and include name resolution, connecting and TLS handshakes."""

import socket
import threading
from contextvars import copy_context
from time import monotonic
from types import SimpleNamespace

import pytest
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from integry import APIConnectionError, APITimeoutError, Integry
from integry._http.deadline import deadline, limit_to_deadline, remaining
from integry._http.fast import connect as connecting
from integry._http.fast.sockets import DeadlineSocket

from .conftest import KEY, SECRET, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'
#: Seconds until a deadline that no test reaches.
FAR = 1000.0


def test_each_context_has_a_deadline_of_its_own():
    """Each context has its own deadline, because the greenlets of a thread must not share one."""
    one, other = copy_context(), copy_context()
    one.run(deadline(monotonic() - 1).__enter__)
    other.run(deadline(monotonic() + FAR).__enter__)
    assert one.run(remaining) < 0 < other.run(remaining)
    assert remaining() is None


def test_deadlines_can_be_nested():
    """An inner deadline replaces the outer one until it ends."""
    with deadline(monotonic() - 1):
        with deadline(None):
            assert remaining() is None
        assert remaining() < 0
    assert remaining() is None


@pytest.mark.parametrize("timeout", [None, 2 * FAR])
def test_timeouts_are_limited_to_the_deadline(timeout):
    """A timeout, or None, is reduced to the time left until the deadline, and unchanged without a deadline."""
    assert limit_to_deadline(timeout) == timeout
    with deadline(monotonic() + FAR):
        assert 0 < limit_to_deadline(timeout) <= FAR
        assert limit_to_deadline(1.0) == 1.0


@pytest.mark.fast
def test_tls_handshakes_are_limited_to_the_deadline():
    """The timeout of a TLS handshake is the time left until the deadline, and never 0, which means non-blocking."""
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(2 * FAR)
        sock = DeadlineSocket(here)
        assert sock.gettimeout() == 2 * FAR
        with deadline(monotonic() + FAR):
            assert 0 < sock.gettimeout() <= FAR
        with deadline(monotonic() - 1):
            assert 0 < sock.gettimeout() < 1
        sock.settimeout(None)
        assert sock.gettimeout() is None


class MultiAddressHost:
    """A host with several addresses, of which only the last accepts connections.

    Attributes:
        timeouts: The timeout that each address was tried with.
    """

    def __init__(self, monkeypatch, addresses):
        self.timeouts, lookup, connect = {}, socket.getaddrinfo, socket.socket.connect

        def getaddrinfo(host, port, *args, **kwargs):
            if host != "several.test":
                return lookup(host, port, *args, **kwargs)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        def tried(sock, address):
            self.timeouts[address[0]] = sock.gettimeout()
            if address[0] != addresses[-1]:
                message = "timed out"
                raise socket.timeout(message)
            connect(sock, address)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(socket.socket, "connect", tried)


def client(url, **options):
    """Return a client that does not retry."""
    options = {"user_id": 1, "max_retries": 0, "allow_insecure": True, **options}
    return Integry(KEY, SECRET, base_url=url, **options)


@pytest.mark.fast
def test_addresses_share_the_time_left(monkeypatch, serve):
    """Each address of a host but the last may use half of the time left until the deadline."""
    host = MultiAddressHost(monkeypatch, ["127.0.0.3", "127.0.0.2", "127.0.0.1"])
    server = serve(reply(APP))
    made = client(server.url.replace("127.0.0.1", "several.test"), timeout=2 * FAR, deadline=FAR)
    assert made.apps.get("slack").name == "slack"
    assert FAR * 0.4 < host.timeouts["127.0.0.3"] <= FAR / 2
    assert FAR * 0.4 < host.timeouts["127.0.0.2"] <= FAR / 2
    assert FAR * 0.8 < host.timeouts["127.0.0.1"] <= FAR
    assert "Host: several.test:" in server.requests[0]


def test_addresses_use_a_shorter_timeout(monkeypatch, serve):
    """A timeout that is shorter than the deadline is used for each address."""
    host, server = MultiAddressHost(monkeypatch, ["127.0.0.2", "127.0.0.1"]), serve(reply(APP), reply(APP))
    for options in ({"deadline": FAR}, {}):
        made = client(server.url.replace("127.0.0.1", "several.test"), timeout=9.0, **options)
        assert made.apps.get("slack").name == "slack"
        assert host.timeouts == {"127.0.0.2": 9.0, "127.0.0.1": 9.0}


def test_the_error_of_the_last_address_is_raised(monkeypatch, closed_port):
    """If no address of a host accepts, the last error is raised, which proves that the request was not sent."""
    host = MultiAddressHost(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with pytest.raises(APIConnectionError, match="refused") as caught:
        client(f"http://several.test:{closed_port}", deadline=FAR).functions.call("f")
    assert "may have" not in str(caught.value)
    assert set(host.timeouts) == {"127.0.0.2", "127.0.0.1"}


@pytest.mark.fast
def test_name_resolution_ends_at_the_deadline(monkeypatch):
    """A deadline ends the call although getaddrinfo() is still running."""
    stop, stopped = threading.Event(), threading.Event()

    def hang(*_, **__):
        stop.wait(60)
        stopped.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(APITimeoutError, match="Resolving 'slow.test' timed out") as caught:
        client("http://slow.test", deadline=0.1).functions.call("f")
    assert not stopped.is_set()
    stop.set()
    assert stopped.wait(60)
    assert "may have" not in str(caught.value)


def test_an_unknown_host_is_a_connection_error(monkeypatch, caplog):
    """An unknown host is an APIConnectionError with and without a deadline, and calls are retried."""
    caplog.set_level("DEBUG", "integry")

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for options in ({}, {"deadline": FAR}):
        with pytest.raises(APIConnectionError, match="Name or service not known") as caught:
            client("http://unknown.test", max_retries=1, **options).functions.call("f")
        assert "may have" not in str(caught.value)
        assert len([line for line in caplog.messages if "failed after" in line]) == 2
        caplog.clear()


def test_an_invalid_host_name_is_the_same_error_with_a_deadline():
    """The error for a host name that cannot be encoded does not depend on the deadline."""
    found = []
    for options in ({}, {"deadline": FAR}):
        with pytest.raises(Exception, match="label") as caught:
            client(f"http://{'a' * 64}.test", **options).apps.get("slack")
        found.append((type(caught.value), str(caught.value).replace("integry", "")))
    assert found[0] == found[1]


def refused(connection):
    """Return a replacement of _new_conn() that records the address and refuses the connection."""

    def new_conn():
        connection.tried.append((connection._dns_host, connection.timeout))
        raise NewConnectionError(connection, "refused")

    return new_conn


def fake_connection(host):
    """Return an object with the attributes of a urllib3 connection that `connect` uses."""
    return SimpleNamespace(_dns_host=host, host=host, port=80, timeout=FAR, tried=[])


@pytest.mark.fast
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%lo"])
def test_ip_addresses_are_not_resolved(monkeypatch, host):
    """An IP address is used without a call of getaddrinfo()."""
    monkeypatch.setattr(socket, "getaddrinfo", None)
    connection = fake_connection(host)
    with deadline(monotonic() + 2 * FAR), pytest.raises(NewConnectionError):
        connecting.connect(connection, refused(connection))
    assert connection.tried == [(host, FAR)]


@pytest.mark.fast
def test_no_address_is_tried_after_the_deadline():
    """After the deadline no connection is attempted, and the connection object is unchanged."""
    connection = fake_connection("127.0.0.1")
    with deadline(monotonic() - 1), pytest.raises(ConnectTimeoutError, match="the deadline of the call has passed"):
        connecting.connect(connection, refused(connection))
    assert (connection.tried, connection.timeout) == ([], FAR)


@pytest.mark.fast
def test_link_local_addresses_keep_their_scope(monkeypatch):
    """A link-local address keeps its interface, without which it cannot be connected to."""
    sockets = [("fe80::1", 80, 0, 2), ("fe80::2%lo", 80, 0, 3), ("2001:db8::1", 80, 0, 0)]
    answer = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", address) for address in sockets]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: answer)
    connection = fake_connection("link.test")
    with deadline(monotonic() + FAR), pytest.raises(NewConnectionError):
        connecting.connect(connection, refused(connection))
    assert [host for host, _ in connection.tried] == ["fe80::1%2", "fe80::2%lo", "2001:db8::1"]


@pytest.mark.fast
@pytest.mark.parametrize("threads", ["threading", "gevent.thread"])
def test_gevents_resolver_runs_in_a_greenlet_or_directly(monkeypatch, threads):
    """The getaddrinfo() of gevent runs in a greenlet if threads are patched, and otherwise without a thread."""
    caller, seen, start = threading.get_ident(), [], connecting._thread.start_new_thread

    def getaddrinfo(*_):
        seen.append(threading.get_ident())
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

    def start_new_thread(*args):
        return start(*args)

    getaddrinfo.__module__, start_new_thread.__module__ = "gevent._socketcommon", threads
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(connecting._thread, "start_new_thread", start_new_thread)
    connection = fake_connection("green.test")
    with deadline(monotonic() + FAR), pytest.raises(NewConnectionError):
        connecting.connect(connection, refused(connection))
    assert (seen == [caller]) == (threads == "threading")


@pytest.mark.fast
def test_names_are_resolved_without_threads(monkeypatch):
    """If no thread can be started, as at interpreter shutdown, the host name is resolved in the calling thread."""

    def start(_):
        message = "can't create new thread at interpreter shutdown"
        raise RuntimeError(message)

    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: answer)
    monkeypatch.setattr(threading.Thread, "start", start)
    connection = fake_connection("late.test")
    with deadline(monotonic() + FAR), pytest.raises(NewConnectionError):
        connecting.connect(connection, refused(connection))
    assert [host for host, _ in connection.tried] == ["127.0.0.1"]
