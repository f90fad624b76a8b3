"""Forms, multipart bodies and files: the encoding of fields, and the names of files."""

import datetime
import gzip
import io
import os
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
import responses

from integry.generator.runtime import _forms
from integry.generator.runtime._multipart import MultipartStream
from integry.generator.runtime.client import Client
from integry.generator.runtime.errors import InvalidRequest
from integry.generator.runtime.operation import Body, Encoding, Operation, ResponseSpec
from integry.generator.runtime.types import UNSET, File

from .models import Colour, Strict


def operation(kind, content_type, encoding=None):
    """Return an operation with one body."""
    bodies = (Body(kind, content_type, Strict, encoding or {}),)
    responses_ = {"200": ResponseSpec("none", None)}
    return Operation("op", "POST", "/x", "t", idempotent=False, bodies=bodies, responses=responses_)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("value", "encoding", "pairs"),
    [
        ({"m": {"k": "v"}}, Encoding("deep"), [("m[k]", "v")]),
        (
            {"m": {"p": {"gte": 1}, "l": ["a", {"b": True}], "none": None}},
            Encoding("deep"),
            [("m[p][gte]", "1"), ("m[l][0]", "a"), ("m[l][1][b]", "true")],
        ),
        ({"m": ["a", "b"]}, Encoding("deep"), [("m[0]", "a"), ("m[1]", "b")]),
        ({"m": ["a", "b"]}, Encoding("comma"), [("m", "a,b")]),
        ({"m": ["a", "b"]}, Encoding("pipe"), [("m", "a|b")]),
        ({"m": ["a", "b"]}, Encoding("tab"), [("m", "a\tb")]),
        ({"m": ["a", "b"]}, Encoding("form"), [("m", "a"), ("m", "b")]),
        ({"m": {"k": "v"}}, Encoding("form"), [("k", "v")]),
        ({"m": {"k": "v"}}, Encoding(), [("m", '{"k": "v"}')]),
        ({"m": {"k": "v"}}, Encoding("", "application/json"), [("m", '{"k": "v"}')]),
        ({"m": ["a", "b"]}, Encoding("", "application/json"), [("m", '["a", "b"]')]),
        ({"m": ["a", "b"]}, Encoding("", "text/plain"), [("m", "a"), ("m", "b")]),
        ({"m": Colour.RED, "n": None, "u": UNSET}, Encoding(), [("m", "red")]),
    ],
)
def test_fields_of_forms_follow_their_encoding(value, encoding, pairs):
    """Objects in a form are JSON, and arrays repeat the name, unless the encoding has another style."""
    request = operation("data", FORM, {"m": encoding}).request(body=value)
    assert (request["data"], request["headers"]) == (pairs, {"Content-Type": FORM})


