"""Hostile input from callers: it arrives as it is, or is refused with an error of ours, and nothing is sent."""

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
from tests.facade.conftest import _no_environment, serve  # noqa: F401 (fixtures)
from tests.robustness.hostile import (
    ACCOUNT,
    API,
    HUGE,
    KEY,
    ORG,
    SECRET,
    answering,
    assert_linear,
    circle,
    integry,
    kind,
    nested,
    organisation,
    outcome,
    tags_by_hand,
    tried,
    use,
)

# Paths


def operation_of(name):
    """The module of an operation."""
    return importlib.import_module(f"integry._generated.api.{OPERATIONS[name].tag}.{name}")


def parameters(name):
    """The path parameters of an operation."""
    return re.findall(r"\{(\w+)\}", OPERATIONS[name].path)


def send(name, **path):
    """Call an operation through its client, some path parameters given."""
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
    """A value stands in the path as one segment, or nothing is sent."""
    with answering(json={}) as sent:
        result = outcome(lambda: send(name, **{parameter: value}))
        tried("path segments")
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


@pytest.mark.parametrize(("name", "parameter"), PATH_PARAMETERS)
def test_path_segments(name, parameter):
    """Each parameter of each operation: the value is one segment as it is, or is refused before anything is sent."""
    for value in SEGMENTS:
        assert_path(name, parameter, value)


@given(st.sampled_from(PATH_PARAMETERS), st.text(st.characters(), max_size=20) | st.text("%2eE5.f/\\", max_size=12))
def test_any_path_segment(place, value):
    """As above, for any text."""
    assert_path(*place, value)


@pytest.mark.slow
@pytest.mark.parametrize(("segment", "times"), [("a", 10_000_000), (".", 10_000_000), ("%", 500_000), ("é", 500_000)])
def test_a_segment_of_10_mb(segment, times):
    """It is sent, as any other; what must be quoted is slow, in requests."""
    assert_path("get_app", "app_name", segment * times)


@pytest.mark.growth
def test_a_segment_that_is_quoted_a_million_times():
    """It was unquoted as often."""
    with answering(json={**ACCOUNT, "connected_accounts": []}):
        assert_linear(integry().apps.get, lambda size: "%" + "25" * size, 5_000)
    assert_path("get_app", "app_name", "%" + "25" * 1_000_000 + "2e")


@pytest.mark.parametrize("value", [HUGE, -HUGE, nested(100_000), float("nan"), b"\xff", {"a": HUGE}], ids=kind)
def test_values_in_paths_that_are_no_text(value):
    """Numbers without end, nesting, bytes."""
    with answering(json=ACCOUNT):
        outcome(lambda: integry().apps.get(value))
        outcome(lambda: integry().apps.disconnect("slack", connected_account_id=value))
        outcome(lambda: integry().functions.call("f", connected_account_id=value))
        tried("arguments", 3)


@pytest.mark.parametrize(
    "path", ["//[", "http://[", "\ud800", "https://evil.example/", "//[::1", "https:/\\evil.example"]
)
def test_paths_of_requests_that_no_operation_describes(path):
    """What is no URL, or leads elsewhere."""
    with answering(json={}) as sent:
        result = outcome(lambda: integry().request("GET", path))
        assert isinstance(result, (InvalidRequest, ConfigurationError)) or all(
            call.request.url.startswith(f"{API}/") for call in sent
        )
        tried("arguments")


@pytest.mark.parametrize(
    "method", ["", "G ET", "GET\r\nX: y", "GET /x HTTP/1.1", "é", "\ud800", "GET\0", "(", "\uff27ET"]
)
def test_methods_that_are_none(method):
    """Nothing is sent; http.client would say so in words of its own, or not at all."""
    with answering(json={}) as sent, pytest.raises(InvalidRequest, match="is not an HTTP method"):
        integry().request(method, "/x")
    assert len(sent) == 0
    tried("arguments")


# Headers


def headers_of(request):
    """The headers of a request, as http.client would write them."""
    return "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())


@given(
    st.text(st.characters(), max_size=12)
    | st.sampled_from(["a\r\nX-Injected: 1", "a\nb", "é", "\ud800", "a\0", " a", "\x85"])
)
@example("x")
def test_header_values(value):
    """User ids, keys and tokens: they arrive as they are, or are refused when they are given."""
    tried("header values", 4)
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


@pytest.mark.parametrize("value", ["\ud800", HUGE, -HUGE], ids=kind)
def test_what_cannot_be_signed(value):
    """The error does not show it: it may be the secret."""
    for call in (lambda: sign(value, "1"), lambda: sign(SECRET, value)):
        with pytest.raises(InvalidRequest, match=r"UTF-8|must be a str or bytes, got int") as caught:
            call()
        use(caught.value)
        assert caught.value.__context__ is None
    with pytest.raises(InvalidRequest):
        IntegryAuth(KEY, SECRET, value)
    with pytest.raises(InvalidRequest):
        integry().for_user(value)
    tried("header values", 4)


