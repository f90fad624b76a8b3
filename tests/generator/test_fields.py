"""Defaults and descriptions beside references."""

import pytest

from integry.generator._types import attribute_doc, default, properties

from .reading import defaults, model, operation, read_text, warnings

COMPONENTS = """
components:
  schemas:
    Text: {type: string, description: A text.}
    Red: {type: string, default: red}
    Colour: {type: string, enum: [red, blue]}
    Alias: {$ref: '#/components/schemas/Red'}
    Nullable: {type: [string, 'null'], default: n}
    Items: {type: array, items: {type: string}, default: [a]}
    Point: {type: object, properties: {x: {type: integer}}, default: {}}
    Circle: {$ref: '#/components/schemas/Circle'}
    Anything: true
    A: {type: object, properties: {x: FIELD}}
"""


def read_field(field):
    """Return the client and the warnings of a document in which a model `A` has a field `x`."""
    client, report = read_text("paths: {}" + COMPONENTS.replace("FIELD", field), version="3.1.0")
    return client, [text for text in warnings(report) if "refers to itself" not in text]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("{$ref: '#/components/schemas/Text', default: a}", "'a'"),
        ("{$ref: '#/components/schemas/Red'}", "'red'"),
        ("{$ref: '#/components/schemas/Red', default: a}", "'a'"),
        ("{$ref: '#/components/schemas/Alias'}", "'red'"),
        ("{$ref: '#/components/schemas/Colour', default: blue}", "Colour.BLUE"),
        ("{allOf: [{$ref: '#/components/schemas/Red'}]}", "'red'"),
        ("{allOf: [{$ref: '#/components/schemas/Red'}], default: a}", "'a'"),
        ("{allOf: [{$ref: '#/components/schemas/Red'}], description: Its colour.}", "'red'"),
        ("{$ref: '#/components/schemas/Nullable'}", "'n'"),
        ("{$ref: '#/components/schemas/Nullable', default: null}", "UNSET"),
        ("{$ref: '#/components/schemas/Items', default: [b]}", "UNSET"),
        ("{$ref: '#/components/schemas/Point', default: {x: 1}}", "UNSET"),
        ("{$ref: '#/components/schemas/Circle', default: a}", "UNSET"),
        ("{$ref: '#/components/schemas/Anything', default: a}", "UNSET"),
    ],
)
def test_defaults_beside_references_are_used(field, expected):
    """A field has the default beside its reference, or that of the referenced schema, except for arrays and objects."""
    client, found = read_field(field)
    assert [text.replace('"', "'") for text in defaults(client, "A")] == [expected]
    assert found == []


def test_defaults_beside_references_are_checked():
    """A default that does not match the referenced schema is a warning."""
    client, found = read_field("{$ref: '#/components/schemas/Colour', default: green}")
    assert defaults(client, "A") == ["UNSET"]
    assert found == ["a default does not match its schema, and is left out: A.x"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("{$ref: '#/components/schemas/Text'}", "A text."),
        ("{$ref: '#/components/schemas/Text', description: Its name.}", "Its name."),
        ("{$ref: '#/components/schemas/Text', description: Its name., default: a}", "Its name."),
        ("{$ref: '#/components/schemas/Text', description: [a]}", "A text."),
        ("{allOf: [{$ref: '#/components/schemas/Text'}], description: Its name.}", "Its name."),
        ("{$ref: '#/components/schemas/Point', description: Its place.}", "Its place."),
    ],
)
def test_descriptions_beside_references_document_the_field(field, text):
    """A field has the description beside its reference, and not the one of the referenced schema."""
    client, _ = read_field(field)
    (prop,) = model(client, "A").optional_properties
    assert prop.description.get_untrusted_value() == text


def test_parameters_have_the_defaults_of_references():
    """A query parameter has the default beside its reference. A path parameter has none, because it is required."""
    client, report = read_text(
        """paths: {'/a/{kind}': {get: {operationId: get_a, responses: {}, parameters: [
      {name: kind, in: path, required: true, schema: {$ref: '#/components/schemas/Nullable'}},
      {name: colour, in: query, schema: {$ref: '#/components/schemas/Colour', default: red}}]}}}"""
        + COMPONENTS.replace("FIELD", "{}"),
        version="3.1.0",
    )
    found = operation(client, "get_a")
    assert [prop.default for prop in found.path_parameters] == [None]
    assert [default(prop) for prop in found.query_parameters] == ["Colour.RED"]
    assert report.operations.made == 1


def test_long_examples_are_not_in_the_docstrings_of_fields():
    """The documentation of a field has its example, unless it is long, as the examples of objects often are."""
    client, _ = read_text("""
components:
  schemas:
    A:
      type: object
      properties:
        short: {type: string, description: The name., example: Ann}
        long: {description: The owner., allOf: [{$ref: "#/components/schemas/B"}]}
    B: {type: object, properties: {b: {type: string}}, example: {b: "%s"}}
"""% ("x" * 100))  # fmt: skip
    found = {str(prop.python_name): attribute_doc(prop) for prop in properties(model(client, "A"))}
    assert found == {"short": "short: The name. For example Ann.", "long": "long: The owner."}
