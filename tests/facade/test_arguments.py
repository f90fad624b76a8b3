"""Arguments in undocumented forms: JSON text, dataclasses, models, URL objects."""

import dataclasses
import enum
import json
import pathlib
import types
import urllib.parse
from collections import UserDict
from decimal import Decimal

import attrs
import pytest

from integry import (
    APITimeoutError,
    App,
    ChannelSetting,
    ConfigurationError,
    ConnectedAccount,
    Function,
    Integration,
    Integry,
    InvalidRequest,
    Organisation,
    UnusableResult,
    tags,
)
from tests.facade.conftest import API, INTEGRATIONS, KEY, ORG, SECRET, TOKEN

APP = {"id": 410, "name": "slack", "login_url": "https://x.example/", "connected_accounts": []}
MODELS = {
    "app": App.from_dict(APP),
    "account": ConnectedAccount.from_dict({"id": 247, "display_name": "a", "modified_at": "2024-11-10T23:28:58Z"}),
    "function": Function("slack-post-message", {}),
    "integration": Integration.from_dict({"id": "i"}),
    "setting": ChannelSetting.from_dict({"id": "s"}),
}
RESULT = {"network_code": 200, "output": [1]}


def as_params(values):
    """Return a pytest parameter for each value of each name, with ids that do not contain the values."""
    return [
        pytest.param(name, value, id=f"{name} {number}") for name in values for number, value in enumerate(values[name])
    ]


class Name(str, enum.Enum):
    """App names as an enum."""

    SLACK = "slack"


@dataclasses.dataclass
class Message:
    """Arguments as a dataclass."""

    channel: str = "x"


@attrs.define
class Note:
    """Arguments as an attrs class."""

    channel: str = "x"


ARGUMENTS = {
    "dict": {"channel": "x"},
    "JSON text": '{"channel": "x"}',
    "JSON text with spaces": ' \n{"channel": "x"} ',
    "JSON bytes": b'{"channel": "x"}',
    "JSON bytearray": bytearray(b'{"channel": "x"}'),
    "mapping": types.MappingProxyType({"channel": "x"}),
    "dataclass": Message(),
    "attrs": Note(),
}
NOT_OBJECTS = {
    "array": "[1]",
    "number": "5",
    "null": "null",
    "text": '"x"',
    "no JSON": "{'channel': 'x'}",
    "empty text": "",
    "cut": '{"channel": "x"',
    "deep": '{"a":' * 100_000,
    "many digits": '{"a": ' + "9" * 5000 + "}",
    "no UTF-8": b"\xff{}",
    "list": [1],
    "pairs": [("channel", "x")],
    "int": 5,
    "False": False,
    "set": {"channel"},
    "function": MODELS["function"],
    "class": Message,
    "object": object(),
}


