"""`run`: make many calls, with a journal."""

from __future__ import annotations

from typing import Any, Callable, Dict, Generator, Iterable, Optional, Union

from .._arguments import refuse
from ..errors import ConfigurationError
from ._call import Call
from ._outcome import Outcome
from ._pool import Pool
from ._rate import Limiter

Progress = Callable[[Dict[str, int]], None]


class NoLedger:
    """A ledger that records nothing."""

    def claim(self, number: int, call: Call) -> bool:  # noqa: ARG002 (an interface)
        """Return True."""
        return True

    def release(self, number: int, call: Call) -> None:
        """Do nothing."""

    def record(self, outcome: Outcome) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def run(
    client: Any,
    calls: Iterable[Call],
    *,
    workers: int = 16,
    window: Optional[int] = None,
    ordered: bool = False,
    rate: Optional[Limiter] = None,
) -> Generator[Outcome, None, None]:
    """Make calls in threads, and yield an outcome for each."""
    return Pool(client, NoLedger(), workers=workers, window=window, ordered=ordered, rate=rate).outcomes(enumerate(calls))
