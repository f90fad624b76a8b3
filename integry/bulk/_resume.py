"""A run with a journal: what an earlier run has recorded comes first, then the calls that remain are made."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any, Callable, Generator, Iterator, List, Optional, Set, Tuple, Union

from .._settings import NOT_GIVEN
from ._call import Call
from ._history import JournalError
from ._journal import Journal
from ._outcome import FAILED, UNKNOWN, Outcome, lost
from ._pool import Pool

#: The values of `repeat`, and the state of the calls that each of them makes again.
REPEATED = {None: None, "failed": FAILED, "reads": UNKNOWN, "unknown": UNKNOWN}

#: Recorded calls to make again: a name, or a function that takes a recorded outcome.
Repeat = Union[str, Callable[[Any], Any], None]
Numbered = Iterator[Tuple[int, Call]]


class Resumption:
    """A run with a journal.

    Args:
        client: The client.
        path: The path of the journal.
        sync: True to write the journal to the disk before a call leaves.
        repeat: Recorded calls to make again: a name in `REPEATED`, or a function that takes a recorded outcome.
        replay: True to yield the recorded outcomes.
        pool: A function that returns a pool of threads with a journal.
    """

    def __init__(
        self,
        client: Any,
        path: Union[str, Path],
        *,
        sync: bool,
        repeat: Repeat,
        replay: bool,
        pool: Callable[[Journal], Pool],
    ) -> None:
        self._client, self._path, self._sync = client, path, sync
        self._repeat, self._replay, self._pool = repeat, replay, pool
        self._needs_outcomes = replay or callable(repeat)
        self._reads: Optional[Set[str]] = None

    def outcomes(self, calls: Numbered) -> Generator[Outcome, None, None]:
        """Yield recorded outcomes, and then those of the calls that remain.

        The whole recorded part of the input is compared with the journal before a call leaves.
        """
        journal = Journal(self._path, sync=self._sync, with_offsets=self._needs_outcomes)
        remaining: List[Tuple[int, Call]] = []
        try:
            yield from self._recorded(journal, calls, remaining)
            journal.forget()
        except BaseException:
            journal.close()
            raise
        yield from self._pool(journal).outcomes(chain(_drain(remaining), calls))

    def _recorded(self, journal: Journal, calls: Numbered, remaining: List[Tuple[int, Call]]) -> Iterator[Outcome]:
        """Yield recorded outcomes, and add the other calls of the recorded part of the input to `remaining`."""
        history = journal.history
        for expected in range(history.end):
            number, call = next(calls, (-1, None))
            if call is None:
                message = (
                    f"{self._path} belongs to another input: it has recorded {history.end} calls, and there are only "
                    f"{expected}. Pass the same calls in the same order, or another journal."
                )
                raise JournalError(message)
            history.check(number, call)
            state, is_lost = history.state(number), number in history.lost
            if state is None:
                remaining.append((number, call))
                continue
            outcome = lost(number, call) if is_lost else history.outcome(number, call) if self._needs_outcomes else None
            if self._is_repeated(state, call, outcome):
                remaining.append((number, call))
            elif outcome is not None and (is_lost or self._replay):
                if is_lost:
                    journal.record(outcome)
                yield outcome

    def _is_repeated(self, state: str, call: Call, outcome: Optional[Outcome]) -> bool:
        """Return True if a recorded call is made again."""
        if callable(self._repeat):
            return bool(self._repeat(outcome))
        if state != REPEATED[self._repeat]:
            return False
        return self._repeat != "reads" or call.function in self._read_functions(call)

    def _read_functions(self, call: Call) -> Set[str]:
        """Return the names of the functions that only read."""
        if self._reads is None:
            user = {} if call.user_id is NOT_GIVEN else {"user_id": call.user_id}
            self._reads = {function.name for function in self._client.functions.list(type="QUERY", **user)}
        return self._reads


def _drain(calls: List[Tuple[int, Call]]) -> Numbered:
    """Yield the items of a list, and release their memory."""
    calls.reverse()
    while calls:
        yield calls.pop()
