"""Results as values: reprs, constructors, copies, pickles and JSON."""

import copy
import html
import json
import pickle

import pytest

import integry as package
from integry import (
    Acknowledgement,
    App,
    AppPage,
    ChannelSetting,
    ConfigurationError,
    ConnectedAccount,
    Function,
    FunctionPage,
    FunctionResult,
    Integration,
    IntegrationSetting,
    IntegryAuth,
    NetworkCodeError,
    Page,
    RawResponse,
)

from .conftest import API, ORG

SCHEMA = {"type": "object", "properties": {"channel": {"type": "string"}, "text": True}, "required": ["channel"]}
FUNCTION = Function("slack-post-message", SCHEMA, "Post a message", {"channel": "random"})
ACCOUNT = ConnectedAccount.from_dict({"id": 1, "display_name": "Me", "modified_at": "2024-11-10T23:28:58Z"})
APP = App("slack", 491, [ACCOUNT], title="Slack")
BY_HAND = [
    FUNCTION,
    Function("f"),
    FunctionResult(200, {"ok": True}, credits=3, session_id="s"),
    FunctionResult("400", next_page="p"),
    FunctionPage([FUNCTION], "next"),
    AppPage([APP]),
    Page([1, 2], 3, "next_page"),
    APP,
    ACCOUNT,
    Acknowledgement("success", 200, "Done"),
    Integration("i", "Zap"),
    IntegrationSetting("s"),
    ChannelSetting("c"),
]


