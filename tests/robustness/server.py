"""A server that passes each connection to a function, and counts connections and requests."""

import contextlib
import socket
import ssl
import struct
import threading

#: Seconds until a connection that the client does not close is abandoned.
TIMEOUT = 20


class Peer:
    """A connection on the side of the server.

    Attributes:
        server: The server.
        socket: The socket, with TLS after `secure`.
        number: Number of connections that were made before this connection.
    """

    def __init__(self, server, accepted, number):
        self.server, self.socket, self.number = server, accepted, number

    def secure(self):
        """Start TLS on the connection, as its server."""
        self.socket = self.server.context.wrap_socket(self.socket, server_side=True)

    def receive(self):
        """Return a whole request as text and record it, or return an empty text if the client closed the connection."""
        data = b""
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < content_length(data):
            received = self.socket.recv(65536)
            if not received:
                return ""
            data += received
        with self.server.lock:
            self.server.requests.append(data.decode("latin-1"))
        return data.decode("latin-1")

    def send(self, data):
        """Send bytes, and add their number to the server's count."""
        self.socket.sendall(data)
        self.server.sent += len(data)

    def reset(self):
        """Reset the connection, as a crash or a firewall does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait(self):
        """Wait until the client closes the connection."""
        with contextlib.suppress(OSError):
            while self.socket.recv(65536):
                pass


def content_length(request):
    """Return the Content-Length of a request."""
    head = request.partition(b"\r\n\r\n")[0].lower()
    return int((head.partition(b"content-length: ")[2] or b"0").split(b"\r\n")[0])


class FaultServer:
    """A server on 127.0.0.1, until it is closed.

    Args:
        serve: Function that is called with each connection as a `Peer`.
        context: TLS context, or None for plain HTTP.

    Attributes:
        url: Base URL of the server.
        connections: Number of connections that were made.
        requests: Requests that were received completely.
        sent: Number of bytes that were sent.
    """

    def __init__(self, serve, context=None):
        self.serve, self.context = serve, context
        self.connections, self.requests, self.sent, self.lock = 0, [], 0, threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self.threads, self.open = [], []
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                accepted, _ = self.socket.accept()
            except OSError:
                return
            accepted.settimeout(TIMEOUT)
            peer = Peer(self, accepted, self.connections)
            self.connections += 1
            self.open.append(peer)
            self.threads.append(threading.Thread(target=self._serve, args=(peer,), daemon=True))
            self.threads[-1].start()

    def _serve(self, peer):
        try:
            # The client may close the connection at any time.
            with contextlib.suppress(OSError):
                if self.context:
                    peer.secure()
                self.serve(peer)
        finally:
            peer.socket.close()

    def close(self):
        """Stop listening, and close all connections."""
        # Closing a socket does not wake a thread that is in accept().
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()
        for peer in self.open:
            with contextlib.suppress(OSError):
                peer.socket.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(TIMEOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def server_context(certificate, **options):
    """Return a TLS context with a certificate of trustme."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    for name, value in options.items():
        setattr(context, name, value)
    return context


def reply(body=b"{}", status="200 OK", headers=""):
    """Return the bytes of an HTTP response."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body
