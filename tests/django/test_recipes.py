"""The recipe for Django REST framework in docs/django/recipes.md."""

import pytest

from integry.django.forms import FunctionForm
from tests.django.forms.make import function_of
from tests.docs.pages import DOCS, blocks

pytest.importorskip("rest_framework", reason="Django REST framework is installed by make django")

PARAMETERS = {
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "tags": {"type": "array"},
        "on": {"type": "boolean"},
    },
    "required": ["text"],
}


@pytest.fixture
def serializer():
    """Return a function that creates the serializer of the page for data."""
    from rest_framework import serializers

    (block,) = [block for block in blocks(DOCS / "django" / "recipes.md") if block.run_by]
    assert len(block.text.splitlines()) <= 10
    names = {"serializers": serializers, "FunctionForm": FunctionForm}
    exec(block.text, names)  # noqa: S102 (the project's own documentation)
    return lambda data: names["CallSerializer"](data=data, context={"function": function_of(PARAMETERS)})


def test_a_serializer_checks_arguments(serializer):
    """The serializer returns the arguments as JSON values."""
    arguments = {"text": "a", "count": 5, "tags": [1], "on": False}
    found = serializer({"arguments": arguments})
    assert found.is_valid(), found.errors
    assert found.validated_data == {"arguments": arguments}


def test_a_serializer_has_the_errors_of_the_form(serializer):
    """An error names its argument."""
    found = serializer({"arguments": {"count": "x"}})
    assert not found.is_valid()
    assert found.errors == {"arguments": {"text": ["This field is required."], "count": ["Enter a whole number."]}}
