"""Hostile request bodies and heads: oversized, ambiguous (request smuggling), deeply nested or expanding."""

import json
import time
import tracemalloc

import pytest

from integry.sandbox._http import MAX_BODY, MAX_DEPTH

from .hostile import request, send_raw, signed

PERSON = "POST /functions/pipedrive-add-a-person/call/"
PATH = "/functions/pipedrive-add-a-person/call/"
BODY = b'{"name": "A"}'
SMUGGLED = b"POST /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def attack(live):
    """Return a function that sends a signed call with a raw head and body, and asserts that no function ran."""

    def send(head, *chunks, line=f"POST {PATH} HTTP/1.1"):
        names = "".join(f"{name}: {value}\r\n" for name, value in signed(live))
        response = send_raw(live.url, f"{line}\r\nHost: x\r\n{names}{head}\r\n".encode("latin-1"), *chunks)
        assert live.calls == []
        assert response.text.count(b"HTTP/1.1 ") <= 1, "the rest of the connection is not read as a request"
        assert b"Traceback" not in response.text
        return response

    return send


def test_a_valid_call_succeeds(live):
    """The request that the attacks below change runs the function if it is unchanged."""
    assert send_raw(live.url, request(PERSON, signed(live), BODY)).status == 200
    assert len(live.calls) == 1


