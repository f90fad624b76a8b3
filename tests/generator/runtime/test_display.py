"""Models for people: one line in a terminal, a table in a notebook."""

import datetime
import html

import pytest
from attrs import define, field

from integry.generator.runtime._display import one_line, short, table
from integry.generator.runtime.types import UNSET, Model


@define(repr=False)
class Pet(Model):
    """A model as the templates write it."""

    name: str
    born: object = UNSET
    token: object = field(default=UNSET, repr=False)
    additional_properties: dict = field(init=False, factory=dict)


@pytest.mark.parametrize(
    ("pet", "expected"),
    [
        (Pet("Rex"), "Pet(name='Rex')"),
        (Pet("Rex", None), "Pet(name='Rex')"),
        (Pet("Rex", token="hidden"), "Pet(name='Rex')"),
        (Pet("Rex", datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc)), "born=2024-01-02T00:00:00+00:00"),
        (Pet("x" * 1000), "..."),
        (Pet("Rex", {"a": {"b": {"c": [1]}}}), "born={'a': {'b': {...}}}"),
    ],
)
def test_reprs_have_the_fields_that_say_something(pet, expected):
    """In one line, without secrets, None and fields with their default; long values are shortened."""
    assert expected in repr(pet)
    assert "hidden" not in repr(pet)
    assert len(repr(pet)) < 100


def test_undocumented_fields_are_named():
    """Their values may be secrets."""
    pet = Pet("Rex")
    pet["colour"] = "hidden"
    assert repr(pet) == "Pet(name='Rex', additional_keys=['colour'])"


def test_a_long_line_is_cut():
    """At about 200 characters, and so is the text of a cell."""
    line = one_line("Name", {f"field{number}": "x" * 50 for number in range(20)})
    assert line.endswith("…)")
    assert len(line) < 220
    assert len(table("Name", ["field"], [["x" * 1000]])) < 400
    assert len(short(["x" * 1000] * 1000)) < 400


def test_tables_are_escaped_as_the_standard_library_escapes():
    """Captions, heads and cells are text."""
    text = "<a href=\"x\">'&'</a>"
    assert table(text, [text], [[text]]).count(html.escape(text)) == 3
    pet = Pet(text)
    assert html.escape(text) in pet._repr_html_()
    assert "<a" not in pet._repr_html_()
