"""Forms of all functions of the sandbox, and of a schema with everything that breaks forms."""

import re

import pytest
from django.utils import timezone

from integry.django.forms import FunctionForm
from integry.sandbox import Sandbox
from tests.django.forms.make import function_of, post_data
from tests.django.forms.nasty import PARAMETERS, PROPERTIES, ROBUST, SENT, VALUES

FILLED = {
    "method": "GET",
    "url": "https://example.com",
    "body": "{}",
    "properties": '{"email": "a@example.com"}',
    "objectType": "contacts",
    "channel": "general",
    "text": "a\r\nb",
    "name": "Ann",
    "blocks": "a\nb",
    "as_user": "false",
    "limit": "5",
    "visible_to": "3",
    "emails": '[{"value": "a@example.com", "primary": true}]',
}
APPS = ["4me", "accelo", "hubspot", "pipedrive", "slack"]


@pytest.fixture(scope="module")
def sandbox():
    """Return a sandbox in which a user has connected all apps."""
    sandbox = Sandbox(empty=True)
    for app in APPS:
        sandbox.connect(app)
    yield sandbox
    sandbox.close()


@pytest.fixture(autouse=True)
def utc():
    """Let local times have the zone UTC."""
    with timezone.override("UTC"):
        yield


@pytest.mark.parametrize("include", [None, "meta"])
def test_each_function_is_called_by_its_form(sandbox, include):
    """The form of each of the 13 functions has a field for each argument, and calls the function."""
    client = sandbox.client()
    functions = list(client.functions.list(include=include))
    assert len(functions) == 13
    for function in functions:
        form = FunctionForm(function=function)
        assert list(form.fields) == list(function.parameters["properties"])
        filled = {name: text for name, text in FILLED.items() if name in form.fields}
        result = FunctionForm(post_data(**filled), function=function).call()
        # The sandbox answers requests of other functions than its own with 404.
        assert result.ok or "passthrough" in function.name
        assert set(sandbox.calls[-1].arguments) == set(filled)


def test_the_nasty_schema_sends_every_value():
    """Each of the 40 properties has a field, and sends the value of its text."""
    assert len(PROPERTIES) == 40
    form = FunctionForm(post_data(**SENT), function=function_of(PARAMETERS))
    assert form.is_valid(), form.errors
    assert {name: repr(value) for name, value in form.arguments().items()} == {
        name: repr(value) for name, value in VALUES.items()
    }


def test_a_server_accepts_the_nasty_values(sandbox):
    """The values are valid for the schema, as the server checks it."""
    # A reference to itself cannot be validated.
    properties = {name: schema for name, schema in PARAMETERS["properties"].items() if name != "circle"}
    parameters = {**PARAMETERS, "properties": properties, "required": [*properties]}
    sandbox.add_function("acme-do", lambda call: call.arguments, app="slack", parameters=parameters)
    form = FunctionForm(post_data(**SENT), function=sandbox.client().functions.get("acme-do", include="meta"))
    result = form.call()
    assert form.errors == {}
    assert result.output == {name: value for name, value in VALUES.items() if name != "circle"}


@pytest.mark.parametrize("sent", [None, SENT, dict.fromkeys(SENT, ROBUST), dict.fromkeys(SENT, "")])
def test_the_nasty_page_is_escaped(sent):
    """No text of the server or of a user is HTML in the page, in labels, help texts, options, errors or values."""
    function = function_of(PARAMETERS, {"plain": ROBUST, "enum text": ROBUST, "types": ROBUST})
    form = FunctionForm(None if sent is None else post_data(**sent), function=function)
    page = f"{form}{form.as_p()}{form.as_ul()}{form.as_table()}"
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    names = set(re.findall(r' name="([^"]*)"', page))
    assert len(names) == 40
    assert all(name.startswith("arguments-") for name in names)


def test_tampered_fields_are_errors():
    """A text that fits no field is an error at each field that cannot take it, and every text is shown again."""
    form = FunctionForm(post_data(**{name: ["]", "\0"] for name in SENT}), function=function_of(PARAMETERS))
    assert set(form.errors) == set(PROPERTIES)
    assert str(form).count("errorlist") == 40
