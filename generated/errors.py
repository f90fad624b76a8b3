# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
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


class TokenError(Exception):
    """The server of OAuth 2.0 issues no token.

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


__all__ = ["DecodeError", "InvalidRequest", "TokenError", "UnexpectedStatus"]
