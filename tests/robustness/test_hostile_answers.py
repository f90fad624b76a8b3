"""Hostile answers: a result, or an error of ours that can be printed, copied and pickled."""

import contextlib
import copy
import encodings.aliases
import gc
import json
import pickle

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from generated import AuthenticatedClient
from generated import errors as generated_errors
from integry import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    BadRequest,
    ConfigurationError,
    IntegryError,
    InvalidRequest,
    NetworkCodeError,
    ResponseDecodeError,
    UnusableResult,
)
from integry._http.retry import parse_retry_after
from tests import calls
from tests.facade.conftest import _no_environment, serve  # noqa: F401 (fixtures)
from tests.robustness.hostile import (
    ACCOUNT,
    CALLS,
    ORG,
    SECRET,
    answering,
    assert_linear,
    integry,
    json_values,
    organisation,
    outcome,
    tried,
    use,
)
from tests.spec_document import EXAMPLES

DOCUMENTED = {
    name: [each.value for each in EXAMPLES if each.operation == name and each.place.startswith("2")] for name in CALLS
}


def places(value, place=()):
    """The places in a JSON value."""
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*place, key))


def changed(value, place, to):
    """A JSON value with another at a place."""
    if not place:
        return to
    value = copy.copy(value)
    value[place[0]] = changed(value[place[0]], place[1:], to)
    return value


@st.composite
def almost_documented(draw, name):
    """A documented answer with something else in a place of it, or something else altogether."""
    if not DOCUMENTED[name] or draw(st.integers(0, 3)) == 0:
        return draw(json_values)
    value = draw(st.sampled_from(DOCUMENTED[name]))
    for _ in range(draw(st.integers(1, 2))):
        value = changed(value, draw(st.sampled_from(list(places(value)))), draw(json_values))
    return value


bodies = st.sampled_from(sorted(CALLS)).flatmap(lambda name: st.tuples(st.just(name), almost_documented(name)))


@settings(max_examples=400)
@given(bodies, st.sampled_from([200, 200, 200, 201, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 599]))
def test_answers_of_any_shape(named, status):
    """Every operation: a result, or the error that the status is; and all can be printed, and errors be pickled."""
    name, value = named
    with answering(body=json.dumps(value), status=status):
        result = outcome(lambda: CALLS[name](integry(), organisation()))
    tried("answers")
    if status >= 400 and name != "disconnect_account":
        assert isinstance(result, APIStatusError)
        assert result.status == status


CONTENT_TYPES = [
    "application/json",
    "text/html",
    "a/b",
    "",
    ";;=charset",
    "a/b; charset",
    "a/b; charset=",
    "a/b; charset=\0",
]
CONTENT_TYPES += [
    f"a/b; charset={name}" for name in sorted({*encodings.aliases.aliases.values(), "undefined", "idna", "x"})
]


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(CALLS)),
    st.binary(max_size=60) | st.text('[]{}",:\\u1e-.9 ', max_size=20).map(str.encode),
    st.sampled_from(CONTENT_TYPES),
    st.integers(200, 599).filter(lambda status: not 300 <= status < 400),
)
def test_answers_of_any_bytes(name, body, content_type, status):
    """In any charset, or in what Python takes for one."""
    with answering(body=body, status=status, headers={"Content-Type": content_type}):
        result = outcome(lambda: CALLS[name](integry(), organisation()))
        if name not in ("disconnect_account", "get_app"):
            outcome(lambda: integry().request("GET", "/x").parsed)
    tried("answers", 2)
    if status >= 400 and name != "disconnect_account":
        assert isinstance(result, APIStatusError)


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_every_codec_of_python(content_type):
    """As the charset of a refusal and of a success; some fail whatever they are asked, or are very slow."""
    bodies = [b'{"network_code": 200}', b"\xff\xfe\x00", b"+/v8-", "é \\N{x}".encode()]
    for body in bodies:
        with answering(body=body, status=400, headers={"Content-Type": content_type}):
            assert isinstance(outcome(lambda: integry().functions.call("f")), BadRequest)
        with answering(body=body, headers={"Content-Type": content_type}):
            assert not isinstance(outcome(lambda: integry().functions.call("f")), APIConnectionError)
            assert isinstance(integry().request("GET", "/x").content, bytes)
            if content_type == "a/b; charset":
                continue  # at which old versions of requests fail by themselves
            with AuthenticatedClient(token=SECRET) as client, contextlib.suppress(generated_errors.DecodeError):
                calls.module("get_slack_info").sync(ORG, client=client)
    tried("answers", 4 * len(bodies))


