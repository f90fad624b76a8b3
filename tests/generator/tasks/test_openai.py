"""OpenAI: unions, cursors, files and event streams."""

import json

import pytest

from .server import JSON

pytestmark = pytest.mark.corpus

#: The name of the document in tests/generator/corpus/documents.py.
DOCUMENT = "openai"
CREDENTIALS = {"ApiKeyAuth": "sk-fake"}
FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 3,
    "created_at": 1,
    "filename": "a.jsonl",
    "purpose": "batch",
    "status": "processed",
}


def completion(client, **fields):
    """Return the body of a request for a chat completion."""
    messages = [{"role": "developer", "content": "Be brief"}, {"role": "user", "content": "Hello"}]
    return client.model("CreateChatCompletionRequest").from_dict({"model": "gpt-x", "messages": messages, **fields})


def test_create(client, running):
    """A completion is created, and its message is a model."""
    message = {"role": "assistant", "content": "Hi", "refusal": None}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    answer = {"id": "c1", "object": "chat.completion", "created": 1, "model": "gpt-x", "choices": [choice]}
    running.answer((200, JSON, answer))
    body = completion(client, temperature=0.5)
    with client.open(credentials=CREDENTIALS) as opened:
        found = client.module("api.chat.create_chat_completion").sync(client=opened, body=body)
    assert isinstance(found, client.model("CreateChatCompletionResponse"))
    assert found.choices[0].message.content == "Hi"
    (sent,) = running.requests
    assert sent.headers["Authorization"] == "Bearer sk-fake"
    assert [each["role"] for each in json.loads(sent.body)["messages"]] == ["developer", "user"]
    roles = [type(each).__name__ for each in body.messages]
    assert roles == ["ChatCompletionRequestDeveloperMessage", "ChatCompletionRequestUserMessage"]


def test_list_with_pages(client, running):
    """Files are listed page by page. The id of a page's last file is the cursor of the next page."""
    for_pages = [("file-1", True), ("file-2", False)]
    running.answer(
        *(
            (
                200,
                JSON,
                {
                    "object": "list",
                    "data": [{**FILE, "id": each}],
                    "first_id": each,
                    "last_id": each,
                    "has_more": more,
                },
            )
            for each, more in for_pages
        )
    )
    found, more = [], True
    with client.open(credentials=CREDENTIALS) as opened:
        while more:
            after = {"after": found[-1].id} if found else {}
            page = client.module("api.files.list_files").sync(client=opened, purpose="batch", limit=1, **after)
            found, more = [*found, *page.data], page.has_more
    assert [each.id for each in found] == ["file-1", "file-2"]
    assert ("after", "file-1") in running.requests[1].query


def test_upload(client, running, tmp_path):
    """An opened file is uploaded with its name and its purpose."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    running.answer((200, JSON, FILE))
    with client.open(credentials=CREDENTIALS) as opened, path.open("rb") as file:
        body = client.model("CreateFileRequest")(file=file, purpose="batch")
        assert client.module("api.files.create_file").sync(client=opened, body=body).id == "file-1"
    parts = running.requests[0].parts()
    assert 'filename="a.jsonl"' in parts["file"][0]
    assert (parts["file"][1].strip(), parts["purpose"][1]) == (b"{}", b"batch")


def test_stream(client, running):
    """A completion is streamed as events. Their data is parsed to models, but the end mark `[DONE]` is text."""
    deltas = [{"role": "assistant", "content": "H"}, {"content": "i"}]
    chunks = [
        {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "gpt-x",
            "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
        }
        for delta in deltas
    ]
    lines = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
    running.answer((200, "text/event-stream; charset=utf-8", [*lines, b"data: [DO", b"NE]\n\n"]))
    module = client.module("api.chat.create_chat_completion")
    body = completion(client, stream=True)
    with client.open(credentials=CREDENTIALS) as opened, module.stream(client=opened, body=body) as stream:
        *found, end = (event.data for event in stream.iter_events())
    assert [type(each).__name__ for each in found] == ["CreateChatCompletionStreamResponse"] * 2
    assert "".join(each.choices[0].delta.content for each in found) == "Hi"
    assert end == "[DONE]"
    (sent,) = running.requests
    assert json.loads(sent.body)["stream"] is True
    assert sent.headers["Accept"].startswith("text/event-stream")


def test_error(client, running):
    """The status 401, which is not documented, raises an error with the body, also for streams."""
    error = {"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid_api_key"}}
    running.answer((401, JSON, error), (401, JSON, error))
    module, errors = client.module("api.chat.create_chat_completion"), client.module("errors")
    for call in (module.sync, module.stream):
        with client.open(credentials=CREDENTIALS) as opened, pytest.raises(errors.UnexpectedStatus) as caught:
            call(client=opened, body=completion(client))
        assert json.loads(caught.value.content) == error
        assert "sk-fake" not in str(caught.value)
