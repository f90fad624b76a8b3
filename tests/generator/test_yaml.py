"""Keys of mappings in YAML documents: invalid keys, and merge keys (`<<`)."""

import pytest
import yaml

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


def test_own_keys_replace_merged_ones():
    """A mapping's own key replaces an equal key of a mapping that is merged into it with `<<`."""
    assert load_yaml("x: &a {k: 1, l: 2}\ny: {<<: *a, k: 3}") == {"x": {"k": 1, "l": 2}, "y": {"k": 3, "l": 2}}
