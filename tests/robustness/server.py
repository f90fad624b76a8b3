"""A server that does what is wrong: it hands each connection to a function, and counts what it sees."""

import contextlib
import socket
import ssl
import struct
import threading

#: Seconds after which a connection that nobody closes is given up.
PATIENCE = 20


class Peer:
    """One connection, as the server has it.

    Attributes:
        server: The server.
        socket: The socket; with TLS after `secure`.
        number: How many connections there were before.
    """

    def __init__(self, server, accepted, number):
        self.server, self.socket, self.number = server, accepted, number

    def secure(self):
        """Speak TLS from now on."""
        self.socket = self.server.context.wrap_socket(self.socket, server_side=True)

    def receive(self):
        """A whole request, as text, which is counted; empty if the client closed the connection."""
        data = b""
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < length_of(data):
            received = self.socket.recv(65536)
            if not received:
                return ""
            data += received
        with self.server.lock:
            self.server.requests.append(data.decode("latin-1"))
        return data.decode("latin-1")

    def send(self, data):
        """Send bytes, which are counted."""
        self.socket.sendall(data)
        self.server.sent += len(data)

    def reset(self):
        """End the connection with a RST, as a crash or a firewall does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait(self):
        """Until the client gives up."""
        with contextlib.suppress(OSError):
            while self.socket.recv(65536):
                pass


def length_of(request):
    """The Content-Length of a request."""
    head = request.partition(b"\r\n\r\n")[0].lower()
    return int((head.partition(b"content-length: ")[2] or b"0").split(b"\r\n")[0])


class FaultServer:
    """Listens on this machine until it is closed.

    Args:
        serve: What it does with each connection, given as a `Peer`.
        context: Its side of TLS, if it is to speak it.

    Attributes:
        url: Where it listens.
        connections: How many were made.
        requests: The requests that came whole.
        sent: So many bytes were sent.
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
            accepted.settimeout(PATIENCE)
            peer = Peer(self, accepted, self.connections)
            self.connections += 1
            self.open.append(peer)
            self.threads.append(threading.Thread(target=self._serve, args=(peer,), daemon=True))
            self.threads[-1].start()

    def _serve(self, peer):
        try:
            # The client may leave at any time.
            with contextlib.suppress(OSError):
                if self.context:
                    peer.secure()
                self.serve(peer)
        finally:
            peer.socket.close()

    def close(self):
        """Stop, and close what is open."""
        # Closing alone does not wake who waits in accept.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()
        for peer in self.open:
            with contextlib.suppress(OSError):
                peer.socket.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def server_context(certificate, **options):
    """A server's side of TLS, with a certificate of trustme."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    for name, value in options.items():
        setattr(context, name, value)
    return context


def reply(body=b"{}", status="200 OK", headers=""):
    """The bytes of an answer."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body
