"""Faulty behaviour of servers, as functions of a connection."""

import gzip
import os
import select
import socket
import time
from typing import Any, Callable

from .server import TIMEOUT, reply

MEGABYTE = b" " * (1 << 20)


def answering(*parts: bytes, after: Callable[[Any], None] = lambda _: None) -> Callable[[Any], None]:
    """Respond to each request of a connection with the same bytes."""

    def serve(peer):
        while peer.receive():
            for part in parts:
                peer.send(part)
            after(peer)

    return serve


def once(*parts: bytes, after: Callable[[Any], None] = lambda _: None) -> Callable[[Any], None]:
    """Respond to one request, and close the connection."""

    def serve(peer):
        peer.receive()
        for part in parts:
            peer.send(part)
        after(peer)

    return serve


def reset_before_request(peer):
    """Reset the connection when a request arrives, without reading it."""
    select.select([peer.socket], [], [], TIMEOUT)
    peer.reset()


def reset_during_request(peer):
    """Reset the connection after a part of the request."""
    peer.socket.recv(20)
    peer.reset()


def endless(start: bytes, more: bytes) -> Callable[[Any], None]:
    """Begin a response, and repeat a part of it without an end."""

    def serve(peer):
        peer.receive()
        peer.send(start)
        while True:
            peer.send(more * 100)

    return serve


def reset_later(peer):
    """Reset the connection after the client has had time to receive what was sent."""
    time.sleep(0.05)
    peer.reset()


def flood(head: str) -> Callable[[Any], None]:
    """Send a response with a body of 100 MB."""

    def serve(peer):
        peer.receive()
        peer.send(f"HTTP/1.1 {head}\r\n\r\n".encode())
        for _ in range(100):
            peer.send(MEGABYTE)

    return serve


def flood_chunked(peer):
    """Send 100 MB in chunks, without announcing the size."""
    peer.receive()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        peer.send(b"%x\r\n%s\r\n" % (len(MEGABYTE), MEGABYTE))
    peer.send(b"0\r\n\r\n")


def drip(*parts: bytes, drop: bytes = b"x") -> Callable[[Any], None]:
    """Send the parts of a response, then single bytes with pauses."""

    def serve(peer):
        peer.receive()
        for part in parts:
            peer.send(part)
        while True:
            peer.send(drop)
            time.sleep(0.05)

    return serve


def drip_compressed(peer):
    """Send a compressed body byte by byte."""
    body = gzip.compress(os.urandom(4000))
    peer.receive()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body))
    for byte in body:
        peer.send(bytes([byte]))
        time.sleep(0.05)


def stay_silent(peer):
    """Receive the request, and send nothing."""
    peer.receive()
    peer.wait()


def receive_nothing(peer):
    """Keep the connection open for some time, and do not read the request."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    time.sleep(3)


def drip_handshake(peer):
    """Begin a TLS record, and continue with single bytes."""
    peer.socket.recv(65536)
    peer.send(b"\x16\x03\x03\x40\x00")
    while True:
        peer.send(b"\x02")
        time.sleep(0.05)


def plain_http(peer):
    """Respond in plain HTTP where the client expects TLS."""
    peer.socket.recv(65536)
    peer.send(reply(b"", "400 The plain HTTP request was sent to an HTTPS port"))


def too_many_requests(retry_after: str) -> Callable[[Any], None]:
    """Respond with 429."""
    return answering(reply(b"{}", "429 Too Many Requests", f"Retry-After: {retry_after}\r\n"))


def unavailable(retry_after: str) -> Callable[[Any], None]:
    """Respond with 503."""
    return answering(reply(b"{}", "503 Service Unavailable", f"Retry-After: {retry_after}\r\n"))


def redirect(status: str, location: str) -> Callable[[Any], None]:
    """Respond with a redirect."""
    return answering(reply(b"moved", status, f"Location: {location}\r\n"))
