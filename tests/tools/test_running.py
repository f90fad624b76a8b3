"""Running tools: results, errors, confirmation, variables and accounts."""

import asyncio
import json

import pytest

from integry import AuthenticationError, ConfigurationError, InvalidRequest
from integry.sandbox._calling import Result
from integry.tools import Tool, Toolbox, ToolCall
from integry.tools._results import MAX_TEXT
from tests.tools.schemas import function

POST = "slack-post-message"
ARGUMENTS = {"channel": "random", "text": "Hi"}


def error_of(result):
    """Return the error of a result that is not ok."""
    assert set(result) == {"ok", "error"}
    assert result["ok"] is False
    json.dumps(result)
    return result["error"]


@pytest.fixture
def toolbox(client):
    """Return a toolbox with the functions of Slack."""
    return Toolbox(client, apps=["slack"])


def test_a_tool(toolbox, sandbox):
    """A tool has what a language model needs, and is called with a dict, by name or with JSON."""
    tool = toolbox.tools[POST]
    assert isinstance(tool, Tool)
    assert (tool.name, tool.function.name, tool.read_only) == (POST, POST, False)
    assert tool.description == "Post a message in a channel"
    assert tool.parameters["required"] == ["channel", "text"]
    assert repr(tool) == "Tool('slack-post-message', 16 parameters, read_only=False)"
    results = [tool(ARGUMENTS), tool(**ARGUMENTS), tool({"channel": "random"}, text="Hi"), tool(json.dumps(ARGUMENTS))]
    assert [result["ok"] for result in [*results, toolbox.run(POST, ARGUMENTS)]] == [True] * 5
    assert [call.arguments for call in sandbox.calls] == [ARGUMENTS] * 5
    assert error_of(tool("[]", text="Hi"))["type"] == "InvalidArguments"


def test_tools_cannot_be_replaced(toolbox):
    """The tools of a toolbox do not change, and its repr names the user."""
    with pytest.raises(TypeError):
        toolbox.tools["x"] = None
    assert repr(toolbox) == "Toolbox(user_id='7', 2 tools)"


def test_a_long_description_is_cut(client):
    """OpenAI refuses all tools if the description of one has more than 1024 characters."""
    toolbox = Toolbox(client, functions=[function(description="x" * 1024), function(name="b", description="y" * 1025)])
    assert [tool.description for tool in toolbox.tools.values()] == ["x" * 1024, "y" * 1023 + "…"]


def test_a_function_without_description_gets_one(client):
    """Some APIs need a description."""
    toolbox = Toolbox(client, functions=[function(name="slack.test")])
    assert toolbox.tools["slack_test"].description == "Call the function slack.test."


@pytest.mark.parametrize("name", ["_cursor", "next_page"])
def test_cursors(client, sandbox, name):
    """A cursor is in the result under its own name, and goes back under it, declared or not."""
    seen = []

    def run(call):
        seen.append(call.cursor)
        return Result({"items": [1]}, cursor="c2" if call.cursor is None else None, has_pages=True)

    sandbox.add_function("slack-pages", run, app="slack", parameters={"properties": {"limit": {}}})
    toolbox = Toolbox(client, names=["slack-pages"])
    first = toolbox.run("slack-pages", {"limit": 1})
    assert first == {"ok": True, "network_code": 200, "output": {"items": [1]}, "_cursor": "c2"}
    second = toolbox.run("slack-pages", {name: "c2"})
    assert second == {"ok": True, "network_code": 200, "output": {"items": [1]}}
    assert seen == [None, "c2"]


def test_a_long_output_is_cut(client, sandbox):
    """An output above the limit becomes text of that length, and the result says so."""
    sandbox.add_function(POST, lambda _: "x" * 100)
    whole = Toolbox(client, names=[POST], max_output=102).run(POST, ARGUMENTS)
    assert whole == {"ok": True, "network_code": 200, "output": "x" * 100}
    cut = Toolbox(client, names=[POST], max_output=101).run(POST, ARGUMENTS)
    assert cut["output"] == '"' + "x" * 100
    assert cut["truncated"] == "The output has 102 characters. Only the first 101 are shown. Ask for less."


def test_a_huge_cursor_is_left_out(client, sandbox):
    """A cursor above the limit is left out, because a part of it would be useless."""
    sandbox.add_function(POST, lambda _: Result([], cursor="c" * 100, has_pages=True))
    assert Toolbox(client, names=[POST], max_output=50).run(POST, ARGUMENTS) == {
        "ok": True,
        "network_code": 200,
        "output": [],
    }


