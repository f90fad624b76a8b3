"""The exceptions of this client, besides those of requests."""

from typing import Optional

#: Maximum number of characters of a body in a message.
EXCERPT = 300


class UnexpectedStatus(Exception):  # noqa: N818 (the name of the stock templates)
    """The server answered with a status that the document does not list for this operation.

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
    """A body is not what the document says: no JSON, cut short, or without a required field.

    Attributes:
        reason: What is wrong.
        status_code: The HTTP status, where the body came from a server.
        content: The body, as bytes, where it came from a server.
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
    """An argument cannot be sent as it is: raised before anything is sent."""


def _excerpt(content: bytes) -> str:
    return content[: 4 * EXCERPT].decode(errors="replace")[:EXCERPT]


__all__ = ["DecodeError", "InvalidRequest", "UnexpectedStatus"]
