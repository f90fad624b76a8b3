"""DSPy: native function calling, and ReAct, whose prompts are text."""

import asyncio
from typing import List

import dspy

from tests.frameworks.harness import check, run_documented


class Task(dspy.Signature):
    """Call a tool."""

    task: str = dspy.InputField()
    tools: List[dspy.Tool] = dspy.InputField()
    calls: dspy.ToolCalls = dspy.OutputField()


def loop(tools, url, prompt):
    """Let the model call a tool, and run it."""
    model = dspy.LM("openai/gpt-4o", api_base=f"{url}/v1", api_key="fake", cache=False, num_retries=0)
    with dspy.context(lm=model, adapter=dspy.ChatAdapter(use_native_function_calling=True)):
        (each,) = dspy.Predict(Task)(task=prompt, tools=tools).calls.tool_calls
    return each.execute(functions=tools)


def call(tool, arguments):
    """Call a tool as ReAct does."""
    return tool(**arguments)


def call_async(tool, arguments):
    """Call a tool in asyncio, as ReAct does."""
    return asyncio.run(tool.acall(**arguments))


def fields(**values):
    """Return fields as a model writes them for DSPy."""
    return "\n\n".join(f"[[ ## {name} ## ]]\n{value}" for name, value in {**values, "completed": ""}.items())


if __name__ == "__main__":
    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/dspy.py",
        lambda url: {"OPENAI_API_BASE": f"{url}/v1", "OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
        [
            fields(
                next_thought="Post it.",
                next_tool_name="slack-post-message",
                next_tool_args='{"channel": "random", "text": "Hello"}',
            ),
            fields(next_thought="It is done.", next_tool_name="finish", next_tool_args="{}"),
            fields(reasoning="The message was posted.", answer="Done."),
        ],
    )
    for each in (call, call_async):
        check("dspy", lambda toolbox: toolbox.as_dspy(), loop, each)