@pytest.mark.parametrize(
    ("value", "encoding", "parts"),
    [
        ("text", Encoding("", "application/xml"), [(None, b"text", "application/xml")]),
        ("text", Encoding("", "application/json"), [(None, b'"text"', "application/json")]),
        ({"a": 1}, Encoding("", "application/ld+json"), [(None, b'{"a": 1}', "application/ld+json")]),
        ([{"a": 1}], Encoding("", "application/json"), [(None, b'[{"a": 1}]', "application/json")]),
        ([{"a": 1}, None], Encoding(), [(None, b'{"a": 1}', "application/json")]),
        (True, Encoding(), [(None, b"true", "text/plain")]),
        (None, Encoding(), []),
        (datetime.date(2024, 1, 2), Encoding(), [(None, b"2024-01-02", "text/plain")]),
        ("text", Encoding("", "", {"X-Kind": "k"}), [(None, b"text", "text/plain", {"X-Kind": "k"})]),
        (b"bytes", Encoding(), [("f", b"bytes", "application/octet-stream")]),
        (bytearray(b"bytes"), Encoding("", "image/png"), [("f", b"bytes", "image/png")]),
        (
            [b"1", b"2"],
            Encoding("", "application/json"),
            [("f", b"1", "application/json"), ("f", b"2", "application/json")],
        ),
        # The style of files is ignored: each file of an array is a part, with or without `explode`.
        ([b"1", b"2"], Encoding("form"), [("f", part, "application/octet-stream") for part in (b"1", b"2")]),
        (File(b"bytes"), Encoding("comma"), [("f", b"bytes", None)]),
        (File(b"bytes"), Encoding(), [("f", b"bytes", None)]),
        (File(b"bytes"), Encoding("", "image/png"), [("f", b"bytes", "image/png")]),
        (File(b"bytes", "a.gif", "image/gif"), Encoding("", "image/png"), [("a.gif", b"bytes", "image/gif")]),
        (
            File(b"bytes", headers={"X-Own": "o"}),
            Encoding("", "", {"X-Kind": "k"}),
            [("f", b"bytes", None, {"X-Kind": "k", "X-Own": "o"})],
        ),
    ],
)
def test_fields_of_multipart_bodies_follow_their_encoding(value, encoding, parts):
    """A file keeps the name and media type that the user gave. Other parts get those of their encoding."""
    request = operation("files", "multipart/form-data", {"f": encoding}).request(body={"f": value})
    assert request["files"] == [("f", part) for part in parts]


def test_fields_of_multipart_bodies_may_be_deep_objects():
    """In the style deepObject, the name of a part has the place of the nested value: `name[field]`."""
    request = operation("files", "multipart/form-data", {"m": Encoding("deep")}).request(body={"m": {"a": [1]}})
    assert request["files"] == [("m[a][0]", (None, b"1", "text/plain"))]


def test_a_multipart_body_has_a_part_for_each_field():
    """A model or a mapping becomes a multipart body with a part for each field, and for each element of an array."""
    value = {"flag": True, "n": 1, "none": None, "object": {"a": Colour.RED}, "list": (1, 2)}
    assert _forms.multipart(value) == [
        ("flag", (None, b"true", "text/plain")),
        ("n", (None, b"1", "text/plain")),
        ("object", (None, b'{"a": "red"}', "application/json")),
        ("list", (None, b"1", "text/plain")),
        ("list", (None, b"2", "text/plain")),
    ]
    assert Strict("n").to_multipart() == [("name", (None, b"n", "text/plain"))]


def test_files_have_names(tmp_path):
    """A file without a name gets the name of the opened file, or else the name of the field."""
    path = tmp_path / "report.pdf"
    path.write_bytes(b"pdf")
    with path.open("rb") as file, tempfile.TemporaryFile() as unnamed:
        given = {"a": file, "b": File(file), "c": unnamed, "d": io.BytesIO(b"1"), "e": File(file, "own.pdf")}
        assert [part[0] for _, part in _forms.multipart(given)] == ["report.pdf", "report.pdf", "c", "d", "own.pdf"]


@pytest.mark.parametrize(
    ("kind", "content_type", "body", "message"),
    [
        (
            "files",
            "multipart/form-data",
            [b"1"],
            "body: multipart/form-data has named fields: pass .* a dict, not list",
        ),
        ("files", "multipart/form-data", "text", "body: multipart/form-data has named fields: pass .* a dict, not str"),
        ("files", "multipart/form-data", {"f": {1}}, "argument 'f'"),
        ("data", FORM, [1], "body: application/x-www-form-urlencoded has named fields: .* not list"),
        ("data", FORM, object(), "body: application/x-www-form-urlencoded has named fields: .* not object"),
        ("content", "text/csv", {"a": 1}, "body: text/csv is sent as it is: pass a File, bytes or a str, not dict"),
        ("content", "text/csv", 5, "body: text/csv is sent as it is: pass a File, bytes or a str, not int"),
    ],
)
def test_bodies_that_cannot_be_sent_raise(kind, content_type, body, message):
    """A body that cannot be sent raises an error with the body or its field, the media type, and the expected type."""
    with pytest.raises(InvalidRequest, match=message):
        operation(kind, content_type).request(body=body)


