"""Gemini's package, with responses as objects and as dicts of both spellings."""

from google import genai

from tests.frameworks.harness import check, run_documented, same


def loop(toolbox, url, prompt, read=lambda response: response):
    """Run the loop of generate_content."""
    client = genai.Client(api_key="fake", http_options={"base_url": url})
    contents = [{"role": "user", "parts": [{"text": prompt}]}]
    config = {"tools": toolbox.as_gemini(), "automatic_function_calling": {"disable": True}}
    for _ in range(2):
        response = client.models.generate_content(model="fake", contents=contents, config=config)
        results = toolbox.handle(read(response))
        contents += [response.candidates[0].content, *results]
    assert results == []


def loop_as_dict(toolbox, url, prompt):
    """Run the loop with responses as dicts."""
    loop(toolbox, url, prompt, lambda response: response.model_dump())


def loop_as_json(toolbox, url, prompt):
    """Run the loop with responses as dicts with the names of the HTTP API."""
    loop(toolbox, url, prompt, lambda response: response.model_dump(by_alias=True, exclude_none=True))


if __name__ == "__main__":
    run_documented(
        "tools/apis.md",
        "tests/frameworks/google_genai.py",
        lambda url: {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "fake"},
    )
    for each in (loop, loop_as_dict, loop_as_json):
        check("google-genai", lambda toolbox: toolbox, each, rename=same)
