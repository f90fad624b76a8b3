"""Streams: server-sent events, lines of JSON, and downloads, over real sockets."""

import socket
import threading
from typing import Union

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import ReadTimeoutError

from integry.generator.runtime._sse import decode_text, parse_events, parse_values, split_lines
from integry.generator.runtime.client import Client
from integry.generator.runtime.errors import (
    ClientError,
    DecodeError,
    ServerError,
    StreamError,
    UnexpectedStatus,
)
from integry.generator.runtime.operation import Operation, ResponseSpec
from integry.generator.runtime.streaming import ResponseStream, ServerSentEvent, _Arriving

from .models import Strict

Event = ServerSentEvent
#: Bodies of event streams, and their events as (type, data, id, retry).
STREAMS = [
    (b"data: a\n\n", [("message", "a", "", None)]),
    (b"\xef\xbb\xbfdata: a\r\n\r\n", [("message", "a", "", None)]),
    (b"data: a\r\rdata: b\r\r", [("message", "a", "", None), ("message", "b", "", None)]),
    (b"event: add\ndata: a\ndata\ndata: b\n\n", [("add", "a\n\nb", "", None)]),
    (b": comment\n:\n\nevent: none\n\ndata: a\n\n", [("message", "a", "", None)]),
    (b"data:a\ndata:  b\n\n", [("message", "a\n b", "", None)]),
    (b"data\n\n", [("message", "", "", None)]),
    # An event without an id has the id of the event before it.
    (
        b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
        [("message", "a", "1", None), ("message", "b", "1", None), ("message", "c", "", None)],
    ),
    (b"id: 1\n\nid: 2\0\ndata: a\n\n", [("message", "a", "1", None)]),
    (b"retry: 100\n\nretry: 1s\nretry: -1\ndata: a\n\n", [("message", "a", "", 100)]),
    (b"retry: 9999999999999999999\ndata: a\n\n", [("message", "a", "", None)]),
    ("retry: \u0661\ndata: ä\u2028€\n\n".encode(), [("message", "ä\u2028€", "", None)]),
    (b"data: \xff\n\n", [("message", "\ufffd", "", None)]),
    (b"other: x\ndata: a: b\n\n", [("message", "a: b", "", None)]),
    # An incomplete event is dropped.
    (b"data: a\n\ndata: b\n", [("message", "a", "", None)]),
    (b"data: a\n\ndata: b", [("message", "a", "", None)]),
    (b"", []),
    (b"\n\n\n", []),
]


def events(chunks):
    """Return the events of an event stream that is given as chunks."""
    return [(event.event, event.data, event.id, event.retry) for event in parse_events(decode_text(chunks))]


@pytest.mark.parametrize(("content", "expected"), STREAMS)
def test_event_streams_follow_the_html_standard(content, expected):
    """Line ends, comments, data of several lines, ids and retries are parsed as the HTML standard defines."""
    assert events([content]) == expected
    assert events([content[index : index + 1] for index in range(len(content))]) == expected


FRAGMENTS = [
    b"data",
    b"event",
    b"id",
    b"retry",
    b":",
    b" ",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"a",
    b"7",
    b"\0",
    "€".encode(),
    b"\xff",
    b"\xef\xbb\xbf",
    b"\x1e",
    b"{}",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(b"".join), st.lists(st.integers(0, 60), max_size=8))
def test_events_do_not_depend_on_how_bytes_are_split(content, cuts):
    """The events, lines and characters of a stream do not depend on the sizes of the chunks that arrive."""
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    chunks = [content[start:end] for start, end in zip(edges, edges[1:])]
    assert b"".join(chunks) == content
    assert events(chunks) == events([content])
    assert list(split_lines(decode_text(chunks))) == list(split_lines(decode_text([content])))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"a": 1}\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        (b"\xef\xbb\xbf1\r\n\r\n2\r\n", [1, 2]),
        (b"", []),
        # Records of a JSON text sequence may have several lines. Some writers omit the line end after a record.
        (b'\x1e{"a": 1}\n\x1e[\n1,\n\n2]\n\x1e\x1e3\n', [{"a": 1}, [1, 2], 3]),
        (b"\x1e1\x1e[2\n]\x1e3", [1, [2], 3]),
        (b"\x1e[\n1]", [[1]]),
    ],
)
def test_lines_and_records_are_parsed_to_values(content, expected):
    """Each line or record is parsed to a value. Empty lines are ignored, and values may be split anywhere."""
    assert list(parse_values(decode_text([content]))) == expected
    assert list(parse_values(decode_text(bytes([byte]) for byte in content))) == expected


