"""Anthropic's package, with responses as objects and as dicts."""

from anthropic import Anthropic

from integry.tools._names import key_names
from tests.frameworks.harness import check, run_documented


def loop(toolbox, url, prompt, read=lambda response: response):
    """Run the loop of the messages API."""
    client = Anthropic(base_url=url, api_key="fake", max_retries=0)
    messages = [{"role": "user", "content": prompt}]
    for _ in range(2):
        response = client.messages.create(model="fake", max_tokens=100, messages=messages, tools=toolbox.as_anthropic())
        results = toolbox.handle(read(response))
        messages += [{"role": "assistant", "content": response.content}, *results]
    assert results == []


def loop_as_dict(toolbox, url, prompt):
    """Run the loop with responses as dicts."""
    loop(toolbox, url, prompt, lambda response: response.model_dump())


if __name__ == "__main__":
    run_documented(
        "tools/apis.md",
        "tests/frameworks/anthropic.py",
        lambda url: {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "fake"},
    )
    for each in (loop, loop_as_dict):
        check("anthropic", lambda toolbox: toolbox, each, rename=key_names)