@pytest.mark.growth
def test_a_charset_that_takes_quadratic_time():
    """Punycode is none."""

    def refuse(body):
        with answering(body=body, status=400, headers={"Content-Type": "a/b; charset=punycode"}):
            outcome(lambda: integry().functions.call("f"))

    assert_linear(refuse, lambda size: b"a" * size + b"-" + b"a" * size, 30_000)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"network_code": 200, "output": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"network_code": 200, "output": ' + b"9" * 5000 + b"}",
        b'{"network_code": ' + b"9" * 5000 + b"}",
        b'{"network_code": 200, "output": ' + b"[" * 400 + b"]" * 400 + b"}",
        b'{"network_code": 500, "output": ' + b"[" * 400 + b"]" * 400 + b"}",
    ],
    ids=["open", "list", "object", "int", "code", "400", "400 of 500"],
)
def test_deep_and_endless_answers(body, status):
    """Nested 100,000 times, or a number of 5,000 digits: Python reads neither."""
    with answering(body=body, status=status):
        for name in ("call_function", "list_apps", "list_functions", "get_app", "list_integrations", "get_slack_info"):
            outcome(lambda name=name: CALLS[name](integry(), organisation()))
    tried("answers", 6)


@pytest.mark.parametrize(
    ("body", "code", "output"),
    [
        (b'{"network_code": 1e999}', 0, None),
        (b'{"network_code": NaN, "output": NaN}', 0, "nan"),
        (b'{"network_code": 200, "output": -Infinity}', 200, "-inf"),
        (b'{"network_code": 200, "output": "\\ud800"}', 200, "'\\ud800'"),
        (b'{"network_code": 500, "network_code": 200, "output": 1, "output": 2}', 200, "2"),
        (b"\xef\xbb\xbf" + b'{"network_code": 200}', 200, None),
        (json.dumps({"network_code": 200}).encode("utf-16"), 200, None),
    ],
)
def test_answers_that_json_does_not_allow_but_python_reads(body, code, output):
    """NaN and lone surrogates come through; of two equal keys the last one wins, as in most readers of JSON."""
    with answering(body=body):
        result = outcome(lambda: integry().functions.call("f"))
    assert (result.network_code, repr(result.output)) == (code, repr(None) if output is None else output)
    assert repr(pickle.loads(pickle.dumps(result))) == repr(result)  # noqa: S301 (our own)
    if not result.ok:
        with pytest.raises(NetworkCodeError) as caught:
            result.raise_for_network_code()
        use(caught.value)
    tried("answers")


@pytest.mark.parametrize("found", [None, [None], [None, {"id": 7}], [{"id": 7}]])
def test_accounts_that_are_null(found):
    """They are none, wherever null stands."""
    ids = [account["id"] for account in found or () if account]
    with answering(json={**ACCOUNT, "connected_accounts": found}):
        client = integry()
        assert [account.id for account in client.apps.connected_accounts("slack")] == ids
        assert client.apps.is_connected("slack") is bool(ids)
        result = outcome(lambda: client.apps.disconnect("slack"))
        assert isinstance(result, UnusableResult) is not bool(ids)
        with pytest.raises(APITimeoutError):
            client.apps.wait_until_connected("slack", timeout=0.01, poll=0)
    tried("answers", 4)


@pytest.mark.parametrize("field", ["parameters", "arguments"])
@pytest.mark.parametrize("value", ["text", [1], 5, True])
def test_functions_whose_parameters_are_no_object(field, value):
    """They are no functions."""
    function = {"name": "f", "parameters": {}, field: value}
    for body in (function, {"functions": [function]}):
        with answering(json=body):
            call = integry().functions.get if body is function else integry().functions.list
            with pytest.raises(ResponseDecodeError, match=field):
                call(*["f"] * (body is function))
    tried("answers", 2)


