"""Pydantic AI."""

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.providers.openai import OpenAIProvider

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""
    model = OpenAIChatModel("fake", provider=OpenAIProvider(base_url=f"{url}/v1", api_key="fake"))
    Agent(model, tools=tools).run_sync(prompt)


def call(tool, arguments):
    """Call a tool as the agent does."""

    class Model(TestModel):
        def gen_tool_args(self, _):
            return arguments

    Agent(Model(), tools=[tool]).run_sync("Go.")


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/pydantic_ai.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("pydantic-ai-slim", lambda toolbox: toolbox.as_pydantic_ai(), loop, call)