@pytest.mark.parametrize(
    ("head", "status"),
    [
        *(
            (f"Content-Length: {each}\r\n", 400)
            for each in ("-1", "+13", "0x0d", "1_3", "13.0", "", "\u00b2", "13;", "1 3")
        ),
        *(
            (f"Content-Length: {each}\r\n", 400)
            for each in ("13, 13", "13,13", "9" * 19, "9" * 5000, "\x0013", "13\x0b")
        ),
        ("Content-Length: 13\r\nContent-Length: 13\r\n", 400),
        ("Content-Length: 13\r\nContent-Length: 0\r\n", 400),
        ("Content-Length: 0\r\ncontent-length: 13\r\n", 400),
        ("Content-Length: 13\r\nX: a\rContent-Length: 0\r\n", 400),
        ("Content-Length: 13\r\nHost: y\r\n", 400),
        ("X : y\r\nContent-Length: 13\r\n", 400),
        ("X\r\nContent-Length: 13\r\n", 400),
        (": x\r\nContent-Length: 13\r\n", 400),
        ("From x\r\nContent-Length: 13\r\n", 400),
        ("X\0: x\r\nContent-Length: 13\r\n", 400),
        *(
            (f"Transfer-Encoding: {each}\r\n", 411)
            for each in ("chunked", "CHUNKED", "gzip, chunked", "identity", "x", "")
        ),
        ("Content-Length: 13\r\nTransfer-Encoding: chunked\r\n", 411),
        ("Transfer-Encoding: chunked\r\nContent-Length: 13\r\n", 411),
        ("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 13\r\n", 411),
        ("Transfer-Encoding:\r\n chunked\r\nContent-Length: 13\r\n", 411),
        ("Transfer-Encoding: \x0bchunked\r\nContent-Length: 13\r\n", 411),
        ("Transfer-Encoding : chunked\r\nContent-Length: 13\r\n", 400),
    ],
    ids=repr,
)
def test_ambiguous_lengths_are_refused(attack, head, status):
    """A request of ambiguous length closes the connection, so that its body is not read as a second request."""
    for body in (BODY + SMUGGLED, b"d\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED, SMUGGLED):
        assert attack(head, body).status == status


def test_truncated_bodies_are_refused(attack):
    """A call with a truncated body is refused, even if the received part is valid JSON."""
    for sent in (b"", BODY, BODY[:-1], b" " * 500 + BODY):
        assert attack("Content-Length: 1000\r\n", sent).status == 400
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        assert attack(f"{kind}Content-Length: 1000\r\n", b"name=A").status == 400


def test_bytes_after_the_content_length_start_a_new_request(live):
    """Bytes after the announced length do not belong to the body of the request."""
    names = "".join(f"{name}: {value}\r\n" for name, value in signed(live))
    response = send_raw(
        live.url, f"POST {PATH} HTTP/1.1\r\n{names}Content-Length: 13\r\n\r\n".encode() + BODY + b"{}" + SMUGGLED
    )
    assert response.text.count(b"HTTP/1.1 200") == 1
    assert [call.arguments for call in live.calls] == [{"name": "A"}]


@pytest.mark.parametrize("length", [MAX_BODY + 1, 10**12, 10**17])
def test_oversized_bodies_are_refused(attack, length):
    """A body whose announced length is too large is refused, and is not kept in memory."""
    assert attack(f"Content-Length: {length}\r\nExpect: x\r\n").status == 413
    chunk = b" " * 1_000_000
    tracemalloc.start()
    response = attack(f"Content-Length: {length}\r\n", *[chunk] * 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status in (413, 0), "0: the connection was reset while the client was sending"
    assert peak < 2_000_000, "the body is discarded"


@pytest.mark.parametrize(
    ("chunk", "status"),
    [
        (b"GET /" + b"a" * 70_000, 414),
        (b"a" * 70_000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 60_000 + b"\r\n", None),
    ],
)
def test_endless_heads_are_refused(live, chunk, status):
    """The server stops reading at its limits for lines and headers."""
    tracemalloc.start()
    response = send_raw(live.url, chunk, *[chunk.rpartition(b"\r\n")[2] or b"X: " + b"a" * 60_000 + b"\r\n"] * 200)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status in (status or 431, 0), "0: the connection was reset while the client was sending"
    assert peak < 40_000_000
    assert send_raw(live.url, chunk + b"\r\n\r\n").status == status or status is None


@pytest.mark.parametrize(
    "body",
    [
        *(b'{"x": ' + opening * depth for opening in (b"[", b'{"a": ', b'[{"a":') for depth in (10, 1000, 100_000)),
        *(b'{"x": ' + b"[" * depth + b"]" * depth + b"}" for depth in (MAX_DEPTH, 200, 300, 500, 900, 3000, 100_000)),
        *(b'{"x": ' * depth + b"1" + b"}" * depth for depth in (MAX_DEPTH + 1, 300, 900, 3000, 100_000)),
        b'{"name": "A", "x": ' + b"9" * 5000 + b"}",
        b'{"name": "A", "x": 1e400}',
        b'{"name": "A", "x": NaN}',
        b'{"name": "A", "x": "' + b"\\" * 99_999 + b'"}',
        b'\xff\xfe{"name": "A"}',
        b"\0" * 1000,
    ],
    ids=lambda body: f"{body[5:15]!r}… {len(body)}",
)
def test_invalid_or_too_deep_json_is_refused(live, attack, body):
    """Invalid or too deep JSON gets 400, also in a form field, and the console still works."""
    assert attack(f"Content-Length: {len(body)}\r\nConnection: close\r\n", body).status == 400
    form = request(
        PERSON, [*signed(live), ("Content-Type", "application/x-www-form-urlencoded")], b"name=A&emails=" + body
    )
    assert send_raw(live.url, form).status == 400
    assert send_raw(live.url, request("GET /", [])).status == 200


def test_json_of_the_maximum_depth_is_accepted(live):
    """JSON of the maximum depth is stored, and the console shows it."""
    depth = MAX_DEPTH - 1
    body = b'{"name": "A", "x": ' + b"[" * depth + b"]" * depth + b"}"
    assert send_raw(live.url, request(PERSON, signed(live), body)).status == 200
    value = live.calls[0].arguments["x"]
    assert json.dumps(value) == "[" * depth + "]" * depth
    assert send_raw(live.url, request("GET /", [])).status == 200


@pytest.mark.slow
def test_tags_that_expand_too_far_are_refused(live, attack):
    """A call whose arguments would be too large after the substitution is refused before memory is allocated."""
    for tag, variable in (("{a}", "b" * 500_000), ("{a}", ["b" * 500_000]), ("x{a}", {"b": "b" * 500_000})):
        for name in (tag * 50_000, [tag] * 50_000):
            body = json.dumps({"name": name, "_variables": {"a": variable}}).encode()
            tracemalloc.start()
            response = attack(f"Content-Length: {len(body)}\r\nConnection: close\r\n", body)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert (response.status, b"larger than" in response.text) == (400, True)
            assert peak < 100_000_000
    body = b'{"name": "{a}{a}{b}", "_variables": {"a": "b", "b": [1]}}'
    assert send_raw(live.url, request(PERSON, signed(live), body)).status == 200
    assert live.calls[0].arguments["name"] == "bb[1]"


def test_validation_errors_are_limited(attack):
    """The error of a call reports at most 100 invalid arguments."""
    body = json.dumps({"name": "A", "emails": [{"value": 1}] * 100_000}).encode()
    response = attack(f"Content-Length: {len(body)}\r\nConnection: close\r\n", body)
    details = json.loads(response.text.partition(b"\r\n\r\n")[2])["error_details"]
    assert (response.status, len(details)) == (400, 100)


def test_pages_truncate_long_values(live):
    """The console shows only the start of a long value."""
    for _ in range(3):
        body = json.dumps({"name": "<" * 1_000_000}).encode()
        assert send_raw(live.url, request(PERSON, signed(live), body)).status == 200
    page = send_raw(live.url, request("GET /", []))
    assert (page.status, len(page.text) < 500_000) == (200, True)


@pytest.mark.growth
def test_time_is_linear_in_the_length_of_texts(live):
    """Searching a text for tags, secrets and words takes time that is linear in its length."""

    def seconds(length):
        start = time.process_time()
        for unit in ("{", "{a", "{a.", '"token":', "token=", "://", "https:\\/\\/", "0a", "\\", '"', "on #", "\u201c"):
            text = unit * (length // len(unit))
            body = json.dumps({"name": text, "prompt": text, "_variables": {"a": 1}}).encode()
            for path in (PATH, "/functions/predict/", "/functions/slack-post-message/get/"):
                assert send_raw(live.url, request(f"POST {path}", signed(live), body)).status < 500
        assert send_raw(live.url, request("GET /", [])).status == 200
        return time.process_time() - start

    seconds(1000)
    short = seconds(30_000)
    live.reset()
    assert seconds(300_000) < 40 * short + 1
