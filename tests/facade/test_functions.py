"""Functions: bound to a user, called, validated, and the results of calls."""

import builtins
import datetime
import json
import re
import subprocess
import sys
from collections import OrderedDict

import attrs
import pytest

from integry import (
    AppNotConnected,
    BadRequest,
    ConfigurationError,
    Function,
    FunctionCallError,
    FunctionResult,
    InvalidArguments,
    InvalidRequest,
    NetworkCodeError,
    NotFound,
    ResponseDecodeError,
)
from tests.spec_document import ROOT

from .conftest import API

SCHEMA = {
    "type": "object",
    "properties": {"channel": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["channel"],
}
FUNCTION = {"name": "f", "description": "d", "parameters": SCHEMA, "arguments": {"channel": "{c}"}, "new": 1}
CALL = f"{API}/functions/f/call/"


@pytest.fixture
def function(answers, integry):
    """Return a function that was predicted for user 7."""
    answers.post(f"{API}/functions/f/get/", json=FUNCTION)
    return integry.functions.get("f", 7, prompt="p", variables={"c": "x"}, include=["meta"])


def test_get_sends_prompt_and_variables(answers, function):
    """functions.get sends its arguments, and returns the function with all its fields."""
    assert answers.calls[0].request.url == f"{API}/functions/f/get/?include=meta"
    assert json.loads(answers.calls[0].request.body) == {"prompt": "p", "_variables": {"c": "x"}}
    assert (function.name, function.description, function.parameters) == ("f", "d", SCHEMA)
    assert (function.arguments, function.meta, function.additional_properties) == ({"channel": "{c}"}, None, {"new": 1})
    assert function.required == ["channel"]
    assert function.tags() == {"c"}
    assert "Signer" not in repr(function)


def test_a_bound_function_is_called_for_its_user(answers, function):
    """A Function is called for the user for whom it was fetched, by default with its predicted arguments."""
    answers.post(CALL, json={"network_code": "200"})
    function({"channel": "x"}, connected_account_id=5)
    function(variables={"c": "y"}, timeout=3)
    first, second = answers.calls[1].request, answers.calls[2].request
    assert first.headers["User-ID"] == second.headers["User-ID"] == "7"
    assert (first.url, json.loads(first.body)) == (f"{CALL}?connected_account_id=5", {"channel": "x"})
    assert json.loads(second.body) == {"channel": "{c}", "_variables": {"c": "y"}}
    assert answers.calls[2].request.req_kwargs["timeout"] == (3, 3)


def test_listed_and_predicted_functions_are_bound(answers, integry):
    """Functions from a list or a prediction are bound to the user of that request."""
    answers.post(f"{API}/functions/list/", json={"functions": [FUNCTION]})
    answers.post(f"{API}/functions/predict/", json={"functions": [FUNCTION]})
    answers.post(CALL, json={"network_code": "200"})
    integry.functions.list(8).functions[0]({})
    (predicted,) = integry.functions.predict("p", 9, predict_arguments=True, variables={"c": 1}, connected_only=True)
    predicted({})
    assert [answers.calls[n].request.headers["User-ID"] for n in (1, 3)] == ["8", "9"]
    request = answers.calls[2].request
    assert request.url == f"{API}/functions/predict/?predict_arguments=true&connected_only=true"
    assert json.loads(request.body) == {"prompt": "p", "_variables": {"c": 1}}


def test_a_prediction_may_be_empty(answers, integry):
    """functions.predict returns an empty list if no function matches."""
    answers.post(f"{API}/functions/predict/", json={"functions": []})
    assert integry.functions.predict("p") == []


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        ({}, {"channel": "is required"}),
        ({"channel": None}, {"channel": "is required"}),
        ({"channel": ""}, {"channel": "is required"}),
        ({"channel": "x", "count": "many"}, {"count": "'many' is not of type 'integer'"}),
        ({"channel": 5}, {"channel": "5 is not of type 'string'"}),
    ],
)
def test_validate_names_all_invalid_arguments(function, arguments, errors):
    """The error of validate() names each invalid argument with the reason."""
    with pytest.raises(InvalidRequest, match="f cannot be called with these arguments: ") as caught:
        function.validate(arguments)
    assert caught.value.arguments == errors


