"""Schemas for language models: relaxed, never tightened."""

import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry._results.schema import validator
from integry.tools import schema_of
from integry.tools._names import Renaming, identifier_names, key_names
from integry.tools._schemas import MAX_DEPTH, declared, without_optional
from tests.tools.schemas import NASTY, NASTY_ARGUMENTS, function


def shown(parameters):
    """Return the relaxed schema for a schema."""
    return schema_of(function(parameters))


TOP = {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, TOP),
        ({"type": "object"}, TOP),
        ({"type": ["object", "null"]}, TOP),
        ({"type": "string", "enum": ["a"], "const": "a"}, TOP),
        ({"properties": None, "required": None}, TOP),
        ({"properties": [], "required": "a"}, TOP),
        ({"title": "T", "additionalProperties": False}, {**TOP, "title": "T", "additionalProperties": False}),
        ({"properties": {"a": True}}, {**TOP, "properties": {"a": {}}}),
        ({"properties": {"a": False}}, {**TOP, "properties": {"a": {}}}),
        ({"properties": {"a": None}}, {**TOP, "properties": {"a": {}}}),
        (
            {"properties": {"a": {"type": "array"}}, "required": ["a", "b", "a"]},
            {**TOP, "properties": {"a": {"type": "array", "items": {}}}, "required": ["a"]},
        ),
        (
            {"properties": {"a": {"type": ["array", "null"], "items": [{"type": "string"}]}}},
            {**TOP, "properties": {"a": {"type": ["array", "null"], "items": {}}}},
        ),
        (
            {"properties": {"a": {"anyOf": [{"type": "array", "items": True}, {"type": "null"}]}}},
            {**TOP, "properties": {"a": {"anyOf": [{"type": "array", "items": {}}, {"type": "null"}]}}},
        ),
        (
            {"properties": {"meta": {"type": "string", "meta": {"title": "T"}}}, "meta": {"type": "QUERY"}},
            {**TOP, "properties": {"meta": {"type": "string"}}},
        ),
        (
            {"properties": {"a": {"default": {"type": "array", "meta": 1}, "enum": [{"type": "array"}]}}},
            {**TOP, "properties": {"a": {"default": {"type": "array", "meta": 1}, "enum": [{"type": "array"}]}}},
        ),
        (
            {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}], "required": ["b"]},
            {**TOP, "properties": {"a": {"type": "string"}}, "required": ["a"]},
        ),
        (
            {"oneOf": [{"properties": {"a": {"type": "string", "description": "A"}}}, {"properties": {"b": True}}]},
            {**TOP, "properties": {"a": {"description": "A"}, "b": {}}},
        ),
        (
            {"$ref": "#/$defs/all", "$defs": {"all": {"properties": {"a": {"$ref": "#/$defs/b"}}}, "b": {}}},
            {
                **TOP,
                "properties": {"a": {"$ref": "#/$defs/b"}},
                "$defs": {"all": {"properties": {"a": {"$ref": "#/$defs/b"}}}, "b": {}},
            },
        ),
        (
            {"anyOf": [{"type": "object"}], "properties": {"a": {"$ref": "#/anyOf/0"}, "b": {"$ref": "#"}}},
            {**TOP, "properties": {"a": {}, "b": {"$ref": "#"}}},
        ),
        (
            {"properties": {"a": {"not": {"required": ["b"]}, "required": ["b"]}}},
            {**TOP, "properties": {"a": {"not": {"required": ["b"]}, "required": []}}},
        ),
        (
            {"properties": {"a": {"not": {"type": "array", "unevaluatedItems": False}}}},
            {**TOP, "properties": {"a": {"not": {"type": "array", "unevaluatedItems": False}}}},
        ),
        (
            {"properties": {"a": {"oneOf": [{"type": "array", "items": False}, False]}}},
            {**TOP, "properties": {"a": {"oneOf": [{"type": "array", "items": False}, False]}}},
        ),
    ],
)
def test_schemas_are_relaxed(parameters, expected):
    """A schema becomes an object at the top, with items for arrays, and without what providers refuse."""
    before = deepcopy(parameters)
    assert shown(parameters) == expected
    assert parameters == before


def test_a_schema_is_a_deep_copy():
    """Changing the schema of a tool does not change the function."""
    found = shown(NASTY)
    found["properties"]["nested_object"]["properties"]["inner"]["properties"].clear()
    assert shown(NASTY)["properties"]["nested_object"]["properties"]["inner"]["properties"] == {
        "deep": {"type": "integer"}
    }


