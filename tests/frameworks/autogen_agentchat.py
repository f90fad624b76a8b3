"""Microsoft's AutoGen."""

import asyncio
import json
import threading

from autogen_agentchat.agents import AssistantAgent
from autogen_core import CancellationToken
from autogen_core.models import ModelInfo
from autogen_ext.models.openai import OpenAIChatCompletionClient

from integry.sandbox import Sandbox
from integry.tools import Toolbox
from tests.frameworks.harness import PROMPT, check, run_documented
from tests.frameworks.provider import Provider

#: Seconds after which a check that waits for something fails.
PATIENCE = 60


def agent_of(tools, url):
    """Return an agent that uses the fake provider."""
    info = ModelInfo(vision=False, function_calling=True, json_output=False, family="unknown", structured_output=False)
    client = OpenAIChatCompletionClient(
        model="fake", base_url=f"{url}/v1", api_key="fake", model_info=info, max_retries=0
    )
    return AssistantAgent("agent", client, tools=tools, reflect_on_tool_use=True)


def loop(tools, url, prompt):
    """Run an agent."""
    asyncio.run(agent_of(tools, url).run(task=prompt))


def check_cancelling():
    """Cancel an agent while a tool runs: the agent ends at once, and the call runs to its end."""
    started, release, ended = threading.Event(), threading.Event(), threading.Semaphore(0)

    def slow(call):
        started.set()
        release.wait(PATIENCE)
        ended.release()
        return call.arguments

    async def run(tools, url):
        token = CancellationToken()
        task = asyncio.ensure_future(agent_of(tools, url).run(task=PROMPT, cancellation_token=token))
        assert await asyncio.get_running_loop().run_in_executor(None, started.wait, PATIENCE)
        token.cancel()
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        assert done, "the agent waits for the tool"
        assert task.cancelled(), task
        assert not ended.acquire(blocking=False)
        # A token that is cancelled already keeps the tool from being called.
        assert json.loads(await tools[0].run_json({}, token))["error"]["type"] == "Cancelled"
        # A task may be cancelled without a token.
        started.clear()
        task = asyncio.ensure_future(tools[0].run_json({}, CancellationToken()))
        assert await asyncio.get_running_loop().run_in_executor(None, started.wait, PATIENCE)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        release.set()

    with Sandbox() as sandbox, Provider() as provider:
        sandbox.connect("slack", user_id="7")
        sandbox.add_function("slack-slow", slow, app="slack", parameters={})
        toolbox = Toolbox(sandbox.client(user_id="7"), names=["slack-slow"])
        provider.expect("slack-slow", {})
        asyncio.run(run(toolbox.as_autogen_agentchat(), provider.url))
        assert all(ended.acquire(timeout=PATIENCE) for _ in range(2))
        assert not ended.acquire(blocking=False)


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
    check_cancelling()
    check("autogen-agentchat", lambda toolbox: toolbox.as_autogen_agentchat(), loop, call)
    check("autogen-agentchat", lambda toolbox: toolbox.as_autogen_agentchat(), loop, call_run, cases=[])