NESTED = {
    "type": "object",
    "properties": {
        "to": {"type": "object", "properties": {"mail": {"type": "string"}}, "required": ["mail"]},
        "id": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "n": {"type": "integer", "minimum": 5, "multipleOf": 2},
    },
    "additionalProperties": False,
    "required": ["to"],
}


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        ({"to": {}}, {"to": "'mail' is a required property"}),
        ({"to": {"mail": "{m}"}, "id": "x"}, {"id": "'x' is not valid under any of the given schemas"}),
        ({"to": {"mail": "{m}"}, "z": 1}, {"arguments": "unexpected"}),
        ({"to": {"mail": "m"}, "n": 3}, {"n": "3 is less than the minimum of 5; 3 is not a multiple of 2"}),
        ({}, {"to": "is required"}),
        ({"to": {"mail": "{m}"}, "id": "{i}"}, None),
    ],
)
def test_validate_checks_nested_arguments(answers, integry, arguments, errors):
    """validate() accepts a tag for any type, and checks the object around the tag."""
    answers.post(f"{API}/functions/f/get/", json={"name": "f", "parameters": NESTED})
    function = integry.functions.get("f")
    if errors is None:
        function.validate(arguments)
        return
    with pytest.raises(InvalidRequest) as caught:
        function.validate(arguments)
    assert caught.value.arguments.keys() == errors.keys()
    for name, reason in errors.items():
        assert reason in caught.value.arguments[name]


@pytest.mark.parametrize("arguments", [{"channel": "x"}, {"channel": "{c}", "count": "{n}"}, {"channel": "x", "z": 1}])
def test_validate_accepts_tags_and_extra_arguments(function, arguments):
    """validate() accepts matching values, tags instead of any value, and undocumented arguments."""
    function.validate(arguments)


def test_validate_without_jsonschema_checks_required_arguments(function, monkeypatch):
    """Without jsonschema, validate() checks only the required arguments."""
    monkeypatch.setitem(__import__("sys").modules, "jsonschema", None)
    function.validate({"channel": 5})
    with pytest.raises(InvalidRequest, match="channel is required"):
        function.validate({})


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "http://127.0.0.1:9/x"},
        {"properties": 5},
        {"properties": {"a": {"type": "string", "pattern": "^\\p{L}+$"}}},
        {"properties": {"a": {"minLength": "long"}}, "required": "a"},
    ],
)
def test_an_unusable_schema_is_logged(answers, integry, caplog, schema):
    """validate() logs that a schema cannot be used, accepts the arguments and fetches nothing."""
    answers.post(f"{API}/functions/f/get/", json={"name": "f", "parameters": schema})
    function = integry.functions.get("f")
    function.validate({"a": "x"})
    assert "The schema cannot be used to validate all arguments" in caplog.text
    assert function.required == []


def test_a_function_without_a_schema_accepts_anything(answers, integry):
    """A function whose schema is null has no required arguments, and any arguments are valid."""
    answers.post(f"{API}/functions/f/get/", json={"name": "f", "parameters": None})
    function = integry.functions.get("f")
    assert (function.parameters, function.required) == ({}, [])
    function.validate({"a": 1})


def test_a_result_has_status_output_and_headers(answers, integry):
    """A result has the app's status as an int, the output, the cursor, and the values of headers."""
    body = {"network_code": "201", "output": {"a": [1]}, "_cursor": None, "new": 1}
    answers.post(CALL, json=body, headers={"X-Credits": "3", "X-Session-ID": "s"})
    result = integry.functions.call("f", {"a": 1})
    assert (result.ok, result.network_code, result.output, result.cursor) == (True, 201, {"a": [1]}, None)
    assert (result.credits, result.session_id, result.additional_properties) == (3, "s", {"new": 1})
    assert result.raise_for_network_code() is result


