"""LiteLLM, with responses as objects and as dicts."""

import litellm

from tests.frameworks.harness import check, run_documented, same


def loop(toolbox, url, prompt, read=lambda response: response):
    """Run the loop of completion."""
    messages = [{"role": "user", "content": prompt}]
    for _ in range(2):
        response = litellm.completion(
            model="openai/fake", base_url=f"{url}/v1", api_key="fake", messages=messages, tools=toolbox.as_litellm()
        )
        results = toolbox.handle(read(response))
        messages += [response.choices[0].message, *results]
    assert results == []


def loop_as_dict(toolbox, url, prompt):
    """Run the loop with responses as dicts."""
    loop(toolbox, url, prompt, lambda response: response.model_dump())


if __name__ == "__main__":
    run_documented(
        "tools/apis.md",
        "tests/frameworks/litellm.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
    )
    for each in (loop, loop_as_dict):
        check("litellm", lambda toolbox: toolbox, each, rename=same)
