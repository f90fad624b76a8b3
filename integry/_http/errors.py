"""Translation of responses and exceptions into errors, as pure functions, without secrets."""

from __future__ import annotations

import json
import re
import socket
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import requests
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, SSLError
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import InvalidHeader as UnreadableHeader

from .. import errors
from .._generated.errors import DecodeError
from .._secrets import Mask
from .body import IncompleteBody
from .retry import parse_retry_after

#: Maximum number of characters of a body in a message.
EXCERPT = 300
#: Maximum number of characters that are masked for it.
MASKED = 1 << 16
#: The start of http.client's message about a CONNECT that a proxy refused.
NO_TUNNEL = "Tunnel connection failed"
#: Exceptions that mean that an attempt failed. requests lets some of urllib3's and UnicodeErrors through.
FAILURES = (requests.RequestException, HTTPError, OSError, ValueError, IncompleteBody)
#: Maximum number of exceptions that are searched in a chain.
DEEPEST = 20

_STATUS_ERRORS = {
    400: errors.BadRequest,
    401: errors.AuthenticationError,
    403: errors.PermissionDenied,
    404: errors.NotFound,
    409: errors.Conflict,
    422: errors.UnprocessableEntity,
    429: errors.RateLimited,
}


#: Advice for each error.
_ADVICE = {
    errors.AppNotConnected: "Send the user to apps.connect_url({app!r}), then call again.",
    errors.InvalidArguments: "See .arguments; functions.get(...).parameters is the schema.",
    errors.FunctionCallError: "See .error_details.",
    errors.BadRequest: "See .body for what the server expects.",
    errors.PermissionDenied: "Check that the credentials, and the user or organisation, may do this.",
    errors.Conflict: "It is there already: list what there is, and change that.",
    errors.UnprocessableEntity: "See .body for what the server expects.",
    errors.AuthenticationError: "Check the app key, app secret and user id, or the token.",
    errors.RateLimited: "Call less often, or raise max_retries.",
    errors.ServerError: "The server failed; try again later.",
    errors.NotFound: "Check the name or id.",
}


