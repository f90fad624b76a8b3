"""A program whose calls are interrupted by a signal handler that raises, or at each instruction in turn."""

from __future__ import annotations

import faulthandler
import random
import signal
import sys
from typing import Any, Callable

from integry import Integry

#: Seconds after which a call is considered stuck.
STUCK = 60
#: Maximum seconds before an interruption: the time of a few calls.
MAX_PAUSE = 0.003


class SoftTimeLimit(Exception):  # noqa: N818 (Celery's name)
    """An exception of a signal handler, like Celery's SoftTimeLimitExceeded."""


class Calls:
    """Calls of a client, each with an argument of its own.

    Attributes:
        interrupted: Number of calls that were interrupted.
        right: Number of calls that returned the response to their own request.
    """

    def __init__(self, url: str) -> None:
        self.client = Integry("k" * 9, "s" * 9, user_id=1, base_url=url, max_retries=0, timeout=30)
        self.interrupted = self.right = self._number = 0

    def call(self) -> None:
        """Call a function, and assert that the response belongs to this call."""
        self._number += 1
        marker = f"marker-{self._number}"
        assert self.client.functions.call("f", {"marker": marker}).output["marker"] == marker
        self.right += 1

    def attempt(self, arm: Callable[[], None], disarm: Callable[[], None]) -> None:
        """Call a function between `arm`, which starts the interruption, and `disarm`, which stops it."""
        faulthandler.dump_traceback_later(STUCK, exit=True)
        try:
            try:
                arm()
                self.call()
            finally:
                disarm()
        except SoftTimeLimit:
            self.interrupted += 1


def by_signals(calls: Calls, number: int) -> None:
    """Interrupt a number of calls by signals, each at a random moment."""
    moments, armed = random.Random(1), []  # noqa: S311 (not for cryptography)

    def handler(*_: Any) -> None:
        if armed:
            armed.clear()
            raise SoftTimeLimit

    def arm() -> None:
        armed.append(True)
        signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-5, MAX_PAUSE))

    signal.signal(signal.SIGALRM, handler)
    while calls.interrupted < number:
        calls.attempt(arm, armed.clear)


def by_instructions(calls: Calls, step: int) -> None:
    """Interrupt a call at its first instruction, then at each later one, until a call ends before the interruption."""
    position, remaining = 0, -1

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal remaining
        frame.f_trace_opcodes = True
        if event == "opcode":
            remaining -= 1
            if remaining < 0:
                raise SoftTimeLimit
        return trace

    def arm() -> None:
        nonlocal remaining
        remaining = position
        sys.settrace(trace)

    while remaining < 0:
        calls.attempt(arm, lambda: sys.settrace(None))
        # Call once more: if the interrupted call left a lock held, this call hangs.
        calls.attempt(lambda: None, lambda: None)
        position += step


def main() -> None:
    """Interrupt calls, and print the numbers of interrupted and of successful calls."""
    url, mode, number = sys.argv[1:]
    calls = Calls(url)
    calls.call()
    {"signals": by_signals, "instructions": by_instructions}[mode](calls, int(number))
    for _ in range(100):
        calls.attempt(lambda: None, lambda: None)
    sys.stdout.write(f"{calls.interrupted} {calls.right}\n")
    calls.client.close()


if __name__ == "__main__":
    main()
