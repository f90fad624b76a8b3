"""Tags: found, checked and substituted in any nesting."""

import copy
import json

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


def test_find():
    """In strings, lists and objects; not in keys."""
    assert tags.find(NESTED) == {"a", "b.c", "d-e"}


def test_missing_says_where():
    """Each tag without a variable, and the places where it stands."""
    assert tags.missing(NESTED, {"b.c": 1}) == {"a": ["text", "list[0]"], "d-e": ["list[1].deep[0]"]}


def test_substitute():
    """A copy; the input stays as it is."""
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
def test_a_string_that_is_one_tag_takes_the_type_of_the_variable(value):
    """The documented choice."""
    assert tags.substitute({"x": "{v}"}, {"v": value}) == {"x": value}
    assert tags.substitute("{v}!", {"v": value}) == f"{json.dumps(value)}!"


def test_unknown_tags_stay():
    """As in the browser SDK."""
    assert tags.substitute(["{a}", "x {a} y"], {}) == ["{a}", "x {a} y"]


@pytest.mark.parametrize(
    "text", ["{}", "{ }", "{{a}}", "{{", "}}", '{"a": 1}', "{a b}", "{1}", "{a:b}", "{a", "a}", "{'a'}", "${", "{\n}"]
)
def test_braces_that_are_no_tag_are_left_alone(text):
    """JSON in a text, templates of others, empty braces."""
    assert tags.find(text) == set()
    assert tags.substitute(text, {"a": "x", "a b": "y", "1": "z", "": "e"}) == text


@given(json_values)
def test_without_variables_nothing_changes(value):
    """Whatever the value."""
    assert tags.substitute(value, {}) == value


@given(json_values)
def test_with_all_variables_no_tag_is_left(value):
    """Unless a variable brings one."""
    found = tags.find(value)
    variables = dict.fromkeys(found, "-")
    assert tags.missing(value, variables) == {}
    assert set(tags.missing(value, {})) == found
    assert tags.find(tags.substitute(value, variables)) <= tags.find(str(variables))


def test_variables_are_sent_for_the_server(answers, integry):
    """Beside the arguments, which are not changed."""
    answers.post(f"{API}/functions/f/call/", json={"network_code": "200"})
    arguments = {"text": "{name}"}
    integry.functions.call("f", arguments, variables={"name": "John"})
    assert answers.calls[0].request.body == b'{"text": "{name}", "_variables": {"name": "John"}}'
    assert arguments == {"text": "{name}"}


def test_strict_tags(answers, integry):
    """Refused before sending, by call or by client; the error names tags and places."""
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


def test_preview(integry):
    """What the server would make of it; nothing is sent."""
    previewed = integry.functions.preview({"text": "{a} {b}", "n": ["{a}"]}, {"a": "A"})
    assert previewed == {"text": "A {b}", "n": ["A"]}


def test_what_is_substituted_is_a_copy():
    """Changing the result does not change the variables."""
    variables = {"a": {"b": [1]}}
    result = tags.substitute(["{a}"], variables)
    result[0]["b"].append(2)
    assert variables == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    "look", [tags.find, lambda value: tags.missing(value, {}), lambda value: tags.substitute(value, {})]
)
def test_what_is_too_deep_is_refused(look):
    """With our error, and not with Python's."""
    value = "{a}"
    for _ in range(100_000):
        value = [value]
    with pytest.raises(InvalidRequest, match="nested too deeply"):
        look(value)


@pytest.mark.parametrize(
    "text", ["{" * 10**6, "{a" * 10**6, "{}" * 10**6, "{ " * 10**6, "{a.-" * 10**6, "{{a}}" * 10**6]
)
def test_a_million_braces(text):
    """None is a tag, and none is looked at twice: else this would take hours."""
    assert tags.find(text) == set()
    assert tags.substitute(text, {"a": "b"}) == text
