"""Strands Agents."""

import asyncio

from strands import Agent
from strands.models.openai import OpenAIModel

from integry.tools._frameworks._base import TYPES
from tests.frameworks.harness import check, run_documented


def agent(tools, url):
    """Return an agent that uses the fake provider."""
    model = OpenAIModel(client_args={"base_url": f"{url}/v1", "api_key": "fake", "max_retries": 0}, model_id="fake")
    return Agent(model, tools=tools, callback_handler=None)


def loop(tools, url, prompt):
    """Run an agent."""
    agent(tools, url)(prompt)


def expected(schema, *, inner=False):
    """Return a schema as Strands shows it: with `required`, a description of each property, and all types."""
    properties = {name: shown(name, value, inner=inner) for name, value in schema["properties"].items()}
    return {"required": [], **schema, "properties": properties}


def shown(name, schema, *, inner):
    """Return a property as Strands shows it. Inner ones with properties have no description."""
    if schema is True or not schema.keys() & {"type", "anyOf"}:
        schema = {**(schema if schema is not True else {}), "type": TYPES, "items": {}}
    if "properties" in schema:
        schema = expected(schema, inner=True)
        return schema if inner else {"description": f"Property {name}", **schema}
    return {"description": f"Property {name}", **schema}


def call(tool, arguments):
    """Call a tool as the agent does."""

    async def run():
        use = {"toolUseId": "1", "name": tool.tool_name, "input": arguments}
        return [event async for event in tool.stream(use, {})]

    return asyncio.run(run())


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/strands.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("strands-agents", lambda toolbox: toolbox.as_strands(), loop, call, expected=expected)
