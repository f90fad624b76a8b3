"""The package autogen."""

import json

from autogen import ConversableAgent, LLMConfig

from tests.frameworks.harness import check, run_documented


def agents(tools, config):
    """Return an agent that calls tools, and one that runs them."""
    assistant = ConversableAgent("assistant", llm_config=config or False, human_input_mode="NEVER")
    user = ConversableAgent("user", llm_config=False, human_input_mode="NEVER")
    for tool in tools:
        tool.register_for_llm(assistant)
        tool.register_for_execution(user)
    return assistant, user


def loop(tools, url, prompt):
    """Run two agents."""
    config = LLMConfig({"model": "fake", "base_url": f"{url}/v1", "api_key": "fake", "max_retries": 0})
    assistant, user = agents(tools, config)
    user.initiate_chat(assistant, message=prompt, max_turns=2)


def call(tool, arguments):
    """Call a tool as the agent does."""
    _, user = agents([], None)
    tool.register_for_execution(user)
    done, message = user.execute_function({"name": tool.name, "arguments": json.dumps(arguments)})
    assert done, message


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/autogen.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    check("autogen", lambda toolbox: toolbox.as_autogen(), loop, call)
