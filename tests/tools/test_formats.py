"""Tools in the formats of six APIs, and the answers to the calls in their responses."""

import json
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from integry import InvalidRequest
from integry.tools import Toolbox
from tests.tools.responses import FORMATS, anthropic, as_object, chat, gemini, responses, results_of
from tests.tools.schemas import NASTY_ARGUMENTS

POST = "slack-post-message"
ARGUMENTS = {"channel": "random", "text": "Hi"}


@pytest.fixture
def toolbox(client):
    """Return a toolbox with one function."""
    return Toolbox(client, names=[POST])


def test_the_formats_of_tools(toolbox):
    """Each API gets the name, the description and the schema in its own format."""
    schema = toolbox.tools[POST].parameters
    base = {"name": POST, "description": "Post a message in a channel"}
    chat_format = [{"type": "function", "function": {**base, "parameters": schema}}]
    assert toolbox.as_openai() == toolbox.as_mistral() == toolbox.as_litellm() == chat_format
    assert toolbox.as_openai_responses() == [{"type": "function", **base, "parameters": schema, "strict": False}]
    assert toolbox.as_anthropic() == [{**base, "input_schema": schema}]
    assert toolbox.as_gemini() == [{"function_declarations": [{**base, "parameters_json_schema": schema}]}]
    assert toolbox.estimated_tokens == len(json.dumps(chat_format, separators=(",", ":"))) // 4 > 500


def test_formats_are_copies(toolbox):
    """Changing an export does not change the toolbox."""
    for method in ("as_openai", "as_openai_responses", "as_anthropic", "as_gemini"):
        before = json.dumps(getattr(toolbox, method)())
        changed = getattr(toolbox, method)()
        next(iter(find(changed, "properties"))).clear()
        assert json.dumps(getattr(toolbox, method)()) == before


def find(value, name):
    """Yield the fields of a name in a JSON value."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == name:
            yield part
        yield from find(part, name)


def test_a_toolbox_without_functions_exports_nothing(client):
    """Without functions, all formats are empty lists."""
    empty = Toolbox(client, names=[])
    assert empty.as_openai() == empty.as_openai_responses() == empty.as_anthropic() == empty.as_gemini() == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("wrap", [dict, as_object])
def test_calls_are_answered(toolbox, sandbox, name, wrap):
    """The calls in a response are run in order, and each one is answered."""
    response = wrap(FORMATS[name](("1", POST, ARGUMENTS), ("2", "nonsense", {}), ("3", POST, {"channel": "x"})))
    messages = toolbox.handle(response)
    found = results_of(messages)
    assert list(found) == ["1", "2", "3"]
    assert found["1"]["ok"] is True
    assert found["1"]["output"]["message"]["text"] == "Hi"
    assert found["2"]["error"]["type"] == "UnknownTool"
    assert found["3"]["error"]["type"] == "InvalidArguments"
    assert list(found["3"]["error"]["arguments"]) == ["text"]
    assert [call.arguments for call in sandbox.calls] == [ARGUMENTS]
    assert sandbox.calls[0].user_id == "7"
    json.dumps(messages)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("wrap", [dict, as_object])
def test_no_calls_no_messages(toolbox, name, wrap):
    """A response in which the model called nothing gives an empty list."""
    assert toolbox.handle(wrap(FORMATS[name]())) == []


def test_the_messages(toolbox):
    """The messages have the form that each API documents."""
    call = ("1", "nonsense", {})
    (message,) = toolbox.handle(chat(call))
    assert (message["role"], message["tool_call_id"], set(message)) == (
        "tool",
        "1",
        {"role", "tool_call_id", "content"},
    )
    (message,) = toolbox.handle(responses(call))
    assert (message["type"], message["call_id"]) == ("function_call_output", "1")
    assert set(message) == {"type", "call_id", "output"}
    (message,) = toolbox.handle(anthropic(call, call))
    assert message["role"] == "user"
    assert [(item["type"], item["tool_use_id"], item["is_error"]) for item in message["content"]] == [
        ("tool_result", "1", True)
    ] * 2
    (message,) = toolbox.handle(gemini(call, call))
    assert message["role"] == "user"
    assert [item["function_response"]["name"] for item in message["parts"]] == ["nonsense"] * 2
    assert "id" not in toolbox.handle(gemini(("", POST, ARGUMENTS)))[0]["parts"][0]["function_response"]
    assert toolbox.handle(anthropic(("1", POST, ARGUMENTS)))[0]["content"][0]["is_error"] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("{broken", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[1]", "must be a JSON object, got list"),
        ('"text"', "must be a JSON object, got str"),
        (7, "must be a JSON object, got int"),
    ],
)
def test_arguments_that_are_no_object(toolbox, sandbox, arguments, message):
    """Broken JSON, and JSON that is not an object, are answered with an error."""
    response = chat(("1", POST, None))
    response["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = arguments
    result = results_of(toolbox.handle(response))["1"]
    assert result["error"]["type"] == "InvalidArguments"
    assert message in result["error"]["message"]
    assert sandbox.calls == []


@pytest.mark.parametrize("arguments", ["", None, {}, "{}"])
def test_missing_arguments_are_an_empty_object(client, sandbox, arguments):
    """Models leave out the arguments of functions without required ones."""
    toolbox = Toolbox(client, names=["slack-list-conversations"])
    response = chat(("1", "slack-list-conversations", None))
    response["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = arguments
    assert results_of(toolbox.handle(response))["1"]["ok"] is True
    assert sandbox.calls[0].arguments == {}


def test_mistral_passes_arguments_as_objects(toolbox):
    """Arguments may be an object instead of text."""
    assert results_of(toolbox.handle(chat(("1", POST, ARGUMENTS), as_text=False)))["1"]["ok"] is True


def test_calls_of_custom_tools_are_answered(toolbox):
    """OpenAI's custom tools, whose input is text, are answered in their own format."""
    custom = {"type": "custom_tool_call", "call_id": "c", "name": "grep", "input": "x"}
    (message,) = toolbox.handle({"object": "response", "output": [custom]})
    assert (message["type"], message["call_id"]) == ("custom_tool_call_output", "c")
    response = chat()
    call = {"id": "c", "type": "custom", "custom": {"name": "grep", "input": "x"}}
    response["choices"][0]["message"]["tool_calls"] = [call]
    assert toolbox.calls(response)[0].arguments == "x"
    assert results_of(toolbox.handle(response))["c"]["error"]["type"] == "UnknownTool"


