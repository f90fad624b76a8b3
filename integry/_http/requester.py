"""The one path of every call: operation → attempts → response → body, or an error."""

from __future__ import annotations

import logging
import re
import sys
from time import monotonic, sleep
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple, TypeVar

import requests
from attrs import define
from requests.auth import AuthBase

from .. import errors
from .._generated.errors import InvalidRequest as GeneratedInvalidRequest
from .._generated.errors import forget
from .._generated.operation import Body, Operation
from .._generated.types import UNSET
from .._results.raw import RawResponse, responses
from .._secrets import Mask
from .._settings import Settings
from .body import BrokenBody, decoded, receive
from .budget import RETRY, RETRY_AFTER_TIMEOUT, SUCCESS, Budget
from .deadline import until
from .errors import (
    FAILURES,
    connection_error,
    decode_error,
    is_misconfigured,
    is_of_file,
    is_permanent,
    never_connected,
    request_id,
    retry_after,
    status_error,
    text_of,
    timed_out,
)
from .hooks import Hooked
from .retry import delay, is_retryable
from .transport import Timeouts, Transport

T = TypeVar("T")

log = logging.getLogger(__name__.rsplit(".", 2)[0])

#: A token, as HTTP writes it.
_METHOD = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
#: The advice where repeating may do a thing twice.
MAY_HAVE_RUN = "The server may have done it all the same: check before you repeat it."


class Outcome(NamedTuple):
    """How an attempt ended: with a response, or with an exception."""

    response: Optional[requests.Response] = None
    error: Optional[Exception] = None

    def may_repeat(self, *, idempotent: bool) -> bool:
        """Whether the attempt failed in a way that another may mend."""
        status = None if self.response is None else self.response.status_code
        if status is not None and status < 400:
            return False
        return is_retryable(
            idempotent=idempotent,
            status=status,
            connected=not never_connected(self.error),
            permanent=is_permanent(self.error),
        )


