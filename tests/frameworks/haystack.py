"""Haystack: sync and async."""

import asyncio

from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.utils import Secret

from integry import ConfigurationError
from integry.sandbox import Sandbox
from integry.tools import Toolbox
from tests.frameworks.harness import assert_equal, check, run_documented


def agent(tools, url):
    """Return an agent that uses the fake provider."""
    generator = OpenAIChatGenerator(
        model="fake", api_base_url=f"{url}/v1", api_key=Secret.from_token("fake"), max_retries=0
    )
    return Agent(chat_generator=generator, tools=tools)


def loop(tools, url, prompt):
    """Run an agent."""
    agent(tools, url).run(messages=[ChatMessage.from_user(prompt)])


def loop_async(tools, url, prompt):
    """Run an agent in asyncio."""
    asyncio.run(agent(tools, url).run_async(messages=[ChatMessage.from_user(prompt)]))


def call(tool, arguments):
    """Call a tool as the agent does."""
    return tool.invoke(**arguments)


def call_async(tool, arguments):
    """Call a tool in asyncio."""
    return asyncio.run(tool.invoke_async(**arguments))


def check_saved():
    """Check that a tool can be shown as a dict, and not be read back, because it belongs to a user."""
    with Sandbox() as sandbox:
        (tool,) = Toolbox(sandbox.client(user_id="7"), names=["slack-post-message"]).as_haystack()
    saved = tool.to_dict()
    assert_equal("saved parameters", saved["data"]["parameters"], tool.parameters)
    error = None
    try:
        type(tool).from_dict(saved)
    except ConfigurationError as caught:
        error = caught
    assert "slack-post-message" in str(error)


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/haystack.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("haystack-ai", lambda toolbox: toolbox.as_haystack(), loop, call)
    check("haystack-ai", lambda toolbox: toolbox.as_haystack(), loop_async, call_async)
    check_saved()