def test_missing_and_invalid_headers_are_none(answers, integry):
    """A result has None for a missing output, and for missing or invalid headers."""
    answers.post(CALL, json={"network_code": 200}, headers={"X-Credits": "many"})
    result = integry.functions.call("f")
    assert (result.network_code, result.output, result.credits, result.session_id) == (200, None, None, None)


def test_a_refusal_by_the_app_raises_on_request(answers, integry):
    """A call that the app refused returns a result, and raise_for_network_code() of the result raises."""
    answers.post(CALL, json={"network_code": "400", "output": {"error": "owner_id: not found"}})
    result = integry.functions.call("f")
    assert not result.ok
    with pytest.raises(NetworkCodeError, match="error: 400 .*owner_id: not found.* See .result.output") as caught:
        result.raise_for_network_code()
    assert caught.value.result is result


@pytest.mark.parametrize("code", ['"OK"', "Infinity", "null", "[1]"])
def test_an_unusual_network_code_keeps_the_output(answers, integry, code):
    """A network code that is not a number becomes 0, and the output is kept."""
    answers.post(CALL, body=f'{{"network_code": {code}, "output": {{"id": 7}}}}')
    result = integry.functions.call("f")
    assert (result.network_code, result.ok, result.output) == (0, False, {"id": 7})
    assert str(result.additional_properties["network_code"]) == str(json.loads(code))
    with pytest.raises(NetworkCodeError, match="'id': 7"):
        result.raise_for_network_code()


SUMMARY = "Could not call the function due to invalid input. Please see `error_details` for further information."
NOT_CONNECTED = (
    "User has not connected their Pipedrive account. To connect an account, please call following SDK method: "
    "`connect('pipedrive')`"
)


def test_an_unconnected_app_raises_app_not_connected(answers, integry):
    """AppNotConnected names the app and the method to connect it."""
    answers.post(CALL, json={"error": SUMMARY, "error_details": [NOT_CONNECTED]}, status=400)
    with pytest.raises(AppNotConnected, match=r"has not connected their Pipedrive.*apps\.connect_url") as caught:
        integry.functions.call("f")
    error = caught.value
    assert (error.app, error.connect_url, error.status, error.error) == ("pipedrive", None, 400, SUMMARY)
    assert error.error_details == [NOT_CONNECTED]
    assert "apps.connect_url('pipedrive')" in str(error)


@pytest.mark.parametrize(
    ("details", "app"),
    [
        (["User has not connected their Google Sheets account."], "google-sheets"),
        (["User has not connected an account."], ""),
        ("The app is not connected.", ""),
    ],
)
def test_other_messages_name_the_unconnected_app(answers, integry, details, app):
    """The name of the unconnected app is derived from the app's title, if the message has only the title."""
    answers.post(CALL, json={"error": SUMMARY, "error_details": details}, status=400)
    with pytest.raises(AppNotConnected) as caught:
        integry.functions.call("f")
    assert caught.value.app == app


def test_app_not_connected_has_a_known_connect_url(answers, integry):
    """AppNotConnected has the connect URL if an earlier response for the same user contained it."""
    known = {"id": 1, "name": "pipedrive", "connected_accounts": [], "login_url": "https://app.integry.io/login/1"}
    answers.post(f"{API}/apps/pipedrive/get/", json=known)
    answers.post(CALL, json={"error": SUMMARY, "error_details": [NOT_CONNECTED]}, status=400)
    integry.apps.get("pipedrive")
    with pytest.raises(AppNotConnected) as caught:
        integry.functions.call("f")
    assert caught.value.connect_url == "https://app.integry.io/login/1"
    with pytest.raises(AppNotConnected) as caught:
        integry.functions.call("f", user_id="another")
    assert caught.value.connect_url is None
    meta = {"app": {"name": "pipedrive", "login_url": "https://app.integry.io/login/2"}}
    answers.post(f"{API}/functions/f/get/", json={**FUNCTION, "meta": meta})
    with pytest.raises(AppNotConnected) as caught:
        integry.functions.get("f", "another", include="meta")({})
    assert caught.value.connect_url == "https://app.integry.io/login/2"


