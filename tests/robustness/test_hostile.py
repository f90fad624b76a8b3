"""Hostile input from callers is sent unchanged, or refused before sending with an exception of this package."""

import importlib
import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from integry import (
    ConfigurationError,
    Integry,
    IntegryAuth,
    InvalidRequest,
    Organisation,
    sign,
    tags,
)
from integry._generated.operations import OPERATIONS
from integry._http.body import decode_json
from integry._http.request import build
from tests import calls
from tests.facade.conftest import _no_environment, serve  # noqa: F401 (provides fixtures)
from tests.robustness.hostile import (
    ACCOUNT,
    API,
    HUGE,
    KEY,
    ORG,
    SECRET,
    answering,
    assert_linear,
    count_inputs,
    cyclic,
    exercise,
    expected_tags,
    integry,
    nested,
    organisation,
    outcome,
    type_name,
)

# Paths


def operation_of(name):
    """Return the module of an operation."""
    return importlib.import_module(f"integry._generated.api.{OPERATIONS[name].tag}.{name}")


def parameters(name):
    """Return the path parameters of an operation."""
    return re.findall(r"\{(\w+)\}", OPERATIONS[name].path)


def send(name, **path):
    """Call an operation through a client, with some of its path parameters."""
    given = {parameter: path.get(parameter, "x") for parameter in parameters(name)}
    body = {"body": calls.CALLS[name].json} if OPERATIONS[name].bodies else {}
    with organisation(given["organisation_id"]) if "organisation_id" in given else integry() as client:
        return client.send(build(operation_of(name).build, *given.values(), **body), decode_json)


PATH_PARAMETERS = [(name, parameter) for name in sorted(OPERATIONS) for parameter in parameters(name)]
SEGMENTS = [
    *(
        "",
        ".",
        "..",
        "%2e",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%252e%252e",
        "%25252e%25252e",
        "%2%65%2%65",
        ". .",
        "...",
        "..;",
    ),
    *(
        "/",
        "//",
        "a/../../b",
        "..\\..",
        "%2f",
        "%2F..%2f",
        "https://evil.example",
        "?",
        "?a=b",
        "#",
        "&",
        ";a=b",
        ":",
        "@",
    ),
    *(
        "\0",
        "%00",
        "\r\nX-Injected: 1",
        "\t",
        " ",
        "a b",
        "\u202e",
        "\u2028",
        "é",
        "Ⅸ",
        "🙂",
        "{name}",
        "%",
        "%zz",
        "\x7f",
    ),
    *("\ud800", "a\udfff", "None", "true"),
]


def assert_path(name, parameter, value):
    """Assert that a value is sent as one segment of the path, or that nothing is sent."""
    with answering(json={}) as sent:
        result = outcome(lambda: send(name, **{parameter: value}))
        count_inputs("path segments")
        if isinstance(result, (ConfigurationError, InvalidRequest)):
            assert len(sent) == 0
            return
        (call,) = sent
    parts = urlsplit(call.request.url)
    server = urlsplit(OPERATIONS[name].server)
    assert parts[:2] == server[:2]
    template = (server.path.rstrip("/") + OPERATIONS[name].path).split("/")
    segments = parts.path.split("/")
    assert len(segments) == len(template)
    assert unquote(segments[template.index(f"{{{parameter}}}")]) == value
    assert [ours for ours in zip(segments, template) if "{" not in ours[1] and ours[0] != ours[1]] == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "parameter"), PATH_PARAMETERS)
def test_path_parameters_are_one_segment(name, parameter):
    """Each path parameter of each operation is sent as one unchanged segment, or refused before sending."""
    for value in SEGMENTS:
        assert_path(name, parameter, value)


@given(st.sampled_from(PATH_PARAMETERS), st.text(st.characters(), max_size=20) | st.text("%2eE5.f/\\", max_size=12))
def test_any_text_is_one_segment(place, value):
    """Any text as a path parameter is sent as one unchanged segment, or refused before sending."""
    assert_path(*place, value)


@pytest.mark.slow
@pytest.mark.parametrize(("segment", "times"), [("a", 10_000_000), (".", 10_000_000), ("%", 500_000), ("é", 500_000)])
def test_a_path_segment_of_10_mb_is_sent(segment, times):
    """A path segment of 10 MB is sent like any other."""
    assert_path("get_app", "app_name", segment * times)


@pytest.mark.growth
def test_quoted_segments_take_linear_time():
    """A segment that is percent-encoded many times is checked in linear time."""
    with answering(json={**ACCOUNT, "connected_accounts": []}):
        assert_linear(integry().apps.get, lambda size: "%" + "25" * size, 5_000)
    assert_path("get_app", "app_name", "%" + "25" * 1_000_000 + "2e")


