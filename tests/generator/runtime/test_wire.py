"""Building requests from arguments, and parsing responses."""

import datetime

import pytest
import requests

from integry.generator.runtime import _encoding
from integry.generator.runtime._decoding import charset
from integry.generator.runtime.errors import DecodeError, InvalidRequest, UnexpectedStatus
from integry.generator.runtime.operation import Body, Operation, Request, ResponseSpec
from integry.generator.runtime.types import UNSET, File, Unset

from .models import Cat, Colour, Strict

OPERATION = Operation(
    name="op",
    method="POST",
    path="/x/{id}",
    tag="t",
    idempotent=False,
    bodies=(Body("json", "application/json", Strict), Body("data", "application/x-www-form-urlencoded", Cat)),
    responses={
        "200": ResponseSpec("json", Strict),
        "202": ResponseSpec("none", None),
        "4XX": ResponseSpec("text", str),
        "default": ResponseSpec("bytes", bytes),
    },
    styles={"c": "comma", "d": "deep", "p": "pipe", "j": "json"},
)


def test_a_request_has_the_given_arguments():
    """Arguments that are None or UNSET are not sent, except for the body None, which is sent as null."""
    request = OPERATION.request(
        path={"id": "a/b"},
        query={"a": [1, True], "b": None, "c": ["x", "y"], "d": {"k": Colour.RED}, "e": UNSET},
        headers={"X-A": 1, "X-B": UNSET},
        cookies={"s": "v", "t": None},
        body=Strict("n"),
    )
    assert type(request) is Request
    assert request.operation is OPERATION
    assert request == {
        "method": "POST",
        "url": "/x/a%2Fb",
        "params": [("a", "1"), ("a", "true"), ("c", "x,y"), ("d[k]", "red")],
        "headers": {"X-A": "1", "Content-Type": "application/json"},
        "cookies": {"s": "v"},
        "data": b'{"name": "n"}',
    }
    assert OPERATION.request(path={"id": 1}) == {"method": "POST", "url": "/x/1"}
    assert OPERATION.request(path={"id": 1}, query={"j": {"a": [1]}})["params"] == [("j", '{"a": [1]}')]


def test_the_type_of_the_body_selects_the_media_type():
    """The first media type whose type matches the body is sent, or else the first media type."""
    assert OPERATION.request(path={"id": 1}, body=Cat("cat"))["data"] == [("type", "cat")]
    assert OPERATION.request(path={"id": 1}, body=None)["data"] == b"null"
    one = Operation("op", "PUT", "/", "t", idempotent=True, bodies=(Body("content", "text/plain", File),))
    assert one.request(body=File("päyload"))["data"] == "päyload".encode()
    assert one.request(body=b"x")["data"] == b"x"
    files = Operation("op", "PUT", "/", "t", idempotent=True, bodies=(Body("files", "multipart/form-data", Strict),))
    assert files.request(body=Strict("n")) == {
        "method": "PUT",
        "url": "/",
        "files": [("name", (None, b"n", "text/plain"))],
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), ("a b", "a%20b"), ("é", "%C3%A9"), (5, "5"), (True, "true"), (["a,", 1], "a%2C,1"), ({"a": 1}, "a,1")],
)
def test_path_segments_are_quoted(value, text):
    """Reserved and non-ASCII characters of a path segment are percent-encoded."""
    assert _encoding.path_segment("name", value) == text


@pytest.mark.parametrize("value", ["", ".", "..", "%2e", "%252E.", None, UNSET])
def test_dot_segments_are_refused(value):
    """Dot segments are refused, because servers would resolve them to another path."""
    with pytest.raises(InvalidRequest, match=r"name must not be empty, '\.' or '\.\.'"):
        _encoding.path_segment("name", value)


@pytest.mark.parametrize(
    ("value", "style", "pairs"),
    [
        ("x", "form", [("n", "x")]),
        (None, "form", []),
        (UNSET, "form", []),
        ([1, None, {"a": 1}], "form", [("n", "1"), ("n", '{"a": 1}')]),
        ({"a": 1, "b": None}, "form", [("a", "1")]),
        ({"a": 1}, "deep", [("n[a]", "1")]),
        ([1, 2], "pipe", [("n", "1|2")]),
        ({"a": 1}, "comma", [("n", "a,1")]),
        (datetime.date(2024, 1, 2), "form", [("n", "2024-01-02")]),
    ],
)
def test_query_parameters_follow_their_style(value, style, pairs):
    """Query parameters are serialised in the styles of OpenAPI."""
    assert list(_encoding.query_pairs("n", value, style)) == pairs


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: _encoding.header("X", "☃"), "must be latin-1"),
        (lambda: _encoding.header("X", "a\nb"), "must not contain a line break"),
        (lambda: _encoding.cookie("c", "a; b"), "must not contain a semicolon"),
        (lambda: _encoding.path_segment("n", "\ud800"), "UTF-8 cannot encode"),
        (lambda: _encoding.query_pairs("n", "\ud800"), "UTF-8 cannot encode"),
        (
            lambda: OPERATION.request(path={"id": 1}, body={"a": {1, 2}}),
            "cannot be written as JSON: Object of type set",
        ),
        (lambda: OPERATION.request(path={"id": 1}, body=float("nan")), "cannot be written as JSON: Out of range"),
    ],
)
def test_unencodable_values_are_refused(build, message):
    """A value that cannot be encoded raises InvalidRequest before anything is sent."""
    with pytest.raises(InvalidRequest, match=message):
        build()