def test_redirects_to_what_is_no_url():
    """It is a refusal like any other; requests looks where it leads, also where it follows none."""
    for location in ("http://[", "/\xff", "http://a:b:c/", "//", "\x00", "http://x:99999999/", "/" * 8000):
        with answering(status=302, headers={"Location": location}):
            result = outcome(lambda: integry().functions.call("f"))
            assert type(result) is APIStatusError
            assert result.status == 302
            with requests.Session() as session:
                assert isinstance(outcome(lambda session=session: integry(session=session).apps.get("x")), IntegryError)
        tried("headers", 2)


#: What stands in heads: a status line, fields, and what follows them.
STATUS_LINES = [
    "HTTP/1.1 200 OK",
    "HTTP/1.0 200",
    "HTTP/1.1 2_00 x",
    "HTTP/1.1 +20 x",
    "HTTP/9.9 200 OK",
    "junk",
    "HTTP/1.1",
]
STATUS_LINES += [
    "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK",
    "HTTP/1.1 101 x",
    "HTTP/1.1 204 x",
    "HTTP/1.1 302 x",
    "HTTP/1.1 304 x",
]
STATUS_LINES += [
    "HTTP/1.1 400 x",
    "HTTP/1.1 429 x",
    "HTTP/1.1 999 x",
    "HTTP/1.1 \xb2\xb2\xb2 x",
    "HTTP/1.1 200 " + "x" * 70_000,
    "",
]
FIELDS = [f"Content-Length: {value}" for value in ("5", "5, 5", "5, 6", "-5", "1_0", "9" * 30, "\xb2", "9" * 5000, "")]
FIELDS += [
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, gzip",
    "Content-Encoding: gzip",
    "Content-Encoding: \xff",
]
FIELDS += [
    f"Content-Encoding: {'gzip,' * 100}",
    "Content-Encoding: deflate, br, zstd",
    "Connection: close",
    ": x",
    "x",
    " folded",
]
FIELDS += [
    "X\xff: y",
    "Set-Cookie: a=b; expires=foo; max-age=99999999999999999999999; path=\xff",
    f"Set-Cookie: {';' * 60_000}",
]
FIELDS += [
    "Location: http://[",
    "Location: \xff",
    "Content-Type: a/b; charset=idna",
    f"Retry-After: {'9' * 5000}",
    "\0: \0",
]
FIELDS += [
    "Retry-After: Thu, 99 Foo 9999999999 99:99:99 +9999999",
    f"X-Credits: {'9' * 5000}",
    f"A: {'a' * 70_000}",
    "A: b\rc",
]
FIELDS += ["X-Request-ID: a\r\n b", "X-Session-ID: \x85"]
CONTENTS = [
    "hello",
    "{}",
    '{"network_code": 200}',
    "5\r\nhello\r\n0\r\n\r\n",
    "-5\r\nhello\r\n0\r\n\r\n",
    "zz\r\n",
    "",
    "5\nhello",
]
CONTENTS += [
    f"{'F' * 30}\r\nx",
    "1_0\r\n0123456789012345\r\n0\r\n\r\n",
    '5;x="\xff"\r\nhello\r\n0\r\nA: b\r\n\r\n',
    "\x1f\x8b\x08\0junk",
]
CONTENTS += [f"{'9' * 5000}\r\nx"]


#: urllib3 leaves the socket to the garbage collector where it can make no response of what it read, and requests where
#: a redirect leads to what is no text.
left_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture
def _collected():
    """What a test left to the garbage collector is collected within it, and warned of to nobody."""
    yield
    gc.collect()