def test_the_cache_of_connect_urls_is_bounded(answers, integry):
    """The client remembers at most 1024 connect URLs."""
    known = {"id": 1, "name": "slack", "connected_accounts": [], "login_url": "https://app.integry.io/login/1"}
    answers.post(f"{API}/apps/list/", json={"apps": [{**known, "name": f"a{number}"} for number in range(1024)]})
    answers.post(f"{API}/apps/slack/get/", json=known)
    integry.apps.list()
    assert len(integry._login_urls) == 1024
    integry.apps.get("slack")
    assert len(integry._login_urls) == 1


def test_missing_arguments_are_named(answers, integry):
    """InvalidArguments has the server's reasons by argument."""
    details = {"channel": "This parameter is required and must not be null or empty"}
    answers.post(CALL, json={"error": SUMMARY, "error_details": details}, status=400)
    with pytest.raises(InvalidArguments, match="channel.*is required") as caught:
        integry.functions.call("f")
    assert caught.value.arguments == details


def test_other_refusals_are_function_call_errors(answers, integry):
    """A 400 response with any other reason raises FunctionCallError."""
    answers.post(CALL, json={"error": "x", "error_details": ["y"]}, status=400)
    with pytest.raises(FunctionCallError, match="y") as caught:
        integry.functions.call("f")
    assert type(caught.value) is FunctionCallError


def test_a_refusal_that_is_not_an_object_is_a_bad_request(answers, integry):
    """A 400 response whose body is a list or a text is a BadRequest."""
    for body in ('["no"]', '"no"', "no"):
        answers.post(CALL, body=body, status=400)
        with pytest.raises(BadRequest, match="no"):
            integry.functions.call("f")
        answers.reset()


def test_an_unknown_function_is_named(answers, integry):
    """A 404 response names the function and advises to check its name."""
    answers.post(f"{API}/functions/f/get/", json={"detail": "Function not found"}, status=404)
    with pytest.raises(NotFound, match=r"^functions\.get\('f'\) for .*: 404 Function not found. Check the name or id"):
        integry.functions.get("f")


def test_passthrough_calls_the_apps_function(answers, integry):
    """passthrough() calls the passthrough function of the app, and braces in its URL are not tags."""
    url = f"{API}/functions/slack-passthrough-request/call/"
    answers.post(url, json={"network_code": "200", "output": {"ok": True}})
    strict = integry.with_options(strict_tags=True)
    assert strict.functions.passthrough("slack", "GET", "https://slack.com/api/{x}").output == {"ok": True}
    integry.functions.passthrough("slack", "POST", "https://x", 7, body={"a": 1}, connected_account_id=3)
    first, second = (call.request for call in answers.calls)
    assert json.loads(first.body) == {"method": "GET", "url": "https://slack.com/api/{x}"}
    assert json.loads(second.body) == {"method": "POST", "url": "https://x", "body": {"a": 1}}
    assert second.url == f"{url}?connected_account_id=3"


def test_argument_names_do_not_collide(answers, integry):
    """Arguments of a function may have the names of parameters of call(). The cursor is sent separately."""
    answers.post(CALL, json={"network_code": "200"})
    arguments = {"name": 1, "body": 2, "user_id": 3, "variables": 4, "cursor": 5, "self": 6}
    integry.functions.call("f", arguments, cursor=0)
    assert json.loads(answers.calls[0].request.body) == {**arguments, "_cursor": 0}


