"""The exceptions of this client. Those of requests are raised, too."""

from typing import Optional

#: Maximum number of characters of a body in a message.
MAX_EXCERPT = 300


class UnexpectedStatus(Exception):  # noqa: N818 (the name of the stock templates)
    """The status of a response is not documented for the operation.

    Attributes:
        status_code: The HTTP status.
        content: The body, as bytes.
    """

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(status_code, content)
        self.status_code = status_code
        self.content = content

    def __str__(self) -> str:
        return f"Unexpected status code: {self.status_code}\n\nResponse content:\n{_excerpt(self.content)}"


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


class InvalidRequest(ValueError):  # noqa: N818 (a name of the field)
    """An argument that cannot be sent. Raised before the request is sent."""


def _excerpt(content: bytes) -> str:
    return content[: 4 * MAX_EXCERPT].decode(errors="replace")[:MAX_EXCERPT]


__all__ = ["DecodeError", "InvalidRequest", "UnexpectedStatus"]
