"""Names of tools and parameters: valid, one to one, and the same in each process."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry.tools._names import RESERVED, Renaming, identifier_names, key_names, tool_names
from integry.tools._schemas import relaxed
from tests.tools.schemas import NASTY, NASTY_ARGUMENTS

KINDS = {
    "tools": (tool_names, r"[A-Za-z_][A-Za-z0-9_-]{0,63}"),
    "identifiers": (lambda names: tool_names(names, identifiers=True), r"[A-Za-z][A-Za-z0-9_]{0,63}"),
    "parameters": (identifier_names, r"[A-Za-z][A-Za-z0-9_]{0,63}"),
    "keys": (key_names, r"[A-Za-z0-9_.-]{1,64}"),
}
#: Names that collide once their invalid characters are replaced.
NAMES = st.lists(
    st.text(max_size=80)
    | st.text("ab_- .2", max_size=4)
    | st.sampled_from([*sorted(RESERVED), "class", "self_", "self_2", "a" * 64, "a" * 65, "a" * 66, "-", "_", "3", ""]),
    unique=True,
    max_size=8,
)


@pytest.mark.parametrize("kind", KINDS)
@given(NAMES)
def test_names_are_valid_and_one_to_one(kind, names):
    """Each name gets a valid name, no two get the same one, and the order of the names does not matter."""
    convert, pattern = KINDS[kind]
    found = convert(names)
    assert set(found) == set(names)
    assert len(set(found.values())) == len(names)
    assert all(re.fullmatch(pattern, name) for name in found.values())
    assert found == convert(names[::-1])
    assert convert(found.values()) == {name: name for name in found.values()}


@given(NAMES, st.data())
def test_arguments_come_back_under_their_own_names(names, data):
    """Arguments by their new names are restored, whatever subset of the names the model passes."""
    schema = {"type": "object", "properties": {name: {} for name in names}, "required": names[:1]}
    for rename in (identifier_names, key_names):
        renaming = Renaming(schema, rename)
        given_names = data.draw(st.sets(st.sampled_from(names))) if names else set()
        new = rename(names)
        assert renaming.restore({new[name]: name for name in given_names}) == {name: name for name in given_names}
        assert list(renaming.schema["properties"]) == [new[name] for name in names]
        assert renaming.schema["required"] == [new[name] for name in names[:1]]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["slack-post-message"], ["slack-post-message"]),
        (["slack.post", "slack_post"], ["slack_post_", "slack_post"]),
        (["a.b", "a b", "a_b", "a_b_"], ["a_b_3", "a_b_2", "a_b", "a_b_"]),
        (["3d-print", "", "ü"], ["d-print", "value", "value_"]),
        (["x" * 65], ["x" * 64]),
        (["x" * 64, "x" * 65, "x" * 66], ["x" * 64, "x" * 63 + "_", "x" * 62 + "_2"]),
    ],
)
def test_names_of_tools(names, expected):
    """Valid names stay unchanged, and others change as little as possible."""
    found = tool_names(names)
    assert [found[name] for name in names] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, f"{name}_") for name in ["self", "config", "class", "nested", "sanitize_inputs_outputs"]),
        ("_cursor", "cursor"),
        ("date-from", "date_from"),
        ("größe", "gr__e"),
        ("channel", "channel"),
        ("properties", "properties"),
    ],
)
def test_names_of_parameters_in_frameworks(name, expected):
    """Parameters become identifiers that no framework reserves."""
    assert identifier_names([name]) == {name: expected}


def test_the_nasty_arguments_are_restored():
    """All arguments of the nasty schema come back under their own names."""
    for rename in (identifier_names, key_names):
        renaming = Renaming(relaxed(NASTY), rename)
        new = rename(NASTY["properties"])
        assert renaming.restore({new[name]: value for name, value in NASTY_ARGUMENTS.items()}) == NASTY_ARGUMENTS
        assert RESERVED.isdisjoint(renaming.schema["properties"]) or rename is key_names


def test_references_follow_the_names():
    """References to a renamed property lead to its new name. Keywords that contain old names are left out."""
    schema = {
        "type": "object",
        "properties": {"a/b": {"type": "string"}, "c": {"$ref": "#/properties/a~1b"}, "d": {"$ref": "#/$defs/e"}},
        "dependentRequired": {"a/b": ["c"]},
        "patternProperties": {"^x": {}},
        "additionalProperties": False,
    }
    assert Renaming(schema, key_names).schema == {
        "type": "object",
        "properties": {"a_b": {"type": "string"}, "c": {"$ref": "#/properties/a_b"}, "d": {"$ref": "#/$defs/e"}},
    }


def test_unknown_arguments_keep_their_names():
    """An argument that the schema does not declare keeps its name, and never replaces a declared one."""
    renaming = Renaming({"type": "object", "properties": {"self": {}, "a": {}}}, identifier_names)
    assert renaming.restore({"self_": 1, "a": 2, "_cursor": 3}) == {"self": 1, "a": 2, "_cursor": 3}
    assert renaming.restore({"self": 0, "self_": 1}) == {"self": 1}