@pytest.mark.parametrize("value", [HUGE, -HUGE, nested(100_000), float("nan"), b"\xff", {"a": HUGE}], ids=type_name)
def test_path_values_of_other_types_raise_no_foreign_exception(value):
    """Numbers, nested lists and bytes as path parameters raise no exception of other libraries."""
    with answering(json=ACCOUNT):
        outcome(lambda: integry().apps.get(value))
        outcome(lambda: integry().apps.disconnect("slack", connected_account_id=value))
        outcome(lambda: integry().functions.call("f", connected_account_id=value))
        count_inputs("arguments", 3)


@pytest.mark.parametrize(
    "path", ["//[", "http://[", "\ud800", "https://evil.example/", "//[::1", "https:/\\evil.example"]
)
def test_paths_of_raw_requests_stay_on_the_server(path):
    """A path of request() is sent to the client's server, or refused if it is invalid or leads to another server."""
    with answering(json={}) as sent:
        result = outcome(lambda: integry().request("GET", path))
        assert isinstance(result, (InvalidRequest, ConfigurationError)) or all(
            call.request.url.startswith(f"{API}/") for call in sent
        )
        count_inputs("arguments")


@pytest.mark.parametrize(
    "method", ["", "G ET", "GET\r\nX: y", "GET /x HTTP/1.1", "é", "\ud800", "GET\0", "(", "\uff27ET"]
)
def test_invalid_methods_are_refused(method):
    """An invalid HTTP method is refused before sending."""
    with answering(json={}) as sent, pytest.raises(InvalidRequest, match="is not an HTTP method"):
        integry().request(method, "/x")
    assert len(sent) == 0
    count_inputs("arguments")


# Headers


def headers_of(request):
    """Return the headers of a request in the form that http.client sends."""
    return "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())


@given(
    st.text(st.characters(), max_size=12)
    | st.sampled_from(["a\r\nX-Injected: 1", "a\nb", "é", "\ud800", "a\0", " a", "\x85"])
)
@example("x")
def test_header_values_are_sent_unchanged_or_refused(value):
    """User ids, keys and tokens are sent unchanged, or refused without adding headers."""
    count_inputs("header values", 4)
    assume(value)
    with answering(json={"apps": []}) as sent:
        for make in (
            lambda: integry(user_id=value).apps,
            lambda: integry().for_user(value).apps,
            lambda: Integry(value, SECRET, user_id=1).apps,
            lambda: Organisation(ORG, value).integrations,
        ):
            before = len(sent)
            result = outcome(lambda make=make: make().list())
            if isinstance(result, (InvalidRequest, ConfigurationError)):
                assert len(sent) == before
                continue
            headers = sent[before].request.headers
            assert value in (headers.get("User-ID"), headers.get("App-Key"), headers.get("Authorization", "")[7:])
            assert "X-Injected" not in headers
            assert headers_of(sent[before].request).isascii()


@pytest.mark.parametrize("value", ["\ud800", HUGE, -HUGE], ids=type_name)
def test_unsignable_values_are_refused_without_showing_them(value):
    """A value that cannot be signed is refused with a message that does not show it."""
    for call in (lambda: sign(value, "1"), lambda: sign(SECRET, value)):
        with pytest.raises(InvalidRequest, match=r"UTF-8|must be a str or bytes, got int") as caught:
            call()
        exercise(caught.value)
        assert caught.value.__context__ is None
    with pytest.raises(InvalidRequest):
        IntegryAuth(KEY, SECRET, value)
    with pytest.raises(InvalidRequest):
        integry().for_user(value)
    count_inputs("header values", 4)


def test_a_user_id_of_10_mb_is_sent():
    """A user id of 10 MB is sent like any other."""
    with answering(json={"apps": []}) as sent:
        integry(user_id="1" * 10_000_000).apps.list()
        assert len(sent[0].request.headers["User-ID"]) == 10_000_000


@given(st.text(max_size=15) | st.text(":/[]@%.\\#? \ud800é", max_size=15))
def test_unusable_base_urls_are_refused(text):
    """A base URL that cannot be used is refused when the client is created."""
    count_inputs("arguments", 2)
    for url in (text, f"https://{text}"):
        assume(url)
        try:
            client = integry(base_url=url)
        except ConfigurationError as error:
            exercise(error)
        else:
            assert client.settings.base_url == url


# JSON in arguments

DEEP = nested(100_000)
UNWRITABLE = [DEEP, {"a": DEEP}, HUGE, float("nan"), float("inf"), cyclic(), {("a",): 1}, b"bytes", object()]


