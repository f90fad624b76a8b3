"""Errors of the server stand at the fields that they name."""

import pytest

from integry import AppNotConnected, BadRequest, InvalidArguments, ServerError
from integry.django.forms import FunctionForm
from integry.errors import FunctionCallError
from integry.sandbox import Sandbox
from tests.django.forms.make import function_of, post_data

NAMES = ["channel", "emails", "a.b", "a"]
FUNCTION = function_of({"properties": {name: {"type": "string"} for name in NAMES}})

PATHS = [
    ({"channel": "is wrong"}, {"channel": ["is wrong"]}),
    ({"channel": ["one", "two"]}, {"channel": ["one", "two"]}),
    ({"emails.0.value": "5 is not a string"}, {"emails": ["0.value: 5 is not a string"]}),
    ({"emails[0].value": "is wrong"}, {"emails": ["[0].value: is wrong"]}),
    ({"emails": [{"value": ["is wrong"]}, {}]}, {"emails": ["0.value: is wrong"]}),
    ({"a.b": "is wrong", "a.c": "too"}, {"a.b": ["is wrong"], "a": ["c: too"]}),
    ({"a.b.c": "is wrong"}, {"a.b": ["c: is wrong"]}),
    ({"arguments": "one of a, b"}, {"__all__": ["arguments: one of a, b"]}),
    ({"_cursor": "is wrong"}, {"__all__": ["_cursor: is wrong"]}),
    ({"channel.": None, "": 5}, {"channel": [""], "__all__": ["5"]}),
    (["one", {"channel": "two"}], {"__all__": ["one"], "channel": ["two"]}),
    ("words", {"__all__": ["words"]}),
]


@pytest.mark.parametrize(("details", "errors"), PATHS, ids=str)
def test_each_path_belongs_to_its_field(details, errors):
    """The error of a path stands at its longest beginning that is a field, or else at the form."""
    form = FunctionForm(post_data(channel="c"), function=FUNCTION)
    form.add_server_errors(FunctionCallError("m", error_details=details))
    assert form.errors == errors
    assert not form.is_valid()


def test_errors_of_other_kinds():
    """The message of an error without details, and the tags of strict_tags, are shown too. Errors can come early."""
    form = FunctionForm(function=FUNCTION)
    form.add_server_errors(ServerError("status 500 %(x)s"))
    form.add_server_errors(InvalidArguments("m", arguments={"channel": "<script>\ud800"}))
    assert form.errors == {"__all__": ["status 500 %(x)s"], "channel": ["<script>?"]}
    assert "&lt;script&gt;" in str(form)
    assert "<script>" not in str(form)


def test_an_answer_with_many_errors_is_cut():
    """A hostile answer cannot make a page of any size."""
    deep = "end"
    for _ in range(50):
        deep = [{"x": deep}]
    form = FunctionForm(post_data(), function=FUNCTION)
    form.add_server_errors(FunctionCallError("m", error_details={"channel": ["w" * 10**6] * 1000, "emails": deep}))
    assert len(form.errors["channel"]) == 100
    assert max(map(len, form.errors["channel"])) == 1000


@pytest.fixture
def called():
    """Return a function that sends a form to a sandbox."""
    with_errors = {"properties": {"x": {}, "emails": {"type": "array"}}, "required": ["x"]}
    sandbox = Sandbox()
    sandbox.connect("slack")
    sandbox.add_function("acme-do", lambda invocation: invocation.arguments, app="slack", parameters=with_errors)

    def call(data, client=None, **options):
        client = client or sandbox.client()
        form = FunctionForm(post_data(**data), function=client.functions.get("acme-do"), **options)
        return form, form.call

    call.sandbox = sandbox
    yield call
    sandbox.close()


def test_a_call_returns_the_result(called):
    """A valid form calls the function once, with the variables and the options of the caller."""
    form, call = called({"x": "{name}"}, variables={"name": "Ann"})
    assert call(connected_account_id=called.sandbox.client().apps.get("slack").connected_accounts[0].id).output == {
        "x": "Ann"
    }
    assert form.is_valid()
    assert [each.arguments for each in called.sandbox.calls] == [{"x": "Ann"}]


def test_a_refused_argument_is_an_error_at_its_field(called):
    """The call returns None if the server refuses an argument, and the form shows the words of the server."""
    form, call = called({"x": '""'})
    assert call() is None
    assert form.errors == {"x": ["This parameter is required and must not be null or empty"]}
    assert called.sandbox.calls == []


def test_a_missing_variable_is_an_error_at_its_field(called):
    """With strict_tags, a tag without a variable is refused before anything is sent, at the field with the tag."""
    form, call = called({"x": '{"a": ["{other}"]}'}, called.sandbox.client(strict_tags=True))
    assert call() is None
    assert form.errors == {"x": ["a[0]: There is no variable for the tag {other}."]}


def test_an_ambiguous_account_is_an_error_of_the_form(called):
    """An error of the call that names no argument is shown at the form."""
    called.sandbox.connect("slack")
    form, call = called({"x": "1"})
    assert call() is None
    assert "specify `connected_account_id`" in form.errors["__all__"][0]


def test_other_errors_are_raised(called):
    """Errors that are not about the arguments are left to the middleware. So are mistakes of the code."""
    _, call = called({"x": "1"})
    with pytest.raises(ValueError, match="connected_account_id"):
        call(connected_account_id=object())
    called.sandbox.fail(500, path="/call/")
    with pytest.raises(ServerError):
        call()
    called.sandbox.reset()
    with pytest.raises(AppNotConnected):
        call()


def test_a_refusal_of_any_shape_is_shown(called):
    """A status 400 without the documented shape is an error of the form."""
    form, call = called({"x": "1"})
    called.sandbox.fail(400, {"detail": "no"}, path="/call/")
    assert call() is None
    assert isinstance(form.errors["__all__"][0], str)
    assert issubclass(FunctionCallError, BadRequest)