@define
class Requester:
    """Sends requests for a client.

    Attributes:
        settings: How.
        transport: What sends them.
        mask: Hides what must not be shown.
        budget: What retries may cost.
    """

    settings: Settings
    transport: Transport
    mask: Mask
    budget: Budget

    def having(self, settings: Settings) -> Requester:
        """The same with other settings."""
        return Requester(settings, self.transport, self.mask, self.budget)

    def call(
        self,
        operation: Any,
        args: Tuple[Any, ...],
        kwargs: Mapping[str, Any],
        auth: AuthBase,
        convert: Callable[[Any, requests.Response], T],
    ) -> T:
        """Send an operation's request, and convert its body.

        Args:
            operation: The operation, as its generated module.
            args: Its path arguments.
            kwargs: Its other arguments.
            auth: Who sends it.
            convert: Makes the result of the decoded JSON body (None if there is no body) and the response.

        Raises:
            errors.IntegryError: Whatever goes wrong.
        """
        data: Operation = operation.OPERATION
        request = built(operation.build, *args, **kwargs)
        base = (self.settings.base_url or str(data.server)).rstrip("/")
        request["url"] = base + request["url"]
        response = self.send(data, base, request, auth)
        noted = responses.get()
        try:
            result = convert(decoded(response), response)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            failure = decode_error(data.name, response, error, self.mask)
        else:
            if noted is not None:
                noted.append(response)
            return result
        # Raised here, so that what was raised there is not its context: it would show the body. And without the
        # response, whose request has credentials: local variables are shown by what reports errors.
        del response
        raise failure

    def request(
        self,
        method: str,
        path: str,
        base: str,
        url: str,
        auth: AuthBase,
        params: Optional[Mapping[str, Any]],
        json: Any,
    ) -> RawResponse[Any]:
        """Send a request that no operation describes.

        Raises:
            errors.IntegryError: Whatever goes wrong.
        """
        operation, request = _undescribed(method, path, params, json)
        response = self.send(operation, base, {**request, "url": url}, auth)
        try:
            parsed = decoded(response)
        except ValueError:
            # Nothing says that it must be JSON; the content is there.
            parsed = None
        return RawResponse(response.status_code, response.headers, response.content, parsed)

    def send(self, operation: Operation, base: str, kwargs: Mapping[str, Any], auth: AuthBase) -> requests.Response:
        """Send a request until it succeeds, or fails for good.

        Args:
            operation: The operation.
            base: The server, the start of the URL.
            kwargs: The request, as keyword arguments of requests.
            auth: Who sends it.

        Raises:
            errors.APIStatusError: If the server refused it.
            errors.APIConnectionError: If no response came.
        """
        settings, start, name, idempotent = self.settings, monotonic(), operation.name, operation.idempotent
        end = None if settings.deadline is None else start + settings.deadline
        attempt, worth = 1, SUCCESS
        while True:
            outcome = self._attempt(name, base, kwargs, auth, attempt, end)
            if outcome.response is not None and outcome.response.status_code < 300:
                self.budget.earn(worth)
                return outcome.response
            pause = None
            if attempt <= settings.max_retries and outcome.may_repeat(idempotent=idempotent):
                pause = delay(attempt, retry_after(outcome.response))
            cost = RETRY_AFTER_TIMEOUT if outcome.response is None and timed_out(outcome.error) else RETRY
            if pause is None or (end is not None and monotonic() + pause >= end) or not self._may_cost(name, cost):
                failure, cause = self._failure(name, kwargs, outcome, idempotent=idempotent), outcome.error
                del outcome
                raise failure from cause
            # What is interrupted while it waits shows its local variables.
            del outcome
            log.debug("%s: waiting %.2f s before attempt %d", name, pause, attempt + 1)
            sleep(pause)
            attempt, worth = attempt + 1, cost

    def _may_cost(self, name: str, cost: int) -> bool:
        """Whether the client's budget has a retry left."""
        enough = self.budget.spend(cost)
        if not enough:
            log.debug("%s: not sent again: too many calls of this client failed of late", name)
        return enough

    def _attempt(
        self, name: str, base: str, kwargs: Mapping[str, Any], auth: AuthBase, attempt: int, end: Optional[float]
    ) -> Outcome:
        """Send the request once, and read the response."""
        settings, start = self.settings, monotonic()
        connect, read = settings.timeouts()
        left = None if end is None else max(end - start, 0.001)
        timeout = (connect, read) if left is None else (min(connect, left), min(read, left))
        hooked = Hooked(auth, settings.on_request)
        handled = sys.exc_info()[1]
        try:
            response = self._exchange(base, kwargs, hooked, timeout, end)
        except BaseException as error:
            if error is hooked.failure:
                # As if it had been called from here: the frames between have credentials.
                raise error.with_traceback(hooked.traceback)  # noqa: B904 (it comes from nothing else)
            forget(error, handled, self.mask.text)
            if not isinstance(error, FAILURES) or is_of_file(error):
                raise
            log.debug(
                "%s: attempt %d failed after %.3f s: %s", name, attempt, monotonic() - start, type(error).__name__
            )
            return Outcome(error=error)
        finally:
            self.transport.settle()
        if log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s: %s %d in %.3f s (attempt %d, request id %s)",
                name,
                kwargs["method"],
                response.status_code,
                monotonic() - start,
                attempt,
                self.mask.text(str(request_id(response))),
            )
        if settings.log_bodies:
            sent = text_of(response.request.body)
            mask = self.mask.knowing(sent)
            log.debug("%s: sent %s", name, mask.text(sent))
            log.debug("%s: received %s", name, mask.text(response.text))
        if settings.on_response:
            settings.on_response(response)
        return Outcome(response=response)

    def _exchange(
        self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts, end: Optional[float]
    ) -> requests.Response:
        """Send the request, and read the response."""
        with until(end):
            response = self.transport.send(base, kwargs, auth, timeout)
            receive(response, end, self.settings.max_response_bytes)
        return response

    def _failure(
        self, name: str, kwargs: Mapping[str, Any], outcome: Outcome, *, idempotent: bool
    ) -> errors.IntegryError:
        """The error that the last outcome is."""
        if outcome.response is not None:
            return status_error(name, outcome.response, self.mask)
        if isinstance(outcome.error, BrokenBody):
            broken = outcome.error
            advice = MAY_HAVE_RUN if not idempotent else "" if broken.is_permanent else "Try again."
            message = f"{name}: the {broken.status} response {broken.reason}. {advice}".strip()
            return errors.ResponseDecodeError(message, status=broken.status)
        if is_misconfigured(outcome.error):
            reason = self.mask.text(str(outcome.error))
            return errors.ConfigurationError(
                f"{name} cannot be sent: {reason}. Check base_url, proxies, verify and cert."
            )
        advice = "" if idempotent or never_connected(outcome.error) else MAY_HAVE_RUN
        return connection_error(name, kwargs["url"], outcome.error, self.mask, advice)


def built(make: Callable[..., Dict[str, Any]], *args: Any, **kwargs: Any) -> Dict[str, Any]:
    """What `build` of an operation returns.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent as it is.
    """
    try:
        return make(*args, **kwargs)
    except GeneratedInvalidRequest as error:
        raise errors.InvalidRequest(str(error)) from error


def _undescribed(
    method: str, path: str, params: Optional[Mapping[str, Any]], json: Any
) -> Tuple[Operation, Dict[str, Any]]:
    """An operation that the document does not have, and its request.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent as it is.
    """
    if not _METHOD.fullmatch(method):
        message = f"{method!r} is no HTTP method"
        raise errors.InvalidRequest(message)
    idempotent = method.upper() in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
    name = f"{method} {path.partition('?')[0]}"
    bodies = (Body("json", "application/json", Any),)
    operation = Operation(name, method.upper(), "", "", idempotent=idempotent, bodies=bodies)
    return operation, built(operation.request, query=params or {}, body=UNSET if json is None else json)
