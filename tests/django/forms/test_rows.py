"""Each kind of schema gets its field, and sends its JSON values."""

import pytest
from django import forms
from django.test import override_settings

from tests.django.forms.make import form_of, options_of, value_of, with_ui

TEXT = {"type": "string"}
INTEGER, NUMBER = {"type": "integer"}, {"type": "number"}
BOOLEAN = {"type": "boolean"}
ENUM = {"enum": ["a", "3", 3, True, None, {"b": [1.5]}, ""]}
STATIC = with_ui({"type": "integer"}, "STATIC_DROPDOWN", options=[{"id": 1, "value": "One"}, {"id": 2, "value": "Two"}])
TITLED = {"oneOf": [{"const": "C1", "title": "#general"}, {"const": 2}, {"type": "null"}]}
DATE, DATE_TIME = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
EMAIL, URI = {"type": "string", "format": "email"}, {"type": "string", "format": "uri"}
LINES, NUMBERS = {"type": "array", "items": TEXT}, {"type": "array", "items": INTEGER}
SEVERAL = {"type": "array", "items": {"enum": ["a", 1, True]}}
OBJECT, ARRAY = {"type": "object"}, {"type": "array"}
LONG_INTEGER = "1" + "0" * 400

SENT = [
    (TEXT, " as typed ", " as typed "),
    (TEXT, "one\r\ntwo\nthree", "one\ntwo\nthree"),
    (TEXT, '{"json": 1}', '{"json": 1}'),
    (TEXT, "", ...),
    (TEXT, " ", " "),
    (with_ui(TEXT, "TEXTAREA"), "\r\n\r\na", "\n\na"),
    ({"type": "string", "maxLength": 2, "minLength": 2}, "\U0001f600\U0001f600", "\U0001f600\U0001f600"),
    (INTEGER, "9007199254740993", 9007199254740993),
    (INTEGER, " -5 ", -5),
    (INTEGER, "+007", 7),
    (INTEGER, LONG_INTEGER, int(LONG_INTEGER)),
    (NUMBER, "5", 5),
    (NUMBER, "1.50", 1.5),
    (NUMBER, "0.1", 0.1),
    (NUMBER, "-1e3", -1000.0),
    (NUMBER, ".5", 0.5),
    (NUMBER, "9007199254740993", 9007199254740993),
    ({"type": "number", "minimum": 1, "exclusiveMaximum": 2}, "1", 1),
    ({"type": ["integer", "number"]}, "1.5", 1.5),
    (BOOLEAN, "true", True),
    (BOOLEAN, "false", False),
    (BOOLEAN, "", ...),
    (with_ui({}, "CHECKBOX"), "false", False),
    (ENUM, "a", "a"),
    (ENUM, "3", 3),
    (ENUM, '"3"', "3"),
    (ENUM, "true", True),
    (ENUM, "null", None),
    (ENUM, '{"b": [1.5]}', {"b": [1.5]}),
    (ENUM, '""', ""),
    (ENUM, "", ...),
    ({"const": 7}, "7", 7),
    (STATIC, "2", 2),
    (TITLED, "C1", "C1"),
    (TITLED, "2", 2),
    (DATE, "2024-02-29", "2024-02-29"),
    (DATE_TIME, "2024-05-31T10:30:00Z", "2024-05-31T10:30:00Z"),
    (DATE_TIME, "2024-05-31T10:30:00.5+02:00", "2024-05-31T10:30:00.5+02:00"),
    (DATE_TIME, "2024-05-31 10:30+02:00", "2024-05-31T10:30:00+02:00"),
    (DATE_TIME, "2024-05-31T10:30", "2024-05-31T10:30:00+02:00"),
    (DATE_TIME, "2024-12-31T10:30:15", "2024-12-31T10:30:15+01:00"),
    (EMAIL, "ann@example.com", "ann@example.com"),
    (URI, "HTTPS://Example.com/a?b#c", "HTTPS://Example.com/a?b#c"),
    (URI, "mailto:ann@example.com", "mailto:ann@example.com"),
    ({"type": "string", "format": "iri"}, "https://b\xfccher.example", "https://b\xfccher.example"),
    (LINES, "a\r\n\r\n b \r\n", ["a", " b "]),
    (LINES, "\r\n", ...),
    (LINES, "", ...),
    (NUMBERS, "1\n 9007199254740993", [1, 9007199254740993]),
    ({"type": "array", "items": EMAIL}, "a@b.de", ["a@b.de"]),
    (SEVERAL, ["a", "1", "true"], ["a", 1, True]),
    (SEVERAL, [], ...),
    (SEVERAL, [""], ...),
    (OBJECT, '{"a": [9007199254740993, 1.5]}', {"a": [9007199254740993, 1.5]}),
    (OBJECT, " ", ...),
    (ARRAY, "[1, {}]", [1, {}]),
    ({"type": "array", "items": OBJECT}, "[]", []),
    ({"type": "array", "items": {"type": ["string", "number"]}}, '["a", 1]', ["a", 1]),
    (with_ui({}, "CUSTOM_FIELDS"), '{"a": 1}', {"a": 1}),
    (with_ui({"type": "object"}, "OBJECT"), "{}", {}),
    (with_ui({"type": "array", "items": TEXT}, "CUSTOM_FIELDS"), '["a"]', ["a"]),
    ({"type": ["string", "null"]}, "5", "5"),
    ({"type": ["null", "integer"]}, "5", 5),
    ({"type": ["object", "null"]}, "null", None),
    ({"anyOf": [INTEGER, {"type": "null"}]}, "5", 5),
    ({"anyOf": [{"anyOf": [{"type": "null"}, BOOLEAN]}, {"const": None}]}, "true", True),
    ({"oneOf": [OBJECT, {"enum": [None]}]}, "null", None),
    ({"allOf": [TEXT, {"maxLength": 5}]}, "5", "5"),
    ({"type": ["string", "integer"]}, "5", 5),
    ({"type": ["string", "integer"]}, '"5"', "5"),
    ({"type": ["string", "integer"]}, " a [", " a ["),
    ({"type": ["string", "integer"]}, "[1]", "[1]"),
    ({"type": ["string", "number"]}, "1e400", "1e400"),
    ({"anyOf": [TEXT, LINES]}, '["a"]', ["a"]),
    ({"anyOf": [TEXT, {"description": "anything"}]}, "{}", {}),
    ({"type": ["integer", "array"]}, "5.0", 5.0),
    ({}, "null", None),
    ({}, "text", "text"),
    (True, "[1]", [1]),
    (True, "", ...),
    (["no schema"], "text", "text"),
    ({"type": "file"}, "text", "text"),
    ({"type": "null"}, "null", None),
    ({"$ref": "#/properties/x"}, "text", "text"),
    ({"$ref": "https://example.com/schema"}, "5", 5),
    (with_ui(TEXT, "DYNAMIC_DROPDOWN"), "C1", "C1"),
    (with_ui({}, "DYNAMIC_DROPDOWN"), "5", "5"),
    (with_ui(INTEGER, "DYNAMIC_DROPDOWN"), "5", 5),
    (with_ui(TEXT, "DYNAMIC_DROPDOWN", options=[{"id": "C1", "value": "#general"}]), "C1", "C1"),
    (with_ui({}, "STATIC_DROPDOWN", options=[{"id": 1}, {"id": 2}], is_multiselect=True), ["1", "2"], [1, 2]),
]