@pytest.mark.parametrize(
    ("body", "sent"), [("é", "é".encode()), (bytearray(b"b"), b"b"), (memoryview(b"m"), b"m"), (File(b"f"), b"f")]
)
def test_raw_bodies_are_sent_unchanged(body, sent):
    """Bytes and files are sent unchanged, and text is sent as UTF-8."""
    assert operation("content", "text/csv").request(body=body)["data"] == sent


class Recorder(BaseHTTPRequestHandler):
    """Records requests. If `redirects` of the server is set, redirects the first request."""

    def do_POST(self):
        """Answer a POST request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.headers, body))
        is_redirected = self.path == "/again/x"
        self.send_response(307 if is_redirected else 200)
        self.send_header("Content-Length", "0")
        if is_redirected:
            self.send_header("Location", "/x")
        self.end_headers()

    def log_message(self, *_):
        """Suppress the log."""


@pytest.fixture
def server():
    """Serve on a real socket."""
    with HTTPServer(("127.0.0.1", 0), Recorder) as found:
        found.requests = []
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def parts_of(request):
    """Return the parts of a multipart request without its boundary."""
    headers, body = request
    boundary = headers["Content-Type"].partition("boundary=")[2].encode()
    return body.replace(boundary, b"BOUNDARY")


def test_opened_files_are_streamed(server, tmp_path):
    """Opened files are read in chunks. The body is the same as with requests, also after a redirect."""
    path = tmp_path / "päge.bin"
    path.write_bytes(b"skipped" + os.urandom(200_000))
    url = f"http://127.0.0.1:{server.server_port}"
    upload = operation("files", "multipart/form-data", {"note": Encoding("", "text/html", {"X-Kind": "k"})})

    def body():
        file.seek(7)
        spooled.seek(0)
        fields = {
            "file": File(file, mime_type="image/png"),
            "note": "é",
            "memory": io.BytesIO(b"m"),
            "temporary": spooled,
        }
        return upload.request(body=fields)

    with path.open("rb") as file, tempfile.NamedTemporaryFile() as spooled:
        spooled.write(b"temporary")
        requests.post(f"{url}/x", timeout=5, files=body()["files"])
        for client in (Client(url), Client(f"{url}/again", follow_redirects=True)):
            with client:
                client.send(body())
    by_requests, *by_us = map(parts_of, server.requests)
    assert by_us == [by_requests] * 3
    assert len(by_requests) > 200_000


def test_a_file_as_a_raw_body_is_streamed(server, tmp_path):
    """A file as the whole body is sent with Content-Length, and read while it is sent."""
    path = tmp_path / "body"
    path.write_bytes(b"0123456789")
    raw = operation("content", "application/octet-stream")
    with path.open("rb") as file, Client(f"http://127.0.0.1:{server.server_port}") as client:
        file.seek(2)
        client.send(raw.request(body=File(file)))
    [(headers, body)] = server.requests
    assert (headers["Content-Length"], headers["Content-Type"], body) == ("8", "application/octet-stream", b"23456789")


class _Download:
    """An object with bytes or text, which has `read()` and no known size, like the files in /proc."""

    def __init__(self, data, *, has_position=False):
        self.data = data
        self.sizes = []
        self.has_position = has_position

    def seekable(self):
        return self.has_position

    def tell(self):
        return 0

    def seek(self, *_):
        raise OSError

    def read(self, size=-1):
        self.sizes.append(size)
        end = len(self.data) if size < 0 else size
        found, self.data = self.data[:end], self.data[end:]
        return found


@pytest.mark.parametrize("has_position", [False, True])
@pytest.mark.parametrize("data", [b"x" * 3_000_000, "é" * 100, b""])
def test_objects_without_a_known_size_are_read_in_chunks(server, data, has_position):
    """Downloads, pipes and texts are copied chunk by chunk, because the body has a Content-Length."""
    download = _Download(data, has_position=has_position)
    with Client(f"http://127.0.0.1:{server.server_port}") as client:
        client.send(operation("files", "multipart/form-data").request(body={"f": download}))
    [(headers, body)] = server.requests
    content = data if isinstance(data, bytes) else data.encode()
    assert content in body
    assert int(headers["Content-Length"]) == len(body) < len(content) + 1000
    assert 0 < max(download.sizes) < 100_000
    assert min(download.sizes) > 0


@pytest.mark.parametrize(
    "opened_file",
    [
        lambda: io.BytesIO(b"0123"),
        lambda: io.StringIO("0123"),
        lambda: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"0123"))),
    ],
)
def test_file_objects_are_sent_from_their_position(server, opened_file):
    """Objects like opened files are sent from their position, as opened files are."""
    opened = opened_file()
    assert opened.read(1) in (b"0", "0")
    with Client(f"http://127.0.0.1:{server.server_port}") as client:
        client.send(operation("files", "multipart/form-data").request(body={"f": opened}))
    assert b"\r\n\r\n123\r\n" in server.requests[0][1]


@responses.activate
def test_other_multipart_bodies_are_left_to_requests():
    """A multipart body without files is encoded by requests, because its content is in memory already."""
    responses.post("https://api.test/x")
    Client("https://api.test").send(operation("files", "multipart/form-data").request(body={"f": b"1"}))
    assert isinstance(responses.calls[0].request.body, bytes)


@responses.activate
def test_a_multipart_body_may_have_no_parts():
    """A multipart body without parts is sent with its media type, because all fields may be optional."""
    responses.post("https://api.test/x")
    Client("https://api.test").send(operation("files", "multipart/form-data").request(body={}))
    request = responses.calls[0].request
    boundary = request.headers["Content-Type"].partition("boundary=")[2]
    # In some versions, the library `responses` has already read the body.
    body = request.body if isinstance(request.body, bytes) else request.body.read()
    assert body == f"--{boundary}--\r\n".encode()


def test_a_file_is_a_tuple_for_requests():
    """A file is converted to the tuple that requests expects, with headers if there are any."""
    assert File(b"b", "n", "image/png").to_tuple() == ("n", b"b", "image/png")
    assert File(b"b", headers={"X-A": "a"}).to_tuple() == (None, b"b", None, {"X-A": "a"})


def test_a_multipart_stream_is_read_in_chunks(tmp_path):
    """A multipart stream has a length, can be read again, and raises if a file becomes shorter."""
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100_000)
    with path.open("rb") as file:
        body = MultipartStream([("f", ("n", file, None)), ("t", (None, "text", None))])
        whole = body.read()
        assert (len(body), body.tell(), body.read()) == (len(whole), 0, b"")
        body.seek(0)
        assert b"".join(iter(lambda: body.read(1000), b"")) == whole
        body.seek(0)
        assert b"".join(body) == whole
        body.seek(0)
        os.truncate(path, 10)
        with pytest.raises(OSError, match="A file became shorter"):
            body.read()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"f": b"bytes"}, "files"),
        ({"f": ["a", File(io.BytesIO(b"bytes"))]}, "files"),
        ({"f": "text"}, "data"),
        (Strict(b"bytes"), "files"),
        (Strict("text"), "data"),
        ("text", "data"),
        (None, "data"),
    ],
)
def test_a_body_with_files_is_multipart(value, kind):
    """If several media types have one type, a value with files is sent as multipart, and other values as the first."""
    bodies = [Body("json", "application/json", Any), Body("files", "multipart/form-data", Any)]
    chosen = Operation("op", "POST", "/x", "t", idempotent=False, bodies=tuple(bodies)).request(body=value)
    assert kind in chosen
