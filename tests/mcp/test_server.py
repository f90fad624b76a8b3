"""The handlers of the MCP server, in one process with the client."""

import logging

import pytest

from integry.tools import Toolbox

pytestmark = pytest.mark.mcp

INTERNAL_ERROR = -32603


def call(toolbox, name, arguments=None, mode="auto"):
    """Call a tool of a server for a toolbox, and return the result or the error of the protocol."""
    import anyio
    from mcp import Client
    from mcp.shared.exceptions import MCPError

    from integry.tools.mcp import server

    async def run():
        async with Client(server(toolbox), mode=mode) as client:
            assert [tool.name for tool in (await client.list_tools()).tools][:50] == list(toolbox.tools)[:50]
            try:
                return await client.call_tool(name, arguments)
            except MCPError as error:
                # Returned, because the client's task groups would wrap the error.
                return error

    return anyio.run(run)


@pytest.fixture
def odd(sandbox):
    """Add a function with values that are hard to send, and return its name."""

    def run(invocation):
        value = 1
        for _ in range(invocation.arguments["depth"]):
            value = [{"a": value}]
        return {"null": None, "surrogate": "\ud800x", "nan": float("nan"), "deep": value}

    schema = {"type": "object", "properties": {"depth": {"description": "\ud800", "default": None}}}
    sandbox.add_function("slack-odd", run, app="slack", parameters=schema, description="A \ud800")
    yield "slack-odd"
    sandbox._state.catalogue.functions.pop("slack-odd")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("depth", [1, 400])
def test_odd_values_are_sent(sandbox, odd, mode, depth):
    """Values that cannot be sent are replaced: lone surrogates, NaN, and what is nested too deeply."""
    toolbox = Toolbox(sandbox.client(user_id="7"), names=[odd])
    result = call(toolbox, odd, {"depth": depth}, mode)
    output = result.structured_content["output"]
    assert (output["null"], output["surrogate"]) == (None, "?x")
    assert (output["deep"] == [{"a": 1}]) == (depth == 1)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_errors_of_hooks_are_not_shown(sandbox, caplog, mode):
    """If a hook fails, the client gets an error of the protocol without its message, which is logged."""

    def confirm(_):
        raise ValueError("private")  # noqa: EM101 (short)

    toolbox = Toolbox(sandbox.client(user_id="7"), names=["slack-post-message"], confirm=confirm)
    with caplog.at_level(logging.ERROR, "integry"):
        error = call(toolbox, "slack-post-message", {"channel": "random", "text": "Hi"}, mode)
    assert (error.code, error.message) == (INTERNAL_ERROR, "The server failed with ValueError. Its log says more.")
    assert "private" in caplog.text


def test_wrong_credentials_are_an_error_of_the_protocol(sandbox):
    """Wrong credentials are not a result for the model, which cannot fix them."""
    client = sandbox.client(user_id="7")
    toolbox = Toolbox(client, names=["slack-post-message"])
    sandbox.fail(status=401, times=1, path="/functions/slack-post-message/call/")
    error = call(toolbox, "slack-post-message", {"channel": "random", "text": "Hi"})
    assert error.code == INTERNAL_ERROR
    assert "401" in error.message


def test_the_server_knows_schemas_for_the_transport(sandbox):
    """The SDK reads the schema of a tool by its name, to check headers that a schema asks for."""
    from integry.tools.mcp import server

    made = server(Toolbox(sandbox.client(user_id="7"), names=["slack-post-message"]))
    assert made.get_tool_input_schema("slack-post-message")["required"] == ["channel", "text"]
    assert made.get_tool_input_schema("nope") is None


def test_wrong_credentials_end_the_command(environment, monkeypatch, capsys):
    """The command prints one line and returns 3 for wrong credentials, and 1 for other errors."""
    from integry.tools import mcp

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("INTEGRY_APP_SECRET", "wrong-secret")
    assert mcp.main([]) == 3
    monkeypatch.setenv("INTEGRY_APP_SECRET", environment["INTEGRY_APP_SECRET"])
    assert mcp.main(["--names", "slack-nope", "--user-id", "7"]) == 1
    assert mcp.main(["--names", "slack-post-message", "--read-only"]) == 1
    monkeypatch.delenv("INTEGRY_USER_ID")
    assert mcp.main([]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert "wrong-secret" not in lines[0]
