"""What this package raises.

IntegryError
├── ConfigurationError            something is missing or contradictory in how the client was made
├── InvalidRequest                an argument cannot be sent as it is; nothing was sent
├── APIConnectionError            no response came
│   └── APITimeoutError           in time
├── ResponseDecodeError           a response came that cannot be read
├── APIStatusError                the server refused: status, code, body, headers, request_id, method, url
│   ├── BadRequest                400
│   │   └── FunctionCallError     the function was not called: error, error_details
│   │       ├── AppNotConnected   its app is not connected: app, connect_url
│   │       └── InvalidArguments  arguments are missing or wrong: arguments
│   ├── AuthenticationError       401, and other statuses that say that credentials are missing
│   ├── PermissionDenied          403
│   ├── NotFound                  404
│   ├── Conflict                  409
│   ├── UnprocessableEntity       422
│   ├── RateLimited               429: retry_after
│   └── ServerError               500 and above
├── NetworkCodeError              the function was called, and its app refused: result
├── UnusableResult                a request succeeded, and its result does not allow what was asked
└── CursorLoop                    a page led back to one that was walked already

All have `may_have_run`: True if a request may have been processed. All can be pickled, and none shows a secret. What
requests raised before is the `__cause__`.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional


class IntegryError(Exception):
    """The base of all errors of this package.

    Attributes:
        may_have_run: True if a request of the call may have been processed, so that sending it again could do its work
            twice: after a timeout, a broken connection, a status of 500 and above, or a response that cannot be read.
    """

    may_have_run: bool = False

    def __init__(self, message: str = "", **attributes: Any) -> None:
        # Only the message is an argument of the exception: pickling calls the class with it and restores the rest.
        super().__init__(_printable(message))
        self.message = self.args[0]
        self.__dict__.update(attributes)


def _printable(message: str) -> str:
    """A message as one line of text.

    What a server says is in it: it must begin no line of a log, say nothing to a terminal, and be text that can be
    written: lone surrogates cannot.
    """
    if message.isprintable():
        return message
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in message
    )


class ConfigurationError(IntegryError):
    """Something is missing or contradictory in how the client was made."""


class InvalidRequest(IntegryError, ValueError):
    """An argument cannot be sent as it is. Nothing was sent."""


class APIConnectionError(IntegryError):
    """No response came: no connection, a TLS failure, or a connection that broke."""


class APITimeoutError(APIConnectionError):
    """No response came in time: neither within `timeout`, nor before the `deadline`."""


class ResponseDecodeError(IntegryError):
    """A response came that cannot be read: no JSON, cut short, or not what is documented.

    Attributes:
        status: The HTTP status.
        body: The start of the body, as text.
    """

    may_have_run = True
    status: int = 0
    body: str = ""


class APIStatusError(IntegryError):
    """The server refused the request.

    Attributes:
        status: The HTTP status.
        code: The error code in the body, if there is one.
        body: The body: decoded JSON, or text.
        headers: The response's headers, names in lower case.
        request_id: The server's id of the request, if it sent one.
        method: The HTTP method of the request.
        url: The URL of the request, without its query.
    """

    status: int = 0
    code: Optional[str] = None
    body: Any = None
    headers: Mapping[str, str] = {}
    request_id: Optional[str] = None
    method: str = ""
    url: str = ""


class BadRequest(APIStatusError):
    """Status 400: the request is not valid."""


class FunctionCallError(BadRequest):
    """The function was not called.

    Attributes:
        error: The server's summary.
        error_details: The server's reasons: by argument, or a list.
    """

    error: str = ""
    error_details: Any = None


class AppNotConnected(FunctionCallError):
    """The user has not connected the function's app.

    Attributes:
        app: The name of the app.
        connect_url: The page where the user connects it, if it is known; `apps.connect_url` asks for it.
    """

    app: str = ""
    connect_url: Optional[str] = None


class InvalidArguments(FunctionCallError):
    """Arguments of the function are missing or wrong.

    Attributes:
        arguments: What is wrong, by argument.
    """

    arguments: Dict[str, Any] = {}  # noqa: RUF012 (a default, replaced as a whole)


class AuthenticationError(APIStatusError):
    """The credentials are missing or wrong."""


class PermissionDenied(APIStatusError):
    """Status 403: the credentials do not allow it."""


class NotFound(APIStatusError):
    """Status 404: there is no such app, function or integration."""


class Conflict(APIStatusError):
    """Status 409: it is there already."""


class UnprocessableEntity(APIStatusError):
    """Status 422: the body is not what the server expects."""


class RateLimited(APIStatusError):
    """Status 429: too many requests.

    Attributes:
        retry_after: Seconds that the server asks to wait, if it says so.
    """

    retry_after: Optional[float] = None


class ServerError(APIStatusError):
    """Status 500 and above: the server failed."""


class NetworkCodeError(IntegryError):
    """The function was called, and its app refused.

    Attributes:
        result: The result, with the app's status and body.
    """

    may_have_run = True
    result: Any = None


class UnusableResult(IntegryError):
    """A request succeeded, and its result does not allow what was asked.

    A function's output has no such list of items, an app has no page to connect it, a user has several accounts.
    """

    may_have_run = True


class CursorLoop(IntegryError):
    """A page led back to one that was walked already: the walk would never end.

    Attributes:
        cursor: The cursor that came twice.
    """

    may_have_run = True
    cursor: Any = None
