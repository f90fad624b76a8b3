"""Forms are filled with predicted arguments and defaults, and accept the tags of variables."""

import datetime

import pytest
from django import forms
from django.test import override_settings

from integry import InvalidRequest
from integry.django._forms.fields import ArgumentField
from integry.django.forms import FunctionForm
from tests.django.forms.make import form_of, function_of, options_of, post_data, value_of, with_ui

TEXT, NUMBER, BOOLEAN = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
LINES, OBJECT = {"type": "array", "items": TEXT}, {"type": "object"}
PLANS = {"type": "array", "items": {"enum": ["a", 1]}}
VARIABLES = {"name": "Ann", "count": 5, "all": ["a"], "admin": True}

TAGS = [
    (TEXT, "Hi {name}", "Hi {name}"),
    (TEXT, "{unknown}", "{unknown}"),
    ({"type": "string", "maxLength": 3}, "{name}", "{name}"),
    ({"type": "string", "format": "email"}, "{name}@example.com", "{name}@example.com"),
    ({"type": "string", "format": "date"}, "{name}", "{name}"),
    (NUMBER, " {count} ", "{count}"),
    ({"type": "integer", "minimum": 7}, "{count}", "{count}"),
    (BOOLEAN, "{admin}", "{admin}"),
    ({"enum": ["a"]}, "{name}", "{name}"),
    (LINES, "{name}\nb", ["{name}", "b"]),
    (LINES, "{name}", ["{name}"]),
    (LINES, "{all}", "{all}"),
    ({"type": "array", "items": NUMBER}, "{count}\n6", ["{count}", 6]),
    (PLANS, "{all}", "{all}"),
    (PLANS, ["{name}", "1"], ["{name}", 1]),
    (OBJECT, "{all}", "{all}"),
    (OBJECT, '{"a": "{name}"}', {"a": "{name}"}),
    ({}, "{all}", "{all}"),
]


@pytest.mark.parametrize(("schema", "sent", "value"), TAGS, ids=str)
def test_fields_accept_the_tags_of_variables(schema, sent, value):
    """With variables, every field sends a tag as it is."""
    assert value_of(schema, sent, variables=VARIABLES) == value


NO_TAGS = [(NUMBER, "{other}"), (NUMBER, "5 {count}"), (BOOLEAN, "{other}"), (OBJECT, "{name"), (PLANS, ["{other}"])]


@pytest.mark.parametrize(("schema", "sent"), NO_TAGS, ids=str)
def test_other_tags_are_no_values(schema, sent):
    """Only texts accept tags that have no variable."""
    assert not form_of(schema, sent, variables=VARIABLES).is_valid()


def test_a_field_for_tags_is_a_text_field():
    """Native inputs accept no tags, so a form with variables has text inputs."""
    found = form_of(NUMBER, variables=VARIABLES).fields["x"].widget
    assert (type(found), found.attrs) == (forms.TextInput, {"inputmode": "decimal"})
    assert form_of({"type": "integer"}, variables=VARIABLES).fields["x"].widget.attrs == {"inputmode": "numeric"}
    assert form_of({"type": "string", "format": "date"}, variables=VARIABLES).fields["x"].widget.input_type == "text"


@pytest.mark.parametrize("schema", [BOOLEAN, {"enum": ["a"]}, {"const": 1}], ids=str)
def test_a_predicted_tag_stays_a_choice(schema):
    """A select shows a predicted tag, and sends it, also if the form has no variables."""
    form = form_of(schema, predicted="{admin}")
    assert ("{admin}", "{admin}") in options_of(form)
    assert form["x"].value() == "{admin}"
    assert value_of(schema, "{admin}", predicted="{admin}") == "{admin}"
    assert str(form_of(schema, "{admin}", variables=VARIABLES)).count("selected") == 1


def test_predicted_tags_of_a_list_stay_choices():
    """A list of choices shows predicted tags: of its items, and of the whole list."""
    assert ("{b}", "{b}") in options_of(form_of(PLANS, predicted=["a", "{b}"]))
    assert value_of(PLANS, ["{b}"], predicted=["a", "{b}"]) == ["{b}"]
    assert ("{b}", "{b}") in options_of(form_of(PLANS, predicted="{b}"))
    assert value_of(PLANS, ["{b}"], predicted="{b}") == "{b}"


INITIAL = [
    (TEXT, "a", "a"),
    (TEXT, 5, "5"),
    (NUMBER, 1.5, "1.5"),
    (BOOLEAN, False, "false"),
    ({"enum": ["3", 3]}, "3", '"3"'),
    (LINES, ["a", 5], "a\n5"),
    (LINES, "{all}", "{all}"),
    (PLANS, ["a", 1], ["a", "1"]),
    (OBJECT, {"a": 1}, '{\n  "a": 1\n}'),
    (OBJECT, "{all}", "{all}"),
    (OBJECT, "text", '"text"'),
    ({}, "text", "text"),
    ({}, "5", '"5"'),
    ({}, "", '""'),
]


