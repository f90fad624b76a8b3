"""Microsoft's Agent Framework."""

import asyncio

from agent_framework import Agent
from agent_framework.openai import OpenAIChatCompletionClient

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""
    client = OpenAIChatCompletionClient(model="fake", base_url=f"{url}/v1", api_key="fake")
    asyncio.run(Agent(client, tools=tools).run(prompt))


def call(tool, arguments):
    """Call a tool as the agent does."""
    return asyncio.run(tool.invoke(arguments=arguments))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/agent_framework.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("agent-framework-core", lambda toolbox: toolbox.as_agent_framework(), loop, call)
