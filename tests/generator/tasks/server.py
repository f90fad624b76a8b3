"""A small server that records requests, and sends the responses that a test has set."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, List, NamedTuple, Tuple
from urllib.parse import parse_qsl, urlsplit

JSON = "application/json"


class Request(NamedTuple):
    """A request that the server received."""

    method: str
    path: str
    query: List[Tuple[str, str]]
    headers: Any
    body: bytes

    @property
    def form(self):
        """Return the fields of a form."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def parts(self):
        """Return the parts of a multipart body: their headers and contents, by the names of the fields."""
        boundary = self.headers["Content-Type"].partition("boundary=")[2].encode()
        found = {}
        for part in self.body.split(b"--" + boundary)[1:-1]:
            head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
            found[head.decode().partition(' name="')[2].partition('"')[0]] = (head.decode(), content)
        return found


class Server(ThreadingHTTPServer):
    """A server that sends the responses that a test has set.

    Attributes:
        answers: The next responses: status, media type, and body (bytes, a list of bytes to send as chunks, or JSON).
        requests: The requests that arrived.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.requests = [], []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answer(self, *answers):
        """Set the next responses, and delete the recorded requests."""
        self.answers, self.requests = list(answers), []


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the next response of the server."""

    protocol_version = "HTTP/1.1"

    def handle_request(self):
        """Record a request, and send the next response."""
        url = urlsplit(self.path)
        body = self.read_chunks() if "Transfer-Encoding" in self.headers else self.read_body()
        query = parse_qsl(url.query, keep_blank_values=True)
        self.server.requests.append(Request(self.command, url.path, query, self.headers, body))
        status, content_type, content, *headers = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers:
            self.send_header(name, value)
        if isinstance(content, list) and content_type != JSON:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for chunk in [*content, b""]:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            return
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def __getattr__(self, name):
        """Return `handle_request` for any HTTP method: http.server calls `do_GET`, for example."""
        if name.startswith("do_"):
            return self.handle_request
        raise AttributeError(name)

    def read_body(self):
        """Return a request body with Content-Length."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def read_chunks(self):
        """Return a request body with chunked encoding."""
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size + 2)[:-2])
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_):
        """Print nothing."""
