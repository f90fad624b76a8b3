"""Mistral's package, with responses as objects and as dicts."""

from functools import partial

import mistralai.client

from tests.frameworks.harness import check, run_documented, same

Mistral = mistralai.client.Mistral


def loop(toolbox, url, prompt, read=lambda response: response):
    """Run the loop of chat completions."""
    client = Mistral(api_key="fake", server_url=url)
    messages = [{"role": "user", "content": prompt}]
    for _ in range(2):
        response = client.chat.complete(model="fake", messages=messages, tools=toolbox.as_mistral())
        results = toolbox.handle(read(response))
        messages += [response.choices[0].message, *results]
    assert results == []


def loop_as_dict(toolbox, url, prompt):
    """Run the loop with responses as dicts."""
    loop(toolbox, url, prompt, lambda response: response.model_dump())


def environment(url):
    """Make new clients use the fake provider: the package reads no URL from the environment."""
    mistralai.client.Mistral = partial(Mistral, server_url=url)
    return {"MISTRAL_API_KEY": "fake"}


if __name__ == "__main__":
    run_documented("tools/apis.md", "tests/frameworks/mistralai.py", environment)
    for each in (loop, loop_as_dict):
        check("mistralai", lambda toolbox: toolbox, each, rename=same)