@pytest.mark.parametrize(("schema", "sent", "value"), SENT, ids=[f"{row[0]}-{row[1]}"[:60] for row in SENT])
def test_a_text_is_sent_as_the_value_of_its_schema(schema, sent, value):
    """A field sends the JSON value of the schema's type, or nothing if it is empty."""
    with override_settings(TIME_ZONE="Europe/Berlin", USE_TZ=True):
        found = value_of(schema, sent)
    assert (found, type(found)) == (value, type(value))


def test_a_reference_is_resolved():
    """A reference inside the schema gets the field of its target."""
    form = form_of({"$ref": "#/properties/x/$defs/id", "$defs": {"id": INTEGER}})
    assert form.fields["x"].widget.input_type == "number"


REFUSED = [
    (INTEGER, "1.0", "whole number"),
    (INTEGER, "1_000", "whole number"),
    (INTEGER, "\uff15", "whole number"),
    (INTEGER, "1" * 5000, "whole number"),
    (NUMBER, "NaN", "Enter a number"),
    (NUMBER, "Infinity", "Enter a number"),
    (NUMBER, "1,5", "Enter a number"),
    (NUMBER, "{count}", "Enter a number"),
    (NUMBER, "1e400", "too large"),
    (NUMBER, "1e-400", "more digits"),
    (NUMBER, "0.12345678901234567890", "more digits"),
    ({"type": "number", "minimum": 1}, "0", "greater than or equal to 1"),
    ({"type": "number", "maximum": 1}, "2", "less than or equal to 1"),
    ({"type": "number", "exclusiveMinimum": 1}, "1", "greater than 1"),
    ({"type": "number", "exclusiveMaximum": 1}, "1", "less than 1"),
    ({"type": "string", "minLength": 2}, "a", "at least 2"),
    ({"type": "string", "maxLength": 2}, "abc", "at most 2"),
    (TEXT, "a\0b", "Null characters"),
    (BOOLEAN, "yes", "valid choice"),
    (BOOLEAN, "True", "valid choice"),
    (ENUM, "1", "valid choice"),
    (SEVERAL, ["a", "b"], "valid choice"),
    (STATIC, "One", "valid choice"),
    (DATE, "2023-02-29", "valid date"),
    (DATE, "20240531", "valid date"),
    (DATE, "31.05.2024", "valid date"),
    (DATE_TIME, "2024-05-31", "valid date/time"),
    (DATE_TIME, "2024-05-31T25:00", "valid date/time"),
    (DATE_TIME, "2024-03-31T02:30", "does not exist"),
    (DATE_TIME, "2024-10-27T02:30", "exists twice"),
    (DATE_TIME, "0001-01-01T00:00", "does not exist"),
    (EMAIL, "ann", "valid email"),
    (EMAIL, " ann@example.com", "valid email"),
    (URI, "example.com", "valid URL"),
    (URI, "https://", "valid URL"),
    (URI, "https://[", "valid URL"),
    (URI, "javascript", "valid URL"),
    (NUMBERS, "1\nb\n2\nd", "Line 2: Enter a whole number"),
    (OBJECT, "[]", "JSON object"),
    (OBJECT, "{", "JSON object"),
    (OBJECT, '{"a": NaN}', "NaN is not JSON"),
    (OBJECT, '{"a": 1e999}', "too large"),
    (OBJECT, "[" * 100000, "nested too deeply"),
    (ARRAY, "{}", "JSON array"),
    (ARRAY, "null", "JSON array"),
    ({"type": ["integer", "array"]}, "true", "JSON array, such as [], a whole number"),
]


