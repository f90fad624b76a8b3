"""The shared parts of the adapters of frameworks, without any framework."""

import asyncio
import contextvars
import json

import pytest

from integry import ConfigurationError
from integry.tools import Toolbox
from integry.tools._frameworks._base import framework_tools
from integry.tools._names import RESERVED, identifier_names
from tests.tools.schemas import NASTY_ARGUMENTS


def test_arguments_arrive_under_their_own_names(client, sandbox, nasty):
    """A framework's tool takes identifiers, and the function gets the names of its parameters, sync and async."""
    (tool,) = framework_tools(Toolbox(client, names=[nasty]).tools)
    assert (tool.name, tool.read_only) == (nasty, False)
    assert RESERVED.isdisjoint(tool.parameters["properties"])
    assert all(name.isidentifier() for name in tool.parameters["properties"])
    new = identifier_names(NASTY_ARGUMENTS)
    arguments = {new[name]: value for name, value in NASTY_ARGUMENTS.items() if name != "_cursor"}
    results = [
        tool.run(arguments),
        json.loads(tool.text(arguments)),
        asyncio.run(tool.run_async(arguments)),
        json.loads(asyncio.run(tool.text_async(arguments))),
    ]
    assert [result["ok"] for result in results] == [True] * 4
    assert [call.arguments for call in sandbox.calls] == [NASTY_ARGUMENTS] * 4


def test_parameters_are_copies(client):
    """A framework may change the schema that it gets."""
    (tool,) = framework_tools(Toolbox(client, names=["slack-post-message"]).tools)
    tool.parameters["properties"].clear()
    assert len(tool.parameters["properties"]) == 16


def test_names_can_be_identifiers(client):
    """Some frameworks need identifiers as names of tools."""
    found = framework_tools(Toolbox(client, apps=["slack"]).tools, identifiers=True)
    assert [tool.name for tool in found] == ["slack_list_conversations", "slack_post_message"]


def test_calls_in_threads_see_context_variables(client):
    """The hook `confirm` sees the context variables of the task, such as the user of the web request."""
    variable, seen = contextvars.ContextVar("variable"), []
    toolbox = Toolbox(client, names=["slack-post-message"], confirm=lambda _: seen.append(variable.get()))
    (tool,) = framework_tools(toolbox.tools)

    async def run():
        variable.set("value")
        await tool.run_async({"channel": "random", "text": "Hi"})

    asyncio.run(run())
    assert seen == ["value"]


def test_adapters_get_the_tools(client):
    """An adapter is called with the tools, and an ImportError inside it is a ConfigurationError."""
    toolbox = Toolbox(client, apps=["slack"])
    assert toolbox._framework("as_x", "x", lambda: list) == list(toolbox.tools)
    with pytest.raises(ConfigurationError, match=r"as_langchain\(\) needs the package langchain-core"):
        toolbox.as_langchain()
