"""Hostile responses give a result, or an exception of this package that can be printed, copied and pickled."""

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
from integry._generated.operations import OPERATIONS
from integry._generated.retry import parse_retry_after
from tests import calls
from tests.facade.conftest import _no_environment, serve  # noqa: F401 (provides fixtures)
from tests.robustness.hostile import (
    ACCOUNT,
    CALLS,
    ORG,
    SECRET,
    answering,
    assert_linear,
    count_inputs,
    exercise,
    integry,
    json_values,
    organisation,
    outcome,
)
from tests.spec_document import EXAMPLES

DOCUMENTED = {
    name: [each.value for each in EXAMPLES if each.operation == name and each.place.startswith("2")] for name in CALLS
}


def test_every_operation_gets_hostile_responses():
    """Every operation has a call in the tests of hostile responses."""
    assert set(CALLS) == set(OPERATIONS), "add the operation to CALLS in tests/robustness/hostile.py"


def places(value, place=()):
    """Yield the path of each part of a JSON value."""
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*place, key))


def changed(value, place, to):
    """Return a copy of a JSON value with another value at a path."""
    if not place:
        return to
    value = copy.copy(value)
    value[place[0]] = changed(value[place[0]], place[1:], to)
    return value


@st.composite
def almost_documented(draw, name):
    """Draw a documented response with other values in one or two places, or any JSON value."""
    if not DOCUMENTED[name] or draw(st.integers(0, 3)) == 0:
        return draw(json_values)
    value = draw(st.sampled_from(DOCUMENTED[name]))
    for _ in range(draw(st.integers(1, 2))):
        value = changed(value, draw(st.sampled_from(list(places(value)))), draw(json_values))
    return value


bodies = st.sampled_from(sorted(CALLS)).flatmap(lambda name: st.tuples(st.just(name), almost_documented(name)))


@settings(max_examples=400)
@given(bodies, st.sampled_from([200, 200, 200, 201, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 599]))
def test_responses_of_any_shape_give_a_result_or_our_error(named, status):
    """Every operation returns a result or the error of the status. Both can be printed and pickled."""
    name, value = named
    with answering(body=json.dumps(value), status=status):
        result = outcome(lambda: CALLS[name](integry(), organisation()))
    count_inputs("answers")
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
def test_responses_of_any_bytes_give_a_result_or_our_error(name, body, content_type, status):
    """Bodies of any bytes with any charset give a result or an exception of this package."""
    with answering(body=body, status=status, headers={"Content-Type": content_type}):
        result = outcome(lambda: CALLS[name](integry(), organisation()))
        if name not in ("disconnect_account", "get_app"):
            outcome(lambda: integry().request("GET", "/x").parsed)
    count_inputs("answers", 2)
    if status >= 400 and name != "disconnect_account":
        assert isinstance(result, APIStatusError)


@pytest.mark.slow
@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_every_codec_of_python_may_be_the_charset(content_type):
    """Every codec may be the charset of a response, although some always fail or are very slow."""
    bodies = [b'{"network_code": 200}', b"\xff\xfe\x00", b"+/v8-", "é \\N{x}".encode()]
    for body in bodies:
        with answering(body=body, status=400, headers={"Content-Type": content_type}):
            assert isinstance(outcome(lambda: integry().functions.call("f")), BadRequest)
        with answering(body=body, headers={"Content-Type": content_type}):
            assert not isinstance(outcome(lambda: integry().functions.call("f")), APIConnectionError)
            assert isinstance(integry().request("GET", "/x").content, bytes)
            if content_type == "a/b; charset":
                continue  # old versions of requests fail with this value
            with AuthenticatedClient(token=SECRET) as client, contextlib.suppress(generated_errors.DecodeError):
                calls.module("get_slack_info").sync(ORG, client=client)
    count_inputs("answers", 4 * len(bodies))


@pytest.mark.growth
def test_punycode_is_not_used_as_a_charset():
    """Punycode, which takes quadratic time, is not used to decode a body."""

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
def test_deep_and_large_json_raises_no_foreign_exception(body, status):
    """Deep nesting and numbers of 5,000 digits, which Python cannot parse, raise no exception of other libraries."""
    with answering(body=body, status=status):
        for name in ("call_function", "list_apps", "list_functions", "get_app", "list_integrations", "get_slack_info"):
            outcome(lambda name=name: CALLS[name](integry(), organisation()))
    count_inputs("answers", 6)


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
def test_json_extensions_of_python_are_accepted(body, code, output):
    """NaN and lone surrogates are accepted, and the last of duplicate keys is used, as in most JSON parsers."""
    with answering(body=body):
        result = outcome(lambda: integry().functions.call("f"))
    assert (result.network_code, repr(result.output)) == (code, repr(None) if output is None else output)
    assert repr(pickle.loads(pickle.dumps(result))) == repr(result)  # noqa: S301 (made by this test)
    if not result.ok:
        with pytest.raises(NetworkCodeError) as caught:
            result.raise_for_network_code()
        exercise(caught.value)
    count_inputs("answers")