@pytest.mark.parametrize(("schema", "sent", "reason"), REFUSED, ids=[f"{row[0]}-{row[1]}"[:60] for row in REFUSED])
def test_a_wrong_text_is_an_error_at_its_field(schema, sent, reason):
    """A text that is not a value of the schema is refused at its field, and shown again."""
    with override_settings(TIME_ZONE="Europe/Berlin", USE_TZ=True):
        form = form_of(schema, sent)
        assert reason in "; ".join(form.errors["x"])
    assert form.call() is None
    assert "errorlist" in str(form)


WIDGETS = [
    (TEXT, forms.TextInput, "text"),
    (with_ui(TEXT, "TEXTAREA"), forms.Textarea, None),
    ({"type": "string", "maxLength": 256}, forms.Textarea, None),
    ({"type": "string", "maxLength": 255}, forms.TextInput, "text"),
    (INTEGER, forms.NumberInput, "number"),
    (BOOLEAN, forms.Select, "select"),
    (ENUM, forms.Select, "select"),
    (SEVERAL, forms.SelectMultiple, "select"),
    (DATE, forms.TextInput, "date"),
    (DATE_TIME, forms.TextInput, "datetime-local"),
    (LINES, forms.Textarea, None),
    (OBJECT, forms.Textarea, None),
]


@pytest.mark.parametrize(("schema", "widget", "kind"), WIDGETS, ids=str)
def test_a_field_has_the_widget_of_its_schema(schema, widget, kind):
    """Each kind of value has the HTML element that suits it."""
    found = form_of(schema).fields["x"].widget
    assert type(found) is widget
    assert getattr(found, "input_type", None) == kind


@pytest.mark.parametrize("required", [True, False])
def test_a_select_has_a_blank_first(required):
    """A select begins with a blank, so that a browser never sends its first value silently."""
    for schema in (BOOLEAN, ENUM, {"const": 1}):
        assert options_of(form_of(schema, required=required))[0] == ("", "---------")


def test_options_show_their_text():
    """Options show the text of the metadata, the title of an alternative, or the value."""
    assert options_of(form_of(STATIC))[1:] == [("1", "One"), ("2", "Two")]
    assert options_of(form_of(TITLED))[1:] == [("C1", "#general"), ("2", "2")]
    assert options_of(form_of(BOOLEAN))[1:] == [("true", "Yes"), ("false", "No")]


def test_a_view_gives_choices():
    """The values of `choices` are sent as they are, in groups as well."""
    schema = with_ui(TEXT, "DYNAMIC_DROPDOWN")
    choices = {"x": [("C1", "#general"), (7, "seven"), ("Private", [("G1", "#board"), ("G2", "#pay")])]}
    form = form_of(schema, choices=choices)
    assert form.fields["x"].widget.choices[1:3] == [("C1", "#general"), ("7", "seven")]
    assert form.fields["x"].widget.choices[3] == ("Private", [("G1", "#board"), ("G2", "#pay")])
    assert value_of(schema, "7", choices=choices) == 7
    assert value_of(schema, "G2", choices=choices) == "G2"
    assert value_of(LINES, ["C1", "G1"], choices=choices) == ["C1", "G1"]
    assert not form_of(schema, "C2", choices=choices).is_valid()


def test_an_array_of_booleans_is_json():
    """An array of booleans may have the same value twice, which no multiple select can send."""
    schema = {"type": "array", "items": BOOLEAN}
    assert value_of(schema, "[true, true, false]") == [True, True, False]
    assert form_of(schema, predicted=[True, True])["x"].value() == "[\n  true,\n  true\n]"
