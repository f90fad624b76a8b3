"""Bodies and heads that are too much, that lie, that hide a second request, or that grow when they are read."""

import json
import time
import tracemalloc

import pytest

from integry.sandbox._http import MAX_BODY, MAX_DEPTH

from .hostile import request, signed, talk

PERSON = "POST /functions/pipedrive-add-a-person/call/"
PATH = "/functions/pipedrive-add-a-person/call/"
BODY = b'{"name": "A"}'
SMUGGLED = b"POST /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def attack(live):
    """Send a call of a function, signed, with a head and a body as they are given: nothing may be called."""

    def send(head, *pieces, line=f"POST {PATH} HTTP/1.1"):
        names = "".join(f"{name}: {value}\r\n" for name, value in signed(live))
        said = talk(live.url, f"{line}\r\nHost: x\r\n{names}{head}\r\n".encode("latin-1"), *pieces)
        assert live.calls == []
        assert said.text.count(b"HTTP/1.1 ") <= 1, "what follows is no request"
        assert b"Traceback" not in said.text
        return said

    return send


def test_the_calls_would_be_made(live):
    """With a head that is as it should be."""
    assert talk(live.url, request(PERSON, signed(live), BODY)).status == 200
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
def test_lengths_that_can_be_read_in_two_ways(attack, head, status):
    """Refused, and the connection closed: what one takes for a body another takes for a request."""
    for body in (BODY + SMUGGLED, b"d\r\n" + BODY + b"\r\n0\r\n\r\n" + SMUGGLED, SMUGGLED):
        assert attack(head, body).status == status


def test_bodies_that_are_cut_short(attack):
    """Are no bodies, also where what came would be one: nothing is called."""
    for sent in (b"", BODY, BODY[:-1], b" " * 500 + BODY):
        assert attack("Content-Length: 1000\r\n", sent).status == 400
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        assert attack(f"{kind}Content-Length: 1000\r\n", b"name=A").status == 400


def test_bodies_that_are_longer_than_they_say(live):
    """What is over is the next request, and no part of this one."""
    names = "".join(f"{name}: {value}\r\n" for name, value in signed(live))
    said = talk(
        live.url, f"POST {PATH} HTTP/1.1\r\n{names}Content-Length: 13\r\n\r\n".encode() + BODY + b"{}" + SMUGGLED
    )
    assert said.text.count(b"HTTP/1.1 200") == 1
    assert [call.arguments for call in live.calls] == [{"name": "A"}]


@pytest.mark.parametrize("length", [MAX_BODY + 1, 10**12, 10**17])
def test_bodies_that_are_too_large(attack, length):
    """Refused at once, by their length alone, and no more is read of them than of any that nobody wants."""
    assert attack(f"Content-Length: {length}\r\nExpect: x\r\n").status == 413
    piece = b" " * 1_000_000
    tracemalloc.start()
    said = attack(f"Content-Length: {length}\r\n", *[piece] * 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said.status in (413, 0), "or the connection is reset while the client still sends"
    assert peak < 2_000_000, "none of it is kept"


@pytest.mark.parametrize(
    ("piece", "status"),
    [
        (b"GET /" + b"a" * 70_000, 414),
        (b"a" * 70_000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 60_000 + b"\r\n", None),
    ],
)
def test_heads_without_an_end(live, piece, status):
    """Megabytes of them: given up after as much as a head may be."""
    tracemalloc.start()
    said = talk(live.url, piece, *[piece.rpartition(b"\r\n")[2] or b"X: " + b"a" * 60_000 + b"\r\n"] * 200)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said.status in (status or 431, 0), "or the connection is reset while the client still sends"
    assert peak < 40_000_000
    assert talk(live.url, piece + b"\r\n\r\n").status == status or status is None


@pytest.mark.parametrize(
    "body",
    [
        *(b'{"x": ' + opening * depth for opening in (b"[", b'{"a": ', b'[{"a":') for depth in (10, 1000, 1_000_000)),
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
def test_json_that_is_no_json_or_too_deep(live, attack, body):
    """Refused, and nothing fails of it later: neither a call nor a page."""
    assert attack(f"Content-Length: {len(body)}\r\nConnection: close\r\n", body).status == 400
    form = request(
        PERSON, [*signed(live), ("Content-Type", "application/x-www-form-urlencoded")], b"name=A&emails=" + body
    )
    assert talk(live.url, form).status == 400
    assert talk(live.url, request("GET /", [])).status == 200


def test_what_is_just_deep_enough(live):
    """Is kept and shown."""
    depth = MAX_DEPTH - 1
    body = b'{"name": "A", "x": ' + b"[" * depth + b"]" * depth + b"}"
    assert talk(live.url, request(PERSON, signed(live), body)).status == 200
    value = live.calls[0].arguments["x"]
    assert json.dumps(value) == "[" * depth + "]" * depth
    assert talk(live.url, request("GET /", [])).status == 200


def test_tags_that_would_fill_the_memory(live, attack):
    """A million tags that stand for a million characters each: refused before."""
    for tag, variable in (("{a}", "b" * 500_000), ("{a}", ["b" * 500_000]), ("x{a}", {"b": "b" * 500_000})):
        for name in (tag * 50_000, [tag] * 50_000):
            body = json.dumps({"name": name, "_variables": {"a": variable}}).encode()
            tracemalloc.start()
            said = attack(f"Content-Length: {len(body)}\r\nConnection: close\r\n", body)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert (said.status, b"larger than" in said.text) == (400, True)
            assert peak < 100_000_000
    body = b'{"name": "{a}{a}{b}", "_variables": {"a": "b", "b": [1]}}'
    assert talk(live.url, request(PERSON, signed(live), body)).status == 200
    assert live.calls[0].arguments["name"] == "bb[1]"


def test_arguments_that_are_wrong_in_very_many_places(attack):
    """A hundred of them are named."""
    body = json.dumps({"name": "A", "emails": [{"value": 1}] * 100_000}).encode()
    said = attack(f"Content-Length: {len(body)}\r\nConnection: close\r\n", body)
    details = json.loads(said.text.partition(b"\r\n\r\n")[2])["error_details"]
    assert (said.status, len(details)) == (400, 100)


def test_pages_stay_small(live):
    """Of what is very long the beginning is shown."""
    for _ in range(3):
        body = json.dumps({"name": "<" * 1_000_000}).encode()
        assert talk(live.url, request(PERSON, signed(live), body)).status == 200
    page = talk(live.url, request("GET /", []))
    assert (page.status, len(page.text) < 500_000) == (200, True)


@pytest.mark.growth
def test_long_texts_take_time_in_proportion(live):
    """To their length: what looks for tags, secrets and words does not go back and forth."""

    def seconds(length):
        began = time.process_time()
        for unit in ("{", "{a", "{a.", '"token":', "token=", "://", "https:\\/\\/", "0a", "\\", '"', "on #", "\u201c"):
            text = unit * (length // len(unit))
            body = json.dumps({"name": text, "prompt": text, "_variables": {"a": 1}}).encode()
            for path in (PATH, "/functions/predict/", "/functions/slack-post-message/get/"):
                assert talk(live.url, request(f"POST {path}", signed(live), body)).status < 500
        assert talk(live.url, request("GET /", [])).status == 200
        return time.process_time() - began

    seconds(1000)
    short = seconds(30_000)
    live.reset()
    assert seconds(300_000) < 40 * short + 1
