"""Exceptions for responses with an error status, for `Client(raise_on_error_status=True)` and for streams."""

from typing import Any

import requests

from .errors import ClientError, DecodeError, ServerError, StatusError, UnexpectedStatus
from .operation import Operation, http_status
from .types import Response

#: The lowest status of the client errors, and of the server errors.
CLIENT_ERROR, SERVER_ERROR = 400, 500


def read(
    operation: Operation, response: requests.Response, *, raise_on_unexpected_status: bool, lenient: bool
) -> Response[Any]:
    """Parse a successful response.

    Raises:
        StatusError: If the status is an error: a DocumentedError, or UnexpectedStatus.
        DecodeError: If the body does not match the document.
    """
    if response.status_code < CLIENT_ERROR:
        return operation.read(response, raise_on_unexpected_status=raise_on_unexpected_status, lenient=lenient)
    raise status_error(operation, response, lenient=lenient)


def status_error(operation: Operation, response: requests.Response, *, lenient: bool) -> StatusError:
    """Return the exception for a response with an error status.

    If the body cannot be parsed, as an error page of a proxy, `parsed` is None, and the DecodeError is the cause.
    """
    parsed, cause, status = None, None, response.status_code
    try:
        parsed = operation.read(response, lenient=lenient).parsed
    except UnexpectedStatus as error:
        return error
    except DecodeError as error:
        cause = error
    cls = ClientError if status < SERVER_ERROR else ServerError
    result = cls(operation, http_status(status), parsed, response.headers, response.content)
    result.__cause__ = cause
    return result
