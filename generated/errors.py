# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The exceptions of this client. Calls also raise exceptions of requests."""

from typing import Any, Mapping, Optional

#: Maximum number of characters of a response body in an error message.
MAX_EXCERPT = 300


class StatusError(Exception):
    """The status of a response is an error, or is not documented.

    Attributes:
        status_code: The HTTP status.
        content: The body, as bytes.
    """

    status_code: int
    content: bytes


class UnexpectedStatus(StatusError):  # noqa: N818 (the name in openapi-python-client)
    """The status of a response is not documented for the operation."""

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(status_code, content)
        self.status_code = status_code
        self.content = content

    def __str__(self) -> str:
        return f"Unexpected status code: {self.status_code}\n\nResponse content:\n{_excerpt(self.content)}"


class DocumentedError(StatusError):
    """The server answered with a documented error. Raised with `Client(raise_on_error_status=True)`, and by `stream`.

    The message has neither the URL, which may contain credentials, nor the body.

    Attributes:
        operation: The name of the operation.
        method: The HTTP method.
        path: The path template.
        status_code: The HTTP status: an `http.HTTPStatus` if Python knows it, else an int.
        parsed: The body, parsed as documented; None if it is empty or does not match the document.
        headers: The headers; their names are case-insensitive.
        content: The body, as bytes.
    """

    def __init__(
        self, operation: Any, status_code: int, parsed: Any, headers: Mapping[str, str], content: bytes
    ) -> None:
        self.operation, self.method, self.path = operation.name, operation.method, operation.path
        self.status_code, self.parsed, self.headers, self.content = status_code, parsed, headers, content
        phrase = getattr(status_code, "phrase", "")
        super().__init__(f"{self.operation}: {self.method} {self.path}: {int(status_code)} {phrase}".rstrip())

    def __reduce__(self) -> Any:
        # The default __reduce__ would call the class with the message only, which it does not accept.
        return Exception.__new__, (type(self), *self.args), vars(self)


class ClientError(DocumentedError):
    """The server answered with a documented error from 400 to 499: the request is wrong."""


class ServerError(DocumentedError):
    """The server answered with a documented error from 500 on: the server failed."""


class DecodeError(ValueError):
    """A body does not match the document: it is invalid JSON, incomplete, or has no value for a required field.

    Attributes:
        reason: The reason, for people.
        status_code: The HTTP status; None if the body is not part of a response.
        content: The body, as bytes; None if it is not part of a response.
    """

    def __init__(self, reason: str, status_code: Optional[int] = None, content: Optional[bytes] = None) -> None:
        super().__init__(reason, status_code, content)
        self.reason = reason
        self.status_code = status_code
        self.content = content

    def __str__(self) -> str:
        if self.content is None:
            return self.reason
        return f"{self.reason} (status {self.status_code}, body starts {_excerpt(self.content)!r})"


class StreamError(DecodeError):
    """The body of a stream ended too early: the connection broke, or the compression is invalid."""


class InvalidRequest(ValueError):  # noqa: N818 (an established name for such errors)
    """An argument that cannot be sent. Raised before the request is sent."""


class TokenError(Exception):
    """The OAuth 2.0 server rejected the request for a token.

    Attributes:
        url: The token URL, without its query.
        status_code: The HTTP status.
        code: The code of the error, such as "invalid_client"; None if the server names none.
    """

    def __init__(self, url: str, status_code: int, code: Optional[str] = None) -> None:
        super().__init__(url, status_code, code)
        self.url = url
        self.status_code = status_code
        self.code = code

    def __str__(self) -> str:
        return f"{self.url} issues no token: status {self.status_code}{f', {self.code}' if self.code else ''}"


def _excerpt(content: bytes) -> str:
    return content[: 4 * MAX_EXCERPT].decode(errors="replace")[:MAX_EXCERPT]


__all__ = [
    "ClientError",
    "DecodeError",
    "DocumentedError",
    "InvalidRequest",
    "ServerError",
    "StatusError",
    "StreamError",
    "TokenError",
    "UnexpectedStatus",
]
