"""Microsoft's AutoGen."""

import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_core import CancellationToken
from autogen_core.models import ModelInfo
from autogen_ext.models.openai import OpenAIChatCompletionClient

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""
    info = ModelInfo(vision=False, function_calling=True, json_output=False, family="unknown", structured_output=False)
    client = OpenAIChatCompletionClient(
        model="fake", base_url=f"{url}/v1", api_key="fake", model_info=info, max_retries=0
    )
    asyncio.run(AssistantAgent("agent", client, tools=tools, reflect_on_tool_use=True).run(task=prompt))


def call(tool, arguments):
    """Call a tool as the agent does."""
    return asyncio.run(tool.run_json(arguments, CancellationToken(), call_id="1"))


def call_run(tool, arguments):
    """Call a tool with its method `run`, which other callers may use."""
    return asyncio.run(tool.run(arguments, CancellationToken()))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/autogen_agentchat.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("autogen-agentchat", lambda toolbox: toolbox.as_autogen_agentchat(), loop, call)
    check("autogen-agentchat", lambda toolbox: toolbox.as_autogen_agentchat(), loop, call_run, cases=[])
