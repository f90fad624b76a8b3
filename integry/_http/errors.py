"""Translation of responses and exceptions into errors of this package, with secrets masked."""

from __future__ import annotations

import re
from traceback import walk_tb
from typing import Any, Dict, Mapping, Optional, Tuple

import requests
from requests.exceptions import SSLError
from urllib3.exceptions import HTTPError

from .. import errors
from .._generated._json import loads
from .._generated._outcome import iter_chain, request_not_sent, retry_after, timed_out
from .._generated.errors import DecodeError
from .._secrets import Mask
from .body import IncompleteBody

#: Maximum number of characters of a body in a message.
EXCERPT = 300
#: Maximum number of characters of a body that are masked before an excerpt is taken.
MAX_MASKED = 1 << 16
#: Exceptions that mean that an attempt to send failed. requests does not convert all exceptions of urllib3, and lets
#: some UnicodeErrors through.
FAILURES = (requests.RequestException, HTTPError, OSError, ValueError, IncompleteBody)
#: Functions of urllib3 and ssl that connect: TCP, the tunnel through a proxy, TLS handshake, check of the host name.
#: If an exception comes from one of them, the request was not sent.
CONNECT_FUNCTIONS = frozenset({"connect", "do_handshake", "_validate_conn"})

_STATUS_ERRORS = {
    400: errors.BadRequest,
    401: errors.AuthenticationError,
    403: errors.PermissionDenied,
    404: errors.NotFound,
    409: errors.Conflict,
    422: errors.UnprocessableEntity,
    429: errors.RateLimited,
}


#: Advice at the end of a message, by class of error.
_ADVICE = {
    errors.AppNotConnected: "Send the user to apps.connect_url({app!r}), then call again.",
    errors.InvalidArguments: "See .arguments; functions.get(...).parameters is the schema.",
    errors.FunctionCallError: "See .error_details.",
    errors.BadRequest: "See .body for what the server expects.",
    errors.PermissionDenied: "Check the permissions of the credentials, and of the user or organisation.",
    errors.Conflict: "It exists already. List the existing ones, and update instead of creating.",
    errors.UnprocessableEntity: "See .body for what the server expects.",
    errors.AuthenticationError: "Check the app key, app secret and user id, or the token.",
    errors.RateLimited: "Call less often, or raise max_retries.",
    errors.ServerError: "The server failed. Try again later.",
    errors.NotFound: "Check the name or id.",
}


def status_error(
    name: str, response: requests.Response, mask: Mask, warning: str, *, is_call: bool
) -> errors.APIStatusError:
    """Return the error for a response with a status of 300 or above.

    Args:
        name: The label of the call, such as `apps.get('slack')`.
        response: The response, after its body was read.
        mask: The mask of secrets.
        warning: A sentence to add if the call may have run, or "".
        is_call: True for function calls, for which FunctionCallError and its subclasses are raised.
    """
    mask = mask.with_secrets_of(body_text(response.request.body))
    body = _body(response.text, mask)
    headers = {key.lower(): mask.text(value) for key, value in response.headers.items() if key.lower() != "set-cookie"}
    status = response.status_code
    kind, attributes = _STATUS_ERRORS.get(status, _class_for_range(status)), {}
    seconds = retry_after(response)
    if status == 429:
        attributes["retry_after"] = seconds
    if status in (400, 403) and "credentials were not provided" in str(error_detail(body)):
        kind = errors.AuthenticationError
    if status == 400 and is_call and isinstance(body, dict) and "error" in body:
        kind, attributes = _call_error(body)
    detail = str(error_detail(body))[:EXCERPT]
    detail = detail if seconds is None else f"{detail.rstrip('. ')}, asked to wait {seconds:g} s"
    error: errors.APIStatusError = kind(
        _sentence(f"{name}: {status}", detail, _advice(kind, status, attributes, warning)),
        status=status,
        code=_code(body),
        body=body,
        headers=headers,
        request_id=headers.get("x-request-id"),
        method=response.request.method,
        url=mask.text(str(response.request.url).split("?")[0]),
        **attributes,
    )
    return error


def connection_error(
    name: str, url: str, error: Optional[Exception], mask: Mask, warning: str
) -> errors.APIConnectionError:
    """Return the APITimeoutError or APIConnectionError for an exception of requests."""
    kind = errors.APITimeoutError if timed_out(error) else errors.APIConnectionError
    reason = mask.text(_without_query(str(error)))
    advice = "Check the network, and base_url; raise timeout= if the server is slow."
    if isinstance(error, SSLError):
        advice = "Check the server's certificate; pass verify= for a CA bundle of your own."
    return kind(_sentence(f"{name}: no response from {url.split('/')[2]}:", reason, f"{advice} {warning}"))