def test_function_names_cannot_change_the_path(answers, integry):
    """A function name that would lead to another path is refused before sending."""
    for name in ("..", "", "%2e%2e"):
        with pytest.raises(InvalidRequest, match="name must not be empty"):
            integry.functions.call(name)
    assert len(answers.calls) == 0


def test_arguments_that_are_not_json_are_refused(answers, integry):
    """Values that JSON cannot express are refused before sending."""
    for value in (float("nan"), builtins.object(), {1, 2}):
        with pytest.raises(InvalidRequest, match="cannot be written as JSON"):
            integry.functions.call("f", {"a": value})
    assert len(answers.calls) == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Function has no 'name', which is required"),
        ([], r"expected an object \(Function\), got list"),
        ("x", r"expected an object \(Function\), got str"),
        (None, r"expected an object \(Function\), got NoneType"),
    ],
)
def test_invalid_functions_are_decode_errors(answers, integry, body, message):
    """A body that is not a function raises ResponseDecodeError, alone and in a list."""
    answers.post(f"{API}/functions/f/get/", json=body)
    answers.post(f"{API}/functions/list/", json={"functions": [body], "_cursor": None})
    if body is None:
        assert integry.functions.list().items == [], "null in a list is left out"
    for call in (lambda: integry.functions.get("f"), *([integry.functions.list] if body is not None else [])):
        with pytest.raises(ResponseDecodeError, match=message):
            call()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "FunctionPageBody has no 'functions', which is required"),
        ([1], r"expected an object \(FunctionPageBody\), got list"),
        ({"functions": {}}, "expected an array, got dict"),
        ({"functions": ""}, "expected an array, got str"),
    ],
)
def test_invalid_lists_of_functions_are_decode_errors(answers, integry, body, message):
    """A body that is not a list of functions raises ResponseDecodeError, and is not an empty page."""
    answers.post(f"{API}/functions/list/", json=body)
    with pytest.raises(ResponseDecodeError, match=message):
        integry.functions.list()


def test_invalid_results_are_decode_errors(answers, integry):
    """A body that is not the result of a call raises ResponseDecodeError."""
    for body, message in (({}, "FunctionResult has no 'network_code'"), ([], "expected an object")):
        answers.post(f"{API}/functions/f/call/", json=body)
        with pytest.raises(ResponseDecodeError, match=message):
            integry.functions.call("f")
        answers.reset()


MODELS_BEFORE_FACADE = """
from integry._generated.models import Function, FunctionPage
page = FunctionPage.from_dict({"functions": [{"name": "a", "parameters": {}}]})
import integry
integry.Integry("k", "s", user_id="1").functions
again = FunctionPage.from_dict({"functions": [{"name": "a", "parameters": {}}]})
assert type(page.functions[0]) is type(again.functions[0]) is Function
assert again.to_dict() == {"functions": [{"name": "a", "parameters": {}}]}
import responses
with responses.RequestsMock() as mock:
    mock.post("https://api.integry.io/functions/list/", json={"functions": [{"name": "a", "parameters": {}}]})
    (found,) = integry.Integry("k", "s", user_id="1").functions.list()
assert type(found) is integry.Function
"""


def test_generated_models_are_not_replaced():
    """The package's models do not replace the generated models, whichever are used first."""
    subprocess.run([sys.executable, "-c", MODELS_BEFORE_FACADE], check=True, cwd=ROOT)


def test_results_can_be_constructed():
    """A FunctionResult made by a test has the given attributes, and attrs.evolve() keeps them."""
    result = FunctionResult(network_code="200", output={"a": 1}, next_page="p", credits=3, session_id="s")
    assert (result.network_code, result.ok, result.credits, result.session_id) == (200, True, 3, "s")
    assert (result.cursor, result.cursor_name) == ("p", "next_page")
    evolved = attrs.evolve(result, output=1)
    assert (evolved.output, evolved.credits, evolved.cursor, evolved.cursor_name) == (1, 3, "p", "next_page")
    assert FunctionResult(network_code=200).output is None


