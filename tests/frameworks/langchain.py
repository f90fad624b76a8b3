"""LangChain and LangGraph: sync and async."""

import asyncio

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

from tests.frameworks.harness import check, run_documented


def agent(tools, url):
    """Return an agent that uses the fake provider."""
    return create_agent(ChatOpenAI(model="fake", base_url=f"{url}/v1", api_key="fake", max_retries=0), tools)


def loop(tools, url, prompt):
    """Run an agent."""
    agent(tools, url).invoke({"messages": [("user", prompt)]})


def loop_async(tools, url, prompt):
    """Run an agent in asyncio."""
    asyncio.run(agent(tools, url).ainvoke({"messages": [("user", prompt)]}))


def call_as(tool, arguments):
    """Return a call as the agent passes it to a tool."""
    return {"type": "tool_call", "id": "1", "name": tool.name, "args": arguments}


def call(tool, arguments):
    """Call a tool as the agent does."""
    return tool.invoke(call_as(tool, arguments))


def call_async(tool, arguments):
    """Call a tool in asyncio, as the agent does."""
    return asyncio.run(tool.ainvoke(call_as(tool, arguments)))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/langchain.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("langchain-core", lambda toolbox: toolbox.as_langchain(), loop, call)
    check("langchain-core", lambda toolbox: toolbox.as_langchain(), loop_async, call_async)