@pytest.mark.parametrize("value", UNWRITABLE, ids=type_name)
@pytest.mark.usefixtures("garbage_kept")
def test_unwritable_json_is_refused(value):
    """A value that JSON cannot express is refused before sending, wherever an argument may contain it."""
    client = integry()
    given = [
        lambda: client.functions.call("f", {"a": value}),
        lambda: client.functions.call("f", {"a": value}, strict_tags=True),
        lambda: client.functions.call("f", variables={"a": value}),
        lambda: client.functions.call("f", cursor=value),
        lambda: list(client.functions.call_pages("f", cursor=value)),
        lambda: client.functions.predict("p", variables={"a": value}),
        lambda: client.functions.passthrough("slack", "GET", "https://slack.com", body=value),
        lambda: client.functions.list(cursor=value),
        lambda: client.apps.list(cursor=value),
        lambda: client.request("POST", "/x", json=value),
        lambda: organisation().integrations.settings("i").add("label", value),
        lambda: organisation().slack.exchange_token(value),
    ]
    with answering(json={"network_code": 200, "functions": [], "apps": []}) as sent:
        for call in given:
            assert isinstance(outcome(call), InvalidRequest)
        assert len(sent) == 0
    count_inputs("arguments", len(given))


@pytest.mark.parametrize(
    "value", [10**400, -(10**400), 1e308, "\ud800", "\x00", {"\ud800": "\udfff"}, "a" * 1_000_000], ids=type_name
)
def test_unusual_json_is_sent_unchanged(value):
    """Huge numbers, lone surrogates and long texts are sent unchanged."""
    with answering(json={"network_code": 200}) as sent:
        integry().functions.call("f", {"a": value}, variables={"b": value}, cursor=value)
        assert json.loads(sent[0].request.body) == {"a": value, "_variables": {"b": value}, "_cursor": value}
    count_inputs("arguments", 3)


@pytest.mark.parametrize("status", [200, 400, 503])
def test_lone_surrogates_in_secrets_raise_no_foreign_exception(status):
    """Lone surrogates in fields with sensitive names raise no exception of other libraries."""
    client = organisation(log_bodies=True)
    with answering(body=b'{"said": "\\ud800\\udfff"}', status=status):
        outcome(lambda: client.slack.exchange_token("\ud800-secret"))
        outcome(lambda: client.integrations.create("\ud800", "\ud800", auth_credential="\udfff\udfff"))
        outcome(lambda: integry(log_bodies=True).functions.call("f", {"token": "\ud800", "password": ["\udfff"]}))
    count_inputs("arguments", 3)


# Tags

BRACES = ["{", "}", "{{", "}}", "{a}", "{a", "a}", "{a.b-c}", "{{a}}", "{ a}", "{é}", "{1}", "\ud800", "\n", "$"]
texts = st.lists(st.sampled_from(BRACES) | st.text(st.characters(), max_size=3), max_size=8).map("".join)


@given(texts)
def test_tags_match_a_reference_implementation(text):
    """find(), missing() and preview() agree with a character-by-character search."""
    # Skip numerals about which isalpha() and the \w of regular expressions disagree.
    assume(not any(character.isnumeric() and not character.isdecimal() for character in text))
    assume(all(not character.isalnum() or re.match(r"\w", character) for character in text))
    count_inputs("tags")
    spans = list(expected_tags(text))
    names = {text[start + 1 : end - 1] for start, end in spans}
    assert tags.find({"a": [text]}) == names
    assert set(tags.missing([text], {})) == names
    replaced, behind = "", 0
    for start, end in spans:
        replaced, behind = replaced + text[behind:start] + "1", end
    expected = 1 if spans == [(0, len(text))] else replaced + text[behind:]
    assert integry().functions.preview({"x": text}, dict.fromkeys(names, 1)) == {"x": expected}


@pytest.mark.parametrize("value", [cyclic(), {("a",): 1}, HUGE, nested(100_000)], ids=["cyclic", "key", "int", "deep"])
def test_unwritable_variables_are_refused(value):
    """A variable inside a text that cannot be written as JSON raises InvalidRequest."""
    assert isinstance(outcome(lambda: tags.substitute("x {a}", {"a": value})), InvalidRequest)
    assert isinstance(outcome(lambda: integry().functions.preview({"x": "{a} {a}"}, {"a": value})), InvalidRequest)
    count_inputs("tags", 2)


def test_unwritable_keys_are_refused():
    """A number as key raises InvalidRequest if it has more digits than Python converts to text."""
    assert isinstance(outcome(lambda: tags.missing({HUGE: "{a}"}, {})), InvalidRequest)
    count_inputs("tags")


def test_messages_about_many_tags_are_short():
    """A message about many tags names some of the tags, and each place once. The attribute `missing` has all tags."""
    strict = integry(strict_tags=True)
    for text in ("{a}" * 30_000, "".join(f"{{a{number}}}" for number in range(30_000))):
        with pytest.raises(InvalidRequest) as caught:
            strict.functions.call("f", {"k" * 10_000: text})
        assert len(str(caught.value)) < 10_000
        assert caught.value.missing == {name: ["k" * 10_000] for name in tags.find(text)}
        count_inputs("tags", 30_000)