@pytest.mark.parametrize(("schema", "predicted", "shown"), INITIAL, ids=str)
def test_predicted_arguments_are_initial_values(schema, predicted, shown):
    """A new form shows predicted arguments so that sending it unchanged sends the same value."""
    form = form_of(schema, predicted=predicted)
    assert form["x"].value() == shown
    if (schema, predicted) not in [(TEXT, 5), (LINES, ["a", 5]), (OBJECT, "text")]:
        assert value_of(schema, shown, predicted=predicted) == predicted


def test_defaults_are_initial_values():
    """A default is shown unless an argument was predicted. The schema's default precedes that of the metadata."""
    assert form_of({**TEXT, "default": "d"})["x"].value() == "d"
    assert form_of({**TEXT, "default": "d"}, predicted="p")["x"].value() == "p"
    assert form_of({**BOOLEAN, "meta": {"default_value": False}})["x"].value() == "false"
    assert form_of({**TEXT, "default": "d", "meta": {"default_value": "m"}})["x"].value() == "d"
    assert form_of({**TEXT, "default": "d"}, initial={"x": "i"})["x"].value() == "i"


def test_initial_values_stay_with_the_caller():
    """The dict of initial values that a caller passes is not changed."""
    given = {"y": 1}
    form_of({**TEXT, "default": "d"}, initial=given)
    assert given == {"y": 1}


def test_line_breaks_get_an_area():
    """A predicted or sent text with line breaks, or a long one, gets a text area, because an input would drop them."""
    assert isinstance(form_of(TEXT, predicted="a\nb").fields["x"].widget, forms.Textarea)
    assert isinstance(form_of(TEXT, "a\nb").fields["x"].widget, forms.Textarea)
    assert isinstance(form_of(TEXT, predicted="a" * 256).fields["x"].widget, forms.Textarea)


def test_a_native_input_shows_only_its_own_format():
    """A value that a browser would not show in a native input gets a text input."""
    schema = {"type": "string", "format": "date-time"}
    assert form_of(schema, predicted="2024-05-31T10:30").fields["x"].widget.input_type == "datetime-local"
    assert form_of(schema, predicted="2024-05-31T10:30:00Z").fields["x"].widget.input_type == "text"
    assert isinstance(form_of(NUMBER, predicted="many").fields["x"].widget, forms.TextInput)
    assert form_of(NUMBER, predicted="{count}").fields["x"].widget.input_type == "text"


def test_empty_optional_arguments_are_left_out():
    """Empty optional arguments are not sent, and are not in cleaned_data. Required arguments must be filled in."""
    properties = {"text": TEXT, "number": NUMBER, "flag": BOOLEAN, "lines": LINES, "plans": PLANS, "any": {}}
    function = function_of({"properties": properties})
    form = FunctionForm(post_data(text="", number=" ", lines="\r\n"), function=function)
    assert form.is_valid()
    assert form.cleaned_data == form.arguments() == {}
    required = FunctionForm(post_data(), function=function_of({"properties": properties, "required": list(properties)}))
    assert {name: list(errors) for name, errors in required.errors.items()} == {
        name: ["This field is required."] for name in properties
    }


def test_fields_of_the_call_are_not_shown():
    """Cursors and variables, which are not arguments, have no field; nor does a schema that allows no value."""
    names = ["_cursor", "_variables", "next_page", "nothing", "x"]
    parameters = {"properties": {**dict.fromkeys(names, TEXT), "nothing": False}, "required": names}
    form = FunctionForm(post_data(_cursor="c", _variables="v", next_page="n", x="1"), function=function_of(parameters))
    assert list(form.fields) == ["x"]
    assert form.arguments() == {"x": "1"}


def test_a_parameter_cannot_take_the_place_of_the_token():
    """A prefix keeps an argument with the name of Django's CSRF token apart from the token."""
    function = function_of({"properties": {"csrfmiddlewaretoken": TEXT}})
    assert 'name="arguments-csrfmiddlewaretoken"' in str(FunctionForm(function=function))


def test_a_preview_replaces_tags():
    """The preview has the arguments that the function would get, with strings where the schema wants strings."""
    parameters = {"properties": {"text": TEXT, "code": TEXT, "count": NUMBER}}
    data = post_data(text="Hi {name}", code="{count}", count="{count}")
    form = FunctionForm(
        data, function=function_of(parameters), variables={"name": datetime.date(2024, 5, 31), "count": 5}
    )
    assert form.preview() == {"text": "Hi 2024-05-31", "code": "5", "count": 5}
    assert form.arguments() == {"text": "Hi {name}", "code": "{count}", "count": "{count}"}