def status_error(
    name: str, response: requests.Response, mask: Mask, warning: str, *, is_call: bool
) -> errors.APIStatusError:
    """Return the error of a response with a status of 300 and above.

    Args:
        name: The label of the call.
        response: The response, its body read.
        mask: Masks secrets.
        warning: What to say if the call may have run, or "".
        is_call: True for a call of a function, whose refusals have classes of their own.
    """
    mask = mask.knowing(text_of(response.request.body))
    body = _body(response.text, mask)
    headers = {key.lower(): mask.text(value) for key, value in response.headers.items() if key.lower() != "set-cookie"}
    status = response.status_code
    kind, attributes = _STATUS_ERRORS.get(status, _kind_of_range(status)), {}
    pause = retry_after(response)
    if status == 429:
        attributes["retry_after"] = pause
    if status in (400, 403) and "credentials were not provided" in str(error_detail(body)):
        kind = errors.AuthenticationError
    if status == 400 and is_call and isinstance(body, dict) and "error" in body:
        kind, attributes = _call_error(body)
    said = str(error_detail(body))[:EXCERPT]
    said = said if pause is None else f"{said.rstrip('. ')}, asked to wait {pause:g} s"
    error: errors.APIStatusError = kind(
        _sentence(f"{name}: {status}", said, _advice(kind, status, attributes, warning)),
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
    """Return the error of an exception of requests."""
    kind = errors.APITimeoutError if timed_out(error) else errors.APIConnectionError
    reason = mask.text(_without_query(str(error)))
    advice = "Check the network, and base_url; raise timeout= if the server is slow."
    if isinstance(error, SSLError):
        advice = "Check the server's certificate; pass verify= for a CA bundle of your own."
    return kind(_sentence(f"{name}: no response from {url.split('/')[2]}:", reason, f"{advice} {warning}"))


def decode_error(
    name: str, response: requests.Response, error: Exception, mask: Mask, warning: str
) -> errors.ResponseDecodeError:
    """Return the error of a body that cannot be read."""
    mask = mask.knowing(text_of(response.request.body))
    excerpt = mask.text(response.text[:MASKED])[:EXCERPT]
    reason = mask.text(error.reason if isinstance(error, DecodeError) else f"{type(error).__name__}: {error}")
    message = f"{name}: the {response.status_code} response cannot be read: {reason}; it starts {excerpt!r}"
    message = f"{message}. {warning}" if warning else message
    return errors.ResponseDecodeError(message, status=response.status_code, body=excerpt)


def _sentence(start: str, said: str, advice: str) -> str:
    return f"{start} {said.rstrip('. ')}. {advice}".strip()


def _advice(kind: Any, status: int, attributes: Mapping[str, Any], warning: str) -> str:
    """Return what to do about an error. To try again is no advice for a call that may have run."""
    if kind is errors.ServerError and warning:
        return warning
    advice = _ADVICE.get(kind, "See .body for what the server said.").format_map(attributes)
    if status < 400:
        advice = "Redirects are not followed: credentials would go along. Check base_url; see .headers['location']."
    return f"{advice} {warning}".rstrip()


def _code(body: Any) -> Optional[str]:
    """Return the error code in a body, if there is one."""
    code = body.get("code") if isinstance(body, dict) else None
    return str(code) if isinstance(code, (str, int)) else None


def text_of(body: Any) -> str:
    """Return the body of a request as text."""
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")


def _body(text: str, mask: Mask) -> Any:
    """Return the JSON of a body, or else its text, without secrets."""
    try:
        return mask.value(json.loads(text))
    except (ValueError, RecursionError):
        return mask.text(text)


def _kind_of_range(status: int) -> Any:
    return errors.ServerError if status >= 500 else errors.APIStatusError


def _call_error(body: Mapping[str, Any]) -> Tuple[Any, Dict[str, Any]]:
    """Return the class of a refused call's error, and its attributes."""
    details = body.get("error_details")
    attributes = {"error": str(body["error"]), "error_details": details}
    if isinstance(details, dict):
        return errors.InvalidArguments, {**attributes, "arguments": details}
    if "not connected" in str(details):
        return errors.AppNotConnected, {**attributes, "app": _app(str(details))}
    return errors.FunctionCallError, attributes


def _app(said: str) -> str:
    """Return the name of the app that is not connected, made from its title if the server says only that."""
    name = re.search(r"connect\('([^']+)'\)", said)
    # No title is longer; without a bound a text that says "connected the" again and again would take hours.
    title = re.search(r"connected (?:their|your|the|an?) (.{1,100}?) account", said)
    return name.group(1) if name else title.group(1).lower().replace(" ", "-") if title else ""


def error_detail(body: Any) -> Any:
    """Return the part of an error's body that says what is wrong."""
    if not isinstance(body, dict):
        return " ".join(str(body).split()) or "(no body)"
    said = body.get("error_details") or body.get("detail") or body.get("message") or body.get("error") or body
    return "; ".join(map(str, said)) if isinstance(said, list) else said


def is_file_error(error: BaseException) -> bool:
    """Return True if an exception is about a file: a hook of the user's session raised it, not the network."""
    return isinstance(error, OSError) and error.filename is not None


def request_not_sent(error: Optional[BaseException]) -> bool:
    """Return True if an exception of requests means that no connection was made, so that nothing was sent."""
    cause: Any = error.args[0] if error is not None and error.args else None
    reason = getattr(cause, "reason", None)
    # A proxy that was not reached, or opened no tunnel, passed nothing on.
    refused = isinstance(getattr(reason, "original_error", reason), NewConnectionError) or bool(_no_tunnel(error))
    return isinstance(error, requests.ConnectTimeout) or (isinstance(error, requests.ConnectionError) and refused)


def _no_tunnel(error: Optional[BaseException]) -> str:
    """Return http.client's message if a proxy opened no tunnel, else "". No server can cause this message."""
    if isinstance(error, requests.exceptions.ProxyError):
        for each in iter_chain(error):
            if type(each) is OSError and str(each).startswith(NO_TUNNEL):
                return str(each)
    return ""


def iter_chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    """Yield an exception, and those that requests and urllib3 put into it."""
    waiting: List[Any] = [error]
    for _ in range(DEEPEST):
        if not waiting:
            return
        each = waiting.pop()
        if isinstance(each, BaseException):
            yield each
            waiting += [*each.args, getattr(each, "reason", None), each.__cause__]


def short_cause(error: Optional[Exception]) -> Optional[Exception]:
    """Return the exception of requests to show as the cause of an error, without those that it was made from.

    The message of requests has the texts of urllib3's exceptions; with them a traceback shows five exceptions for one
    refused connection. They stay in `__context__`. What a user's adapter or hook chains on purpose is shown.
    """
    if isinstance(error, IncompleteBody):
        cause = error.__cause__
        error = cause if isinstance(cause, requests.RequestException) else None
    if error is not None and _is_of(error.__context__, "urllib3"):
        error.__suppress_context__ = True
    return error


def _is_of(error: Optional[BaseException], *packages: str) -> bool:
    """Return True for an exception of one of these packages."""
    return type(error).__module__.partition(".")[0] in packages


def remove_queries(error: BaseException) -> None:
    """Remove the queries of URLs from the messages of an exception of requests, and of those that it was made from."""
    for each in (found for found in iter_chain(error) if _is_of(found, "requests", "urllib3")):
        each.args = tuple(_without_query(part) if isinstance(part, str) else part for part in each.args)


def _without_query(message: str) -> str:
    """Return the message of an exception without the query of a URL in it, which may be signed."""
    return re.sub(r"\?[^\s()'\"]*", "", message)


def is_misconfigured(error: Optional[Exception]) -> bool:
    """Return True for a configuration that nothing can be sent with: an invalid URL or proxy, a missing CA file."""
    odd = (InvalidURL, InvalidSchema, MissingSchema, InvalidHeader)
    # Of urllib3 it is about the headers of the answer.
    answered = error is not None and any(isinstance(part, UnreadableHeader) for part in error.args)
    return (isinstance(error, odd) and not answered) or (type(error) is OSError and "TLS" in str(error))


def is_permanent(error: Optional[Exception]) -> bool:
    """Return True if a retry would fail in the same way: TLS, configuration, a refusing proxy, a body too long."""
    if isinstance(error, (SSLError, ValueError)) or is_misconfigured(error):
        return True
    return _no_tunnel(error).startswith(f"{NO_TUNNEL}: 4") or getattr(error, "is_permanent", False)


def timed_out(error: Optional[Exception]) -> bool:
    """Return True for a timeout; requests raises a ConnectionError for a slow body."""
    late = (requests.Timeout, ReadTimeoutError, socket.timeout, TimeoutError)
    return any(isinstance(each, late) for each in iter_chain(error))


def retry_after(response: Optional[requests.Response]) -> Optional[float]:
    """Return the seconds that a response asks to wait."""
    return None if response is None else parse_retry_after(response.headers.get("Retry-After"))


def request_id(response: requests.Response) -> Optional[str]:
    """Return the server's id of a request."""
    return response.headers.get("X-Request-ID")
