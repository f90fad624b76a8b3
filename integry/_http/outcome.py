"""Outcomes of attempts: a response or an exception, and the decision whether to retry."""

from __future__ import annotations

from traceback import walk_tb
from typing import NamedTuple, Optional

import requests

from .errors import is_fatal, iter_chain, request_not_sent, timed_out
from .retry import RETRY, RETRY_AFTER_TIMEOUT, is_retryable

#: Statuses between 300 and 499 after which the request may have been processed.
MAY_HAVE_RUN = frozenset({303, 408, 425})

#: Functions of urllib3 and ssl that connect: TCP, the tunnel through a proxy, TLS handshake, check of the host name.
CONNECT_FUNCTIONS = frozenset({"connect", "do_handshake", "_validate_conn"})


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
        """Return True if another attempt may succeed."""
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


def was_sent(error: BaseException) -> bool:
    """Return True if the request may have been sent before the exception, as the connection was established.

    Call this function before `redact`, which removes frames from tracebacks.
    """
    frames = (frame for each in iter_chain(error) for frame, _ in walk_tb(each.__traceback__))
    return not (request_not_sent(error) or any(frame.f_code.co_name in CONNECT_FUNCTIONS for frame in frames))
