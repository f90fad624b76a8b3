"""Tags: finding, checking and substituting them in nested values."""

import collections
import copy
import dataclasses
import datetime
import json
import types
import uuid

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry import InvalidRequest, tags

from .conftest import API

NESTED = {"text": "{a} and {b.c}", "list": ["{a}", {"deep": ["x{d-e}y"]}], "n": 5, "none": None, "{key}": "k"}

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]*", fullmatch=True)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | names.map(lambda name: f"{{{name}}}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_find_searches_strings_lists_and_objects():
    """find() returns the tags in strings, lists and values of objects, but not in keys."""
    assert tags.find(NESTED) == {"a", "b.c", "d-e"}


def test_missing_returns_places():
    """missing() returns each tag without a variable, with the places where the tag occurs."""
    assert tags.missing(NESTED, {"b.c": 1}) == {"a": ["text", "list[0]"], "d-e": ["list[1].deep[0]"]}


def test_substitute_returns_a_copy():
    """substitute() returns a copy, and does not modify its argument."""
    before = copy.deepcopy(NESTED)
    result = tags.substitute(NESTED, {"a": 1, "b.c": None, "d-e": "E"})
    assert result == {
        "text": "1 and null",
        "list": [1, {"deep": ["xEy"]}],
        "n": 5,
        "none": None,
        "{key}": "k",
    }
    assert before == NESTED


@pytest.mark.parametrize("value", [5, None, [1], {"a": 1}, True])
def test_a_single_tag_takes_the_type_of_the_variable(value):
    """A string that consists of one tag is replaced by the variable with its type."""
    assert tags.substitute({"x": "{v}"}, {"v": value}) == {"x": value}
    assert tags.substitute("{v}!", {"v": value}) == f"{json.dumps(value)}!"


def test_unknown_tags_are_kept():
    """A tag without a variable is not replaced, as in the browser SDK."""
    assert tags.substitute(["{a}", "x {a} y"], {}) == ["{a}", "x {a} y"]


@pytest.mark.parametrize(
    "text", ["{}", "{ }", "{{a}}", "{{", "}}", '{"a": 1}', "{a b}", "{1}", "{a:b}", "{a", "a}", "{'a'}", "${", "{\n}"]
)
def test_other_braces_are_kept(text):
    """JSON in a text, the braces of other template languages, and empty braces are not tags."""
    assert tags.find(text) == set()
    assert tags.substitute(text, {"a": "x", "a b": "y", "1": "z", "": "e"}) == text


@given(json_values)
def test_substituting_without_variables_changes_nothing(value):
    """substitute() without variables returns an equal value."""
    assert tags.substitute(value, {}) == value


@given(json_values)
def test_substituting_all_variables_leaves_no_tag(value):
    """After substitution with all variables, the only tags are those in the variables."""
    found = tags.find(value)
    variables = dict.fromkeys(found, "-")
    assert tags.missing(value, variables) == {}
    assert set(tags.missing(value, {})) == found
    assert tags.find(tags.substitute(value, variables)) <= tags.find(str(variables))


def test_variables_are_sent_with_the_arguments(answers, integry):
    """Variables are sent beside the arguments, and the caller's dict is not modified."""
    answers.post(f"{API}/functions/f/call/", json={"network_code": "200"})
    arguments = {"text": "{name}"}
    integry.functions.call("f", arguments, variables={"name": "John"})
    assert answers.calls[0].request.body == b'{"text": "{name}", "_variables": {"name": "John"}}'
    assert arguments == {"text": "{name}"}


def test_strict_tags_refuse_missing_variables(answers, integry):
    """strict_tags of a call or a client refuses tags without a variable, and names tags and places."""
    answers.post(f"{API}/functions/f/call/", json={"network_code": "200"})
    strict = integry.with_options(strict_tags=True)
    for call in (strict.functions.call, lambda *args: integry.functions.call(*args, strict_tags=True)):
        with pytest.raises(InvalidRequest, match=r"Tags without a variable: \{name\} in text, list\[0\]") as caught:
            call("f", {"text": "{name}{other}", "list": ["{name}"]}, None, {"other": 1})
        assert caught.value.missing == {"name": ["text", "list[0]"]}
    assert len(answers.calls) == 0
    strict.functions.call("f", {"text": "{name}"}, variables={"name": 1})
    strict.functions.call("f", {"text": "{name}"}, strict_tags=False)
    assert len(answers.calls) == 2


def test_preview_sends_nothing(integry):
    """preview() returns the arguments with variables substituted, and sends nothing."""
    previewed = integry.functions.preview({"text": "{a} {b}", "n": ["{a}"]}, {"a": "A"})
    assert previewed == {"text": "A {b}", "n": ["A"]}