@pytest.mark.parametrize("given", ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_may_be_json_or_dataclasses(given, answers, integry):
    """Dicts, dataclasses and other JSON values are sent as a JSON object, by every method with arguments."""
    answers.post(f"{API}/functions/slack-post-message/call/", json=RESULT)
    bound = Function("slack-post-message", {"required": ["channel"], "properties": {"channel": {"type": "string"}}})
    bound._call, bound._user_id = integry.functions.call, "1"
    bound.validate(given)
    integry.functions.call("slack-post-message", given)
    assert [page.output for page in integry.functions.call_pages("slack-post-message", given)] == [[1]]
    assert list(integry.functions.call_items("slack-post-message", given)) == [1]
    bound(given)
    assert [json.loads(call.request.body) for call in answers.calls] == [{"channel": "x"}] * 4
    assert integry.functions.preview(given, {}) == {"channel": "x"}


@pytest.mark.parametrize("given", NOT_OBJECTS.values(), ids=NOT_OBJECTS)
def test_arguments_that_are_not_objects_are_refused(given, answers, integry):
    """Arguments that are not an object are refused before sending, with a message that does not show them."""
    bound = Function("f", {})
    bound._call, bound._user_id = integry.functions.call, "1"
    calls = [
        lambda: integry.functions.call("f", given),
        lambda: next(integry.functions.call_pages("f", given)),
        lambda: next(integry.functions.call_items("f", given)),
        lambda: integry.functions.preview(given, {}),
        lambda: bound(given),
        lambda: bound.validate(given),
    ]
    for call in calls:
        with pytest.raises(InvalidRequest, match="^arguments must be a dict, or a JSON string") as caught:
            call()
        assert "channel" not in str(caught.value)
    with pytest.raises(InvalidRequest, match="^variables must be"):
        integry.functions.call("f", {}, variables=given)
    with pytest.raises(InvalidRequest, match="^variables must be"):
        integry.functions.get("f", variables=given)
    with pytest.raises(InvalidRequest, match="^setting_entry must be"):
        Organisation(ORG, TOKEN).custom_integrations.settings("i").update(given)
    assert len(answers.calls) == 0


def test_arguments_are_not_modified(answers, integry):
    """A call does not change the caller's arguments and variables."""
    answers.post(f"{API}/functions/f/call/", json={**RESULT, "_cursor": None})
    given, variables = {"a": [1]}, {"b": 1}
    integry.functions.call("f", given, variables=variables, cursor="c")
    assert (given, variables) == ({"a": [1]}, {"b": 1})


def test_models_are_accepted_as_names_and_ids(answers, integry):
    """A model is accepted as argument wherever its name or id is accepted."""
    function, app, account = MODELS["function"], MODELS["app"], MODELS["account"]
    answers.post(f"{API}/functions/slack-post-message/call/", json=RESULT)
    answers.post(f"{API}/functions/slack-passthrough-request/call/", json=RESULT)
    answers.post(f"{API}/functions/slack-post-message/get/", json={"name": "f", "parameters": {}, "description": ""})
    answers.post(f"{API}/functions/list/", json={"functions": []})
    answers.post(f"{API}/apps/slack/get/", json={**APP, "connected_accounts": [{"id": 1, "display_name": "a"}]})
    answers.delete("https://app.integry.io/connected-accounts/247", status=204)
    assert integry.functions.call(function).output == [1]
    assert len(list(integry.functions.call_pages(function, {}))) == 1
    assert list(integry.functions.call_items(function, {})) == [1]
    assert integry.functions.get(function).name == "f"
    assert integry.functions.passthrough(app, "GET", "https://x.example/").output == [1]
    integry.functions.list(app=app)
    assert answers.calls[-1].request.url.endswith("?app=slack")
    assert integry.apps.get(app).id == 410
    assert integry.apps.is_connected(app)
    assert integry.apps.connect_url(app) == "https://x.example/"
    assert len(integry.apps.connected_accounts(app)) == 1
    assert integry.apps.wait_until_connected(app, timeout=1, known=[account]).id == 1
    integry.apps.disconnect(app, connected_account_id=account)
    assert integry.apps.get(Name.SLACK).id == 410


def test_integrations_and_settings_are_accepted_as_ids(answers, organisation):
    """The organisation's methods accept the models that other methods return."""
    integration, setting = MODELS["integration"], MODELS["setting"]
    answers.patch(f"{INTEGRATIONS}/i", json={})
    answers.delete(f"{INTEGRATIONS}/i", json={})
    answers.get(f"{INTEGRATIONS}/i/settings", json={"data": []})
    answers.patch(f"{INTEGRATIONS}/i/channels/c/settings/s", json={})
    answers.delete(f"{INTEGRATIONS}/i/channels/c/settings/s", json={})
    answers.put(f"{INTEGRATIONS}/custom/i", json={})
    answers.get(f"{INTEGRATIONS}/custom/i/settings", json={"data": []})
    organisation.integrations.update(integration, name="n")
    organisation.integrations.delete(integration)
    organisation.integrations.settings(integration).list()
    settings = organisation.integrations.channel(integration, "c").settings
    settings.update(setting, label="l")
    settings.delete(setting)
    organisation.custom_integrations.update(integration, "https://x.example/")
    organisation.custom_integrations.settings(integration).get()
    assert len(answers.calls) == 7


WRONG = {
    "an app as a function": lambda integry, _: integry.functions.call(MODELS["app"]),
    "an account as a function": lambda integry, _: integry.functions.get(MODELS["account"]),
    "a function as an app": lambda integry, _: integry.apps.get(MODELS["function"]),
    "a function as the app of a list": lambda integry, _: integry.functions.list(app=MODELS["function"]),
    "a function of a passthrough": lambda integry, _: integry.functions.passthrough(MODELS["function"], "GET", "u"),
    "an app as an account": lambda integry, _: integry.functions.call("f", connected_account_id=MODELS["app"]),
    "an empty account": lambda integry, _: integry.functions.call("f", connected_account_id=""),
    "an app to disconnect": lambda integry, _: integry.apps.disconnect("slack", connected_account_id=MODELS["app"]),
    "a wrong app to disconnect": lambda integry, _: integry.apps.disconnect(object(), connected_account_id=1),
    "an app as known": lambda integry, _: integry.apps.wait_until_connected("slack", known=[MODELS["app"]]),
    "an app as a user": lambda integry, _: integry.apps.list(MODELS["app"]),
    "a setting as an integration": lambda _, org: org.integrations.delete(MODELS["setting"]),
    "an integration as a setting": lambda _, org: org.integrations.channel("i", "c").settings.delete(
        MODELS["integration"]
    ),
    "a setting of another type": lambda _, org: org.integrations.channel("i", "c").settings.update(["s"]),
    "an integration as a channel": lambda _, org: org.integrations.channel("i", MODELS["integration"]),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_models_of_the_wrong_kind_are_refused(call, answers, integry, organisation):
    """A model of another kind than expected is refused before sending, because its id means something else."""
    with pytest.raises(InvalidRequest, match="must (be|not be empty)"):
        call(integry, organisation)
    assert len(answers.calls) == 0


INCLUDED = [
    ("meta", "meta"),
    (["meta"], "meta"),
    (("a", "b"), "a%2Cb"),
    ({"meta"}, "meta"),
    (iter(["a", "b"]), "a%2Cb"),
]


@pytest.mark.parametrize(("given", "sent"), INCLUDED)
def test_include_accepts_one_or_several_texts(given, sent, answers, integry):
    """include= accepts a text or an iterable of texts, which is also used for the next pages."""
    for body in ({"functions": [], "_cursor": "next"}, {"functions": []}):
        answers.post(f"{API}/functions/list/", json=body)
    assert list(integry.functions.list(include=given)) == []
    assert [call.request.url.partition("?")[2] for call in answers.calls] == [f"include={sent}"] * 2


@pytest.mark.parametrize("given", [[], (), "", None])
def test_include_may_be_empty(given, answers, integry):
    """An empty include= sends no parameter."""
    answers.post(f"{API}/functions/f/get/", json={"name": "f", "parameters": {}, "description": ""})
    integry.functions.get("f", include=given)
    assert "?" not in answers.calls[0].request.url


class Broken:
    """An iterable whose iterator fails."""

    def __iter__(self):
        message = "broken"
        raise TypeError(message)


REFUSED = {
    "include": [Broken(), 5, True, b"meta", {"meta": 1}, ["meta", 5], [None], object()],
    "prompt": [5, b"p", ["p"], object()],
    "search": [5, {"a"}, ["a"]],
    "type": [5, ["ACTION"]],
    "connected_only": ["true", 1, {"a"}],
    "predict_arguments": ["true", 1],
    "cursor_name": [None, 5, b"_cursor"],
    "page_size": ["5", True, 5.0],
    "items": [5, ["data"], b"data"],
    "strict_tags": ["yes", 1],
    "force": [None, "no", 1],
    "params": [[("a", 1)], "a=1", 5],
    "method": [None, 5, b"GET", "G ET", ""],
    "path": [None, 5, b"/x"],
    "url": [None, 5, pathlib.Path("/x")],
    "parse": [None, "json"],
}
TAKEN_BY = {
    **dict.fromkeys(["search", "type", "connected_only", "include"], lambda c, **given: c.functions.list(**given)),
    "prompt": lambda c, prompt: c.functions.predict(prompt),
    "predict_arguments": lambda c, **given: c.functions.predict("p", **given),
    "cursor_name": lambda c, **given: c.functions.call("f", **given),
    "strict_tags": lambda c, **given: c.functions.call("f", **given),
    "page_size": lambda c, **given: c.apps.list(**given),
    "items": lambda c, **given: next(c.functions.call_items("f", **given)),
    "force": lambda c, **given: c.apps.disconnect("slack", connected_account_id=1, **given),
    "params": lambda c, **given: c.request("GET", "/x", **given),
    "method": lambda c, method: c.request(method, "/x"),
    "path": lambda c, path: c.request("GET", path),
    "url": lambda c, url: c.functions.passthrough("slack", "GET", url),
    "parse": lambda c, parse: c.send(some_request(), parse),
}


def some_request():
    """Return a request of a generated operation."""
    from integry._generated.api.apps import get_app

    return get_app.build("slack")


@pytest.mark.parametrize(("name", "value"), as_params(REFUSED))
def test_values_of_the_wrong_type_are_refused(name, value, answers, integry):
    """A parameter with a value of the wrong type is refused before sending, and the error names the parameter."""
    with pytest.raises(InvalidRequest, match=rf"{name} must be|is not an HTTP method"):
        TAKEN_BY[name](integry, **{name: value})
    assert len(answers.calls) == 0


OPTIONS = {
    "timeout": [None, "5", 0, -1, float("nan"), float("inf"), 10**5000, True, (1,), (1, 2, 3), (1, "2"), [1, 2], {}],
    "deadline": ["5", 0, float("nan"), 10**5000, True, (1, 2), Decimal(1)],
    "max_retries": [None, "5", -1, 1.5, True],
    "max_response_bytes": ["5", 0, 1.5, True],
    "strict_tags": [None, "no", 0],
    "log_bodies": [None, "no"],
    "allow_insecure": [None, "no", 1],
    "allow_workspace_connected_accounts": [None, "no", 1],
    "integration_id": [True, 1.5, [1], b"1", MODELS["integration"]],
    "on_request": ["print", 5],
    "on_response": [[print]],
    "proxies": ["http://proxy:3128", {"https": 5}, {5: "http://proxy:3128"}, 5, ["http://proxy:3128"]],
    "verify": ["", 1, b"", ["/x"]],
    "cert": ["", 5, (), ("a", "b", "c"), ("a", 5), ["a", "b"]],
    "base_url": [5, b"https://x.example", pathlib.PurePosixPath("/x"), True, ["https://x.example"], object()],
}


@pytest.mark.parametrize(("name", "value"), as_params(OPTIONS))
def test_options_of_the_wrong_type_are_refused(name, value, integry):
    """Constructors, with_options and calls refuse options of the wrong type, and name the option."""
    with pytest.raises(ConfigurationError, match=f"{name} must be"):
        Integry(KEY, SECRET, **{name: value})
    for change in (integry.with_options, lambda **options: integry.apps.get("slack", **options)):
        with pytest.raises(ConfigurationError, match=f"{name} must be|Unknown options: {name}"):
            change(**{name: value})


def test_certificates_may_be_pathlib_paths(tmp_path):
    """verify= and cert= accept objects of pathlib."""
    (tmp_path / "ca.pem").touch()
    with Integry(KEY, SECRET, verify=tmp_path / "ca.pem", cert=(tmp_path / "a", tmp_path / "b")) as client:
        route = client._transport._routes["https://api.integry.io"].options
    assert (route["verify"], route["cert"]) == (str(tmp_path / "ca.pem"), (str(tmp_path / "a"), str(tmp_path / "b")))
    Integry(KEY, SECRET, verify=False, cert=str(tmp_path / "a"), proxies={}).close()


class URL:
    """A URL object of another library, with attributes and a text form."""

    scheme, host = "https", "gateway.example"

    def __str__(self):
        return "https://gateway.example/x"


class Text(str, enum.Enum):
    """URLs as an enum."""

    GATEWAY = "https://gateway.example/x"


URLS = [URL(), Text.GATEWAY, urllib.parse.urlsplit("https://gateway.example/x")]


@pytest.mark.parametrize(
    "url", [*URLS, urllib.parse.urlparse("https://gateway.example/x")], ids=lambda url: type(url).__name__
)
def test_base_url_accepts_url_objects(url, answers):
    """base_url= accepts the URL objects of other libraries."""
    answers.post("https://gateway.example/x/apps/slack/get/", json=APP)
    with Integry(KEY, SECRET, user_id=1, base_url=url) as client:
        assert client.settings.base_url == "https://gateway.example/x"
        assert client.apps.get("slack").id == 410
    assert Organisation(ORG, TOKEN, base_url=url).settings.base_url == "https://gateway.example/x"


def test_base_url_accepts_pydantic_urls():
    """base_url= accepts pydantic's HttpUrl, which is not a str in pydantic 2."""
    pydantic = pytest.importorskip("pydantic", reason="pydantic is not installed: openapi-python-client brings it")
    for url in (pydantic.HttpUrl("https://gateway.example/x"), pydantic.AnyUrl("https://gateway.example/x")):
        assert Integry(KEY, SECRET, base_url=url).settings.base_url == "https://gateway.example/x"


def test_items_functions_must_return_a_list(answers, integry):
    """An items= function that returns no list raises UnusableResult."""
    answers.post(f"{API}/functions/f/call/", json=RESULT)
    with pytest.raises(UnusableResult, match="items= must return a list of items, got int"):
        list(integry.functions.call_items("f", {}, items=len))


@pytest.mark.parametrize("variables", [None, 5, "a", ["a"]])
def test_variables_must_be_a_dict(variables):
    """tags.missing and tags.substitute refuse variables that are not a dict."""
    for call in (tags.missing, tags.substitute):
        with pytest.raises(InvalidRequest, match="variables must be a dict"):
            call("{a}", variables)


class Unwritable(UserDict):
    """A mapping whose items() fails."""

    def items(self):
        """Raise an exception, like a mapping whose database connection is lost."""
        message = "no items"
        raise LookupError(message)


def test_failing_methods_of_arguments_are_the_cause(answers, integry):
    """An exception from a method of an argument is the cause of InvalidRequest."""
    with pytest.raises(InvalidRequest, match="An argument cannot be serialized: LookupError") as caught:
        integry.request("GET", "/x", params={"a": Unwritable()})
    assert isinstance(caught.value.__cause__, LookupError)
    assert len(answers.calls) == 0


STOPPED = {
    "freezegun": lambda library: library.freeze_time("2024-01-01"),
    "time_machine": lambda library: library.travel("2024-01-01", tick=False),
}


@pytest.mark.parametrize("library", STOPPED)
def test_waiting_ends_with_a_frozen_clock(library, answers, integry):
    """wait_until_connected counts its pauses if a library has frozen the clock."""
    module = pytest.importorskip(library, reason=f"{library} is not installed: it needs a compiler on new Pythons")
    answers.post(f"{API}/apps/slack/get/", json=APP)
    with STOPPED[library](module), pytest.raises(APITimeoutError, match="within 0.03 s"):
        integry.apps.wait_until_connected("slack", timeout=0.03, poll=0.01)
    assert len(answers.calls) <= 5


@dataclasses.dataclass
class Part:
    """A dataclass with a field that cannot be serialized."""

    text: object


def test_values_in_dataclasses_are_refused_with_their_place(answers, integry):
    """An unsendable value in a dataclass is refused with the same message as in a dict."""
    for given in (Part({1, 2}), {"text": {1, 2}}):
        with pytest.raises(InvalidRequest, match=r"set is not JSON serializable: pass a list \(in argument 'text'\)"):
            integry.functions.call("f", given)
    assert len(answers.calls) == 0


class Unreadable(UserDict):
    """A mapping whose items cannot be read."""

    def __getitem__(self, key):
        """Raise an exception, like a mapping whose database connection is lost."""
        raise KeyError(key)


@pytest.mark.parametrize("parameter", ["arguments", "variables"])
def test_mappings_that_cannot_be_read_are_refused(integry, parameter):
    """A mapping that cannot be read is refused, with the exception of the mapping as the cause."""
    with pytest.raises(InvalidRequest, match=f"{parameter} cannot be read: KeyError in the class Unreadable") as caught:
        integry.functions.call("f", **{"arguments": {}, parameter: Unreadable(a=1)})
    assert isinstance(caught.value.__cause__, KeyError)
