"""Strands Agents."""

import asyncio

from strands import Agent
from strands.models.openai import OpenAIModel

from tests.frameworks.harness import check, run_documented

def agent(tools, url):
    """Return an agent that uses the fake provider."""
    model = OpenAIModel({"base_url": f"{url}/v1", "api_key": "fake", "max_retries": 0}, model_id="fake")
    return Agent(model, tools=tools, callback_handler=None)


def loop(tools, url, prompt):
    """Run an agent."""
    agent(tools, url)(prompt)


def call(tool, arguments):
    """Call a tool as the agent does."""

    async def run():
        use = {"toolUseId": "1", "name": tool.tool_name, "input": arguments}
        return [event async for event in tool.stream(use, {})]

    return asyncio.run(run())



if __name__ == "__main__":
    run_documented("tools/frameworks.md", "tests/frameworks/strands.py", lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"})
    check("strands-agents", lambda toolbox: toolbox.as_strands(), loop, call)