def decode_error(
    name: str, response: requests.Response, error: Exception, mask: Mask, warning: str
) -> errors.ResponseDecodeError:
    """Return the ResponseDecodeError for a body that cannot be decoded or parsed."""
    mask = mask.with_secrets_of(body_text(response.request.body))
    excerpt = mask.text(response.text[:MAX_MASKED])[:EXCERPT]
    reason = mask.text(error.reason if isinstance(error, DecodeError) else f"{type(error).__name__}: {error}")
    message = f"{name}: the {response.status_code} response cannot be read: {reason}. The body starts with {excerpt!r}"
    message = f"{message}. {warning}" if warning else message
    return errors.ResponseDecodeError(message, status=response.status_code, body=excerpt)


def _sentence(start: str, detail: str, advice: str) -> str:
    return f"{start} {detail.rstrip('. ')}. {advice}".strip()


def _advice(kind: Any, status: int, attributes: Mapping[str, Any], warning: str) -> str:
    """Return the advice at the end of a message. A warning that the call may have run replaces advice to try again."""
    if kind is errors.ServerError and warning:
        return warning
    advice = _ADVICE.get(kind, "See .body for what the server said.").format_map(attributes)
    if status < 400:
        advice = "Redirects are not followed, to protect credentials. Check base_url, and see .headers['location']."
    return f"{advice} {warning}".rstrip()


def _code(body: Any) -> Optional[str]:
    """Return the error code in a body, or None."""
    code = body.get("code") if isinstance(body, dict) else None
    return str(code) if isinstance(code, (str, int)) else None


def body_text(body: Any) -> str:
    """Return the body of a request as text."""
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")


def _body(text: str, mask: Mask) -> Any:
    """Return the decoded JSON body, or the text if it is not JSON, with secrets masked."""
    try:
        return mask.value(loads(text))
    except (ValueError, RecursionError):
        return mask.text(text)


def _class_for_range(status: int) -> Any:
    return errors.ServerError if status >= 500 else errors.APIStatusError


def _call_error(body: Mapping[str, Any]) -> Tuple[Any, Dict[str, Any]]:
    """Return the class of the error for a function call that failed, and its attributes."""
    details = body.get("error_details")
    attributes = {"error": str(body["error"]), "error_details": details}
    if isinstance(details, dict):
        return errors.InvalidArguments, {**attributes, "arguments": details}
    if "not connected" in str(details):
        return errors.AppNotConnected, {**attributes, "app": _app_name(str(details))}
    return errors.FunctionCallError, attributes


def _app_name(detail: str) -> str:
    """Return the name of the app that is not connected. If the message has only the title, derive the name from it."""
    name = re.search(r"connect\('([^']+)'\)", detail)
    # Limit the length, because matching a text that repeats "connected the" would take quadratic time.
    title = re.search(r"connected (?:their|your|the|an?) (.{1,100}?) account", detail)
    return name.group(1) if name else title.group(1).lower().replace(" ", "-") if title else ""


def error_detail(body: Any) -> Any:
    """Return the part of an error body that describes the error."""
    if not isinstance(body, dict):
        return " ".join(str(body).split()) or "(no body)"
    detail = body.get("error_details") or body.get("detail") or body.get("message") or body.get("error") or body
    return "; ".join(map(str, detail)) if isinstance(detail, list) else detail


def is_file_error(error: BaseException) -> bool:
    """Return True for an OSError about a file. Such an error comes from a hook of the session, not the network."""
    return isinstance(error, OSError) and error.filename is not None


def short_cause(error: Optional[Exception]) -> Optional[Exception]:
    """Return the exception of requests to use as the `__cause__` of an error, with a short traceback.

    This function hides the exceptions of urllib3 from the traceback, which would show five exceptions for one refused
    connection. The message of the requests exception contains their texts, and `__context__` still refers to them.
    Exceptions that a user's adapter or hook chains with `raise ... from` are shown.
    """
    if isinstance(error, IncompleteBody):
        cause = error.__cause__
        error = cause if isinstance(cause, requests.RequestException) else None
    if error is not None and _is_from_package(error.__context__, "urllib3"):
        error.__suppress_context__ = True
    return error


def _is_from_package(error: Optional[BaseException], *packages: str) -> bool:
    """Return True if the class of an exception belongs to one of the packages."""
    return type(error).__module__.partition(".")[0] in packages


def remove_queries(error: BaseException) -> None:
    """Remove the query strings of URLs from the messages of an exception, and of the exceptions that it wraps."""
    for each in (found for found in iter_chain(error) if _is_from_package(found, "requests", "urllib3")):
        each.args = tuple(_without_query(part) if isinstance(part, str) else part for part in each.args)


def _without_query(message: str) -> str:
    """Return the message of an exception without the query strings of URLs, which may contain a signature."""
    return re.sub(r"\?[^\s()'\"]*", "", message)


def request_id(response: requests.Response) -> Optional[str]:
    """Return the X-Request-ID header of a response, or None."""
    return response.headers.get("X-Request-ID")


def was_sent(error: BaseException) -> bool:
    """Return True if the request may have been sent before the exception, because the connection was established.

    Call this function before `redact`, which removes the frames that this function reads from tracebacks.
    """
    frames = (frame for each in iter_chain(error) for frame, _ in walk_tb(each.__traceback__))
    return not (request_not_sent(error) or any(frame.f_code.co_name in CONNECT_FUNCTIONS for frame in frames))