@pytest.mark.parametrize("content", [b"1\n{\n", b"\x1e{\n\x1e1\n", b"\x1e{\n", b"[" * 100_000])
def test_a_line_that_is_not_json_raises(content):
    """A line that is not JSON raises DecodeError after the values before it are returned."""
    with pytest.raises(DecodeError, match="a line of the body is not JSON"):
        list(parse_values(decode_text([content])))


OPERATION = Operation(
    "op",
    "GET",
    "/x",
    "t",
    idempotent=True,
    responses={
        "200": ResponseSpec(
            "json",
            Strict,
            "application/json",
            (
                ResponseSpec("events", Union[Strict, str], "text/event-stream"),
                ResponseSpec("lines", Strict, "application/x-ndjson"),
                ResponseSpec("bytes", bytes, "*/*"),
            ),
        ),
        "404": ResponseSpec("json", Strict),
        "5XX": ResponseSpec("json", Strict),
    },
)


class Peer:
    """A server for one request. It sends each piece of the response when the test calls `send`.

    Attributes:
        url: The base URL.
    """

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.connection = None
        self.clients = []

    def client(self, **options):
        """Return a client of the server."""
        self.clients.append(Client(self.url, **options))
        return self.clients[-1]

    def accept(self, head):
        """Read a request in another thread, and send the start of the response."""
        self.thread = threading.Thread(target=self._accept, args=(head,))
        self.thread.start()

    def _accept(self, head):
        self.connection, _ = self.listener.accept()
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.connection.recv(65536)
        self.connection.sendall(head)

    def send(self, content):
        """Send more of the response."""
        self.thread.join()
        self.connection.sendall(content)

    def end(self):
        """Close the connection."""
        self.thread.join()
        self.connection.close()

    def is_closed_by_client(self):
        """Wait until the client closes the connection."""
        self.connection.settimeout(10)
        try:
            return self.connection.recv(1) == b""
        except ConnectionError:
            return True


@pytest.fixture
def peer():
    """Return a server for one connection."""
    found = Peer()
    yield found
    for client in found.clients:
        client.close()
    if found.connection is not None:
        found.connection.close()
    found.listener.close()


def head(content_type, framing="", status="200 OK"):
    """Return the status line and the headers of a response, as bytes."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{framing}\r\n".encode()


def chunk(content):
    """Return a chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(content), content)


CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(("framing", "write"), [("", bytes), (CHUNKED, chunk), ("Content-Length: 99\r\n", bytes)])
def test_events_arrive_one_by_one(peer, framing, write):
    """Each event is yielded before the next one is sent, and closing early closes the connection."""
    peer.accept(head("text/event-stream", framing))
    with peer.client().stream(OPERATION.request()) as stream:
        assert (stream.status_code, stream.headers["Content-Type"]) == (200, "text/event-stream")
        found = stream.iter_events()
        peer.send(write(b'event: add\ndata: {"name": "n"}\r'))
        peer.send(write(b"\n\r"))
        assert next(found) == Event("add", Strict("n"))
        peer.send(write(b"data: [DONE]\n\n"))
        assert next(found) == Event("message", "[DONE]")
        peer.send(write(b'data: {"error": 5}\n\n'))
        assert next(found).data == {"error": 5}
    assert peer.is_closed_by_client()