@pytest.mark.parametrize("value", BY_HAND, ids=repr)
def test_constructed_results_are_values(value):
    """Results that a user constructs can be copied, pickled, compared and written as JSON."""
    for copied in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 (made by this test)
        assert copied is not value
        assert (type(copied), copied) == (type(value), value)
        assert json.loads(json.dumps(copied.to_dict())) == value.to_dict()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            FUNCTION,
            {
                "name": "slack-post-message",
                "parameters": SCHEMA,
                "description": "Post a message",
                "arguments": {"channel": "random"},
            },
        ),
        (Function("f", meta={"id": 1}), {"name": "f", "parameters": {}, "description": "", "meta": {"id": 1}}),
        (FunctionResult("400", next_page="p"), {"network_code": 400, "output": None, "next_page": "p"}),
        (FunctionResult(200, cursor="c"), {"network_code": 200, "output": None, "_cursor": "c"}),
        (
            FunctionResult(200, cursor="c", cursor_name="next_page"),
            {"network_code": 200, "output": None, "next_page": "c"},
        ),
        (FunctionPage([Function("f")]), {"functions": [Function("f").to_dict()], "_cursor": None}),
        (AppPage([App("a")], "c"), {"apps": [{"name": "a", "connected_accounts": []}], "_cursor": "c"}),
        (Page([1, 2], 3, "next_page"), {"items": [1, 2], "next_page": 3}),
        (Acknowledgement("success"), {"status": "success"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_to_dict_has_the_form_of_the_response(value, expected):
    """to_dict() returns a result in the form of the server's response."""
    assert value.to_dict() == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            FUNCTION,
            "Function('slack-post-message', required=['channel'], 2 parameters, arguments={'channel': 'random'})",
        ),
        (Function("f", {"properties": {"a": {}}}), "Function('f', 1 parameter)"),
        (Function("f"), "Function('f', 0 parameters)"),
        (FunctionResult(200), "FunctionResult(200)"),
        (FunctionResult(200, [1], credits=3), "FunctionResult(200, output=[1], credits=3)"),
        (FunctionPage([FUNCTION] * 13), "<FunctionPage: 13 functions, last page>"),
        (FunctionPage([FUNCTION], 5), "<FunctionPage: 1 function, more pages>"),
        (AppPage([]), "<AppPage: 0 apps, last page>"),
        (Page([1, 2]), "<Page: 2 items, last page>"),
        (APP, "App('slack', title='Slack', 1 connected account)"),
        (App("x", 1, [ACCOUNT, None, ACCOUNT]), "App('x', 2 connected accounts)"),
        (App("x"), "App('x', not connected)"),
        (ACCOUNT, "ConnectedAccount(id=1, display_name='Me', modified_at=2024-11-10T23:28:58+00:00)"),
        (Integration("i", "Zap", auth_credential="hidden"), "Integration(id='i', name='Zap')"),
        (IntegrationSetting.from_dict({"new": "hidden"}), "IntegrationSetting(additional_keys=['new'])"),
        (RawResponse(200, {"Set-Cookie": "hidden"}, b"{}", APP), f"<RawResponse: status 200, 2 bytes, parsed={APP!r}>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_reprs_identify_the_value(value, expected):
    """The repr of a result is one line with the attributes that identify it."""
    assert repr(value) == expected


def test_invalid_functions_have_a_repr():
    """A Function that its constructor refuses still has a repr, because error reporters show local variables."""
    for parameters in ("text", [1], 5):
        with pytest.raises(ValueError, match="parameters") as caught:
            Function("f", parameters)
        refused = [frame.locals["self"] for frame in caught.traceback if "self" in frame.locals]
        assert {repr(each) for each in refused} == {"Function('f', 0 parameters)"}


def test_long_values_are_shortened():
    """Reprs and HTML cells of large values are shortened."""
    output = {f"key {number}": ["text\n" * 100] * 100 for number in range(100)}
    for value in (FunctionResult(200, output), Integration("i\n" * 1000, "n" * 1000, json_schema=output)):
        assert len(repr(value)) < 300
        assert "\n" not in repr(value)
    assert len(FunctionResult(200, "x" * 10_000)._repr_html_()) < 1000
    assert len(Integration("i", "x" * 10_000)._repr_html_()) < 1000


HOSTILE = "<script>alert('1')</script>&\""


@pytest.mark.parametrize(
    "value",
    [
        Function(HOSTILE, {"properties": {HOSTILE: {"type": [HOSTILE], "description": HOSTILE}}}, HOSTILE),
        FunctionResult(200, {HOSTILE: HOSTILE}),
        FunctionPage([Function(HOSTILE, {"required": [HOSTILE]}, HOSTILE)]),
        AppPage([App(HOSTILE, title=HOSTILE)]),
        Page([HOSTILE]),
        App(HOSTILE, title=HOSTILE),
        Integration.from_dict({"id": HOSTILE, HOSTILE: 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_html_tables_are_escaped(value):
    """Text from a server is escaped in the HTML tables of notebooks."""
    table = value._repr_html_()
    assert table.startswith("<table><caption>")
    assert table.endswith("</table>")
    assert "<script" not in table
    assert html.escape("<script>") in table
    assert table.count("<tr>") == table.count("</tr>") > 1


def test_the_table_of_a_function_lists_its_parameters():
    """The HTML table of a function has a row for each parameter."""
    table = FUNCTION._repr_html_()
    assert "<caption>slack-post-message: Post a message</caption>" in table
    assert "<tr><td>channel</td><td>string</td><td>yes</td><td></td></tr>" in table
    assert "<tr><td>text</td><td></td><td></td><td></td></tr>" in table
    assert Function("f")._repr_html_().count("<tr>") == 1


def test_reprs_of_clients_and_resources_are_one_line(integry, organisation):
    """Reprs of clients and resources are one line with their ids, and show no secret."""
    client, org = "Integry(base_url='https://api.integry.io', user_id='123456')", repr(organisation)
    shown = {
        IntegryAuth("app key", "app secret", "42"): "IntegryAuth(user_id='42')",
        integry.apps: f"<Apps of {client}>",
        integry.functions: f"<Functions of {client}>",
        integry.with_raw_response: f"<RawIntegry of {client}>",
        integry.with_raw_response.apps: "<RawApps: methods that return a RawResponse>",
        organisation.integrations: f"<Integrations of {org}>",
        organisation.integrations.settings("i"): f"<IntegrationSettings 'i' of {org}>",
        organisation.integrations.channel("i", "c"): f"<Channel with <ChannelSettings 'i' 'c' of {org}>>",
        organisation.integrations.channel("i", "c").settings: f"<ChannelSettings 'i' 'c' of {org}>",
        organisation.custom_integrations: f"<CustomIntegrations of {org}>",
        organisation.custom_integrations.settings("i"): f"<CustomSettings 'i' of {org}>",
        organisation.slack: f"<Slack of {org}>",
        organisation.with_raw_response: f"<RawOrganisation of {org}>",
        organisation.with_raw_response.slack: "<RawSlack: methods that return a RawResponse>",
    }
    assert ORG in org
    assert {repr(value): text for value, text in shown.items()} == {text: text for text in shown.values()}


@pytest.mark.parametrize("name", [name for name in package.__all__ if isinstance(getattr(package, name), type)])
def test_every_public_class_has_a_repr(name):
    """No public class uses the repr of object."""
    cls = getattr(package, name)
    assert cls.__repr__ is not object.__repr__


def test_a_page_is_a_sequence_of_its_own_items(answers, integry):
    """len(), indices, slices, bool() and first() of a page do not fetch other pages, but iterating does."""
    url = f"{API}/apps/list/"
    answers.post(url, json={"apps": [{"name": "a"}, {"name": "b"}], "_cursor": 1})
    answers.post(url, json={"apps": [{"name": "c"}]})
    page = integry.apps.list()
    assert (len(page), bool(page), page[0].name, page[-1].name, page.first().name) == (2, True, "a", "b", "a")
    assert [app.name for app in page[1:]] == ["b"]
    assert page[:] == page.items
    assert [app.name for app in reversed(page)] == ["b", "a"]
    with pytest.raises(IndexError):
        page[2]
    assert len(answers.calls) == 1
    # list() calls len() first, as a length hint.
    assert [app.name for app in list(page)] == ["a", "b", "c"]
    assert len(answers.calls) == 2


def test_an_empty_page_is_false():
    """A page without items is false and has no first item, whether or not more pages follow."""
    for page in (AppPage([]), FunctionPage([], "next")):
        assert (bool(page), len(page), page.first(), page[:]) == (False, 0, None, [])


def test_a_constructed_page_has_no_next_page():
    """Iterating over a constructed page yields its items, and an error if it has a cursor but no client."""
    assert list(Page([1, 2])) == [1, 2]
    assert Page([1]).next_page() is None
    with pytest.raises(ConfigurationError, match="not fetched with a client"):
        list(Page([1, 2], "cursor"))


@pytest.mark.parametrize("make", ["list", "get"])
def test_results_with_a_client_cannot_be_pickled(answers, integry, make):
    """Pickling an object that holds a client raises an error that recommends to_dict()."""
    answers.post(f"{API}/functions/list/", json={"functions": []})
    answers.post(f"{API}/functions/f/get/", json={"name": "f"})
    found = integry.functions.list() if make == "list" else integry.functions.get("f")
    for value in (found, integry.functions):
        with pytest.raises(TypeError, match=r"Functions cannot be pickled: .* Pickle to_dict\(\) of results"):
            pickle.dumps(value)


def test_a_constructed_refusal_has_a_complete_message():
    """The message for a result without a server's response has no empty part."""
    with pytest.raises(NetworkCodeError, match=r"returned an error: 400\. See \.result\.output"):
        FunctionResult(400).raise_for_network_code()
