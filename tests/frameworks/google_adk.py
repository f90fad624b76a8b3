"""Google's Agent Development Kit."""

import asyncio
import os

from google.adk.agents import LlmAgent
from google.adk.models import Gemini
from google.adk.runners import InMemoryRunner

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""
    model = Gemini(model="gemini-fake", base_url=url)
    runner = InMemoryRunner(LlmAgent(name="agent", model=model, tools=tools))
    asyncio.run(runner.run_debug(prompt, quiet=True))


def call(tool, arguments):
    """Call a tool as the agent does."""
    return asyncio.run(tool.run_async(args=arguments, tool_context=None))


os.environ["GEMINI_API_KEY"] = "fake"

if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/google_adk.py",
        lambda url: {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "fake"},
    )
    check("google-adk", lambda toolbox: toolbox.as_google_adk(), loop, call)