@pytest.mark.parametrize("name", FORMATS)
def test_nasty_arguments_arrive_unchanged(client, sandbox, nasty, name):
    """Arguments of all kinds and names reach the function as the model wrote them."""
    toolbox = Toolbox(client, names=[nasty])
    arguments = NASTY_ARGUMENTS
    if name == "anthropic":
        keys = toolbox.as_anthropic()[0]["input_schema"]["properties"]
        arguments = dict(
            zip(keys, (NASTY_ARGUMENTS.get(each) for each in toolbox.tools[nasty].parameters["properties"]))
        )
        arguments = {key: value for key, value in arguments.items() if key not in ("_cursor", "types")}
    result = results_of(toolbox.handle(FORMATS[name](("1", nasty, arguments))))["1"]
    assert result["ok"] is True, result
    assert {**sandbox.calls[0].arguments, "types": None} == NASTY_ARGUMENTS


def stream():
    """Yield the parts of a stream."""
    yield {"choices": []}


async def coroutine():
    """Return a response."""


class AsyncStream:
    """A stream of an asynchronous SDK."""

    def __aiter__(self):
        return self


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (stream(), "stream"),
        (AsyncStream(), "stream"),
        (MagicMock(), "stream|coroutine"),
        ({"choices": [{"delta": {"tool_calls": []}}]}, "stream"),
        (SimpleNamespace(choices=[SimpleNamespace(delta=SimpleNamespace())]), "stream"),
        (None, "got NoneType"),
        ("text", "got str"),
        ([], "got list"),
        ({}, "got dict"),
        ({"role": "assistant", "content": "Hi", "tool_calls": []}, "got dict"),
        ({"role": "assistant", "content": [{"type": "text"}]}, "got dict"),
        ({"output": []}, "got dict"),
        ({"choices": [{}]}, "got dict"),
        (object(), "got object"),
    ],
)
def test_foreign_values_are_refused(toolbox, response, message):
    """Streams, messages and foreign objects raise InvalidRequest. They do not count as responses without calls."""
    with pytest.raises(InvalidRequest, match=message):
        toolbox.handle(response)


def test_a_coroutine_is_refused(toolbox):
    """A response that was not awaited is refused with advice."""
    made = coroutine()
    with pytest.raises(InvalidRequest, match="await it first"):
        toolbox.handle(made)
    made.close()


def test_a_blocked_prompt_has_no_calls(toolbox):
    """Gemini sends no candidates if it blocks the prompt, and OpenAI may send no choices."""
    assert toolbox.handle({"candidates": None, "prompt_feedback": {"block_reason": "SAFETY"}}) == []
    assert toolbox.handle({"candidates": [{"content": None}]}) == []
    assert toolbox.handle({"choices": []}) == []


def test_other_tools_can_be_mixed_in(toolbox):
    """`calls` gives all calls, and `answer` the messages for results of any kind."""
    response = anthropic(("1", "weather", {"city": "Oslo"}), ("2", POST, ARGUMENTS))
    calls = toolbox.calls(response)
    assert [(call.id, call.name, call.arguments) for call in calls] == [
        ("1", "weather", {"city": "Oslo"}),
        ("2", POST, ARGUMENTS),
    ]
    assert [call.function and call.function.name for call in calls] == [None, POST]
    found = results_of(toolbox.answer(calls, ["rain", toolbox.run(calls[1].name, calls[1].arguments)]))
    assert found["1"] == "rain"
    assert found["2"]["ok"] is True
    gemini_calls = toolbox.calls(gemini(("1", "weather", {})))
    assert results_of(toolbox.answer(gemini_calls, ["rain"]))["1"] == {"output": "rain"}
    with pytest.raises(InvalidRequest, match="2 calls and 1 results"):
        toolbox.answer(calls, ["rain"])


def test_surrogates_and_non_ascii_text(toolbox):
    """Text outside ASCII is not escaped, because escapes cost tokens. Lone surrogates are, because UTF-8 has none."""
    calls = toolbox.calls(chat(("1", "weather", {})))
    assert toolbox.answer(calls, ["größe"])[0]["content"] == '"größe"'
    assert toolbox.answer(calls, ["\ud800ö"])[0]["content"] == '"\\ud800\\u00f6"'
