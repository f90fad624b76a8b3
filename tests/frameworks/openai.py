"""OpenAI's package: chat completions and responses, as objects and as dicts."""

from openai import OpenAI

from tests.frameworks.harness import check, run_documented, same


def client_of(url):
    """Return a client of the fake provider."""
    return OpenAI(base_url=f"{url}/v1", api_key="fake", max_retries=0)


def chat(toolbox, url, prompt, read=lambda response: response):
    """Run the loop of chat completions."""
    client, messages = client_of(url), [{"role": "user", "content": prompt}]
    for _ in range(2):
        response = client.chat.completions.create(model="fake", messages=messages, tools=toolbox.as_openai())
        results = toolbox.handle(read(response))
        messages += [response.choices[0].message, *results]
    assert results == []


def chat_as_dict(toolbox, url, prompt):
    """Run the loop with responses as dicts."""
    chat(toolbox, url, prompt, lambda response: response.model_dump())


def responses(toolbox, url, prompt, read=lambda response: response):
    """Run the loop of the responses API."""
    client, items = client_of(url), [{"role": "user", "content": prompt}]
    for _ in range(2):
        response = client.responses.create(model="fake", input=items, tools=toolbox.as_openai_responses())
        results = toolbox.handle(read(response))
        items += [*response.output, *results]
    assert results == []


def responses_as_dict(toolbox, url, prompt):
    """Run the loop with responses as dicts."""
    responses(toolbox, url, prompt, lambda response: response.model_dump())


if __name__ == "__main__":
    for page in ("tools/index.md", "tools/apis.md"):
        run_documented(
            page,
            "tests/frameworks/openai.py",
            lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
        )
    for loop in (chat, chat_as_dict, responses, responses_as_dict):
        check("openai", lambda toolbox: toolbox, loop, rename=same)
