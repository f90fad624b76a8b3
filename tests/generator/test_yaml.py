"""Values of YAML documents: types, tags, keys, merge keys (`<<`), and aliases."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from integry.generator._errors import AliasError
from integry.generator._yaml import load_yaml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", 'found duplicate key "a"'),
        ("x: {<<: {a: 1}, <<: {b: 2}}", 'found duplicate key "<<"'),
        ("? [a]\n: b", "found a key that is not a text"),
        ("? {a: 1}\n: b", "found a key that is not a text"),
    ],
)
def test_keys_must_be_unique_strings(text, message):
    """A duplicate key, or a key that is not a string, is an error that names it."""
    with pytest.raises(yaml.YAMLError, match=message):
        load_yaml(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[on, No, 2024-01-01, 1_000, 08, 0x1F, 0o17, -3, +4]", ["on", "No", "2024-01-01", "1_000", 8, 31, 15, -3, 4]),
        ("[1.5, .5, 1., 1e3, -.inf]", [1.5, 0.5, 1.0, 1000.0, -math.inf]),
        ("[true, FALSE, ~, null, '']", [True, False, None, None, ""]),
        ("[True, tRUE, nUll, Null, '1', \"true\"]", [True, "tRUE", "nUll", None, "1", "true"]),
        ("|\n  2\n", "2\n"),
        ("[!!null '', !!str 5, !!int '7', !!float 2, ! 5]", [None, "5", 7, 2.0, "5"]),
        ("{a: , b: 1}", {"a": None, "b": 1}),
        ("{a: !!binary aGk=, b: !!timestamp 2024-01-01}", {"a": "aGk=", "b": "2024-01-01"}),
        ("{a: !!set {x, y}, b: !!omap [{x: 1}]}", {"a": {"x": None, "y": None}, "b": [{"x": 1}]}),
        ("{5: a, true: b, &k ~: c, d: *k}", {"5": "a", "true": "b", "~": "c", "d": None}),
        ("{a: &x 5, *x : 1}", {"a": 5, "5": 1}),
        ("[&a 1, *a, &a 2, *a]", [1, 1, 2, 2]),
        ("", None),
        ("# nothing", None),
    ],
)
def test_values(text, value):
    """Plain scalars have the types of YAML 1.2, keys are strings, and tags of YAML 1.1 without a type are ignored."""
    assert repr(load_yaml(text)) == repr(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[&a {k: 1, l: 2}, {<<: *a, k: 3}]", {"k": 3, "l": 2}),
        ("[&a {k: 1, l: 2}, {k: 3, <<: *a}]", {"k": 3, "l": 2}),
        ("[&a {k: 1}, {<<: [*a, {k: 2, m: 4}], a: 0}]", {"k": 1, "m": 4, "a": 0}),
        ("[&a {k: 1}, &b {<<: *a, l: 2}, {<<: *b, m: 3}]", {"k": 1, "l": 2, "m": 3}),
        ("[{'<<': 1}]", {"<<": 1}),
    ],
)
def test_merge_keys(text, value):
    """A merge key adds entries, before those of the mapping, which win. Of several mappings, the first wins."""
    assert [*load_yaml(text)[-1].items()] == [*value.items()]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{<<: 5}", "expected a mapping"),
        ("{<<: [{a: 1}, 5]}", "expected a mapping"),
        ("&a {b: 1, <<: *a}", "expected a mapping"),
        ("*a", "found undefined alias 'a'"),
        ("!point {x: 1}", "could not determine a constructor for the tag '!point'"),
        ("!!python/tuple [1]", "could not determine a constructor for the tag"),
        ("!!map x", "could not determine a constructor for the tag"),
        ("!!int [1]", "could not determine a constructor for the tag"),
        ("!!bool yes", "found 'yes', which the tag 'tag:yaml.org,2002:bool' does not allow"),
        ("{[a]: 1}", "found a key that is not a text"),
        ("[&a {b: 1}, {*a : 1}]", "found a key that is not a text"),
        ("{*a : 1}", "found undefined alias 'a'"),
        ("{? !!python/name:os.system : 1}", "could not determine a constructor for the tag"),
        ("a: 1\n---\nb: 2", "expected a single document"),
        ("[a", "expected ',' or ']'"),
    ],
)
def test_texts_that_cannot_be_read(text, message):
    """A YAML text that cannot be read is an error that says why."""
    with pytest.raises(yaml.YAMLError, match=message):
        load_yaml(text)


def test_aliases_are_the_same_object():
    """An alias is the object of its anchor."""
    found = load_yaml("a: &x [1, 2]\nb: &y {c: *x}\nd: *y")
    assert found["a"] is found["b"]["c"]
    assert found["b"] is found["d"]


@pytest.mark.parametrize("text", ["a: &x [1, *x]", "a: &x {b: *x}", "a: &x {b: [&y {c: *y}]}"])
def test_aliases_that_contain_themselves(text):
    """An alias to a list or mapping that contains it is an error."""
    with pytest.raises(AliasError, match="a YAML alias refers to a node that contains it"):
        load_yaml(text)


def test_merge_keys_of_merge_keys():
    """Merge keys that would add millions of entries to a small document are an error."""
    lines = (f"- &x{number} {{k{number}: 1, <<: *x{number - 1}}}\n" for number in range(1, 3000))
    with pytest.raises(AliasError, match="its YAML merge keys add more than 2,500,000 values"):
        load_yaml("- &x0 {a: 1}\n" + "".join(lines))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc<", max_size=2), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_values_that_pyyaml_wrote(value):
    """A value is the same after PyYAML wrote it, with a tag at each value that is not a string."""
    assert load_yaml(yaml.safe_dump(value, default_style='"')) == value
