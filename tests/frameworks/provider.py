"""A fake provider of language models, which serves the APIs of OpenAI, Anthropic and Gemini on loopback.

Its model calls one tool once, with the arguments that the test sets. After the result it says that it is done.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DONE = "Done."
#: Names of the field with the schema of a tool. google-genai sends `parameters_json_schema`.
SCHEMAS = ("parameters_json_schema", "parametersJsonSchema", "parameters", "input_schema")


def tools_of(body):
    """Return the schemas of the tools in a request, by name."""
    found = {}
    for tool in body.get("tools") or []:
        for each in tool.get("functionDeclarations") or [tool.get("function") or tool.get("toolSpec") or tool]:
            found[each.get("name")] = next((each[key] for key in SCHEMAS if key in each), None)
    return found


def results_of(body):
    """Return the results of tools in a request."""
    found = [each.get("content") for each in body.get("messages") or [] if each.get("role") == "tool"]
    items = body.get("input") if isinstance(body.get("input"), list) else []
    found += [each["output"] for each in items if each.get("type") == "function_call_output"]
    for message in body.get("messages") or []:
        blocks = message.get("content") if isinstance(message.get("content"), list) else []
        found += [block["content"] for block in blocks if block.get("type") == "tool_result"]
        # smolagents sends results as a user's text.
        texts = [block["text"] for block in blocks if block.get("type") == "text" and message.get("role") == "user"]
        found += [text for text in texts if text.startswith("Observation:")]
    for content in body.get("contents") or []:
        parts = content.get("parts") or []
        found += [part["functionResponse"]["response"] for part in parts if "functionResponse" in part]
    return found


def chat(call, text=DONE):
    """Return a response of OpenAI's chat completions; `call` is None for text."""
    message = {"role": "assistant", "content": None if call else text}
    if call:
        function = {"name": call[0], "arguments": json.dumps(call[1])}
        message["tool_calls"] = [{"id": "call12345", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if call else "stop", "logprobs": None}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice], "usage": usage}


def chat_chunks(call):
    """Return the chunks of a streamed response of OpenAI's chat completions."""
    whole = chat(call)
    (choice,) = whole["choices"]
    delta = choice.pop("message")
    for number, tool_call in enumerate(delta.get("tool_calls") or []):
        tool_call["index"] = number
    chunk = {**whole, "object": "chat.completion.chunk", "usage": None}
    end = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
    return [
        {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        {**chunk, "choices": [end]},
        {**chunk, "choices": [], "usage": whole["usage"]},
    ]


def responses(call):
    """Return a response of OpenAI's responses API."""
    text = {"type": "output_text", "text": DONE, "annotations": [], "logprobs": []}
    item = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    if call:
        item = {"type": "function_call", "id": "fc", "call_id": "call12345", "name": call[0], "status": "completed"}
        item["arguments"] = json.dumps(call[1])
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, **details}
    base = {"id": "r", "object": "response", "created_at": 1, "model": "fake", "status": "completed", "error": None}
    others = {"parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "metadata": {}, "instructions": None}
    return {**base, **others, "output": [item], "usage": usage, "incomplete_details": None}


def anthropic(call):
    """Return a response of Anthropic's messages API."""
    block = (
        {"type": "tool_use", "id": "call12345", "name": call[0], "input": call[1]}
        if call
        else {"type": "text", "text": DONE}
    )
    usage = {"input_tokens": 1, "output_tokens": 1}
    base = {"id": "m", "type": "message", "role": "assistant", "model": "fake", "stop_sequence": None, "usage": usage}
    return {**base, "content": [block], "stop_reason": "tool_use" if call else "end_turn"}


def gemini(call):
    """Return a response of Gemini."""
    part = {"functionCall": {"name": call[0], "args": call[1]}} if call else {"text": DONE}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "fake"}


#: The APIs by the end of their path.
APIS = {"/chat/completions": chat, "/responses": responses, "/messages": anthropic, ":generateContent": gemini}


class Provider:
    """A fake provider, as a context manager.

    Attributes:
        url: The URL of the server, without a path.
        requests: The bodies of the requests so far.
        call: The name and the arguments of the tool that the model calls.
        texts: Answers of the model in place of calls, in order, for frameworks that read calls from text.
    """

    def __init__(self):
        self.requests, self.call, self.texts = [], None, []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def expect(self, name, arguments):
        """Make the model call a tool in the next conversation."""
        self.requests, self.call = [], (name, arguments)

    @property
    def seen(self):
        """The schema of the tool that the model saw."""
        return tools_of(self.requests[0])[self.call[0]]

    @property
    def result(self):
        """The result of the tool that the model got."""
        return results_of(self.requests[-1])[-1]


def _handler(provider):
    """Return the class of the server's request handler."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            path = self.path.partition("?")[0]
            api = next((api for end, api in APIS.items() if path.endswith(end)), None)
            if api is None:
                self.send_error(404)
                return
            provider.requests.append(body)
            call = None if results_of(body) else provider.call
            if call is None and "final_answer" in tools_of(body):
                call = ("final_answer", {"answer": DONE})  # smolagents ends with this call
            if provider.texts:
                self._send("application/json", json.dumps(chat(None, provider.texts.pop(0))))
            elif body.get("stream") and api is chat:
                events = [*(json.dumps(chunk) for chunk in chat_chunks(call)), "[DONE]"]
                self._send("text/event-stream", "".join(f"data: {event}\n\n" for event in events))
            else:
                self._send("application/json", json.dumps(api(call)))

        def _send(self, content_type, text):
            content = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            # Frameworks keep clients, whose open connections would belong to the event loop of an earlier test.
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            """Print nothing."""

    return Handler
