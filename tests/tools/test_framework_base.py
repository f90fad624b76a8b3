"""The shared parts of the adapters of frameworks, without any framework."""

import asyncio
import contextvars
import json
import re
from pathlib import Path

import pytest

from integry import ConfigurationError
from integry.tools import Toolbox, _frameworks
from integry.tools._frameworks._base import framework_tools, opened, unwrapped, with_everything
from integry.tools._names import RESERVED, identifier_names
from tests.spec_document import ROOT
from tests.tools.schemas import NASTY_ARGUMENTS

ADAPTERS = Path(_frameworks.__file__).parent
PAGE = ROOT / "docs" / "tools" / "frameworks.md"


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


def test_arguments_can_be_text(client, sandbox):
    """A framework may pass the model's JSON text. Text that is not a JSON object is answered with an error."""
    (tool,) = framework_tools(Toolbox(client, names=["slack-post-message"]).tools)
    assert tool.run('{"channel": "random", "text": "Hi"}')["ok"] is True
    assert [tool.run(text)["error"]["type"] for text in ("[", "[]")] == ["InvalidArguments"] * 2
    assert len(sandbox.calls) == 1


def test_parameters_are_copies(client):
    """A framework may change the schema that it gets."""
    (tool,) = framework_tools(Toolbox(client, names=["slack-post-message"]).tools)
    tool.parameters["properties"].clear()
    assert len(tool.parameters["properties"]) == 16


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {}}, True),
        ({"type": "object", "properties": {}, "additionalProperties": {}}, {}),
        ({"type": "object", "properties": {}, "additionalProperties": False}, False),
        ({"type": "object", "properties": {"a": {}}}, None),
    ],
)
def test_undeclared_arguments_are_not_forbidden(schema, expected):
    """A schema without properties says that it accepts others, unless it forbids them."""
    assert opened(schema).get("additionalProperties") == expected


def test_a_parameter_can_take_all_arguments():
    """Where a framework refuses undeclared arguments, a schema without properties gets a parameter for all of them."""
    free, declared = {"type": "object", "properties": {}}, {"type": "object", "properties": {"a": {}}}
    shown = with_everything(free)
    assert (list(shown["properties"]), free["properties"]) == (["arguments"], {})
    assert with_everything(declared) == declared
    for passed, expected in (
        ({"arguments": {"a": 1}}, {"a": 1}),
        ({"arguments": '{"a": 1}'}, '{"a": 1}'),
        ({"arguments": None}, None),
        ({}, {}),
        ({"a": 1}, {"a": 1}),
        ({"arguments": 1, "a": 1}, {"arguments": 1, "a": 1}),
    ):
        assert unwrapped(passed, free) == expected
        assert unwrapped(passed, declared) == passed


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


@pytest.mark.parametrize("name", [path.stem for path in ADAPTERS.glob("[a-z]*.py")])
def test_a_missing_framework_is_named(client, name):
    """Each adapter has a method, which names the package that is missing, and pins for its test."""
    pinned = versions(name)
    with pytest.raises(ConfigurationError, match=rf"as_{name}\(\) needs the package (\S+), ") as caught:
        getattr(Toolbox(client, functions=[]), f"as_{name}")()
    assert str(caught.value).split("pip install ")[1] in pinned


def test_the_page_has_the_versions_of_the_tests():
    """The table of frameworks has each adapter, with the version of the package that is tested."""
    rows = re.findall(r"^\| \[.*\) \| `as_(\w+)\(\)` \| (\S+) \| (\S+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(path.stem for path in ADAPTERS.glob("[a-z]*.py"))
    for name, package, version in rows:
        assert versions(name)[package] == version


def versions(name):
    """Return the pinned versions of a framework's test by package."""
    lines = (ROOT / "tests" / "frameworks" / f"{name}.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    return {package.partition("[")[0]: version for package, version in pins.items()}


def test_adapters_get_the_tools(client):
    """An adapter is called with the tools, and an ImportError inside it is a ConfigurationError."""
    toolbox = Toolbox(client, apps=["slack"])
    assert toolbox._framework("as_x", "x", lambda: list) == list(toolbox.tools)
    with pytest.raises(ConfigurationError, match=r"as_langchain\(\) needs the package langchain-core"):
        toolbox.as_langchain()