def test_a_deep_output_is_left_out(client, monkeypatch):
    """An output that is nested too deeply to be written as JSON is left out."""
    output = []
    for _ in range(100_000):
        output = [output]
    toolbox = Toolbox(client, names=[POST])
    result = client.functions.call(POST, ARGUMENTS)
    result.output = output
    monkeypatch.setattr(type(client.functions), "call", lambda *_, **__: result)
    found = toolbox.run(POST, ARGUMENTS)
    assert (found["ok"], found["output"]) == (True, None)
    assert "nested too deeply" in found["truncated"]


def test_an_error_of_the_app_is_a_result(client, sandbox):
    """A call whose app refused has its status and output."""
    sandbox.add_function(POST, lambda _: Result({"error": "no such channel"}, 404))
    assert Toolbox(client, names=[POST]).run(POST, ARGUMENTS) == {
        "ok": False,
        "network_code": 404,
        "output": {"error": "no such channel"},
    }


def test_missing_arguments(toolbox):
    """The server's reasons are in the result, by argument."""
    error = error_of(toolbox.run(POST, {"channel": "random"}))
    assert error["type"] == "InvalidArguments"
    assert error["arguments"] == {"text": "This parameter is required and must not be null or empty"}


def test_an_app_that_is_not_connected(sandbox):
    """The result has the app and the link to connect it."""
    toolbox = Toolbox(sandbox.client(user_id="8"), names=[POST])
    error = error_of(toolbox.run(POST, ARGUMENTS))
    assert (error["type"], error["app"]) == ("AppNotConnected", "slack")
    assert error["connect_url"].startswith("https://sandbox.invalid/connect/slack?user_id=8")
    assert "connect_url" in error["message"]


def test_a_page_of_ones_own_to_connect(sandbox):
    """The hook `connect_url` replaces the server's link."""
    client = sandbox.client(user_id="8")
    toolbox = Toolbox(client, names=[POST], connect_url=lambda app: f"https://shop.example/connect/{app}")
    assert error_of(toolbox.run(POST, ARGUMENTS))["connect_url"] == "https://shop.example/connect/slack"


def test_a_link_that_cannot_be_fetched_is_left_out(sandbox):
    """The error of the call is shown, even if the link cannot be fetched."""
    toolbox = Toolbox(sandbox.client(user_id="8", max_retries=0), apps=["slack"])
    sandbox.fail(500, {"detail": "Down"}, path="/apps/slack/get/")
    error = error_of(toolbox.run(POST, ARGUMENTS))
    assert (error["type"], error["app"]) == ("AppNotConnected", "slack")
    assert "connect_url" not in error
    assert "connect_url" not in error["message"]


def test_an_app_without_a_name(client, sandbox):
    """Without the name of the app, there is no link."""
    toolbox = Toolbox(client, names=[POST], connect_url=lambda _: "https://shop.example")
    sandbox.fail(400, {"error": "No", "error_details": ["not connected"]}, path="/call/")
    assert set(error_of(toolbox.run(POST, ARGUMENTS))) == {"type", "message"}


FAILED = {"type": "ServerError", "may_have_run": True}


@pytest.mark.parametrize(
    ("fault", "expected", "message"),
    [
        ({"status": 429, "retry_after": 7}, {"type": "RateLimited", "retry_after": 7}, "There were too many calls. "),
        ({"status": 500, "body": "<html>"}, FAILED, "The service responded with status 500. The call may have run. "),
        (
            {"status": 503, "body": {"detail": "Down"}},
            FAILED,
            "The service responded with status 503: Down. The call",
        ),
        ({"kind": "reset"}, {**FAILED, "type": "APIConnectionError"}, "There was no response. The call may have run. "),
        (
            {"status": 200, "body": "<html>"},
            {**FAILED, "type": "ResponseDecodeError"},
            "The response could not be read. The call may have run. ",
        ),
        (
            {"status": 404, "body": {"detail": "No such"}},
            {"type": "NotFound"},
            "The service responded with status 404: No",
        ),
        (
            {"status": 403, "body": {"detail": "No"}},
            {"type": "PermissionDenied"},
            "The service responded with status 403: No",
        ),
        ({"status": 400, "body": {"error": "E", "error_details": ["a", "b"]}}, {"type": "FunctionCallError"}, "a; b"),
        ({"status": 400, "body": {"error": "E"}}, {"type": "FunctionCallError"}, "E"),
        (
            {"status": 422, "body": {"detail": "x" * 5000}},
            {"type": "UnprocessableEntity"},
            "The service responded with",
        ),
    ],
)
def test_errors_are_results(integry_live_sandbox, fault, expected, message):
    """Errors that are not about credentials are results, which say if the call may have run. None names the user."""
    sandbox = integry_live_sandbox
    toolbox = Toolbox(sandbox.client("the-user", max_retries=0), names=[POST])
    sandbox.fail(**fault, path="/call/")
    error = error_of(toolbox.run(POST, ARGUMENTS))
    found = error.pop("message")
    assert len(found) <= MAX_TEXT
    assert found.startswith(message)
    assert "the-user" not in found
    assert error == expected


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_raise(client, sandbox, status):
    """A language model cannot fix credentials."""
    toolbox = Toolbox(client, names=[POST])
    sandbox.fail(status, {"detail": "Authentication credentials were not provided."}, path="/call/")
    with pytest.raises(AuthenticationError):
        toolbox.run(POST, ARGUMENTS)


