"""LlamaIndex: sync and async."""

import asyncio
import json

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.tools.calling import acall_tool, call_tool
from llama_index.llms.openai_like import OpenAILike

from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""

    async def run():
        model = OpenAILike(
            "fake", api_base=f"{url}/v1", api_key="fake", is_chat_model=True, is_function_calling_model=True
        )
        await FunctionAgent(tools=tools, llm=model, streaming=False).run(user_msg=prompt)

    asyncio.run(run())


def expected(schema):
    """Return a schema as LlamaIndex shows it: without further properties."""
    if not schema["properties"]:
        everything = {"type": "object", "description": "The arguments of the function"}
        schema = {**schema, "properties": {"arguments": everything}}
    return {"additionalProperties": False, **schema}


def wrap(arguments):
    """Return what the model passes to a function without declared parameters."""
    return {"arguments": arguments}


def call(tool, arguments):
    """Call a tool as an agent does. ReActAgent shows the schema as text."""
    assert json.loads(tool.metadata.fn_schema_str) == tool.metadata.get_parameters_dict()
    return call_tool(tool, arguments)


def call_async(tool, arguments):
    """Call a tool in asyncio."""
    return asyncio.run(acall_tool(tool, arguments))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/llamaindex.py",
        lambda url: {"OPENAI_API_BASE": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    for each in (call, call_async):
        check("llama-index-core", lambda toolbox: toolbox.as_llamaindex(), loop, each, expected=expected, wrap=wrap)
