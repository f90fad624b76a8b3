"""The errors that this package raises.

IntegryError
├── ConfigurationError            an option of the client is missing or invalid
├── InvalidRequest                an argument cannot be sent; nothing was sent
├── APIConnectionError            no response arrived
│   └── APITimeoutError           no response arrived in time
├── ResponseDecodeError           a response cannot be decoded
├── APIStatusError                the server returned an error: status, code, body, headers, request_id, method, url
│   ├── BadRequest                400
│   │   └── FunctionCallError     the function was not called: error, error_details
│   │       ├── AppNotConnected   its app is not connected: app, connect_url
│   │       └── InvalidArguments  arguments are missing or invalid: arguments
│   ├── AuthenticationError       401, and other statuses if credentials are missing
│   ├── PermissionDenied          403
│   ├── NotFound                  404
│   ├── Conflict                  409
│   ├── UnprocessableEntity       422
│   ├── RateLimited               429: retry_after
│   └── ServerError               500 and above
├── NetworkCodeError              the function was called, but its app returned an error: result
├── UnusableResult                a request succeeded, but its result cannot be used
└── CursorLoop                    the server repeated a cursor

All errors have the attribute `may_have_run`, which is True if a request may have been processed. All errors can be
pickled, and secrets in them are masked. The `__cause__` of an error is the exception of requests that led to it.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional


class IntegryError(Exception):
    """The base class of all errors of this package.

    Attributes:
        may_have_run: True if the server may have processed a request of the call, so that a retry could run it twice.
            That is the case after a timeout, a broken connection, a status of 500 or above, or a response that cannot
            be decoded.
        is_idempotent: True if the call can be repeated safely even so, because it only reads, or sets a state.
        message: The message, as one line of printable text.
    """

    may_have_run: bool = False
    is_idempotent: bool = False

    def __init__(self, message: str = "", **attributes: Any) -> None:
        # Only the message is in args: pickle calls the class with args, and restores the attributes from __dict__.
        super().__init__(_printable(message))
        self.message = self.args[0]
        self.__dict__.update(attributes)


def _printable(message: str) -> str:
    """Return a message as one line of printable text.

    A message contains text of the server. Escaping protects logs from forged lines, terminals from control sequences,
    and streams from lone surrogates, which cannot be encoded.
    """
    if message.isprintable():
        return message
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in message
    )


class ConfigurationError(IntegryError):
    """An option of the client is missing or invalid.

    Attributes:
        needs_user: True if the call has no user.
    """

    needs_user: bool = False


class InvalidRequest(IntegryError, ValueError):
    """An argument cannot be sent. Nothing was sent."""


class APIConnectionError(IntegryError):
    """No response arrived: there was no connection, TLS failed, or the connection broke."""


class APITimeoutError(APIConnectionError):
    """No response arrived within the `timeout` or before the `deadline`."""


class ResponseDecodeError(IntegryError):
    """A response cannot be decoded: it is not JSON, is incomplete, or does not have the documented shape.

    Attributes:
        status: The HTTP status.
        body: The first characters of the body.
    """

    may_have_run = True
    status: int = 0
    body: str = ""


class APIStatusError(IntegryError):
    """The server returned a status of 300 or above.

    Attributes:
        status: The HTTP status.
        code: The error code in the body; None without one.
        body: The decoded JSON body, or the text if it is not JSON.
        headers: The headers of the response, with names in lower case.
        request_id: The X-Request-ID header of the response; None without one.
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
    """The request is invalid (status 400)."""


class FunctionCallError(BadRequest):
    """The function was not called (status 400).

    Attributes:
        error: The summary that the server gives.
        error_details: The reasons that the server gives: a dict by argument, or a list.
    """

    error: str = ""
    error_details: Any = None


class AppNotConnected(FunctionCallError):
    """The user has not connected the function's app.

    Attributes:
        app: The name of the app.
        connect_url: The URL of the page where the user connects the app; None if the client does not know the URL yet.
            `apps.connect_url` fetches the URL.
    """

    app: str = ""
    connect_url: Optional[str] = None


class InvalidArguments(FunctionCallError):
    """Arguments of the function are missing or invalid.

    Attributes:
        arguments: The reasons that the server gives, by argument.
    """

    arguments: Dict[str, Any] = {}  # noqa: RUF012 (a default that is never changed in place)


class AuthenticationError(APIStatusError):
    """The credentials are missing or invalid (status 401; also 400 and 403 if the body gives this reason)."""


class PermissionDenied(APIStatusError):
    """The credentials do not permit the request (status 403)."""


class NotFound(APIStatusError):
    """The app, function or integration does not exist (status 404)."""


class Conflict(APIStatusError):
    """The resource exists already (status 409)."""


class UnprocessableEntity(APIStatusError):
    """The body is not what the server expects (status 422)."""


class RateLimited(APIStatusError):
    """The client sent too many requests (status 429).

    Attributes:
        retry_after: The seconds in the Retry-After header; None without one.
    """

    retry_after: Optional[float] = None


class ServerError(APIStatusError):
    """The server failed (status 500 or above)."""


class NetworkCodeError(IntegryError):
    """The function was called, but its app returned an error. `raise_for_network_code()` raises it.

    Attributes:
        result: The `FunctionResult`, with the status and the body of the app.
    """

    may_have_run = True
    result: Any = None


class UnusableResult(IntegryError):
    """A request succeeded, but the method that sent it cannot use the result.

    For example, the output of a function has no list of items, or an app has no page where users connect it.
    """

    may_have_run = True


class CursorLoop(IntegryError):
    """The server repeated a cursor, so that an iteration over the pages would never end.

    Attributes:
        cursor: The cursor that was repeated.
    """

    may_have_run = True
    cursor: Any = None