def test_a_user_id_of_10_mb():
    """It is a header like any other."""
    with answering(json={"apps": []}) as sent:
        integry(user_id="1" * 10_000_000).apps.list()
        assert len(sent[0].request.headers["User-ID"]) == 10_000_000


@given(st.text(max_size=15) | st.text(":/[]@%.\\#? \ud800é", max_size=15))
def test_base_urls(text):
    """One that cannot be used is refused when the client is made."""
    tried("arguments", 2)
    for url in (text, f"https://{text}"):
        assume(url)
        try:
            client = integry(base_url=url)
        except ConfigurationError as error:
            use(error)
        else:
            assert client.settings.base_url == url


# JSON that is given

DEEP = nested(100_000)
UNWRITABLE = [DEEP, {"a": DEEP}, HUGE, float("nan"), float("inf"), circle(), {("a",): 1}, b"bytes", object()]


@pytest.mark.parametrize("value", UNWRITABLE, ids=kind)
def test_json_that_cannot_be_written(value):
    """As arguments, variables, a body or a cursor: refused, and nothing is sent."""
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
    tried("arguments", len(given))


@pytest.mark.parametrize(
    "value", [10**400, -(10**400), 1e308, "\ud800", "\x00", {"\ud800": "\udfff"}, "a" * 1_000_000], ids=kind
)
def test_json_that_can(value):
    """It arrives as it is."""
    with answering(json={"network_code": 200}) as sent:
        integry().functions.call("f", {"a": value}, variables={"b": value}, cursor=value)
        assert json.loads(sent[0].request.body) == {"a": value, "_variables": {"b": value}, "_cursor": value}
    tried("arguments", 3)


@pytest.mark.parametrize("status", [200, 400, 503])
def test_lone_surrogates_in_what_was_sent(status):
    """They may be in a field that is named like a secret, which is hidden in errors."""
    client = organisation(log_bodies=True)
    with answering(body=b'{"said": "\\ud800\\udfff"}', status=status):
        outcome(lambda: client.slack.exchange_token("\ud800-secret"))
        outcome(lambda: client.integrations.create("\ud800", "\ud800", auth_credential="\udfff\udfff"))
        outcome(lambda: integry(log_bodies=True).functions.call("f", {"token": "\ud800", "password": ["\udfff"]}))
    tried("arguments", 3)


# Tags

BRACES = ["{", "}", "{{", "}}", "{a}", "{a", "a}", "{a.b-c}", "{{a}}", "{ a}", "{é}", "{1}", "\ud800", "\n", "$"]
texts = st.lists(st.sampled_from(BRACES) | st.text(st.characters(), max_size=3), max_size=8).map("".join)


@given(texts)
def test_tags_are_those_that_a_look_at_each_character_finds(text):
    """Found, missing, substituted and in the preview."""
    # Some digits and numerals are letters to one of the two only.
    assume(not any(character.isnumeric() and not character.isdecimal() for character in text))
    assume(all(not character.isalnum() or re.match(r"\w", character) for character in text))
    tried("tags")
    spans = list(tags_by_hand(text))
    names = {text[start + 1 : end - 1] for start, end in spans}
    assert tags.find({"a": [text]}) == names
    assert set(tags.missing([text], {})) == names
    replaced, behind = "", 0
    for start, end in spans:
        replaced, behind = replaced + text[behind:start] + "1", end
    expected = 1 if spans == [(0, len(text))] else replaced + text[behind:]
    assert integry().functions.preview({"x": text}, dict.fromkeys(names, 1)) == {"x": expected}


@pytest.mark.parametrize("value", [circle(), {("a",): 1}, HUGE, nested(100_000)], ids=["circle", "key", "int", "deep"])
def test_variables_that_cannot_be_written(value):
    """Inside of a text a variable is JSON."""
    assert isinstance(outcome(lambda: tags.substitute("x {a}", {"a": value})), InvalidRequest)
    assert isinstance(outcome(lambda: integry().functions.preview({"x": "{a} {a}"}, {"a": value})), InvalidRequest)
    tried("tags", 2)


def test_places_that_cannot_be_written():
    """A key is part of a place."""
    assert isinstance(outcome(lambda: tags.missing({HUGE: "{a}"}, {})), InvalidRequest)
    tried("tags")


def test_many_tags_in_one_place_are_named_in_short():
    """The message has some of them, the error all, and a place once: it was written for each tag."""
    strict = integry(strict_tags=True)
    for text in ("{a}" * 30_000, "".join(f"{{a{number}}}" for number in range(30_000))):
        with pytest.raises(InvalidRequest) as caught:
            strict.functions.call("f", {"k" * 10_000: text})
        assert len(str(caught.value)) < 10_000
        assert caught.value.missing == {name: ["k" * 10_000] for name in tags.find(text)}
        tried("tags", 30_000)
