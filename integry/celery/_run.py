"""`Run`: what became of the calls of a run."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Optional, Set

from celery import current_app

from .._arguments import refuse
from .._settings import NOT_GIVEN
from ..bulk import DONE, FAILED, UNKNOWN, Call, Outcome
from ..bulk._outcome import lost
from ..errors import ConfigurationError, InvalidRequest
from ._account import Account, Chunk, Entry
from ._redis import Redis, connect, location
from ._settings import client_of
from ._task import send

#: No worker has made the call yet, or one is making it.
WAITING = "waiting"
#: The values of `repeat`, and the state of the calls that each of them makes again.
_REPEATED = {None: None, "failed": FAILED, "reads": UNKNOWN, "unknown": UNKNOWN}


class Run:
    """A run of calls that workers make.

    Args:
        name: The name of the run.
        redis: The Redis with the account of the run. Default: the setting `integry_redis` of the current Celery app, or
            else its broker.

    Raises:
        InvalidRequest: If the name is invalid. The methods raise it if there is no run with this name.
    """

    def __init__(self, name: str, *, redis: Optional[Redis] = None) -> None:
        self.name = name
        self._account = Account(connect(redis), name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def counts(self) -> Dict[str, int]:
        """Return how many calls are in each state: `done`, `failed`, `unknown` and `waiting`.

        A call is `unknown` if the worker that made it has given no sign of life for 30 seconds, too.
        """
        self._options()
        total, counted, lost_calls = self._account.counts() or self._refuse()
        counts = {state: counted.get(state, 0) for state in (DONE, FAILED, UNKNOWN)}
        counts[UNKNOWN] += lost_calls
        counts[WAITING] = total - sum(counts.values())
        return counts

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the outcome of each call, in order. The state of a call without outcome is `waiting`."""
        for chunk in self._account.read_all(self._options()["chunk"]):
            yield from map(_outcome, chunk.entries)

    def resume(self, repeat: Optional[str] = None) -> int:
        """Enqueue the calls that no worker has claimed, for example because a worker was killed before it made them.

        Messages that are still in the queue do not make their calls twice.

        Args:
            repeat: Calls to make again: `failed`; `reads` for unknown calls of functions whose type is QUERY; `unknown`
                for all unknown calls, which may then run twice. Default: none.

        Returns:
            The number of calls that were enqueued.
        """
        if repeat not in _REPEATED:
            refuse("repeat", 'None, "failed", "reads" or "unknown"', repeat, ConfigurationError)
        size, count, reads = self._options()["chunk"], 0, _Reads(repeat == "reads")
        for chunk in self._account.read_all(size):
            count += self._resume(chunk, _REPEATED[repeat], reads)
        return count

    def forget(self) -> None:
        """Delete the run, with its calls and outcomes. Calls that are going on end without a trace."""
        self._options()
        self._account.delete()

    def _resume(self, chunk: Chunk, state: Optional[str], reads: _Reads) -> int:
        free = 0
        for entry in chunk.entries:
            if entry.is_free or (
                state is not None
                and _outcome(entry).state == state
                and entry.call in reads
                and self._account.reset(entry, state)
            ):
                free += 1
        if free:
            send(self._account, chunk.number, chunk.turn)
        return free

    def _options(self) -> Dict[str, Any]:
        return self._account.find() or self._refuse()

    def _refuse(self) -> Any:
        message = f"There is no run {self.name!r} at {location(self._account.redis)}."
        raise InvalidRequest(message)


def _outcome(entry: Entry) -> Outcome:
    if entry.outcome:
        return Outcome.from_dict(json.loads(entry.outcome), entry.call)
    if entry.is_lost:
        return lost(entry.number, entry.call)
    return Outcome(entry.number, entry.call, WAITING)


class _Reads:
    """The calls of functions that only read, or all calls.

    Args:
        is_limited: False for all calls.
    """

    def __init__(self, is_limited: bool) -> None:  # noqa: FBT001 (private)
        self._is_limited = is_limited
        self._names: Dict[Any, Set[str]] = {}

    def __contains__(self, call: Call) -> bool:
        return not self._is_limited or call.function in self._of_user(call.user_id)

    def _of_user(self, user_id: Any) -> Set[str]:
        """Return the names of the functions of a user that only read."""
        if user_id not in self._names:
            user = {} if user_id is NOT_GIVEN else {"user_id": user_id}
            functions = client_of(current_app).functions.list(type="QUERY", **user)
            self._names[user_id] = {function.name for function in functions}
        return self._names[user_id]
