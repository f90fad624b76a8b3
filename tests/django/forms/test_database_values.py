"""Values and choices from a database, which are not JSON."""

from datetime import date, datetime, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from integry.django.forms import FunctionForm
from tests.django.forms.make import form_of, function_of, options_of, value_of

TEXT, NUMBER, OBJECT = {"type": "string"}, {"type": "number"}, {"type": "object"}
DATE, DATE_TIME = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
LINES = {"type": "array", "items": TEXT}


@pytest.mark.parametrize(
    ("schema", "given", "expected"),
    [
        (TEXT, UUID(int=1), str(UUID(int=1))),
        (DATE, date(2024, 2, 29), "2024-02-29"),
        (DATE_TIME, datetime(2024, 5, 31, 10, 30, tzinfo=timezone.utc), "2024-05-31T10:30:00+00:00"),
        (NUMBER, Decimal("1.50"), 1.5),
        (LINES, [UUID(int=1), "a"], [str(UUID(int=1)), "a"]),
        (OBJECT, {"day": date(2024, 2, 29), "price": Decimal("1.50")}, {"day": "2024-02-29", "price": "1.50"}),
    ],
)
def test_values_of_databases_are_sent(schema, given, expected):
    """Values that are not JSON, such as UUIDs and dates, are not lost: they are initial values and data as text."""
    function = function_of({"type": "object", "properties": {"x": schema}})
    shown = FunctionForm(function=function, initial={"x": given})["x"].value()
    assert shown
    for data in (given, shown):
        form = FunctionForm({"arguments-x": data}, function=function)
        assert form.is_valid(), form.errors
        assert form.arguments() == {"x": expected}


def test_choices_of_databases_are_sent():
    """Choices with UUIDs, as primary keys may be, are shown, initial and sent as text."""
    first, second = UUID(int=1), UUID(int=2)
    choices = {"x": [(first, "First"), (second, "Second")]}
    assert options_of(form_of(TEXT, choices=choices))[1:] == [(str(first), "First"), (str(second), "Second")]
    assert value_of(TEXT, str(second), choices=choices) == str(second)
    assert form_of(TEXT, choices=choices, initial={"x": second})["x"].value() == str(second)