@left_open
@pytest.mark.usefixtures("_collected")
def test_heads_of_any_kind(serve):  # noqa: F811 (a fixture)
    """On a real socket, by the fast and the ordinary way: an error of ours, or a result."""
    server = serve()
    session = requests.Session()
    clients = [integry(base_url=server.url), integry(base_url=server.url, session=session, deadline=30)]

    @settings(max_examples=150)
    @given(st.sampled_from(STATUS_LINES), st.lists(st.sampled_from(FIELDS), max_size=4), st.sampled_from(CONTENTS))
    def hostile(status, fields, content):
        raw = "\r\n".join([status, *fields, "", content]).encode("latin-1")
        for client in clients:
            server.script.append(lambda connection: connection.sendall(raw))
            result = outcome(lambda client=client: client.functions.call("f"))
            assert not isinstance(result, ConfigurationError), "it is the server that is wrong"
            server.script.clear()
        tried("heads", len(clients))

    try:
        hostile()
    finally:
        session.close()
        clients[0].close()


@left_open
@pytest.mark.usefixtures("_collected")
def test_lengths_that_contradict_each_other(serve):  # noqa: F811 (a fixture)
    """It is the server's fault, and not how the client was made."""
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello")
    with integry(base_url=server.url) as client, pytest.raises(APIConnectionError, match="Content-Length"):
        client.functions.call("f")


@pytest.mark.parametrize("credits", ["9" * 5000, "-1", "\xb2", "x", ""])
def test_credits_that_are_no_number(credits):  # noqa: A002 (as the header is called)
    """The result is not lost over them."""
    with answering(json={"network_code": 200, "output": 5}, headers={"X-Credits": credits}):
        result = integry().functions.call("f")
    assert (result.output, result.credits) == (5, None)
    tried("headers")


@given(
    st.text(st.characters(max_codepoint=255), max_size=40)
    | st.from_regex(
        r"[A-Z][a-z]{2}, -?\d{1,5} [A-Z][a-z]{2} \d{1,20} \d{1,4}:\d{1,3}:\d{1,3} ([+-]\d{1,9}|GMT|[A-Z]+)?",
        fullmatch=True,
    )
    | st.integers().map(str)
)
def test_retry_after(text):
    """Seconds from 0 on, or nothing."""
    found = parse_retry_after(text, now=lambda: 0.0)
    assert found is None or found >= 0
    tried("headers")


# Schemas


def test_a_schema_that_refers_to_a_server_fetches_nothing(serve):  # noqa: F811 (a fixture)
    """Wherever the reference stands."""
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    away = f"{server.url}/schema.json"
    schemas = [
        {"$ref": away},
        {"properties": {"a": {"$ref": away}}},
        {"$id": away, "$ref": "other.json"},
        {"$schema": away},
    ]
    schemas += [
        {"$dynamicRef": away},
        {"allOf": [{"$ref": f"{away}#/a"}]},
        {"$ref": "file:///etc/hostname"},
        {"$recursiveRef": away},
    ]
    for schema in schemas:
        with answering(json={"name": "f", "parameters": {**schema, "required": ["b"]}}):
            function = integry().functions.get("f")
        with pytest.raises(InvalidRequest, match="b is required"):
            function.validate({"a": 1})
        tried("schemas")
    assert server.connections == 0


SCHEMAS = [
    {"$ref": "#"},
    {"$id": 5},
    {"$id": "http://["},
    {"type": "none"},
    {"type": [[]]},
    {"required": [["x"]]},
    {"required": "abc"},
]
SCHEMAS += [
    {"required": [{"x": 1}, None, 5]},
    {"properties": 5},
    {"pattern": "("},
    {"properties": {"a": {"multipleOf": 0}}},
    {"enum": 5},
]
SCHEMAS += [
    {"$defs": 5, "$ref": "#/$defs/a"},
    {"anyOf": [5]},
    {"anyOf": {}},
    {"minProperties": "x"},
    {"patternProperties": {"[": {}}},
]


@settings(max_examples=150)
@given(
    st.sampled_from(SCHEMAS)
    | st.dictionaries(st.sampled_from(["type", "required", "$ref", "properties", "enum"]), json_values)
)
def test_schemas_that_are_none(schema):
    """What cannot be checked is left to the server."""
    with answering(json={"name": "f", "parameters": schema}):
        function = outcome(lambda: integry().functions.get("f"))
        assert isinstance(outcome(lambda: function.validate({"a": 1})), (InvalidRequest, type(None)))
    tried("schemas")