def test_an_argument_that_cannot_be_sent(client):
    """An argument that is not JSON is an error result: nothing was sent."""
    assert error_of(Toolbox(client, names=[POST]).run(POST, {"text": {1, 2}}))["type"] == "InvalidRequest"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (True, None),
        (False, "The user did not confirm the call."),
        (None, "The user did not confirm the call."),
        (1, "The user did not confirm the call."),
        ("", "The user did not confirm the call."),
        ("Not on Sundays", "Not on Sundays"),
    ],
)
def test_confirmation(client, sandbox, answer, reason):
    """Only True allows a call. A str is the reason for the model."""
    asked = []

    def confirm(call):
        asked.append(call)
        call.arguments["text"] = "changed"
        return answer

    toolbox = Toolbox(client, apps=["slack"], confirm=confirm)
    result = toolbox.run(POST, ARGUMENTS)
    assert asked == [ToolCall(POST, {**ARGUMENTS, "text": "changed"}, "", toolbox.tools[POST].function)]
    if reason is None:
        assert result["ok"] is True
        assert sandbox.calls[0].arguments == ARGUMENTS
    else:
        assert error_of(result) == {"type": "NotConfirmed", "message": reason}
        assert sandbox.calls == []
    assert toolbox.run("slack-list-conversations", {})["ok"] is True
    assert len(asked) == 1


def test_confirmation_is_not_asked_for_what_is_refused(client):
    """A call with arguments that are refused is not shown for confirmation."""
    toolbox = Toolbox(client, names=[POST], confirm=lambda _: pytest.fail("asked"))
    assert error_of(toolbox.run(POST, {"nonsense": 1}))["type"] == "InvalidArguments"


def test_an_async_confirmation_is_an_error(client):
    """An async function as `confirm` is an error of the developer."""
    made = []

    async def confirm(_):
        await asyncio.sleep(0)

    toolbox = Toolbox(client, names=[POST], confirm=lambda call: made.append(confirm(call)) or made[-1])
    with pytest.raises(ConfigurationError, match="async"):
        toolbox.run(POST, ARGUMENTS)
    made[0].close()


def test_variables(client, sandbox):
    """Variables of the developer are substituted, and those of the model are dropped."""
    variables = {"name": "Ada"}
    toolbox = Toolbox(client, names=[POST], variables=variables)
    variables["name"] = "changed later"
    toolbox.run(POST, {"channel": "random", "text": "{name} {other}", "_variables": {"name": "M", "other": "M"}})
    assert sandbox.calls[0].arguments["text"] == "Ada {other}"


@pytest.mark.parametrize(
    ("accounts", "number"),
    [({"slack": 1}, 1), ({"SLACK": 0}, 0), ({"sla": 0, "slack": 1, "slack-post": 0}, 1), ({"hubspot": 9}, None)],
)
@pytest.mark.parametrize("by_name", [False, True])
def test_accounts(client, sandbox, accounts, number, by_name):
    """The account for a function's app is used. Without one, the server decides."""
    used = []
    for app in ("sla", "slack-post"):
        sandbox.add_app(app)
    sandbox.add_function(POST, lambda call: used.append(call.account_id))
    ids = [client.apps.connected_accounts("slack")[0].id, sandbox.connect("slack", user_id="7").id]
    scope = {"names": [POST]} if by_name else {"apps": ["slack"]}
    given = {app: ids[place] if place < 2 else place for app, place in accounts.items()}
    result = Toolbox(client, **scope, accounts=given).run(POST, ARGUMENTS)
    assert used == ([] if number is None else [ids[number]])
    assert result["ok"] is (number is not None)


