"""AG2."""

import asyncio
import json

from ag2 import Agent
from ag2.config import OpenAIConfig
from ag2.events import ToolCallEvent
from ag2.testing import TestConfig

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""
    config = OpenAIConfig("fake", base_url=f"{url}/v1", api_key="fake")
    asyncio.run(Agent("agent", config=config, tools=tools).ask(prompt))


def expected(schema):
    """Return a schema as AG2 shows it: without further properties, unless it declares none."""
    return {"additionalProperties": not schema["properties"], **schema}


def call(tool, arguments):
    """Call a tool as the agent does."""
    config = TestConfig(ToolCallEvent(name=tool.name, arguments=json.dumps(arguments)), "Done.")
    asyncio.run(Agent("agent", config=config, tools=[tool]).ask("Go."))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/ag2.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("ag2", lambda toolbox: toolbox.as_ag2(), loop, call, expected=expected)
