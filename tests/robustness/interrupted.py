"""A client whose calls are interrupted: by a signal handler that raises, or at each instruction in turn.

    python -m tests.robustness.interrupted URL signals NUMBER
    python -m tests.robustness.interrupted URL instructions STEP

It prints how many calls were interrupted, how many ended well, and how many connections the pool holds in the end. A
call that hangs ends the process with a traceback.
"""

from __future__ import annotations

import faulthandler
import random
import signal
import sys
from typing import Any, Callable

from integry import Integry

#: Seconds after which a call is taken to hang.
STUCK = 60
#: Seconds: the time of a few calls.
LONGEST_PAUSE = 0.003


class SoftTimeLimit(Exception):  # noqa: N818 (Celery's name)
    """What a signal handler raises, as Celery's SoftTimeLimitExceeded."""


class Calls:
    """Calls of a client, each with an argument of its own.

    Attributes:
        interrupted: Number of calls that were interrupted.
        right: Number of calls that got their own response.
    """

    def __init__(self, url: str) -> None:
        self.client = Integry("k" * 9, "s" * 9, user_id=1, base_url=url, max_retries=0, timeout=30)
        self.interrupted = self.right = self._number = 0

    def call(self) -> None:
        """Call, and see that the response is that of this call."""
        self._number += 1
        marker = f"marker-{self._number}"
        assert self.client.functions.call("f", {"marker": marker}).output["marker"] == marker
        self.right += 1

    def attempt(self, arm: Callable[[], None], disarm: Callable[[], None]) -> None:
        """Call, and be interrupted if it comes to that."""
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
    moments, armed = random.Random(1), []  # noqa: S311 (no secret)

    def handler(*_: Any) -> None:
        if armed:
            armed.clear()
            raise SoftTimeLimit

    def arm() -> None:
        armed.append(True)
        signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-5, LONGEST_PAUSE))

    signal.signal(signal.SIGALRM, handler)
    while calls.interrupted < number:
        calls.attempt(arm, armed.clear)


def by_instructions(calls: Calls, step: int) -> None:
    """Interrupt a call at its first instruction, the next one at a later one, until one ends before."""
    position, left = 0, -1

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal left
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left < 0:
                raise SoftTimeLimit
        return trace

    def arm() -> None:
        nonlocal left
        left = position
        sys.settrace(trace)

    while left < 0:
        calls.attempt(arm, lambda: sys.settrace(None))
        # The next call hangs if the interrupted one left a lock behind.
        calls.attempt(lambda: None, lambda: None)
        position += step


def main() -> None:
    """Interrupt calls, and print what became of them."""
    url, way, number = sys.argv[1:]
    calls = Calls(url)
    calls.call()
    {"signals": by_signals, "instructions": by_instructions}[way](calls, int(number))
    for _ in range(100):
        calls.attempt(lambda: None, lambda: None)
    sys.stdout.write(f"{calls.interrupted} {calls.right}\n")
    calls.client.close()


if __name__ == "__main__":
    main()