def test_the_longest_app_decides_if_the_app_is_unknown(client, sandbox):
    """Functions without metadata belong to the app whose name their name begins with."""
    used = []
    sandbox.add_app("slack-post", "Slack Post")
    sandbox.add_function(POST, lambda call: used.append(call.account_id), app="slack", parameters={})
    account = sandbox.connect("slack", user_id="7").id
    fetched = [client.functions.get(POST)]
    Toolbox(client, functions=fetched, accounts={"slack": 1, "slack-post": account}).run(POST, {})
    assert used == [account]


@pytest.mark.parametrize(
    ("options", "accounts", "app", "log"),
    [
        ({"apps": ["slack"]}, None, "slack", "accounts={'slack': id} to Toolbox, or as --accounts slack=ID"),
        ({"names": [POST]}, {"hubspot": 1}, "slack", "accounts={'slack': id}"),
        ({"names": [POST]}, {"slack": 999}, "slack", "accounts={'slack': id}"),
        ({}, None, None, "accounts={'app': id} to Toolbox, or as --accounts APP=ID"),
    ],
)
def test_several_accounts(client, sandbox, caplog, options, accounts, app, log):
    """The model is told that only the developer can select an account, and the developer is told how."""
    sandbox.connect("slack", user_id="7")
    ids = [str(account.id) for account in client.apps.connected_accounts("slack")]
    error = error_of(Toolbox(client, **options, accounts=accounts).run(POST, ARGUMENTS))
    assert (error["type"], error.get("app")) == ("AccountNotSelected", app)
    assert "You cannot select" in error["message"]
    assert "the developer must select" in error["message"]
    assert ("cannot be used" in error["message"]) is (accounts == {"slack": 999})
    assert not [text for text in [*ids, "connected_account_id", "accounts="] if text in error["message"]]
    (record,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert record.name == "integry"
    assert record.getMessage().startswith("slack-post-message was not called: ")
    assert log in record.getMessage()
    assert sandbox.calls == []


def test_an_argument_may_be_called_like_the_account(client, sandbox, caplog):
    """The server's reasons for an argument of the function reach the model, whatever its name is."""
    schema = {"properties": {"connected_account_id": {"type": "string"}}, "required": ["connected_account_id"]}
    sandbox.add_function("slack-own", lambda call: call.arguments, app="slack", parameters=schema)
    error = error_of(Toolbox(client, names=["slack-own"]).run("slack-own", {}))
    assert (error["type"], list(error["arguments"])) == ("InvalidArguments", ["connected_account_id"])
    assert "was not called" not in caplog.text


def test_accounts_can_be_objects(client, sandbox):
    """A connected account can be passed instead of its id."""
    account = sandbox.connect("slack", user_id="7")
    assert Toolbox(client, names=[POST], accounts={"slack": account}).run(POST, ARGUMENTS)["ok"] is True


def test_strict_tags_are_a_result(client):
    """A tag without a variable is an error that the model can fix."""
    toolbox = Toolbox(client.with_options(strict_tags=True), names=[POST])
    error = error_of(toolbox.run(POST, {"channel": "random", "text": "{x}"}))
    assert error["type"] == "InvalidRequest"
    assert "{x}" in error["message"]


def test_only_required_parameters(client):
    """With `optional=False`, the model sees required parameters. Others are still taken."""
    toolbox = Toolbox(client, names=[POST], optional=False)
    assert list(toolbox.tools[POST].parameters["properties"]) == ["channel", "text"]
    assert toolbox.estimated_tokens < Toolbox(client, names=[POST]).estimated_tokens / 3
    assert toolbox.run(POST, {**ARGUMENTS, "username": "bot"})["ok"] is True


def test_a_required_argument_that_is_not_declared(client, sandbox):
    """An argument that a schema requires, but does not declare, is sent."""
    schema = {"type": "object", "properties": {"a": {}}, "required": ["b"]}
    sandbox.add_function("slack-odd", lambda call: call.arguments, app="slack", parameters=schema)
    toolbox = Toolbox(client, names=["slack-odd"])
    assert error_of(toolbox.run("slack-odd", {"a": 1}))["arguments"] == {
        "b": "This parameter is required and must not be null or empty"
    }
    assert toolbox.run("slack-odd", {"b": 1})["output"] == {"b": 1}


def test_a_missing_framework(toolbox):
    """A framework that is not installed is a ConfigurationError, which names the package."""
    with pytest.raises(ConfigurationError, match="pip install langchain-core"):
        toolbox.as_langchain()


def test_unknown_options_are_refused(client):
    """Options are keyword arguments, and unknown ones raise TypeError."""
    with pytest.raises(TypeError):
        Toolbox(client, ["slack"])
    with pytest.raises(InvalidRequest):
        Toolbox(client, apps=[None])
