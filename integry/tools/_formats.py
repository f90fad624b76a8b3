"""The formats of the APIs of language models: tools, calls in responses, and the messages that answer them."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..errors import InvalidRequest
from ._results import dumps
from ._tool import Tool, ToolCall

#: The kinds of calls. One kind of API needs one kind of answer.
CHAT, RESPONSES, CUSTOM, ANTHROPIC, GEMINI = "chat", "responses", "custom", "anthropic", "gemini"
_EXPECTED = "a response of the OpenAI (chat or responses), Anthropic, Gemini, Mistral or LiteLLM API"


def chat_tool(tool: Tool, parameters: Any) -> Dict[str, Any]:
    """Return a tool in the format of OpenAI's chat completions, which Mistral and LiteLLM take too."""
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def responses_tool(tool: Tool, parameters: Any) -> Dict[str, Any]:
    """Return a tool in the format of OpenAI's responses API."""
    # The default of `strict` makes all parameters required.
    function = {"name": tool.name, "description": tool.description, "parameters": parameters, "strict": False}
    return {"type": "function", **function}


def anthropic_tool(tool: Tool, parameters: Any) -> Dict[str, Any]:
    """Return a tool in Anthropic's format."""
    return {"name": tool.name, "description": tool.description, "input_schema": parameters}


def gemini_declaration(tool: Tool, parameters: Any) -> Dict[str, Any]:
    """Return a function declaration in Gemini's format."""
    # The older field `parameters` does not take lists of types.
    return {"name": tool.name, "description": tool.description, "parameters_json_schema": parameters}


def read(response: Any) -> List[ToolCall]:
    """Return the calls in a response, which is an object of an SDK, or a dict.

    Raises:
        InvalidRequest: If the value is a stream, a coroutine, or not a response of one of the APIs.
    """
    _check_response(response)
    choices, output, candidates = (_list(response, name) for name in ("choices", "output", "candidates"))
    if choices is not None and all(_get(choice, "message") is not None for choice in choices[:1]):
        return [call for choice in choices[:1] for call in _chat_calls(_get(choice, "message"))]
    if output is not None and _get(response, "object") == "response":
        return list(_responses_calls(output))
    if _get(response, "type") == "message" and _list(response, "content") is not None:
        return list(_anthropic_calls(_list(response, "content") or []))
    if candidates is not None or _is_blocked(response):
        return [call for each in (candidates or [])[:1] for call in _gemini_calls(_get(each, "content"))]
    message = f"The response must be {_EXPECTED}, got {type(response).__name__}"
    raise InvalidRequest(message)


def _check_response(response: Any) -> None:
    """Raise InvalidRequest for streams and coroutines, with advice."""
    if hasattr(response, "__await__"):
        message = "The response is a coroutine: await it first"
        raise InvalidRequest(message)
    choices = _list(response, "choices")
    is_chunk = bool(choices) and _get(choices[0], "delta") is not None and _get(choices[0], "message") is None  # type: ignore[index]  # not empty
    is_stream = hasattr(response, "__next__") or hasattr(response, "__anext__") or hasattr(response, "__aiter__")
    if is_stream or is_chunk:
        message = "The response is a stream, or a part of one: pass the whole response, without stream=True"
        raise InvalidRequest(message)


def _is_blocked(response: Any) -> bool:
    """Return True for a response of Gemini without candidates, because it blocked the prompt."""
    return any(_get(response, name) is not None for name in ("prompt_feedback", "promptFeedback"))


def _get(value: Any, *names: str) -> Any:
    """Return the first field of an object or a dict that is not None."""
    for name in names:
        found = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        if found is not None:
            return found
    return None


def _list(value: Any, name: str) -> Optional[Sequence[Any]]:
    """Return a field that is a list. SDKs have objects of their own for fields that are not set."""
    found = _get(value, name)
    return found if isinstance(found, (list, tuple)) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _chat_calls(message: Any) -> Iterator[ToolCall]:
    for call in _list(message, "tool_calls") or []:
        function = _get(call, "function")
        custom = _get(call, "custom") if function is None else None
        arguments = _get(function, "arguments") if custom is None else _get(custom, "input")
        yield _call(_get(function if custom is None else custom, "name"), arguments, _get(call, "id"), CHAT)


def _responses_calls(output: Sequence[Any]) -> Iterator[ToolCall]:
    for item in output:
        kind = _get(item, "type")
        if kind == "function_call":
            yield _call(_get(item, "name"), _get(item, "arguments"), _get(item, "call_id"), RESPONSES)
        elif kind == "custom_tool_call":
            yield _call(_get(item, "name"), _get(item, "input"), _get(item, "call_id"), CUSTOM)


def _anthropic_calls(content: Sequence[Any]) -> Iterator[ToolCall]:
    for block in content:
        if _get(block, "type") == "tool_use":
            yield _call(_get(block, "name"), _get(block, "input"), _get(block, "id"), ANTHROPIC)


def _gemini_calls(content: Any) -> Iterator[ToolCall]:
    for part in _list(content, "parts") or []:
        call = _get(part, "function_call", "functionCall")
        if call is not None:
            yield _call(_get(call, "name"), _get(call, "args"), _get(call, "id"), GEMINI)


def _call(name: Any, arguments: Any, call_id: Any, kind: str) -> ToolCall:
    found = {} if arguments is None else dict(arguments) if isinstance(arguments, Mapping) else arguments
    return ToolCall(_text(name), found, _text(call_id), None, kind)


def write(answers: Sequence[Tuple[ToolCall, Any]]) -> List[Dict[str, Any]]:
    """Return the messages that answer the calls of a response.

    Args:
        answers: The calls of one response with their results.
    """
    if not answers:
        return []
    kind = answers[0][0]._kind  # noqa: SLF001 (an attribute for this module)
    items = [_ITEMS[call._kind](call, result) for call, result in answers]  # noqa: SLF001 (of this package)
    if kind == ANTHROPIC:
        return [{"role": "user", "content": items}]
    return [{"role": "user", "parts": items}] if kind == GEMINI else items


def _chat_item(call: ToolCall, result: Any) -> Dict[str, Any]:
    return {"role": "tool", "tool_call_id": call.id, "content": dumps(result)}


def _responses_item(call: ToolCall, result: Any) -> Dict[str, Any]:
    return {"type": "function_call_output", "call_id": call.id, "output": dumps(result)}


def _custom_item(call: ToolCall, result: Any) -> Dict[str, Any]:
    return {"type": "custom_tool_call_output", "call_id": call.id, "output": dumps(result)}


def _anthropic_item(call: ToolCall, result: Any) -> Dict[str, Any]:
    failed = isinstance(result, Mapping) and result.get("ok") is False
    return {"type": "tool_result", "tool_use_id": call.id, "content": dumps(result), "is_error": failed}


def _gemini_item(call: ToolCall, result: Any) -> Dict[str, Any]:
    answer = {"id": call.id} if call.id else {}
    response = dict(result) if isinstance(result, Mapping) else {"output": result}
    return {"function_response": {**answer, "name": call.name, "response": response}}


_ITEMS: Dict[str, Callable[[ToolCall, Any], Dict[str, Any]]] = {
    CHAT: _chat_item,
    RESPONSES: _responses_item,
    CUSTOM: _custom_item,
    ANTHROPIC: _anthropic_item,
    GEMINI: _gemini_item,
}
