"""The Accept header, and the choice among the documented media types of a response."""

import pytest
import requests
import responses

from integry.generator.runtime.client import Client
from integry.generator.runtime.errors import DecodeError
from integry.generator.runtime.operation import Operation, ResponseSpec
from integry.generator.runtime.streaming import ServerSentEvent

from .models import Strict

CSV = ResponseSpec("text", str, "text/csv")
PROBLEM = ResponseSpec("json", dict, "application/problem+json")
IMAGE = ResponseSpec("bytes", bytes, "image/*")
ANY = ResponseSpec("text", str, "*/*")
LINES = ResponseSpec("lines", Strict, "application/x-ndjson")
EVENTS = ResponseSpec("events", Strict, "text/event-stream")
WATCH = ResponseSpec("lines", Strict, "application/json;stream=watch", is_encoding=True)
YAML = ResponseSpec("bytes", bytes, "application/yaml", is_encoding=True)
FIRST = ResponseSpec("json", Strict, 'application/json;Version="1"')
SECOND = ResponseSpec("text", str, "application/json;version=2")
FINE = ResponseSpec("bytes", bytes, "application/json;version=2;level=fine")
SUFFIX = ResponseSpec("json", Strict, "application/*+json")


def documented(spec, *others):
    """Return a response with several media types."""
    return ResponseSpec(spec.kind, spec.type, spec.content_type, others)


JSON = ResponseSpec("json", Strict)


def operation(**found):
    """Return an operation with responses by status."""
    by_status = {status.strip("_"): spec for status, spec in found.items()}
    return Operation("op", "GET", "/x", "t", idempotent=True, server="https://api.test", responses=by_status)


def parse(spec, content, content_type=None):
    """Return the parsed body of a response."""
    response = requests.Response()
    response.status_code, response._content = 200, content
    if content_type is not None:
        response.headers["Content-Type"] = content_type
    return operation(_200=spec).read(response).parsed


NAME = b'{"name": "n"}'


@pytest.mark.parametrize(
    ("spec", "content_type", "content", "parsed"),
    [
        (documented(JSON, CSV), "application/json", NAME, Strict("n")),
        (documented(JSON, CSV), "text/csv", NAME, NAME.decode()),
        (documented(JSON, CSV), "Text/CSV ; charset=latin-1", b"\xe9", "é"),
        # Only a stream reads a watch as lines.
        (documented(JSON, WATCH), "application/json; Stream=watch", NAME, Strict("n")),
        # The first media type is used if the header is missing or undocumented.
        (documented(JSON, CSV), None, NAME, Strict("n")),
        (documented(JSON, CSV), "", NAME, Strict("n")),
        (documented(JSON, CSV), "nonsense", NAME, Strict("n")),
        (documented(JSON, CSV), "text/plain", NAME, Strict("n")),
        (documented(JSON, ANY), None, NAME, Strict("n")),
        # The most specific match is used.
        (documented(JSON, ANY, IMAGE), "image/png", b"\0", b"\0"),
        (documented(JSON, ANY, IMAGE), "text/html", b"<p>", "<p>"),
        (documented(JSON, ANY, IMAGE), "application/json;v=1", NAME, Strict("n")),
        (documented(JSON, PROBLEM, SUFFIX), "application/problem+json", NAME, {"name": "n"}),
        (documented(PROBLEM, SUFFIX), "application/hal+json", NAME, Strict("n")),
        # Parameters tell media types of one name apart. The first is used if a response has none of them.
        (documented(FIRST, SECOND, FINE), "application/json; version=1", NAME, Strict("n")),
        (documented(FIRST, SECOND, FINE), "application/json;Version=2", NAME, NAME.decode()),
        (documented(FIRST, SECOND, FINE), "application/json; charset=utf-8; level=fine; version=2", NAME, NAME),
        (documented(FIRST, SECOND, FINE), "application/json; version=3", NAME, Strict("n")),
        (documented(SECOND, JSON), "application/json", NAME, Strict("n")),
        # Lines of JSON and event streams are parsed to lists of their elements.
        (documented(JSON, LINES), "application/x-ndjson", NAME + b"\n" + NAME, [Strict("n"), Strict("n")]),
        (
            documented(JSON, EVENTS),
            "text/event-stream",
            b"data:" + NAME + b"\n\n",
            [ServerSentEvent("message", Strict("n"))],
        ),
        (LINES, "text/plain", b"", []),
        (EVENTS, None, b"event: a\ndata: b\n\n", [ServerSentEvent("a", "b")]),
    ],
)
def test_the_content_type_selects_a_documented_media_type(spec, content_type, content, parsed):
    """The Content-Type selects a documented media type or range, and the one with the most of its parameters."""
    assert parse(spec, content, content_type) == parsed


