"""Connection pools reuse idle connections for a limited time, and enable TCP keep-alive."""

import queue
import socket

import pytest
import requests

from integry import Integry
from integry._http import pooling
from integry._http.fast.pools import Stack
from integry._http.pooling import MAX_IDLE, IdleQueue
from integry._http.session import Adapter
from tests.clock import Clock

from .conftest import KEY, SECRET, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'


@pytest.fixture
def clock(monkeypatch):
    """Replace the clock of the pools with a fake one."""
    made = Clock()
    monkeypatch.setattr(pooling, "monotonic", made.monotonic)
    return made


@pytest.fixture(params=["1", "0"], ids=["fast", "ordinary"])
def _path(monkeypatch, request):
    """Select the fast path, or the adapters of requests."""
    monkeypatch.setenv("INTEGRY_FAST_PATH", request.param)


def client(url, **options):
    """Return a client that does not retry."""
    return Integry(KEY, SECRET, user_id=1, base_url=url, max_retries=0, allow_insecure=True, **options)


@pytest.mark.parametrize("proxied", [False, True], ids=["direct", "through a proxy"])
@pytest.mark.parametrize(("idle", "connections"), [(0, 1), (MAX_IDLE, 1), (MAX_IDLE + 0.1, 2), (86400, 2)])
@pytest.mark.usefixtures("_path")
def test_connections_idle_for_long_are_replaced(serve, clock, proxied, idle, connections):
    """A connection that was idle for too long is closed, and the next call opens a new connection."""
    server = serve(*[reply(APP)] * 3)
    options = {"proxies": {"http": server.url}} if proxied else {}
    with client("http://api.test" if proxied else server.url, **options) as made:
        assert made.apps.get("slack").name == "slack"
        clock.sleep(idle)
        assert [made.apps.get("slack").name for _ in range(2)] == ["slack"] * 2
    assert server.connections == connections


def test_a_users_session_keeps_idle_connections(serve, clock):
    """Connections of a user's session are reused however long they were idle."""
    server = serve(*[reply(APP)] * 2)
    with requests.Session() as session:
        made = client(server.url, session=session)
        made.apps.get("slack")
        clock.sleep(86400)
        made.apps.get("slack")
    assert server.connections == 1


@pytest.mark.parametrize("proxied", [False, True], ids=["direct", "through a proxy"])
@pytest.mark.usefixtures("_path")
def test_tcp_keep_alive_is_enabled(serve, monkeypatch, proxied):
    """TCP keep-alive is set before a connection is made, with the first probe after a minute."""
    seen, setsockopt = {}, socket.socket.setsockopt

    def record(self, level, option, *value):
        seen[level, option] = value[0]
        return setsockopt(self, level, option, *value)

    server = serve(reply(APP))
    monkeypatch.setattr(socket.socket, "setsockopt", record)
    options = {"proxies": {"http": server.url}} if proxied else {}
    with client("http://api.test" if proxied else server.url, **options) as made:
        made.apps.get("slack")
    assert seen[socket.SOL_SOCKET, socket.SO_KEEPALIVE] == 1
    expected = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
    for name in filter(lambda each: hasattr(socket, each), expected):
        assert seen[socket.IPPROTO_TCP, getattr(socket, name)] == expected[name]
    assert ((socket.IPPROTO_TCP, socket.TCP_NODELAY) in seen) is not proxied, "urllib3's own options stay"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://127.0.0.1:9"])
def test_pools_inherit_from_those_of_the_proxy(proxy):
    """Pools for SOCKS and HTTP proxies inherit from the classes of urllib3, and are configured once."""
    plain, ours = requests.adapters.HTTPAdapter().proxy_manager_for(proxy), Adapter()
    manager = ours.proxy_manager_for(proxy)
    classes = dict(ours.proxy_manager_for(proxy).pool_classes_by_scheme)
    assert ours.proxy_manager_for(proxy) is manager
    for scheme, pool in plain.pool_classes_by_scheme.items():
        assert issubclass(classes[scheme], pool)
        assert (classes[scheme].QueueCls, classes[scheme].__name__) == (IdleQueue, pool.__name__)
        assert manager.pool_classes_by_scheme[scheme] is classes[scheme]


class Connection:
    """A connection that records whether it was closed."""

    is_closed = False

    def close(self):
        """Close the connection."""
        self.is_closed = True


@pytest.mark.parametrize("kind", [Stack, IdleQueue])
def test_queues_return_the_last_connection_first(clock, kind):
    """A queue returns the last connection first, closes idle ones, and raises when empty or full."""
    stack, old, new = kind(3), Connection(), Connection()
    stack.put(None)
    stack.put(old)
    clock.sleep(MAX_IDLE + 1)
    stack.put(new)
    assert stack.qsize() == 3
    with pytest.raises(queue.Full):
        stack.put(None, block=False)
    assert [stack.get(), stack.get(), stack.get()] == [new, old, None]
    assert (new.is_closed, old.is_closed) == (False, True)
    with pytest.raises(queue.Empty):
        stack.get(block=False)