def test_the_nasty_schema_accepts_its_arguments():
    """The schema with all problems is relaxed, and accepts arguments that are valid for it."""
    found = shown(NASTY)
    assert validator(NASTY).is_valid(NASTY_ARGUMENTS)
    assert validator(found).is_valid(NASTY_ARGUMENTS)
    assert found["required"] == ["count", "self", "date-from"]
    assert list(found["properties"]) == list(NASTY["properties"])
    assert '"meta": {' not in json.dumps(found["properties"]["meta"])


def test_only_required_parameters_are_shown():
    """With `optional=False`, optional parameters are removed, and references to them."""
    parameters = {
        "properties": {"a/b": {"type": "array"}, "c": {}, "d": {"$ref": "#/properties/c"}, "e": {"$ref": "#/$defs/e"}},
        "required": ["d", "a/b", "e"],
        "additionalProperties": False,
        "$defs": {"e": {"$ref": "#/properties/a~1b"}},
    }
    assert without_optional(shown(parameters)) == {
        **TOP,
        "properties": {"d": {}, "a/b": {"type": "array", "items": {}}, "e": {"$ref": "#/$defs/e"}},
        "required": ["d", "a/b", "e"],
        "$defs": {"e": {"$ref": "#/properties/a~1b"}},
    }
    assert without_optional(shown({"properties": {"a": {}}})) == TOP


def test_deep_and_circular_schemas_are_bounded():
    """A schema that is nested too deeply, or refers to itself, is copied up to a depth."""
    deep, value = {}, []
    for _ in range(10_000):
        deep, value = {"type": "array", "items": deep}, [value]
    found = shown({"properties": {"a": deep, "b": {"default": value, "examples": [{"x": value}]}}})
    assert json.dumps(found).count("items") <= MAX_DEPTH + 1
    circle = {"allOf": [{"$ref": "#"}], "properties": {"a": {}}}
    assert shown(circle) == {**TOP, "properties": {"a": {}}}
    assert list(declared({"$ref": "#"})) == []


NAMES = st.sampled_from(["a", "b", "c d", "self", "class", "_x", "ü"])
NOTHING = st.sampled_from([False])
TYPES = st.sampled_from(["string", "integer", "null", "array", "object", ["array", "null"], ["object", "string"]])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)


def schemas(inner):
    """Return a strategy for schemas with inner schemas."""
    by_name = st.dictionaries(NAMES, inner, max_size=3)
    some = st.lists(inner, min_size=1, max_size=2)
    keywords = {
        "type": TYPES,
        "properties": by_name,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "items": inner,
        "prefixItems": some,
        "contains": inner,
        "maxContains": st.integers(1, 2),
        "additionalProperties": inner,
        "unevaluatedProperties": NOTHING,
        "unevaluatedItems": NOTHING,
        "patternProperties": st.dictionaries(st.just("^a"), inner, max_size=1),
        "anyOf": some,
        "allOf": some,
        "oneOf": some,
        "not": inner,
        "if": inner,
        "then": inner,
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "meta": st.just({"type": "array"}),
        "$ref": st.just("#/$defs/other"),
    }
    return st.fixed_dictionaries({}, optional=keywords)


SCHEMAS = st.recursive(st.booleans() | st.fixed_dictionaries({}, optional={"type": TYPES}), schemas, max_leaves=4)
TOPS = st.builds(lambda schema, other: {**schema, "$defs": {"other": other}}, schemas(SCHEMAS), SCHEMAS)


def has_loop(schema):
    """Return True if the definition that all references lead to refers to itself."""
    return '"$ref"' in json.dumps(schema["$defs"])


@given(TOPS, st.dictionaries(NAMES, VALUES, max_size=3))
def test_relaxed_schemas_accept_what_the_original_accepts(schema, arguments):
    """Arguments that are valid for a function's schema are valid for the schema that the model sees."""
    if has_loop(schema) or not validator(schema).is_valid(arguments):
        return  # assume() would discard most examples, and take ten times as long
    found = schema_of(function(schema))
    assert validator(found).is_valid(arguments)
    for rename in (identifier_names, key_names):
        renaming = Renaming(found, rename)
        renamed = {renaming._new.get(name, name): value for name, value in arguments.items()}
        assert validator(renaming.schema).is_valid(renamed)
        assert renaming.restore(renamed) == arguments