def test_substituted_variables_are_copies():
    """Changing the result of substitute() does not change the variables."""
    variables = {"a": {"b": [1]}}
    result = tags.substitute(["{a}"], variables)
    result[0]["b"].append(2)
    assert variables == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    "look", [tags.find, lambda value: tags.missing(value, {}), lambda value: tags.substitute(value, {})]
)
def test_deeply_nested_values_are_refused(look):
    """Values that are nested too deeply raise InvalidRequest, and not RecursionError."""
    value = "{a}"
    for _ in range(100_000):
        value = [value]
    with pytest.raises(InvalidRequest, match="nested too deeply"):
        look(value)


@pytest.mark.parametrize(
    "text", ["{" * 10**6, "{a" * 10**6, "{}" * 10**6, "{ " * 10**6, "{a.-" * 10**6, "{{a}}" * 10**6]
)
def test_a_million_braces_take_linear_time(text):
    """A text of a million braces is searched in linear time; quadratic time would take hours."""
    assert tags.find(text) == set()
    assert tags.substitute(text, {"a": "b"}) == text


def type_name(value):
    """Return the name of a value's type."""
    return type(value).__name__


@dataclasses.dataclass
class Block:
    """A dataclass whose text contains a tag, `{name}`."""

    text: str = "{name}"


@attrs.define
class Row:
    """An attrs class whose text contains a tag, `{name}`."""

    text: str = "{name}"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([Block()], "x[0].text"),
        (Row(), "x.text"),
        (collections.deque(["{name}"]), "x[0]"),
        (collections.UserList(["{name}"]), "x[0]"),
        (types.MappingProxyType({"a": "{name}"}), "x.a"),
        ({uuid.UUID(int=7): "{name}"}, "x.00000000-0000-0000-0000-000000000007"),
    ],
    ids=type_name,
)
def test_tags_are_found_in_all_sendable_values(value, place, integry):
    """find(), missing(), substitute() and strict_tags also find tags in dataclasses, deques and other mappings."""
    assert tags.find({"x": value}) == {"name"}
    assert tags.missing({"x": value}, {}) == {"name": [place]}
    assert "{name}" not in json.dumps(tags.substitute({"x": value}, {"name": "John"}))
    with pytest.raises(InvalidRequest, match="Tags without a variable") as caught:
        integry.functions.call("f", {"x": value}, strict_tags=True)
    assert caught.value.missing == {"name": [place]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (Block("é"), '{"text": "é"}'),
        (1.5, "1.5"),
        (["a", None], '["a", null]'),
    ],
)
def test_variables_in_texts_are_written_as_sent(value, text):
    """A variable inside a text is written as the server would receive it, without quotes."""
    assert tags.substitute("on {d}!", {"d": value}) == f"on {text}!"


@pytest.mark.parametrize(
    "name",
    [
        "नाम",
        "प्रथम_नाम",
        "ชื่อ",
        "e\u0301",
        "имя",
        "שֵׁם",
        "\u0627\u0650\u0633\u0645",
        "\u0645\u06cc\u200c\u062e\u0648",
        "ชื่อ.ไทย-1",
        "நண்பர்",
        "名前",
        "\U00011103\U00011127",
    ],
)
def test_names_may_use_any_script(name):
    """Names of variables may contain combining marks and joiners."""
    text = f"a {{{name}}} b"
    assert tags.find(text) == {name}
    assert tags.missing(text, {name: 1}) == {}
    assert tags.substitute(text, {name: "x"}) == "a x b"
    assert tags.substitute(f"{{{name}}}", {name: 5}) == 5


@pytest.mark.parametrize("text", ["{\u0301a}", "{\u200ca}", "{a\u00a0b}", "{a→}", "{a's}", "{a\n}"])
def test_other_characters_are_not_part_of_names(text):
    """A name does not begin with a mark or a joiner, and does not contain other symbols."""
    assert tags.find(text) == set()


def test_keys_of_variables_are_converted_to_text():
    """Keys of variables that are not texts are converted as in JSON."""
    assert tags.substitute("{null} {x}", {None: 1, "x": 2}) == "1 2"


@pytest.mark.parametrize("variables", [None, "name", [("name", 1)], {"name"}, 5], ids=type_name)
def test_variables_must_be_a_mapping(variables):
    """substitute() refuses variables that are not a mapping."""
    for look in (tags.missing, tags.substitute):
        with pytest.raises(InvalidRequest, match="variables must be a dict, got"):
            look("{name}", variables)
