"""What a server does that is wrong, as functions of a connection."""

import gzip
import os
import select
import socket
import time
from typing import Any, Callable

from .server import PATIENCE, reply

MEGABYTE = b" " * (1 << 20)


def answering(*parts: bytes, after: Callable[[Any], None] = lambda _: None) -> Callable[[Any], None]:
    """Answer each request of a connection with the same bytes."""

    def serve(peer):
        while peer.receive():
            for part in parts:
                peer.send(part)
            after(peer)

    return serve


def once(*parts: bytes, after: Callable[[Any], None] = lambda _: None) -> Callable[[Any], None]:
    """Answer one request of a connection, and close that."""

    def serve(peer):
        peer.receive()
        for part in parts:
            peer.send(part)
        after(peer)

    return serve


def before(peer):
    """Reset when the request has come, and read nothing of it."""
    select.select([peer.socket], [], [], PATIENCE)
    peer.reset()


def amid(peer):
    """Reset when half of the request has come."""
    peer.socket.recv(20)
    peer.reset()


def without_end(start: bytes, more: bytes) -> Callable[[Any], None]:
    """Begin an answer, and go on with the same, as fast as it goes."""

    def serve(peer):
        peer.receive()
        peer.send(start)
        while True:
            peer.send(more * 100)

    return serve


def reset_later(peer):
    """Reset, when what was sent has come."""
    time.sleep(0.05)
    peer.reset()


def flood(head: str) -> Callable[[Any], None]:
    """A hundred megabytes."""

    def serve(peer):
        peer.receive()
        peer.send(f"HTTP/1.1 {head}\r\n\r\n".encode())
        for _ in range(100):
            peer.send(MEGABYTE)

    return serve


def flood_chunked(peer):
    """A hundred megabytes, of which nobody said that they would come."""
    peer.receive()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        peer.send(b"%x\r\n%s\r\n" % (len(MEGABYTE), MEGABYTE))
    peer.send(b"0\r\n\r\n")


def drip(*parts: bytes, drop: bytes = b"x") -> Callable[[Any], None]:
    """Send some, and then a little now and then."""

    def serve(peer):
        peer.receive()
        for part in parts:
            peer.send(part)
        while True:
            peer.send(drop)
            time.sleep(0.05)

    return serve


def drip_compressed(peer):
    """A compressed body, a byte at a time."""
    body = gzip.compress(os.urandom(4000))
    peer.receive()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body))
    for byte in body:
        peer.send(bytes([byte]))
        time.sleep(0.05)


def say_nothing(peer):
    """Take the request."""
    peer.receive()
    peer.wait()


def take_nothing(peer):
    """Do not even take the request."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    time.sleep(3)


def drip_handshake(peer):
    """Begin a record of TLS, and go on with a byte now and then."""
    peer.socket.recv(65536)
    peer.send(b"\x16\x03\x03\x40\x00")
    while True:
        peer.send(b"\x02")
        time.sleep(0.05)


def no_tls(peer):
    """Speak HTTP where TLS is expected."""
    peer.socket.recv(65536)
    peer.send(reply(b"", "400 The plain HTTP request was sent to an HTTPS port"))


def limited(retry_after: str) -> Callable[[Any], None]:
    """Too many requests."""
    return answering(reply(b"{}", "429 Too Many Requests", f"Retry-After: {retry_after}\r\n"))


def unavailable(retry_after: str) -> Callable[[Any], None]:
    """Down."""
    return answering(reply(b"{}", "503 Service Unavailable", f"Retry-After: {retry_after}\r\n"))


def moved(status: str, location: str) -> Callable[[Any], None]:
    """A redirect."""
    return answering(reply(b"moved", status, f"Location: {location}\r\n"))
