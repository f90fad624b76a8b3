"""Clients that are slow on purpose: others are served meanwhile, and the end waits for nobody."""

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

from .hostile import PATIENCE, address, counted, request, signed, talk

pytestmark = pytest.mark.slow

PERSON = "POST /functions/pipedrive-add-a-person/call/"
CLIENTS = 60
#: More than the buffers of a connection hold.
LONG = b" " * 12_000_000


@contextmanager
def held(sandbox, sent, count=CLIENTS):
    """Connections that send something and wait; what they get they do not read."""
    with ExitStack() as stack:
        connections = [stack.enter_context(socket.socket()) for _ in range(count)]
        for connection in connections:
            counted()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(PATIENCE)
            connection.connect(address(sandbox.url))
            connection.sendall(sent)
        yield connections


def slow(sandbox):
    """What slow clients send, by what they do."""
    sandbox.fail(200, LONG, path="/long", times=10_000)
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(sandbox))
    call = f"{PERSON} HTTP/1.1\r\nHost: x\r\n{head}".encode()
    return {
        "nothing": b"",
        "half a line": b"GET / HT",
        "half a head": call,
        "no body": call + b"Content-Length: 9999999\r\n\r\n",
        "half a body": call + b"Content-Length: 9999999\r\n\r\n{",
        "a body that nobody reads": b"POST /apps/list/ HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n{",
        "no reading": b"GET /long HTTP/1.1\r\n\r\n",
        "no reading of many answers": b"GET / HTTP/1.1\r\n\r\n" * 2000,
    }


WAYS = (
    *("nothing", "half a line", "half a head", "no body", "half a body", "a body that nobody reads", "no reading"),
    "no reading of many answers",
)


def threads():
    """Threads of servers."""
    return {each for each in threading.enumerate() if "integry-sandbox" in each.name}


def sockets():
    """How many files and sockets this process has open, without those of the past; 0 where that cannot be seen."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


def eventually(what, within=PATIENCE):
    """Wait until something holds."""
    last = time.monotonic() + within
    while not what():
        assert time.monotonic() < last
        time.sleep(0.01)


@pytest.mark.parametrize("way", WAYS)
def test_others_are_served_and_the_end_is_prompt(way):
    """Whatever sixty others do slowly; no thread and no socket is left of them."""
    before = (threads(), sockets())
    with ExitStack() as stack:
        with Sandbox() as sandbox:
            stack.enter_context(held(sandbox, slow(sandbox)[way]))
            eventually(lambda: len(threads() - before[0]) > CLIENTS)
            listing = request("POST /apps/list/", signed(sandbox))
            assert all(talk(sandbox.url, listing).status == 200 for _ in range(20))
            assert len(threads() - before[0]) > CLIENTS, "they are slow still"
            began = time.monotonic()
        assert time.monotonic() - began < IDLE_TIMEOUT / 4
        eventually(lambda: threads() <= before[0], within=IDLE_TIMEOUT / 4)
    assert sockets() <= before[1]


@pytest.mark.parametrize("way", WAYS)
def test_they_are_given_up(live, monkeypatch, capfd, way):
    """After a while in which they say nothing, or read nothing; nothing is called, and nothing is printed."""
    before = threads()
    monkeypatch.setattr(_Handler, "timeout", 0.3)
    with held(live, slow(live)[way], 5):
        eventually(lambda: threads() <= before)
    assert live.calls == []
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc to see the memory in")
@pytest.mark.parametrize("way", ["half a body", "no reading"])
def test_slow_clients_take_little_memory(live, way):
    """Of the hundreds of megabytes that they announce, or do not fetch."""

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before, known = resident(), threads()
    with held(live, slow(live)[way]):
        eventually(lambda: len(threads() - known) == CLIENTS)
        time.sleep(0.5)
        assert resident() - before < 100_000_000


@pytest.mark.parametrize("way", WAYS)
def test_clients_that_reset_the_connection(live, capfd, way):
    """Amid their body or the answer: nothing is called, and nothing is printed."""
    before = threads()
    with held(live, slow(live)[way], 5) as connections:
        for connection in connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    eventually(lambda: threads() <= before)
    assert live.calls == []
    assert capfd.readouterr().err == ""


def test_one_byte_at_a_time(live):
    """Is answered, when all have come; no request is mixed up with another."""
    data = request(PERSON, signed(live), b'{"name": "slow"}')
    with live.client() as client:
        other = threading.Thread(target=client.functions.call, args=("pipedrive-add-a-person", {"name": "quick"}))
        other.start()
        assert talk(live.url, *(data[at : at + 1] for at in range(len(data)))).status == 200
        other.join()
    assert sorted(call.arguments["name"] for call in live.calls) == ["quick", "slow"]


def test_a_function_that_takes_long_does_not_hold_up_the_end():
    """Nor one that closes the sandbox itself."""
    begun, done = threading.Event(), threading.Event()
    before = threads()
    with Sandbox() as sandbox:
        sandbox.add_function("pipedrive-add-a-person", lambda _: begun.set() or done.wait(PATIENCE))
        waiting = threading.Thread(target=talk, args=(sandbox.url, request(PERSON, signed(sandbox), b'{"name": "A"}')))
        waiting.start()
        assert begun.wait(PATIENCE)
        began = time.monotonic()
    assert time.monotonic() - began < PATIENCE / 4
    done.set()
    waiting.join()
    eventually(lambda: threads() <= before)
    with Sandbox() as other:
        other.add_function("pipedrive-add-a-person", lambda _: other.close())
        talk(other.url, request(PERSON, signed(other), b'{"name": "A"}'))
    eventually(lambda: threads() <= before)
