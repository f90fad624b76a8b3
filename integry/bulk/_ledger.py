"""The record of the calls of a run: the interface, and a record that records nothing."""

from __future__ import annotations

from typing import Protocol

from ._call import Call
from ._outcome import Outcome


class Ledger(Protocol):
    """A record of the calls of a run. The threads of the pool call its methods."""

    def claim(self, number: int, call: Call) -> bool:
        """Record that a call is about to leave. Return False if it must not leave; it then has no outcome."""
        ...

    def release(self, number: int, call: Call) -> None:
        """Record that a call that was claimed did not run, because the run was stopped."""
        ...

    def record(self, outcome: Outcome) -> None:
        """Record an outcome, before the caller gets it."""
        ...

    def close(self) -> None:
        """Close the record, after the last thread ended."""
        ...


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
