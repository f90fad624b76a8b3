"""A hostile model over MCP: nothing leaves the bounds of the server, and no result has a secret."""

import functools
import json

import pytest

from integry.tools import Toolbox
from tests.mcp.conftest import LEAK, over_http, over_stdio, secrets_of, serving
from tests.mcp.test_server import call

pytestmark = pytest.mark.mcp

INVALID_PARAMS, INTERNAL_ERROR = -32602, -32603
POST, LIST, BARE = "slack-post-message", "slack-list-conversations", "slack-more-5"
HELLO = {"channel": "random", "text": "Hi"}
MEGABYTE = "x" * 1_000_000
#: Names that are not served, of functions that exist and of nothing.
UNLISTED = [
    *("hubspot-create-contact", "slack-passthrough-request", "../apps/list", f"{POST}/../{LIST}", POST.upper()),
    *("call_function", "connect_app", "run", "__class__", "", "x" * 2000),
]
#: Arguments that only the developer sets.
OF_THE_DEVELOPER = ["user_id", "User-ID", "connected_account_id", "app_key", "app_secret", "hash", "integration_id"]
#: Huge arguments that the function does not have, or not with this type.
HUGE = [{MEGABYTE: 1}, {**HELLO, "nonsense": MEGABYTE}, {str(number): 1 for number in range(10_000)}]


def text_of(result):
    """Return everything that a client gets in a result, or in an error of the protocol, as JSON."""
    return json.dumps(
        result.model_dump(mode="json") if hasattr(result, "model_dump") else [result.code, result.message]
    )


async def answer_of(client, name, arguments):
    """Call a tool, and return the result, or the error of the protocol."""
    from mcp.shared.exceptions import MCPError

    try:
        return await client.call_tool(name, arguments, meta={"user_id": "8", "app_key": "other"})
    except MCPError as error:
        return error


def refused(result, kind="InvalidArguments"):
    """Return True if a result is an error of a kind, and small."""
    return result.is_error and result.structured_content["error"]["type"] == kind and len(text_of(result)) < 20_000


def test_a_hostile_model_stays_in_bounds(sandbox, connect, mode):
    """A model cannot act for another user, calls only what is served, and gets neither secrets nor its megabyte."""
    import anyio

    async def run():
        async with connect(mode) as client:
            answer = functools.partial(answer_of, client)
            # In the newer era, the name is a header too, which HTTP servers limit.
            for name in (*UNLISTED, *([MEGABYTE] if mode == "legacy" else [])):
                error = await answer(name, HELLO)
                assert error.code == INVALID_PARAMS, name[:100]
                assert len(error.message) < 500
            for name in OF_THE_DEVELOPER:
                assert refused(await answer(POST, {**HELLO, name: "8"})), name
                assert refused(await answer(BARE, {name: "8"})), name
            for arguments in HUGE:
                assert refused(await answer(POST, arguments))
            assert sandbox.calls[before:] == []

            hostile = {"headers": {"User-ID": "8"}, "name": "../apps", "timeout": 9, "_variables": {"x": "M"}}
            result = await answer(BARE, hostile)
            assert result.structured_content["output"] == {key: hostile[key] for key in ("headers", "name", "timeout")}
            result = await answer(BARE, {"text": MEGABYTE})
            assert result.structured_content["truncated"]
            assert len(text_of(result)) < 250_000
            assert sandbox.calls[-1].arguments == {"text": MEGABYTE}

            answers = [await answer(LEAK, {})]
            assert answers[0].structured_content["output"]["headers"] == ["***"] * 3
            for status in (400, 401, 403, 500):
                sandbox.fail(
                    status, {"error": " ".join(secrets), "error_details": {"a": secrets}}, path="/call/", times=1
                )
                answers.append(await answer(POST, HELLO))
            assert not [secret for secret in secrets for each in answers if secret in text_of(each)]
            assert (await answer(POST, HELLO)).structured_content["ok"]

    before, secrets = len(sandbox.calls), secrets_of(sandbox)
    anyio.run(run)
    assert {each.user_id for each in sandbox.calls[before:]} == {"7"}
    assert {each.function for each in sandbox.calls[before:]} == {BARE, LEAK, POST}


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_narrower_server_serves_nothing_else(sandbox, environment, transport):
    """With --read-only and --apps, a model calls only queries of these apps, under any name."""
    import anyio

    async def run(connected):
        async with connected as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == [LIST]
            for name in (POST, BARE, LEAK, "hubspot-list-properties"):
                assert (await answer_of(client, name, HELLO)).code == INVALID_PARAMS
            assert (await answer_of(client, LIST, {})).structured_content["ok"]

    before, narrow = len(sandbox.calls), ["--read-only", "--apps", "slack"]
    if transport == "stdio":
        anyio.run(run, over_stdio(environment, "auto", *narrow))
    else:
        with serving(environment, *narrow) as served:
            anyio.run(run, over_http(served, "auto"))
    assert [each.function for each in sandbox.calls[before:]] == [LIST]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_search_mode_reaches_nothing_else(sandbox, mode):
    """In the search mode, names, apps and arguments have the same bounds."""
    before = len(sandbox.calls)
    toolbox = Toolbox(sandbox.client(user_id="7"), names=[BARE, LEAK], search=True)
    for name in (POST, *UNLISTED):
        kind = "UnknownFunction" if name else "InvalidArguments"
        assert refused(call(toolbox, "call_function", {"name": name, "arguments": HELLO}, mode), kind), name[:100]
        assert refused(call(toolbox, "get_function", {"name": name}, mode), kind), name[:100]
    for app in ("hubspot", "../slack", MEGABYTE):
        assert refused(call(toolbox, "connect_app", {"app": app}, mode), "UnknownApp"), app[:100]
    for arguments in ({"user_id": "8"}, [1], MEGABYTE):
        assert refused(call(toolbox, "call_function", {"name": BARE, "arguments": arguments}, mode))
    assert sandbox.calls[before:] == []
    result = call(
        toolbox, "call_function", {"name": LEAK, "arguments": {"_variables": {"x": "M"}}, "user_id": "8"}, mode
    )
    assert result.structured_content["output"]["headers"] == ["***"] * 3
    (called,) = sandbox.calls[before:]
    assert (called.user_id, called.arguments) == ("7", {})
