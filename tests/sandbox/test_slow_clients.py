"""Slow clients (slowloris): other clients are served meanwhile, and shutdown does not wait."""

import gc
import os
import socket
import struct
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from integry.sandbox import Sandbox
from integry.sandbox._server import IDLE_TIMEOUT, _Handler

from .hostile import TIMEOUT, address, count_request, request, send_raw, signed

pytestmark = pytest.mark.slow

PERSON = "POST /functions/pipedrive-add-a-person/call/"
CLIENTS = 60
#: A body larger than the socket buffers of a connection.
LARGE_BODY = b" " * 12_000_000


@contextmanager
def slow_connections(sandbox, sent, count=CLIENTS):
    """Open connections that send the bytes and never read."""
    with ExitStack() as stack:
        connections = [stack.enter_context(socket.socket()) for _ in range(count)]
        for connection in connections:
            count_request()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(TIMEOUT)
            connection.connect(address(sandbox.url))
            connection.sendall(sent)
        yield connections


def slow_requests(sandbox):
    """Return the bytes that slow clients send, by name of their behaviour."""
    sandbox.fail(200, LARGE_BODY, path="/long", times=10_000)
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(sandbox))
    call = f"{PERSON} HTTP/1.1\r\nHost: x\r\n{head}".encode()
    return {
        "nothing": b"",
        "half a line": b"GET / HT",
        "half a head": call,
        "no body": call + b"Content-Length: 9999999\r\n\r\n",
        "half a body": call + b"Content-Length: 9999999\r\n\r\n{",
        "an unread body": b"POST /apps/list/ HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n{",
        "an unread response": b"GET /long HTTP/1.1\r\n\r\n",
        "many unread responses": b"GET / HTTP/1.1\r\n\r\n" * 2000,
    }


BEHAVIOURS = (
    *("nothing", "half a line", "half a head", "no body", "half a body", "an unread body", "an unread response"),
    "many unread responses",
)


def server_threads():
    """Return the running threads of all sandboxes' servers."""
    return {each for each in threading.enumerate() if "integry-sandbox" in each.name}


def open_descriptors():
    """Return the number of open file descriptors after garbage collection, or 0 without /proc."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


def wait_until(condition, within=TIMEOUT):
    """Wait until the condition is true."""
    last = time.monotonic() + within
    while not condition():
        assert time.monotonic() < last
        time.sleep(0.01)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_other_clients_are_served_and_shutdown_is_prompt(behaviour):
    """Sixty slow clients do not block other clients, and leave no thread or socket."""
    before = (server_threads(), open_descriptors())
    with ExitStack() as stack:
        with Sandbox() as sandbox:
            stack.enter_context(slow_connections(sandbox, slow_requests(sandbox)[behaviour]))
            wait_until(lambda: len(server_threads() - before[0]) > CLIENTS)
            listing = request("POST /apps/list/", signed(sandbox))
            assert all(send_raw(sandbox.url, listing).status == 200 for _ in range(20))
            assert len(server_threads() - before[0]) > CLIENTS, "the slow clients are still connected"
            start = time.monotonic()
        assert time.monotonic() - start < IDLE_TIMEOUT / 4
        wait_until(lambda: server_threads() <= before[0], within=IDLE_TIMEOUT / 4)
    assert open_descriptors() <= before[1]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_idle_connections_time_out(live, monkeypatch, capfd, behaviour):
    """The server closes a connection that neither sends nor reads. No function is called, and nothing is printed."""
    before = server_threads()
    monkeypatch.setattr(_Handler, "timeout", 0.3)
    with slow_connections(live, slow_requests(live)[behaviour], 5):
        wait_until(lambda: server_threads() <= before)
    assert live.calls == []
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured with /proc, which is missing")
@pytest.mark.parametrize("behaviour", ["half a body", "an unread response"])
def test_slow_clients_use_little_memory(live, behaviour):
    """Announced bodies and unread responses are not buffered in full."""

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before, known = resident(), server_threads()
    with slow_connections(live, slow_requests(live)[behaviour]):
        wait_until(lambda: len(server_threads() - known) == CLIENTS)
        time.sleep(0.5)
        assert resident() - before < 100_000_000


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_connection_reset_causes_no_error(live, capfd, behaviour):
    """After a reset during a request body or a response, no function is called, and nothing is printed."""
    before = server_threads()
    with slow_connections(live, slow_requests(live)[behaviour], 5) as connections:
        for connection in connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: server_threads() <= before)
    assert live.calls == []
    assert capfd.readouterr().err == ""


def test_a_request_may_arrive_byte_by_byte(live):
    """A request that arrives byte by byte gets its response, and does not mix with other requests."""
    data = request(PERSON, signed(live), b'{"name": "slow"}')
    with live.client() as client:
        other = threading.Thread(target=client.functions.call, args=("pipedrive-add-a-person", {"name": "quick"}))
        other.start()
        assert send_raw(live.url, *(data[at : at + 1] for at in range(len(data)))).status == 200
        other.join()
    assert sorted(call.arguments["name"] for call in live.calls) == ["quick", "slow"]


def test_a_slow_function_does_not_block_shutdown():
    """A slow function does not block shutdown, even if the function closes the sandbox itself."""
    started, finished = threading.Event(), threading.Event()
    before = server_threads()
    with Sandbox() as sandbox:
        sandbox.add_function("pipedrive-add-a-person", lambda _: started.set() or finished.wait(TIMEOUT))
        waiting = threading.Thread(
            target=send_raw, args=(sandbox.url, request(PERSON, signed(sandbox), b'{"name": "A"}'))
        )
        waiting.start()
        assert started.wait(TIMEOUT)
        start = time.monotonic()
    assert time.monotonic() - start < TIMEOUT / 4
    finished.set()
    waiting.join()
    wait_until(lambda: server_threads() <= before)
    with Sandbox() as other:
        other.add_function("pipedrive-add-a-person", lambda _: other.close())
        send_raw(other.url, request(PERSON, signed(other), b'{"name": "A"}'))
    wait_until(lambda: server_threads() <= before)
