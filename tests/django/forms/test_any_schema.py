"""Any schema and any data give a form and errors, never an exception."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integry import tags
from integry._results.functions import Function
from integry.django.forms import FunctionForm
from integry.errors import FunctionCallError
from tests.django.forms.make import post_data

#: JSON as Python reads it from a response, with lone surrogates and numbers that are not JSON.
TEXTS = st.text(st.characters(), max_size=8) | st.sampled_from(
    ["{a}", "{b", "2024-05-31", "5", "[1]", "a\r\nb", "%s", "\0"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null", "file", 5])
KINDS = st.sampled_from(
    ["TEXTFIELD", "TEXTAREA", "STATIC_DROPDOWN", "DYNAMIC_DROPDOWN", "CUSTOM_FIELDS", "CHECKBOX", "OBJECT"]
)
FORMATS = st.sampled_from(["date", "date-time", "email", "uri", "regex"])
OPTION = st.fixed_dictionaries({"id": JSON, "value": JSON}) | JSON
UI_FIELD = st.fixed_dictionaries(
    {"type": KINDS}, optional={"options": st.lists(OPTION, max_size=3) | JSON, "is_multiselect": JSON}
)
META = st.fixed_dictionaries(
    {},
    optional={
        "title": JSON,
        "description_for_users": JSON,
        "default_value": JSON,
        "ui": st.fixed_dictionaries({"ui_field": UI_FIELD}, optional={"placeholder": JSON}) | JSON,
    },
)
#: Keywords with values of the right shape, some of which never come true, or refer to themselves.
REFERENCES = st.sampled_from(["#/properties/x", "#", "#/properties/y/items", "https://example.com/"])


def keywords(inner):
    """Return a strategy for schemas out of other schemas."""
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, max_size=3),
            "format": FORMATS | JSON,
            "enum": st.lists(JSON, max_size=4) | JSON,
            "const": JSON,
            "default": JSON,
            "items": inner,
            "anyOf": st.lists(inner, max_size=3) | JSON,
            "oneOf": st.lists(inner, max_size=3),
            "allOf": st.lists(inner, max_size=3),
            "$ref": REFERENCES,
            "minimum": JSON,
            "exclusiveMaximum": JSON,
            "minLength": JSON,
            "maxLength": JSON,
            "pattern": st.just("^(a+)+$"),
            "title": JSON,
            "description": JSON,
            "meta": META | JSON,
        },
    )


SCHEMAS = st.recursive(JSON | keywords(JSON), keywords, max_leaves=4)
NAMES = st.sampled_from(["x", "y", "errors", "__all__", "csrfmiddlewaretoken", ""]) | TEXTS
PARAMETERS = st.fixed_dictionaries(
    {"properties": st.dictionaries(NAMES, SCHEMAS, max_size=3)},
    optional={"required": st.lists(NAMES, max_size=3) | JSON},
) | st.dictionaries(TEXTS, JSON, max_size=3)
VARIABLES = st.none() | st.dictionaries(
    st.sampled_from("ab"), st.none() | st.integers() | st.lists(st.integers()), max_size=2
)


def rendered(form):
    """Return the bytes of the page, with the form by Django's template and field by field."""
    for field in form:
        assert f'name="{form.add_prefix(field.name)}"' in str(field) or set(field.name) & set("\"'&<>")
    return f"{form}{form.media}".encode()


def check_form(parameters, predicted, sent, variables):
    """Create, render, validate and render a form."""
    function = Function.from_dict({"name": "acme-do", "parameters": parameters, "arguments": predicted})
    rendered(FunctionForm(function=function, variables=variables))
    form = FunctionForm(sent, function=function, variables=variables)
    if form.is_valid():
        arguments = form.arguments()
        json.dumps(arguments, allow_nan=False)
        assert tags.substitute(arguments, {}) == arguments
        form.preview()
    form.add_server_errors(FunctionCallError("m", error_details=predicted))
    rendered(form)


@st.composite
def cases(draw):
    """Return a function's parameters and predicted arguments, and data for its fields."""
    parameters = draw(PARAMETERS)
    properties = parameters.get("properties")
    names = [str(name) for name in properties] if isinstance(properties, dict) else ["x"]
    predicted = draw(st.dictionaries(st.sampled_from(names or ["x"]), JSON, max_size=2))
    sent = {name: draw(st.lists(TEXTS, max_size=2)) for name in names}
    return parameters, predicted, post_data(**sent), draw(VARIABLES)


@settings(max_examples=60)
@given(cases())
def test_any_schema_and_any_data_give_a_form(case):
    """Each schema and each form data give a page, and valid data can be sent."""
    check_form(*case)


@settings(max_examples=30)
@given(st.dictionaries(NAMES, SCHEMAS, max_size=2), st.dictionaries(NAMES, JSON, max_size=2), JSON)
def test_data_of_any_type_give_a_form(properties, sent, predicted):
    """Data may be a dict with values of any type, and predicted arguments need not fit the schema."""
    check_form({"properties": properties}, {"x": predicted}, {f"arguments-{name}": sent[name] for name in sent}, None)


@pytest.mark.parametrize("way", ["anyOf", "oneOf", "allOf"])
def test_a_schema_that_refers_to_itself_takes_no_time(way):
    """References that lead back to their own schema many times give a form at once."""
    root = {"properties": {"x": {"$ref": "#/$defs/a"}}, "$defs": {"a": {way: [{"$ref": "#/$defs/a"}] * 20}}}
    check_form(root, {}, post_data(x="5"), None)


def test_no_pattern_of_a_schema_is_run():
    """A pattern that takes forever is neither run here nor sent to the browser."""
    pattern = "^(a+)+$"
    schema = {"type": "string", "pattern": pattern, "meta": {"ui": {"regex": pattern}}}
    function = Function.from_dict({"name": "acme-do", "parameters": {"properties": {"x": schema}}})
    form = FunctionForm(post_data(x="a" * 100 + "!"), function=function)
    assert form.arguments() == {"x": "a" * 100 + "!"}
    assert "a+" not in str(form)
