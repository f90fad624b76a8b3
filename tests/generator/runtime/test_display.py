"""Display of models: one line in a terminal, a table in a notebook."""

import datetime
import html

import pytest
from attrs import define, field

from integry.generator.runtime._display import one_line, short, table
from integry.generator.runtime.types import UNSET, Model


@define(repr=False)
class Pet(Model):
    """A model in the form in which the generator writes it."""

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
def test_reprs_are_short(pet, expected):
    """Reprs omit secrets, None and defaults, and shorten long values."""
    assert expected in repr(pet)
    assert "hidden" not in repr(pet)
    assert len(repr(pet)) < 100


def test_values_of_undocumented_fields_are_hidden():
    """A repr shows only the names of undocumented fields, because their values may be secrets."""
    pet = Pet("Rex")
    pet["colour"] = "hidden"
    assert repr(pet) == "Pet(name='Rex', additional_keys=['colour'])"


def test_long_lines_are_truncated():
    """Lines and table cells are limited to about 200 characters."""
    line = one_line("Name", {f"field{number}": "x" * 50 for number in range(20)})
    assert line.endswith("…)")
    assert len(line) < 220
    assert len(table("Name", ["field"], [["x" * 1000]])) < 400
    assert len(short(["x" * 1000] * 1000)) < 400


def test_tables_are_escaped():
    """Captions, heads and cells of HTML tables are escaped as by html.escape."""
    text = "<a href=\"x\">'&'</a>"
    assert table(text, [text], [[text]]).count(html.escape(text)) == 3
    pet = Pet(text)
    assert html.escape(text) in pet._repr_html_()
    assert "<a" not in pet._repr_html_()