@pytest.mark.parametrize(
    "body",
    [
        {"network_code": 200, "output": {"a": 1}, "_cursor": "c"},
        {"network_code": 200, "output": None, "next_page": {"p": 2}},
        {"network_code": "weird", "output": [], "new": 1},
    ],
)
def test_to_dict_of_a_result_is_the_body(integry, answers, body):
    """to_dict() returns the server's body, and from_dict() restores the result."""
    answers.post(f"{API}/functions/f/call/", json=body)
    result = integry.functions.call("f")
    assert result.to_dict() == body
    again = FunctionResult.from_dict(result.to_dict())
    assert (again.cursor, again.cursor_name, again.output) == (result.cursor, result.cursor_name, result.output)


@pytest.mark.parametrize("method", ["list", "predict", "call", "get"])
def test_null_bodies_are_decode_errors(integry, answers, method):
    """A null body raises a ResponseDecodeError that says what was expected."""
    answers.add_callback("POST", re.compile(".*"), lambda _: (200, {}, "null"))
    call = {"predict": lambda: integry.functions.predict("p"), "list": integry.functions.list}.get(
        method, lambda: getattr(integry.functions, method)("f")
    )
    with pytest.raises(ResponseDecodeError, match=r"expected an object \(Function\w*\), got NoneType"):
        call()


@pytest.mark.parametrize("arguments", [5, "text", [1]])
def test_validate_accepts_only_objects(function, arguments):
    """validate() refuses arguments that are not an object."""
    with pytest.raises(InvalidRequest, match="arguments must be|arguments: expected an object|JSON"):
        function.validate(arguments)


def test_validate_checks_values_as_sent(function):
    """A date is validated as the text that is sent, and a set is refused."""
    function.validate({"channel": datetime.date(2024, 1, 2)})
    with pytest.raises(InvalidRequest, match=r"Object of type set .* \(in argument 'channel'\)"):
        function.validate({"channel": {1}})


def test_an_unbound_function_cannot_be_called():
    """Calling a Function without a client raises an error that says how to get a bound one."""
    function = Function("f", OrderedDict(type="object"), arguments={"a": "{b}"})
    assert (function.tags(), function.required, function.description) == ({"b"}, [], "")
    with pytest.raises(ConfigurationError, match=r"f is not bound to a client: get it with functions\.get"):
        function({"a": 1})


def test_null_on_a_page_is_left_out(answers, integry):
    """Null instead of a list of apps or functions stands for an empty list, and null items are left out."""
    for kind, listed in (("apps", integry.apps.list), ("functions", integry.functions.list)):
        answers.post(f"{API}/{kind}/list/", json={kind: None})
        answers.post(f"{API}/{kind}/list/", json={kind: [None, {"name": "a"}, None]})
        assert listed().items == []
        assert [item.name for item in listed()] == ["a"]


@pytest.mark.parametrize("kind", ["apps", "functions"])
def test_names_of_null_are_decode_errors(answers, integry, kind):
    """An app or a function without a name raises ResponseDecodeError."""
    answers.post(f"{API}/{kind}/list/", json={kind: [{"name": None}]})
    with pytest.raises(ResponseDecodeError, match="the name must be a string, got null"):
        getattr(integry, kind).list()


def test_other_values_of_meta_are_kept(answers, integry):
    """A function whose `meta` is not an object is still returned."""
    answers.post(f"{API}/functions/f/get/", json={"name": "f", "meta": "x"})
    assert integry.functions.get("f").meta == "x"


def test_preview_needs_a_function(integry):
    """preview() refuses the name of a function, because its schema would have to be fetched."""
    with pytest.raises(InvalidRequest, match="function must be a Function, got str"):
        integry.functions.preview({"a": "{b}"}, {"b": 1}, "slack-post-message")
