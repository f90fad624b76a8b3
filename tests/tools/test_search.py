"""The search mode: four tools for any number of functions."""

import pytest

from integry.tools import Toolbox
from integry.tools._search import MAX_FOUND
from tests.tools.test_running import error_of

FOUR = ["search_functions", "get_function", "call_function", "connect_app"]
POST = "slack-post-message"


@pytest.fixture
def toolbox(client):
    """Return a toolbox in the search mode, with the functions of two apps."""
    return Toolbox(client, apps=["slack", "hubspot"], search=True)


def names_found(result):
    """Return the names of the functions that a search found."""
    assert result["ok"] is True
    return [each["name"] for each in result["functions"]]


@pytest.mark.parametrize(
    ("options", "searches"),
    [
        ({}, False),
        ({"max_tools": 6}, False),
        ({"max_tools": 5}, True),
        ({"search": True}, True),
        ({"max_tools": None}, False),
    ],
)
def test_when_the_search_mode_is_used(client, options, searches):
    """The search mode is used above `max_tools`, or if it is asked for."""
    tools = Toolbox(client, apps=["slack", "hubspot"], **options).tools
    assert (list(tools) == FOUR) is searches
    assert len(tools) == (4 if searches else 6)


def test_the_four_tools(toolbox):
    """The tools of the search mode have no function, and only the one that calls functions is not read-only."""
    assert [tool.function for tool in toolbox.tools.values()] == [None] * 4
    assert [tool.read_only for tool in toolbox.tools.values()] == [True, True, False, True]
    assert toolbox.estimated_tokens < 400
    assert [each["function"]["name"] for each in toolbox.as_openai()] == FOUR


def test_functions_are_found_and_called(toolbox, sandbox):
    """A model finds a function by words, reads its schema, and calls it."""
    found = toolbox.run("search_functions", {"query": "post a message"})
    assert names_found(found)[0] == POST
    assert found["functions"][0]["description"] == "Post a message in a channel"
    shown = toolbox.run("get_function", {"name": POST})["function"]
    assert (shown["name"], shown["parameters"]["required"]) == (POST, ["channel", "text"])
    given = {"name": POST, "arguments": {"channel": "random", "text": "Hi"}}
    assert toolbox.run("call_function", given)["ok"] is True
    assert sandbox.calls[0].arguments == {"channel": "random", "text": "Hi"}
    as_text = {"name": POST, "arguments": '{"channel": "random", "text": "Hi"}'}
    assert toolbox.run("call_function", as_text)["ok"] is True
    assert toolbox.run("call_function", {"name": "slack-list-conversations"})["ok"] is True


def test_a_search_within_an_app(toolbox):
    """A search can be limited to an app."""
    found = names_found(toolbox.run("search_functions", {"query": "list", "app": "HubSpot"}))
    assert found
    assert all(name.startswith("hubspot-") for name in found)


def test_short_words_count_only_alone(toolbox):
    """Words such as `a` match almost everything, so they count only if there are no others."""
    assert names_found(toolbox.run("search_functions", {"query": "a conversations"})) == ["slack-list-conversations"]
    assert len(names_found(toolbox.run("search_functions", {"query": "a"}))) > 1


def test_the_best_functions_are_found(client, sandbox):
    """A search returns the ten best functions, in the same order each time."""
    for number in range(30):
        sandbox.add_function(f"slack-copy-{number:02}", print, app="slack", parameters={}, description="Copy" * 100)
    found = Toolbox(client, apps=["slack"], search=True).run("search_functions", {"query": "copy 29"})
    assert names_found(found) == ["slack-copy-29", *(f"slack-copy-{number:02}" for number in range(MAX_FOUND - 1))]
    assert max(len(each["description"]) for each in found["functions"]) == 200


def test_the_server_predicts_what_no_word_finds(toolbox, sandbox):
    """If no word matches, the server is asked. Functions outside the toolbox are not shown."""
    sandbox.fail(
        200,
        {"functions": [{"name": name, "description": "", "parameters": {}} for name in (POST, "other")]},
        path="predict",
    )
    assert names_found(toolbox.run("search_functions", {"query": "zzz"})) == [POST]
    sandbox.fail(500, {}, path="predict")
    assert error_of(toolbox.run("search_functions", {"query": "zzz"}))["type"] == "ServerError"
    sandbox.fail(200, {"functions": []}, path="predict")
    assert names_found(toolbox.run("search_functions", {"query": "zzz"})) == []


@pytest.mark.parametrize(
    ("tool", "arguments", "wrong"),
    [
        ("search_functions", {}, ["query"]),
        ("search_functions", {"query": 1, "app": []}, ["app", "query"]),
        ("get_function", {"name": None}, ["name"]),
        ("call_function", {"name": {}}, ["name"]),
        ("connect_app", {"app": ""}, ["app"]),
    ],
)
def test_wrong_arguments(toolbox, tool, arguments, wrong):
    """The tools of the search mode name the arguments that are missing or wrong."""
    error = error_of(toolbox.run(tool, arguments))
    assert error["type"] == "InvalidArguments"
    assert sorted(error["arguments"]) == wrong
    assert error_of(toolbox.run(tool, "[]"))["type"] == "InvalidArguments"


def test_functions_out_of_scope(client, sandbox):
    """Functions of other apps, other types and passthrough are unknown."""
    toolbox = Toolbox(client, apps=["slack"], read_only=True, search=True)
    for name in ("hubspot-create-deal", POST, "slack-passthrough-request", "x" * 10_000):
        for tool in ("get_function", "call_function"):
            error = error_of(toolbox.run(tool, {"name": name, "arguments": {}}))
            assert error["type"] == "UnknownFunction"
            assert len(error["message"]) < 300
    assert names_found(toolbox.run("search_functions", {"query": "post message deal request"})) == []
    assert error_of(toolbox.run(POST, {}))["type"] == "UnknownTool"
    assert sandbox.calls == []


def test_confirmation_in_search_mode(client, sandbox):
    """A call through `call_function` is confirmed like any other, under the function's name."""
    asked = []
    toolbox = Toolbox(client, apps=["slack"], search=True, confirm=lambda call: asked.append(call.name))
    given = {"name": POST, "arguments": {"channel": "random", "text": "Hi"}}
    assert error_of(toolbox.run("call_function", given))["type"] == "NotConfirmed"
    assert asked == [POST]
    assert sandbox.calls == []


@pytest.mark.parametrize(
    ("scope", "app", "allowed"),
    [
        ({"apps": ["slack"]}, "Slack", True),
        ({"apps": ["slack"]}, "hubspot", False),
        ({"names": [POST]}, "slack", True),
        ({"names": [POST]}, "hubspot", False),
        ({}, "hubspot", True),
    ],
)
def test_apps_to_connect(client, scope, app, allowed):
    """A link is given for apps of the toolbox only."""
    result = Toolbox(client, **scope, search=True).run("connect_app", {"app": app})
    if allowed:
        assert result["connect_url"].startswith(f"https://sandbox.invalid/connect/{app.lower()}?user_id=7&")
    else:
        assert error_of(result)["type"] == "UnknownApp"


def test_a_page_of_ones_own_to_connect(client):
    """The hook `connect_url` gives the link, and an app that does not exist is an error."""
    toolbox = Toolbox(client, search=True, connect_url=lambda app: f"https://shop.example/{app}")
    assert toolbox.run("connect_app", {"app": "slack"}) == {
        "ok": True,
        "app": "slack",
        "connect_url": "https://shop.example/slack",
    }
    assert error_of(Toolbox(client, search=True).run("connect_app", {"app": "nonsense"}))["type"] == "NotFound"