def test_arguments_of_an_invalid_form_raise():
    """The arguments of a form that is invalid or was not sent raise ValueError, as saving a form of a model does."""
    for form in (form_of(TEXT), form_of(NUMBER, "x")):
        for method in (form.arguments, form.preview):
            with pytest.raises(ValueError, match="acme-do is not valid"):
                method()
        assert form.call() is None


@pytest.mark.parametrize("variables", [["name"], "name", {"x": float("nan")}])
def test_wrong_variables_are_refused(variables):
    """Variables must be a dict of values that can be sent."""
    with pytest.raises(InvalidRequest):
        form_of(TEXT, variables=variables)


def test_a_subclass_replaces_fields():
    """A declared field replaces the field of an argument, others are not arguments, and hooks see the values."""

    class Announcement(FunctionForm):
        confirmed = forms.BooleanField()
        channel = forms.CharField(required=False)
        field_order = ("text", "channel")

        def clean_count(self):
            return self.cleaned_data["count"] + 1

    function = function_of({"properties": {"channel": {"enum": ["a"]}, "text": TEXT, "count": NUMBER}})
    form = Announcement(post_data(confirmed="on", channel="b", text=" t ", count="1"), function=function)
    assert form.arguments() == {"channel": "b", "text": " t ", "count": 2}
    assert list(form.fields) == ["text", "channel", "confirmed", "count"]
    form = Announcement(post_data(confirmed="on", channel="", count="1"), function=function)
    assert form.arguments() == {"count": 2}


def test_data_may_be_a_dict_of_values():
    """Data that are not from a browser may be a dict, with values of JSON."""
    properties = {"a": TEXT, "b": NUMBER, "c": BOOLEAN, "d": OBJECT, "e": PLANS, "f": TEXT, "g": LINES}
    data = {"a": "a", "b": 1.5, "c": False, "d": {"x": None}, "e": ["a", 1], "f": None, "g": ["a", "b"]}
    form = FunctionForm(data, function=function_of({"properties": properties}), prefix=None)
    assert form.arguments() == {key: data[key] for key in "abcdeg"}
    assert str(form).count(" selected") == 3


def test_likely_mistakes_are_logged(caplog):
    """Choices of unknown arguments, and more fields than Django accepts, are logged."""
    function = function_of({"properties": {f"p{number}": TEXT for number in range(5)}})
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=4):
        FunctionForm(function=function, choices={"channel": []})
    assert "names that are not arguments of acme-do: channel" in caplog.text
    assert "has 5 fields, but DATA_UPLOAD_MAX_NUMBER_FIELDS is 4" in caplog.text
    caplog.clear()
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=None):
        FunctionForm(function=function, choices={"p1": [("a", "b")]})
    assert not caplog.text


def test_labels_and_help_texts():
    """The label and the help text are from the metadata, the schema or the name."""
    meta = {"title": "T", "description_for_users": "D", "ui": {"placeholder": "P"}}
    schemas = [{**TEXT, "meta": meta, "title": "t"}, {**TEXT, "title": "t", "description": "d"}, TEXT]
    form = FunctionForm(function=function_of({"properties": {f"first_{n}": each for n, each in enumerate(schemas)}}))
    assert [(field.label, field.help_text) for field in form] == [("T", "D"), ("t", "d"), ("First 2", "")]
    assert 'placeholder="P"' in str(form["first_0"])
    assert "placeholder" not in str(form_of(with_ui(BOOLEAN, "CHECKBOX", placeholder="P"))["x"])


def test_the_base_class_sends_texts():
    """A field of a project that is based on ArgumentField sends its text, without spaces around it."""
    assert ArgumentField().clean(" a ") == "a"


def test_values_that_cannot_be_shown_are_left_out():
    """A default that is nested too deeply is not shown. Plain options of a dropdown are their own values."""
    deep = []
    for _ in range(100000):
        deep = [deep]
    assert form_of({**OBJECT, "default": deep})["x"].value() == ""
    assert form_of(OBJECT, predicted="{")["x"].value() == '"{"'
    assert options_of(form_of(with_ui({}, "STATIC_DROPDOWN", options=["a", 1])))[1:] == [("a", "a"), ("1", "1")]
    assert options_of(form_of({"enum": ["{a}"]}, predicted="{a}"))[1:] == [("{a}", "{a}")]
    while deep:
        deep = deep.pop()