def test_invalid_lines_raise():
    """An invalid line raises DecodeError, which has the body, and a message with the name of the operation."""
    with pytest.raises(DecodeError, match="op: a line of the body is not JSON") as caught:
        parse(LINES, b'{"name": "n"}\n{')
    assert caught.value.content == b'{"name": "n"}\n{'
    with pytest.raises(DecodeError, match="op: Strict has no 'name'"):
        parse(LINES, b"{}")


@pytest.mark.parametrize(
    ("found", "accept", "streamed"),
    [
        (operation(_200=JSON, _404=CSV), "application/json, text/csv;q=0.8", "application/json, text/csv;q=0.8"),
        (operation(_200=JSON, _404=documented(JSON, IMAGE)), "application/json", None),
        (operation(_200=JSON, _404=CSV, _409=CSV), "application/json, text/csv;q=0.8", None),
        (operation(_200=documented(JSON, CSV)), "application/json, text/csv;q=0.9", None),
        (operation(_200=CSV, _404=JSON), "text/csv, application/json;q=0.8, */*;q=0.1", None),
        (operation(_200=documented(CSV, IMAGE)), "text/csv, image/*, */*;q=0.1", None),
        (operation(_200=ANY), "*/*", None),
        (operation(_200=ResponseSpec("json", Strict, "*/*")), "application/json, */*;q=0.9", None),
        (operation(_200=documented(PROBLEM, SUFFIX)), "application/problem+json, application/json", None),
        (operation(_2XX=JSON, _201=PROBLEM), "application/json, application/problem+json", None),
        (operation(_204=ResponseSpec("none", None)), "*/*", None),
        (operation(_204=ResponseSpec("none", None), _200=JSON), "application/json", None),
        (operation(default=JSON), "application/json", None),
        (operation(_404=JSON), "*/*", None),
        (
            operation(_200=documented(JSON, EVENTS)),
            "application/json, text/event-stream;q=0.9",
            "text/event-stream, application/json;q=0.9",
        ),
        # Some servers ignore the weights, so other encodings of the JSON are not named.
        (operation(_200=documented(JSON, YAML, CSV), _404=YAML), "application/json, text/csv;q=0.9", None),
        (operation(_200=documented(JSON, WATCH)), "application/json", f"{WATCH.content_type}, application/json;q=0.9"),
        (operation(_200=LINES), "application/x-ndjson, */*;q=0.1", "application/x-ndjson"),
        (operation(_200=documented(JSON, IMAGE)), "application/json, image/*;q=0.9", "application/json, image/*;q=0.9"),
    ],
)
def test_accept_names_the_documented_media_types(found, accept, streamed):
    """The Accept header lists JSON first; for a stream, event streams and lines of JSON come first."""
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/x", json={}, status=404)
        client = Client(raise_on_unexpected_status=False)
        client.request(found.request())
        assert mock.calls[0].request.headers["Accept"] == accept
        if streamed:
            mock.replace("GET", "https://api.test/x", status=200)
            client.stream(found.request()).close()
            assert mock.calls[1].request.headers["Accept"] == streamed


def test_an_accept_header_of_the_user_takes_precedence():
    """An Accept header of the request, of the client or of the session replaces the default."""
    session = requests.Session()
    session.headers["Accept"] = "text/yaml"
    found = operation(_200=JSON)
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/x", json={"name": "n"})
        Client(session=session).send(found.request())
        Client(headers={"accept": "text/a"}).send(found.request())
        Client(headers={"accept": "text/a"}).send(found.request(headers={"ACCEPT": "text/b"}))
        sent = [call.request.headers["Accept"] for call in mock.calls]
    assert sent == ["text/yaml", "text/a", "text/b"]


TEXT = ResponseSpec("json", str)


@pytest.mark.parametrize(
    ("content_type", "content", "parsed"),
    [
        ("application/json", b'"text"', "text"),
        ("application/octet-stream", b'"text"', "text"),
        ("application/octet-stream", b"text", "text"),
        ("text/plain; charset=latin-1", b"\xe9", "\xe9"),
        (None, b"text", "text"),
    ],
)
def test_a_json_string_may_be_sent_as_text(content_type, content, parsed):
    """A documented JSON string is also read if the server sends the text itself, as a text or as bytes."""
    assert parse(TEXT, content, content_type) == parsed


@pytest.mark.parametrize(
    ("spec", "content_type"), [(TEXT, "application/json"), (TEXT, "text/html"), (JSON, "application/octet-stream")]
)
def test_other_bodies_that_are_not_json_raise(spec, content_type):
    """A text is not read as JSON if its media type is another, or if the document has no string."""
    with pytest.raises(DecodeError, match="op: the body is not JSON"):
        parse(spec, b"<p>text</p>", content_type)


def test_a_watch_is_read_line_by_line():
    """A stream of a watch has the documented type, also if the Content-Type is that of JSON."""
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/x", body=NAME + b"\n" + NAME, content_type="application/json")
        with Client().stream(operation(_200=documented(JSON, WATCH)).request()) as stream:
            assert list(stream.iter_json()) == [Strict("n"), Strict("n")]
