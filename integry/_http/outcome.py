"""The end of an attempt: a result, another attempt, or an error after which the call may have run."""

from __future__ import annotations

from traceback import walk_tb
from typing import NamedTuple, Optional

import requests

from .errors import is_permanent, iter_chain, request_not_sent, timed_out
from .retry import RETRY, RETRY_AFTER_TIMEOUT, is_retryable

#: Statuses below 500 after which a request may have been processed. The others say that the server refused it.
MAY_HAVE_RUN = frozenset({303, 408, 425})

#: The functions of urllib3 and ssl that connect: TCP, a proxy's tunnel, the handshake and the host name of TLS.
CONNECTING = frozenset({"connect", "do_handshake", "_validate_conn"})


class Outcome(NamedTuple):
    """The end of an attempt: a response, or an exception.

    Attributes:
        response: The response, its body read.
        error: The exception.
        may_have_run: True if the server may have processed the request.
    """

    response: Optional[requests.Response] = None
    error: Optional[Exception] = None
    may_have_run: bool = False

    @classmethod
    def of_response(cls, response: requests.Response) -> Outcome:
        """Return the outcome of an attempt that has a response."""
        status = response.status_code
        return cls(response, None, status < 300 or status >= 500 or status in MAY_HAVE_RUN)

    def is_success(self) -> bool:
        """Return True for a response whose status is 2xx."""
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
            permanent=is_permanent(self.error),
        )

    def retry_cost(self) -> int:
        """Return the number of tokens that another attempt takes from the retry quota."""
        return RETRY_AFTER_TIMEOUT if self.response is None and timed_out(self.error) else RETRY


def was_sent(error: BaseException) -> bool:
    """Return True if a request may have been sent before an exception: its connection was ready.

    Call it before `redact`, which shortens tracebacks.
    """
    frames = (frame for each in iter_chain(error) for frame, _ in walk_tb(each.__traceback__))
    return not (request_not_sent(error) or any(frame.f_code.co_name in CONNECTING for frame in frames))
