"""Responses of the APIs of language models, as dicts and as objects."""

import json
from types import SimpleNamespace


def as_object(value):
    """Return a JSON value with objects instead of dicts, except for the arguments of calls, as SDKs have them."""
    if isinstance(value, dict):
        return SimpleNamespace(
            **{name: part if name in ("input", "args") else as_object(part) for name, part in value.items()}
        )
    return [as_object(part) for part in value] if isinstance(value, list) else value


def chat(*calls, as_text=True):
    """Return a response of OpenAI's chat completions, of Mistral or of LiteLLM."""
    made = [
        {
            "id": call_id,
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments) if as_text else arguments},
        }
        for call_id, name, arguments in calls
    ]
    message = {"role": "assistant", "content": None, "tool_calls": made or None}
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
    }


def responses(*calls):
    """Return a response of OpenAI's responses API."""
    made = [
        {"type": "function_call", "id": "fc", "call_id": call_id, "name": name, "arguments": json.dumps(arguments)}
        for call_id, name, arguments in calls
    ]
    return {"object": "response", "output": [{"type": "reasoning", "summary": []}, *made]}


def anthropic(*calls):
    """Return a response of Anthropic's messages API."""
    made = [{"type": "tool_use", "id": call_id, "name": name, "input": arguments} for call_id, name, arguments in calls]
    return {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "I call"}, *made]}


def gemini(*calls):
    """Return a response of Gemini."""
    made = [
        {"function_call": {"id": call_id or None, "name": name, "args": arguments}, "text": None}
        for call_id, name, arguments in calls
    ]
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": "I call"}, *made]}}]}


FORMATS = {"chat": chat, "responses": responses, "anthropic": anthropic, "gemini": gemini}


def results_of(messages):
    """Return the results in messages that answer calls, by the id of the call."""
    found = {}
    for message in messages:
        content = message.get("content")
        for item in message.get("parts") or (content if isinstance(content, list) else [message]):
            answer = item.get("function_response", item)
            call_id = next(
                answer[name] for name in ("tool_call_id", "call_id", "tool_use_id", "id", "name") if name in answer
            )
            result = answer.get("response", answer.get("output", answer.get("content")))
            found[call_id] = json.loads(result) if isinstance(result, str) else result
    return found
