"""The requester, which sends a request with retries, and returns its result or raises an error."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from time import monotonic, sleep
from types import TracebackType
from typing import AbstractSet, Any, Callable, List, Mapping, NamedTuple, Optional, Tuple, TypeVar

import requests
from requests.auth import AuthBase

from .. import errors
from .._generated._outcome import Outcome, is_misconfigured, retry_after
from .._generated._redaction import redact
from .._generated.operation import Operation, Request
from .._generated.retry import SUCCESS, RetryQuota, delay
from .._secrets import Mask, Secret
from .._settings import RequestHook, Settings
from .body import IncompleteBody, read_body
from .deadline import deadline
from .errors import (
    FAILURES,
    body_text,
    connection_error,
    decode_error,
    is_file_error,
    request_id,
    short_cause,
    status_error,
    was_sent,
)
from .labels import label
from .request import is_on_server
from .transport import Transport

T = TypeVar("T")

#: The name of this package. A copy made by integry.vendor has another name.
PACKAGE = __name__.rsplit(".", 2)[0]
log = logging.getLogger(PACKAGE)

#: The list that collects responses during a call through `with_raw_response`; None during other calls.
recorded_responses: ContextVar[Optional[List[requests.Response]]] = ContextVar("recorded_responses", default=None)
#: Advice for non-idempotent requests that may have been processed.
MAY_HAVE_RUN = "The call may have run. Check before you send it again."
#: Exceptions of a parser which mean that the body does not have the documented shape.
PARSE_ERRORS = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


class Call(NamedTuple):
    """A call of a client's method. Its request is sent in one or more attempts.

    Attributes:
        operation: The operation.
        base: The base URL of the server.
        kwargs: The request, as keyword arguments of `requests.Session.request`, with an absolute URL.
        auth: The credentials of the request.
        settings: The settings of this call.
        deadline: The deadline, in seconds of `time.monotonic`; None for no deadline.
    """

    operation: Operation
    base: str
    kwargs: Mapping[str, Any]
    auth: AuthBase
    settings: Settings
    deadline: Optional[float]

    def __repr__(self) -> str:
        # Leave out the body: it may contain credentials.
        return f"<Call {self.operation.name}: {self.operation.method} {self.kwargs['url']}>"

    @classmethod
    def create(cls, request: Request[Any], auth: AuthBase, settings: Settings, servers: AbstractSet[str]) -> Call:
        """Return a call. Its deadline starts to run now.

        Raises:
            errors.InvalidRequest: If the URL is not on one of the client's servers, which alone get the credentials.
        """
        operation, url = request.operation, request["url"]
        base = (settings.base_url or str(operation.server)).rstrip("/")
        url = base + url if url[:1] == "/" else url
        if base not in servers or not is_on_server(url, base):
            message = f"{url} is not on {' or '.join(sorted(servers))}. Credentials are sent to these servers only."
            raise errors.InvalidRequest(message)
        kwargs = {**request, "url": url}
        deadline = None if settings.deadline is None else monotonic() + settings.deadline
        return cls(operation, base, kwargs, auth, settings, deadline)

    def label(self, mask: Mask) -> str:
        """Return the name of the call for messages and log lines, with secrets masked."""
        return mask.text(label(self.operation, self.kwargs["url"], self.auth))

    def timeouts(self) -> Tuple[float, float]:
        """Return the timeout as (connect, read), both cut to the seconds left until the deadline."""
        connect, read = self.settings.timeouts()
        if self.deadline is None:
            return connect, read
        left = max(self.deadline - monotonic(), 0.001)
        return min(connect, left), min(read, left)


class RequestHookAuth(AuthBase):
    """Credentials that also call on_request. requests applies auth last, so the hook gets the request as it is sent.

    Attributes:
        failure: The exception that the hook raised. The call raises this exception, and is not retried.
        traceback: The traceback of that exception, starting in the hook.
    """

    def __init__(self, auth: AuthBase, hook: Optional[RequestHook]) -> None:
        self._auth, self._hook = auth, hook
        self.failure: Optional[BaseException] = None
        self.traceback: Optional[TracebackType] = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request = self._auth(request)
        try:
            if self._hook:
                self._hook(request)
        except BaseException as error:
            self.failure, self.traceback = error, error.__traceback__ and error.__traceback__.tb_next
            raise
        return request


class Requester:
    """A sender of the requests of a client and its copies, with retries.

    Args:
        transport: The transport that sends each attempt.
        servers: The base URLs of the client's servers. Credentials are sent to no other server.
        secrets: The secrets to mask in errors and logs.
        quota: The retry quota: a limit for the retries of all calls of the client together.
    """

    def __init__(
        self, transport: Transport, servers: AbstractSet[str], secrets: Tuple[Secret, ...], quota: RetryQuota
    ) -> None:
        # Set the mask first: pickle fails at its secrets, with an error that says why a client cannot be pickled.
        self.mask = Mask(secrets)
        self._transport, self._servers, self._quota = transport, servers, quota

    def send(self, request: Request[Any], auth: AuthBase, settings: Settings) -> requests.Response:
        """Send a request, retry it if it fails, and return the successful response.

        Args:
            request: The request. Its URL is relative to the server, or an absolute URL on it.
            auth: The credentials of the request.
            settings: The settings of this call.

        Raises:
            errors.APIStatusError: If the server returned an error.
            errors.APIConnectionError: If no response arrived.
        """
        call, number, tokens = Call.create(request, auth, settings, self._servers), 1, SUCCESS
        may_have_run = False
        while True:
            outcome = self._attempt(call, number)
            if outcome.response is not None and outcome.is_success():
                self._quota.release(tokens)
                return outcome.response
            may_have_run = may_have_run or outcome.may_have_run
            seconds = self._retry_delay(call, number, outcome)
            if seconds is None:
                break
            tokens = outcome.retry_cost()
            # Delete the response: its request has the credentials, and error reporters show local variables.
            del outcome
            log.debug("%s: waiting %.2f s before attempt %d", call.label(self.mask), seconds, number + 1)
            sleep(seconds)
            number += 1
        failure, cause = self._failure(call, outcome, may_have_run=may_have_run), short_cause(outcome.error)
        del outcome
        try:
            raise failure from cause
        finally:
            # Break the reference cycle of the exception, its traceback and this frame.
            del failure, cause

    def _retry_delay(self, call: Call, number: int, outcome: Outcome) -> Optional[float]:
        """Return the seconds to wait before the next attempt, or None to give up."""
        operation, settings = call.operation, call.settings
        if number > settings.max_retries or not outcome.is_retryable(idempotent=operation.idempotent):
            return None
        seconds = delay(number, retry_after(outcome.response))
        if seconds is None or (call.deadline is not None and monotonic() + seconds >= call.deadline):
            return None
        if not self._quota.acquire(outcome.retry_cost()):
            log.debug("%s: not retried: the retry quota of this client is used up", call.label(self.mask))
            return None
        return seconds

    def _attempt(self, call: Call, number: int) -> Outcome:
        """Send the request once, and read the response."""
        settings, start = call.settings, monotonic()
        auth = RequestHookAuth(call.auth, settings.on_request)
        handled_error = sys.exc_info()[1]
        try:
            with deadline(call.deadline):
                response = self._transport.send(call.base, call.kwargs, auth, call.timeouts())
                read_body(response, call.deadline, settings.max_response_bytes)
        except BaseException as error:
            if error is auth.failure:
                # Drop the frames between this one and the hook: their local variables have the credentials.
                try:
                    raise error.with_traceback(auth.traceback)
                finally:
                    # Break the reference cycle of the exception, its traceback and this frame.
                    auth.failure = auth.traceback = None
            may_have_run = was_sent(error)
            redact(error, handled_error, PACKAGE, self.mask.text)
            # Replace the response: Python < 3.11 keeps this frame in the traceback, and a response refers to its
            # request, which has the credentials.
            response = requests.Response()
            if not isinstance(error, FAILURES) or is_file_error(error):
                raise
            name, seconds = call.label(self.mask), monotonic() - start
            log.debug("%s: attempt %d failed after %.3f s: %s", name, number, seconds, type(error).__name__)
            return Outcome(error=error, may_have_run=may_have_run)
        finally:
            self._transport.close_if_closed()
        self._log(call, number, response, monotonic() - start)
        if settings.on_response:
            settings.on_response(response)
        return Outcome.from_response(response)

    def _log(self, call: Call, number: int, response: requests.Response, seconds: float) -> None:
        """Log an attempt that got a response."""
        if log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s: %s %d in %.3f s (attempt %d, request id %s)",
                call.label(self.mask),
                call.kwargs["method"],
                response.status_code,
                seconds,
                number,
                self.mask.text(str(request_id(response))),
            )
        if call.settings.log_bodies:
            sent = body_text(response.request.body)
            mask = self.mask.with_secrets_of(sent)
            name = call.label(mask)
            log.debug("%s: sent %s", name, mask.text(sent))
            log.debug("%s: received %s", name, mask.text(response.text))

    def _failure(self, call: Call, outcome: Outcome, *, may_have_run: bool) -> errors.IntegryError:
        """Return the error to raise for the last attempt."""
        name, idempotent, error = call.label(self.mask), call.operation.idempotent, outcome.error
        warning = MAY_HAVE_RUN if may_have_run and not idempotent else ""
        failure: errors.IntegryError
        if outcome.response is not None:
            is_call = call.operation.name == "call_function"
            failure = status_error(name, outcome.response, self.mask, warning, is_call=is_call)
        elif isinstance(error, IncompleteBody):
            advice = warning or ("" if error.is_fatal else "Try again.")
            message = f"{name}: the {error.status} response {error.reason}. {advice}".strip()
            failure = errors.ResponseDecodeError(message, status=error.status)
        elif is_misconfigured(error):
            message = f"{name} cannot be sent: {self.mask.text(str(error))}. Check base_url, proxies, verify and cert."
            failure = errors.ConfigurationError(message)
        else:
            failure = connection_error(name, call.kwargs["url"], error, self.mask, warning)
        failure.may_have_run, failure.is_idempotent = may_have_run, idempotent
        return failure

    def parse(
        self,
        request: Request[Any],
        auth: AuthBase,
        response: requests.Response,
        parse: Callable[[requests.Response], T],
    ) -> T:
        """Return the result of `parse` for a response.

        Raises:
            errors.ResponseDecodeError: If `parse` cannot read the response.
        """
        recorded = recorded_responses.get()
        try:
            result = parse(response)
        except PARSE_ERRORS as error:
            warning = "" if request.operation.idempotent else MAY_HAVE_RUN
            name = self.mask.text(label(request.operation, request["url"], auth))
            failure = decode_error(name, response, error, self.mask, warning)
            failure.is_idempotent = request.operation.idempotent
        else:
            if recorded is not None:
                recorded.append(response)
            return result
        # Raise outside the except block: __context__ would expose the body. Drop the response: its request
        # has the credentials, and error reporters show local variables.
        del response
        try:
            raise failure
        finally:
            del failure