def test_keys_are_converted_to_text():
    """Keys that are enums or dates become text, and objects in forms become JSON."""
    body = {datetime.date(2024, 1, 2): 1}
    assert OPERATION.request(path={"id": 1}, body=body)["data"] == b'{"2024-01-02": 1}'
    form = _encoding.encode_body({"a": {"b": 1}, "c": [1, 2]}, "data", "x", {})
    assert form == {"data": [("a", '{"b": 1}'), ("c", "1"), ("c", "2")]}


def response(status, content, **headers):
    """Return a response of requests."""
    result = requests.Response()
    result.status_code, result._content = status, content
    result.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return result


@pytest.mark.parametrize(
    ("status", "content", "parsed"),
    [
        (200, b'{"name": "n"}', Strict("n")),
        (200, '{"name": "n"}'.encode("utf-16"), Strict("n")),
        (202, b"ignored", None),
        (204, b"ignored", None),
        (404, b"caf\xc3\xa9", "café"),
        (500, b"\x00", b"\x00"),
        (999, b"", b""),
    ],
)
def test_responses_are_parsed_as_documented(status, content, parsed):
    """The status, its range or `default` selects the schema. Statuses that Python does not know are ints."""
    found = OPERATION.read(response(status, content))
    assert (found.status_code, found.content, found.parsed) == (status, content, parsed)


@pytest.mark.parametrize(
    ("content", "headers", "message"),
    [
        (b"", {}, "op: the body is empty"),
        (b"{", {}, "op: the body is not JSON"),
        (b"[1]", {}, r"op: expected an object \(Strict\), got list"),
        (b'{"name": "n"}', {"Content_Length": "99"}, "op: the body is incomplete: 13 of 99 bytes"),
        (b"[" * 100_000, {}, "op: the body is not JSON"),
    ],
)
def test_invalid_bodies_raise(content, headers, message):
    """The DecodeError for an invalid body has the status and the body."""
    with pytest.raises(DecodeError, match=message) as caught:
        OPERATION.read(response(200, content, **headers))
    assert (caught.value.status_code, caught.value.content) == (200, content)


def test_undocumented_statuses_raise_or_return_none():
    """Undocumented statuses raise or return None. Responses to HEAD and empty free-form objects are None."""
    operation = Operation("op", "HEAD", "/", "t", idempotent=True, responses={"200": ResponseSpec("json", Strict)})
    assert operation.read(response(200, b"")).parsed is None
    assert operation.read(response(500, b""), raise_on_unexpected_status=False).parsed is None
    with pytest.raises(UnexpectedStatus, match="Unexpected status code: 500"):
        operation.read(response(500, b""))
    anything = Operation("op", "GET", "/", "t", idempotent=True, responses={"200": ResponseSpec("json", dict)})
    assert anything.read(response(200, b"")).parsed is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("", "utf-8"),
        ("text/plain; charset=latin-1", "iso8859-1"),
        ("text/plain; charset='UTF-16'", "utf-16"),
        ("text/plain; charset=nonsense", "utf-8"),
        ("text/plain; charset=hex", "utf-8"),
        ("text/plain; charset=punycode", "utf-8"),
    ],
)
def test_the_charset_defaults_to_utf_8(content_type, expected):
    """Text is decoded as UTF-8 unless the server names another text codec."""
    assert charset(response(200, b"", Content_Type=content_type)) == expected


def test_other_charsets_are_decoded():
    """Text and JSON are decoded with the charset that the server names."""
    latin = {"Content_Type": "x; charset=latin-1"}
    assert OPERATION.read(response(404, b"\xe9", **latin)).parsed == "é"
    assert OPERATION.read(response(200, b'{"name": "\xe9"}', **latin)).parsed == Strict("é")


def test_unset_is_falsy():
    """UNSET is false, has a readable repr, and is an instance of Unset."""
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert isinstance(UNSET, Unset)


def test_a_copy_of_a_request_has_its_operation():
    """copy() returns a Request, whose repr shows no body and no header."""
    request = Operation("op", "POST", "/x", "t", idempotent=True).request(headers={"Hash": "secret"})
    copied = request.copy()
    assert (copied, type(copied), copied.operation) == (request, type(request), request.operation)
    assert repr(copied) == "<Request op: POST /x>"
