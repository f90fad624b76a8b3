"""Outcomes of attempts: a response or an exception, the kinds of exceptions, and the decision whether to retry."""

from __future__ import annotations

import socket
from time import sleep
from typing import Any, Callable, Iterator, List, NamedTuple, Optional

import requests
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, SSLError
from urllib3.exceptions import InvalidHeader as UnreadableHeader
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from .errors import DecodeError
from .retry import RETRY, RETRY_AFTER_TIMEOUT, SUCCESS, RetryQuota, delay, is_retryable, parse_retry_after

#: Statuses from 300 to 499 that do not mean that the server rejected the request: it may have processed it.
MAY_HAVE_RUN = frozenset({303, 408, 425})

#: The start of the error message of http.client if a proxy refuses a CONNECT request.
TUNNEL_FAILED = "Tunnel connection failed"
#: Maximum number of nested exceptions to search for a cause.
MAX_CHAIN_LENGTH = 20


class Outcome(NamedTuple):
    """The outcome of an attempt: a response, or an exception.

    Attributes:
        response: The response, after its body was read; None after an exception.
        error: The exception; None if there is a response.
        may_have_run: True if the server may have processed the request.
    """

    response: Optional[requests.Response] = None
    error: Optional[Exception] = None
    may_have_run: bool = False

    @classmethod
    def from_response(cls, response: requests.Response) -> Outcome:
        """Return the outcome of an attempt that got a response."""
        status = response.status_code
        return cls(response, None, status < 300 or status >= 500 or status in MAY_HAVE_RUN)

    def is_success(self) -> bool:
        """Return True if there is a response with a 2xx status."""
        return self.response is not None and self.response.status_code < 300

    def is_retryable(self, *, idempotent: bool) -> bool:
        """Return True if another attempt may succeed and is safe."""
        status = None if self.response is None else self.response.status_code
        if status is not None and status < 400:
            return False
        return is_retryable(
            idempotent=idempotent,
            status=status,
            connected=not request_not_sent(self.error),
            permanent=is_fatal(self.error),
        )

    def retry_cost(self) -> int:
        """Return the number of tokens that a retry takes from the retry quota."""
        return RETRY_AFTER_TIMEOUT if self.response is None and timed_out(self.error) else RETRY


class Retries(NamedTuple):
    """The retries of a request.

    Attributes:
        idempotent: True if the operation can be repeated safely.
        maximum: Maximum number of retries.
        quota: The retry quota of the client.
    """

    idempotent: bool
    maximum: int
    quota: RetryQuota

    def send(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Call `send` until it succeeds or no retry is allowed, and return the last response.

        Raises:
            DecodeError: If the body of the last response is incomplete.
            requests.RequestException: If the last attempt got no response.
        """
        number, tokens = 1, SUCCESS
        while True:
            try:
                response = send()
            except (requests.RequestException, DecodeError) as error:
                outcome = Outcome(error=_wrapped(error))
                pause = self._pause(outcome, number)
                if pause is None:
                    raise
            else:
                outcome = Outcome.from_response(response)
                pause = self._pause(outcome, number)
                if pause is None:
                    if outcome.is_success():
                        self.quota.release(tokens)
                    return response
            tokens = outcome.retry_cost()
            # Drop the response while waiting: its request has credentials, and error reporters show local variables.
            response, outcome = requests.Response(), Outcome()
            sleep(pause)
            number += 1

    def _pause(self, outcome: Outcome, number: int) -> Optional[float]:
        """Return the seconds to wait before the next attempt, or None for no further attempt."""
        if number > self.maximum or not outcome.is_retryable(idempotent=self.idempotent):
            return None
        pause = delay(number, retry_after(outcome.response))
        return pause if pause is not None and self.quota.acquire(outcome.retry_cost()) else None


def _wrapped(error: Exception) -> Exception:
    """Return the exception of requests behind a DecodeError for an incomplete body. Return other errors unchanged."""
    cause = error.__cause__ if isinstance(error, DecodeError) else None
    return cause if isinstance(cause, Exception) else error


def is_misconfigured(error: Optional[Exception]) -> bool:
    """Return True for an error in the user's configuration: an invalid URL or proxy, or a missing CA file."""
    kinds = (InvalidURL, InvalidSchema, MissingSchema, InvalidHeader)
    # requests raises InvalidHeader also for unreadable headers of a response, which is not an error of the user.
    answered = error is not None and any(isinstance(part, UnreadableHeader) for part in error.args)
    return (isinstance(error, kinds) and not answered) or (type(error) is OSError and "TLS" in str(error))


def is_fatal(error: Optional[Exception]) -> bool:
    """Return True if a retry would fail in the same way, as after a TLS error or a body that is too long."""
    if isinstance(error, (SSLError, ValueError)) or is_misconfigured(error):
        return True
    return _tunnel_error(error).startswith(f"{TUNNEL_FAILED}: 4") or getattr(error, "is_fatal", False)


def timed_out(error: Optional[Exception]) -> bool:
    """Return True for a timeout, including one while a body is read, for which requests raises a ConnectionError."""
    timeouts = (requests.Timeout, ReadTimeoutError, socket.timeout, TimeoutError)
    return any(isinstance(each, timeouts) for each in iter_chain(error))


def retry_after(response: Optional[requests.Response]) -> Optional[float]:
    """Return the seconds in the Retry-After header of a response, or None."""
    return None if response is None else parse_retry_after(response.headers.get("Retry-After"))


def request_not_sent(error: Optional[BaseException]) -> bool:
    """Return True if an exception of requests means that there was no connection, and so nothing was sent."""
    cause: Any = error.args[0] if error is not None and error.args else None
    reason = getattr(cause, "reason", None)
    # Nothing was sent either if the proxy could not be reached, or refused to open a tunnel.
    refused = isinstance(getattr(reason, "original_error", reason), NewConnectionError) or bool(_tunnel_error(error))
    return isinstance(error, requests.ConnectTimeout) or (isinstance(error, requests.ConnectionError) and refused)


def _tunnel_error(error: Optional[BaseException]) -> str:
    """Return http.client's message if a proxy refused to open a tunnel, else "". Only proxies cause this message."""
    if isinstance(error, requests.exceptions.ProxyError):
        for each in iter_chain(error):
            if type(each) is OSError and str(each).startswith(TUNNEL_FAILED):
                return str(each)
    return ""


def iter_chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    """Yield an exception, and the exceptions that requests and urllib3 wrap in it."""
    waiting: List[Any] = [error]
    for _ in range(MAX_CHAIN_LENGTH):
        if not waiting:
            return
        each = waiting.pop()
        if isinstance(each, BaseException):
            yield each
            waiting += [*each.args, getattr(each, "reason", None), each.__cause__]