@pytest.mark.parametrize("found", [None, [None], [None, {"id": 7}], [{"id": 7}]])
def test_null_accounts_are_ignored(found):
    """A null list of accounts, or null in it, counts as no account."""
    ids = [account["id"] for account in found or () if account]
    with answering(json={**ACCOUNT, "connected_accounts": found}):
        client = integry()
        assert [account.id for account in client.apps.connected_accounts("slack")] == ids
        assert client.apps.is_connected("slack") is bool(ids)
        result = outcome(lambda: client.apps.disconnect("slack"))
        assert isinstance(result, UnusableResult) is not bool(ids)
        with pytest.raises(APITimeoutError):
            client.apps.wait_until_connected("slack", timeout=0.01, poll=0)
    count_inputs("answers", 4)


@pytest.mark.parametrize("field", ["parameters", "arguments"])
@pytest.mark.parametrize("value", ["text", [1], 5, True])
def test_invalid_functions_are_decode_errors(field, value):
    """A function whose parameters or arguments are not an object raises ResponseDecodeError."""
    function = {"name": "f", "parameters": {}, field: value}
    for body in (function, {"functions": [function]}):
        with answering(json=body):
            call = integry().functions.get if body is function else integry().functions.list
            with pytest.raises(ResponseDecodeError, match=field):
                call(*["f"] * (body is function))
    count_inputs("answers", 2)


def test_redirects_to_invalid_urls_are_errors():
    """A redirect to an invalid URL raises the error of any redirect, also with a user's session."""
    for location in ("http://[", "/\xff", "http://a:b:c/", "//", "\x00", "http://x:99999999/", "/" * 8000):
        with answering(status=302, headers={"Location": location}):
            result = outcome(lambda: integry().functions.call("f"))
            assert type(result) is APIStatusError
            assert result.status == 302
            with requests.Session() as session:
                assert isinstance(outcome(lambda session=session: integry(session=session).apps.get("x")), IntegryError)
        count_inputs("headers", 2)


#: Parts of response heads and bodies.
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


#: Only the garbage collector closes a socket if urllib3 cannot parse the response, or if requests gets a redirect whose
#: target is not text.
left_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture
def _collect_garbage():
    """Collect garbage at the end of a test, so that its warnings are not reported in another test."""
    yield
    gc.collect()


@left_open
@pytest.mark.usefixtures("_collect_garbage")
def test_heads_of_any_kind_give_a_result_or_our_error(serve):  # noqa: F811 (provided by an import)
    """Any response head over a real socket leads to a result or an exception, on the fast path and without it."""
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
            assert not isinstance(result, ConfigurationError), "the fault is the server's"
            server.script.clear()
        count_inputs("heads", len(clients))

    try:
        hostile()
    finally:
        session.close()
        clients[0].close()


@left_open
@pytest.mark.usefixtures("_collect_garbage")
def test_contradictory_lengths_are_connection_errors(serve):  # noqa: F811 (provided by an import)
    """Contradictory Content-Length headers raise APIConnectionError, and not ConfigurationError."""
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello")
    with integry(base_url=server.url) as client, pytest.raises(APIConnectionError, match="Content-Length"):
        client.functions.call("f")


@pytest.mark.parametrize("credits", ["9" * 5000, "-1", "\xb2", "x", ""])
def test_invalid_credits_are_none(credits):  # noqa: A002 (the name of the header)
    """An invalid X-Credits header gives None, and the result is returned."""
    with answering(json={"network_code": 200, "output": 5}, headers={"X-Credits": credits}):
        result = integry().functions.call("f")
    assert (result.output, result.credits) == (5, None)
    count_inputs("headers")


@given(
    st.text(st.characters(max_codepoint=255), max_size=40)
    | st.from_regex(
        r"[A-Z][a-z]{2}, -?\d{1,5} [A-Z][a-z]{2} \d{1,20} \d{1,4}:\d{1,3}:\d{1,3} ([+-]\d{1,9}|GMT|[A-Z]+)?",
        fullmatch=True,
    )
    | st.integers().map(str)
)
def test_any_retry_after_is_parsed(text):
    """Any Retry-After header is read as a number of seconds or ignored."""
    found = parse_retry_after(text, now=lambda: 0.0)
    assert found is None or found >= 0
    count_inputs("headers")


# Schemas


def test_schemas_with_references_fetch_nothing(serve):  # noqa: F811 (provided by an import)
    """References of a schema to a server are not fetched, wherever they are in the schema."""
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
        count_inputs("schemas")
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
def test_invalid_schemas_are_ignored(schema):
    """Arguments are not validated with a schema that cannot be used."""
    with answering(json={"name": "f", "parameters": schema}):
        function = outcome(lambda: integry().functions.get("f"))
        assert isinstance(outcome(lambda: function.validate({"a": 1})), (InvalidRequest, type(None)))
    count_inputs("schemas")
