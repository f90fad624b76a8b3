"""Defaults of dates, date-times and UUIDs."""

import importlib
import sys

import pytest

from integry.generator._defaults import fits
from integry.generator._references import Document
from integry.generator._report import Report

from .conftest import by_us
from .reading import HEAD, defaults, field_type, schema


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{type: string, format: date, default: '2024-01-02'}", "datetime.date(2024, 1, 2)"),
        ("{type: string, format: date, default: '20240102'}", "'20240102'"),
        (
            "{type: string, format: date-time, default: '2024-01-02T03:04:05Z'}",
            "datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)",
        ),
        ("{type: string, format: date-time, default: '2024-01-02T03:04:05'}", "'2024-01-02T03:04:05'"),
        (
            "{type: [string, 'null'], format: date-time, default: '2024-01-02T03:04:05.5+02:00'}",
            (
                "datetime.datetime(2024, 1, 2, 3, 4, 5, 500000, "
                "tzinfo=datetime.timezone(datetime.timedelta(seconds=7200)))"
            ),
        ),
        (
            "{anyOf: [{type: string, format: date}, {type: integer}], default: '2024-01-02'}",
            "datetime.date(2024, 1, 2)",
        ),
        (
            "{type: string, format: uuid, default: 00000000-0000-0000-0000-000000000005}",
            "UUID('00000000-0000-0000-0000-000000000005')",
        ),
        ("{type: string, default: it's}", '"it\'s"'),
    ],
)
def test_defaults_are_values_of_their_type(text, expected):
    """A default is a date, date-time or UUID, or a string if the client could not parse the default's text."""
    client, _ = schema(f"{{type: object, properties: {{x: {text}}}}}")
    assert defaults(client, "A") == [expected]


def test_generated_defaults_have_their_types(tmp_path, monkeypatch):
    """The defaults of a generated client can be compared with dates, and are serialised as in the document."""
    text = """paths: {/a: {get: {operationId: getA, parameters: [
      {name: since, in: query, schema: {type: string, format: date, default: '2024-01-02'}}],
      responses: {"200": {description: ok}}}}}
components: {schemas: {A: {type: object, required: [at], properties: {
      on: {type: string, format: date, default: '2024-01-02'},
      at: {type: string, format: date-time, default: '2024-01-02T03:04:05+00:00'},
      id: {type: string, format: uuid, default: 00000000-0000-0000-0000-000000000005}}}}}
"""
    (tmp_path / "dates.yaml").write_text(HEAD.format(version="3.1.0") + text)
    assert by_us(tmp_path / "dates.yaml", tmp_path / "dated") == 0
    monkeypatch.syspath_prepend(tmp_path)
    found = importlib.import_module("dated.models").A()
    assert (found.on.year, found.at.hour, found.id.int) == (2024, 3, 5)
    assert found.to_dict() == {
        "on": "2024-01-02",
        "at": "2024-01-02T03:04:05+00:00",
        "id": "00000000-0000-0000-0000-000000000005",
    }
    get_a = importlib.import_module("dated.api.default.get_a")
    assert get_a.build()["params"] == [("since", "2024-01-02")]
    assert "dated" in sys.modules


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer"}, float("inf"), False),
        ({"type": "string", "format": "date-time"}, "x", False),
        ({"type": "number"}, "1e999", True),
        ({"type": "integer"}, 5, True),
    ],
)
def test_defaults_that_cannot_be_converted_are_invalid(schema, value, expected):
    """A default that openapi-python-client cannot convert, such as an infinite integer, is treated as invalid."""
    assert fits(Document({}, Report()), schema, value) is expected


def test_a_default_of_infinity_is_left_out():
    """An infinite default of an integer is left out, with a warning."""
    assert field_type("{type: integer, default: .inf}") == (
        "int",
        ["a default does not match its schema, and is left out: A.x"],
    )
