"""The OpenAI Agents SDK, with chat completions and the responses API."""

import asyncio
import json

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner
from agents.tool_context import ToolContext
from openai import AsyncOpenAI

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt, kind=OpenAIChatCompletionsModel):
    """Run an agent."""
    client = AsyncOpenAI(base_url=f"{url}/v1", api_key="fake", max_retries=0)
    agent = Agent(name="Agent", tools=tools, model=kind(model="fake", openai_client=client))
    Runner.run_sync(agent, prompt)


def loop_responses(tools, url, prompt):
    """Run an agent with the responses API."""
    loop(tools, url, prompt, OpenAIResponsesModel)


def call(tool, arguments):
    """Call a tool as the agent does."""
    text = json.dumps(arguments)
    context = ToolContext(context=None, tool_name=tool.name, tool_call_id="1", tool_arguments=text)
    return asyncio.run(tool.on_invoke_tool(context, text))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/openai_agents.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    for each in (loop, loop_responses):
        check("openai-agents", lambda toolbox: toolbox.as_openai_agents(), each, call)
