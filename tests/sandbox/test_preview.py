"""`functions.preview` against the sandbox: a preview equals the arguments that the function receives."""

import collections
import dataclasses
import datetime
import enum
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integry import InvalidRequest
from integry.sandbox import Sandbox

UTC = datetime.timezone.utc


class Plan(enum.Enum):
    """An enum that is not a subclass of str."""

    FREE = "free"
    PAID = 1


@dataclasses.dataclass
class Block:
    """A dataclass whose text contains tags, `{a}` and `{b}`."""

    text: object = "{a} and {b}"


NAMES = ["a", "b", "c.d", "नाम", "e\u0301", "_"]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([f"{{{name}}}" for name in NAMES] + ["{a}{b}", "x {नाम} y", "{{a}}", "{a b}", "{e\u0301}!"])
    | st.sampled_from([*Plan, datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, tzinfo=UTC), uuid.UUID(int=7)])
    | st.decimals(places=2)
    | st.sampled_from([{1, 2}, b"x", datetime.datetime(2024, 1, 2)])  # noqa: DTZ001 (naive, so refused)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(collections.deque)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.sampled_from(Plan), inner, max_size=3)
        | inner.map(Block)
    ),
    max_leaves=8,
)
names = st.text(max_size=3) | st.sampled_from(
    ["text", "number", "optional", "either", "reference", "_cursor", "next_page"]
)
ECHO = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "number": {"type": "integer"},
        "optional": {"type": ["string", "null"]},
        "either": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
        "reference": {"$ref": "#/$defs/name"},
    },
    "$defs": {"name": {"type": "string"}},
}


@pytest.fixture(scope="module")
def client():
    """Return a client of a sandbox with two functions that return their arguments."""
    with Sandbox() as sandbox:
        sandbox.connect("slack")
        sandbox.add_function("echo", lambda called: called.arguments, app="slack", parameters={"type": "object"})
        sandbox.add_function("typed", lambda called: called.arguments, app="slack", parameters=ECHO)
        yield sandbox.client()


def outcome(call):
    """Return the repr of a call's result, or the name of its error."""
    try:
        # Compare by repr, because 1, 1.0 and True are equal.
        return repr(call())
    except InvalidRequest as error:
        return type(error).__name__


# Generating nested values may be slow on a busy machine.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names, values, max_size=4), st.dictionaries(st.sampled_from(NAMES), values, max_size=4))
def test_a_preview_equals_the_arguments_of_the_call(client, arguments, variables):
    """Preview and call return the same arguments for any values, or both raise."""
    sent = outcome(lambda: client.functions.call("echo", arguments, variables=variables).output)
    assert outcome(lambda: client.functions.preview(arguments, variables)) == sent


@pytest.mark.parametrize("value", [5, True, 1.5, None, "x", datetime.date(2024, 1, 2)])
def test_a_preview_follows_the_schema(client, value):
    """A variable becomes text where the schema of the function has a string."""
    function = client.functions.get("typed")
    arguments, variables = {"text": "{v}", "more": "{v}"}, {"v": value}
    if value is None:
        assert client.functions.preview(arguments, variables, function) == {"text": None, "more": None}
        return
    sent = client.functions.call(function.name, arguments, variables=variables).output
    assert repr(client.functions.preview(arguments, variables, function)) == repr(sent)


@pytest.mark.parametrize("value", [{"a": {1}}, {"a": b"x"}, {"a": [object()]}])
@pytest.mark.parametrize("look", ["preview", "strict", "call"])
def test_preview_and_call_refuse_the_same_values(client, look, value):
    """A call, with and without strict_tags, and a preview name the argument that cannot be sent."""
    calls = {
        "preview": lambda: client.functions.preview(value, {}),
        "strict": lambda: client.functions.call("echo", value, strict_tags=True),
        "call": lambda: client.functions.call("echo", value),
    }
    with pytest.raises(InvalidRequest, match=r"cannot be written as JSON: .*\(in argument 'a"):
        calls[look]()