def test_lines_of_json_arrive_one_by_one(peer):
    """Each value is parsed as documented when its line arrives, and the iteration ends at the end of the body."""
    peer.accept(head("application/x-ndjson", CHUNKED))
    with peer.client().stream(OPERATION.request()) as stream:
        found = stream.iter_json()
        peer.send(chunk(b'{"name": "a"}\n{"na'))
        assert next(found) == Strict("a")
        peer.send(chunk(b'me": "b"}\n') + b"0\r\n\r\n")
        assert list(found) == [Strict("b")]


def test_a_line_that_does_not_match_its_schema_raises(peer):
    """A line that does not match its schema raises DecodeError, whose message names the operation."""
    peer.accept(head("application/x-ndjson", "Content-Length: 2\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b"{}")
        with pytest.raises(DecodeError, match="op: Strict has no 'name', which is required"):
            next(stream.iter_json())


def test_lines_of_text_are_decoded_with_the_charset_of_the_response(peer):
    """Lines are decoded with the charset of the response, and yielded without their line ends."""
    peer.accept(head("text/csv; charset=latin-1", "Content-Length: 6\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b"\xe9\r\nb\nc")
        assert list(stream.iter_lines()) == ["é", "b", "c"]
        assert repr(stream) == "<ResponseStream op: 200>"


def test_lines_of_json_without_a_schema_are_plain_json(peer):
    """`iter_json` yields plain JSON values if the document has no lines of JSON for the operation."""
    peer.accept(head("application/json;stream=watch", "Content-Length: 8\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b'{"a":1}\n')
        assert list(stream.iter_json()) == [{"a": 1}]


def test_iterating_over_events_of_json_raises(peer):
    """A JSON response instead of an event stream raises DecodeError, instead of yielding no events."""
    peer.accept(head("application/json", "Content-Length: 2\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b"{}")
        with pytest.raises(DecodeError, match="op: not an event stream, but a response of type 'application/json'"):
            stream.iter_events()


def test_events_are_parsed_without_a_content_type(peer):
    """`iter_events` parses a response without a Content-Type as an event stream."""
    peer.accept(b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n")
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b'data: {"name": "n"}\n\n')
        assert list(stream.iter_events()) == [Event("message", Strict("n"))]


def test_data_of_undocumented_events_is_text(peer):
    """The data of events is text if the document has no event stream for the operation."""
    bare = Operation("op", "GET", "/x", "t", idempotent=True)
    peer.accept(head("text/event-stream", "Content-Length: 11\r\n"))
    with peer.client(raise_on_unexpected_status=False).stream(bare.request()) as stream:
        peer.send(b"data: [1]\n\n")
        assert list(stream.iter_events()) == [Event("message", "[1]")]


def test_a_download_is_saved_to_a_file(peer, tmp_path):
    """The file appears when it is complete, and replaces an older one."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    peer.accept(head("application/pdf", "Content-Length: 200000\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        thread = threading.Thread(target=peer.send, args=(b"x" * 200_000,))
        thread.start()
        assert stream.save(path) == 200_000
        thread.join()
    assert path.read_bytes() == b"x" * 200_000
    assert [found.name for found in tmp_path.iterdir()] == ["a.bin"]


def test_a_broken_download_leaves_no_file(peer, tmp_path):
    """A broken download leaves no partial file, and does not change an existing file."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    peer.accept(head("application/pdf", "Content-Length: 10\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b"x")
        peer.end()
        with pytest.raises(StreamError, match="op: the stream is incomplete or garbled"):
            stream.save(str(path))
    assert [found.name for found in tmp_path.iterdir()] == ["a.bin"]
    assert path.read_bytes() == b"old"


def test_a_file_that_cannot_be_written_raises(peer, tmp_path):
    """A file that cannot be written raises the OSError of the operating system."""
    peer.accept(head("application/pdf", "Content-Length: 1\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        peer.send(b"x")
        with pytest.raises(FileNotFoundError):
            stream.save(tmp_path / "none" / "a.bin")


@pytest.mark.parametrize(
    ("framing", "content"),
    [
        (CHUNKED, chunk(b"data: a\n\ndata")),
        ("Content-Length: 99\r\n", b"data: a\n\ndata"),
        (CHUNKED + "Content-Encoding: gzip\r\n", None),
    ],
)
def test_a_stream_that_breaks_raises(peer, framing, content):
    """A broken connection raises StreamError after the events before it are yielded."""
    peer.accept(head("text/event-stream", framing))
    with peer.client().stream(OPERATION.request()) as stream:
        found = stream.iter_events()
        peer.send(chunk(b"no gzip") if content is None else content)
        if content is not None:
            assert next(found).data == "a"
            peer.end()
        with pytest.raises(StreamError, match="op: the stream is incomplete or garbled"):
            next(found)


class Silent:
    """A raw response for which no more bytes arrive."""

    def read1(self, *_, **__):
        """Raise the timeout of urllib3."""
        raise ReadTimeoutError(None, "/x", "Read timed out.")

    def close(self):
        """Do nothing."""


def test_a_silent_stream_times_out():
    """If no chunk arrives within the read timeout, the exception of requests is raised."""
    response = requests.Response()
    response.status_code, response.raw = 200, Silent()
    with ResponseStream(OPERATION, response) as stream, pytest.raises(requests.ConnectionError, match="Read timed out"):
        next(stream.iter_events())


@pytest.mark.parametrize(
    ("status", "content", "error", "parsed"),
    [
        ("404 Not Found", b'{"name": "n"}', ClientError, Strict("n")),
        ("503 Busy", b'{"name": "n"}', ServerError, Strict("n")),
        ("503 Busy", b"<p>", ServerError, None),
    ],
)
def test_a_documented_error_before_a_stream_raises(peer, status, content, error, parsed):
    """A documented error raises before a stream starts. The exception has the parsed body."""
    peer.accept(head("application/json", f"Content-Length: {len(content)}\r\n", status) + content)
    with pytest.raises(error) as caught:
        peer.client().stream(OPERATION.request())
    assert (caught.value.parsed, caught.value.content) == (parsed, content)


@pytest.mark.parametrize(("status", "is_strict"), [("400 Bad", True), ("400 Bad", False), ("302 Found", True)])
def test_an_undocumented_status_before_a_stream_raises(peer, status, is_strict):
    """An undocumented error status always raises; others raise only with `raise_on_unexpected_status`."""
    peer.accept(head("text/plain", "Content-Length: 2\r\n", status) + b"no")
    with pytest.raises(UnexpectedStatus) as caught:
        peer.client(raise_on_unexpected_status=is_strict).stream(OPERATION.request())
    assert caught.value.content == b"no"


class OldRaw:
    """A response of urllib3 < 2.3, which has no read1()."""

    def __init__(self, *, chunked):
        self.chunked, self.size = chunked, 0

    def stream(self, size, *, decode_content):
        """Record the size of the chunks that the caller asks for."""
        assert decode_content
        self.size = size
        return iter([b"x"])


@pytest.mark.parametrize(("chunked", "size"), [(True, 65536), (False, 1)])
def test_old_versions_of_urllib3_read_unchunked_bodies_byte_by_byte(chunked, size):
    """A body that is not chunked is read byte by byte with urllib3 < 2.3, which would wait for a full chunk."""
    raw = OldRaw(chunked=chunked)
    assert list(_Arriving(raw).stream(65536, decode_content=True)) == [b"x"]
    assert raw.size == size


def test_a_short_body_raises_with_old_versions_of_urllib3(peer):
    """A body that is shorter than its Content-Length raises also with urllib3 < 2, which accepts such a body."""
    peer.accept(head("application/pdf", "Content-Length: 10\r\n"))
    with peer.client().stream(OPERATION.request()) as stream:
        stream._response.raw.enforce_content_length = False
        peer.send(b"x")
        peer.end()
        with pytest.raises(StreamError, match="9 bytes are missing"):
            list(stream.iter_bytes())
