"""The account of a run in Redis: its calls, who makes them, and their outcomes."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import redis

from .._arguments import refuse
from ..bulk import Call, Outcome
from ..errors import InvalidRequest
from . import _scripts
from ._redis import location

_NAMES = re.compile(r"[\w.:@+-]{1,200}")

#: Seconds after which a worker that gives no sign of life counts as dead.
LIFE = 30


class Entry(NamedTuple):
    """A call in the account, and what is known of it."""

    number: int
    call: Call
    outcome: str
    execution: str
    is_alive: bool

    @property
    def is_lost(self) -> bool:
        """True if the execution that claimed the call has ended without an outcome."""
        return bool(self.execution) and not self.is_alive

    @property
    def is_free(self) -> bool:
        """True if no execution has claimed the call, and it has no outcome."""
        return not self.outcome and not self.execution


class Chunk(NamedTuple):
    """A chunk of a run: its number, how many times it was put back into the queue, and its calls."""

    number: int
    turn: int
    entries: List[Entry]


class Account:
    """The account of a run in Redis.

    Args:
        client: The client of the Redis.
        run: The name of the run.
    """

    def __init__(self, client: redis.Redis, run: str) -> None:
        if not isinstance(run, str) or not _NAMES.fullmatch(run):
            refuse("run", "a name of up to 200 letters, digits, and any of . _ : @ + -", run)
        self.redis, self.run = client, run
        self._prefix = f"integry:{{{run}}}:"
        self._keys = [self._prefix + key for key in _scripts.KEYS]
        self._id = ""
        self._scripts: Dict[str, Any] = {}

    def create(self, run_id: str, options: Dict[str, Any]) -> None:
        """Create the account.

        Raises:
            InvalidRequest: If there is a run with this name.
        """
        if not self.redis.hsetnx(self._keys[0], "id", run_id):
            message = (
                f"There is a run {self.run!r} at {location(self.redis)} already. Take another name, or delete that run "
                f"with Run({self.run!r}).forget()."
            )
            raise InvalidRequest(message)
        self._id = run_id
        self.redis.hset(self._keys[0], mapping={"options": json.dumps(options), "total": 0})

    def find(self, run_id: Optional[str] = None) -> Optional[Dict[str, Any]]:
        """Return the options of the run; None if there is no such run, or it has another id than that given."""
        found, options = self.redis.hmget(self._keys[0], ["id", "options"])
        if found is None or options is None or (run_id is not None and _text(found) != run_id):
            return None
        self._id = _text(found)
        return dict(json.loads(options))

    @property
    def id(self) -> str:
        """The id of the run, which runs of the same name do not share."""
        return self._id

    def delete(self) -> None:
        """Delete the account. What is claimed has no outcome then."""
        self.redis.delete(*self._keys[:-1])

    def add(self, chunk: int, calls: Sequence[str], total: int) -> None:
        """Add a chunk of calls.

        Args:
            chunk: The number of the chunk.
            calls: The calls as JSON.
            total: The number of all calls, those of the chunk included.
        """
        with self.redis.pipeline() as pipeline:
            pipeline.hset(self._keys[1], str(chunk), f"[{','.join(calls)}]")
            pipeline.hset(self._keys[0], "total", str(total))
            pipeline.execute()

    def claim(self, number: int, execution: str) -> bool:
        """Claim a call. Return False if it has an outcome, or another execution has claimed it."""
        return bool(self._script("CLAIM", number, execution))

    def release(self, number: int, execution: str) -> None:
        """Give a claim back."""
        self._script("RELEASE", number, execution)

    def record(self, outcome: Outcome, execution: str) -> None:
        """Record the outcome of a call that an execution has claimed."""
        self._script("RECORD", outcome.number, execution, json.dumps(outcome.to_dict()), outcome.state)

    def reset(self, entry: Entry, state: str) -> bool:
        """Put a call back that was lost, or that has an outcome. Return False if something happened to it meanwhile."""
        return bool(self._script("RESET", entry.number, entry.execution, entry.outcome, state))

    def next_turn(self, chunk: int, turn: int) -> int:
        """Begin the next turn of a chunk, and return its number; 0 if another execution did so."""
        return int(self._script("NEXT_TURN", chunk, turn) or 0)

    def counts(self) -> Optional[Tuple[int, Dict[str, int], int]]:
        """Return how many calls there are, how many outcomes in each state, and how many calls were lost."""
        found = self._script("COUNT")
        if found is None:
            return None
        total, pairs, lost = found
        return int(total), {_text(state): int(count) for state, count in zip(pairs[::2], pairs[1::2])}, int(lost)

    def read(self, chunk: int, size: int) -> Chunk:
        """Return a chunk. It is empty if there is no such chunk."""
        first = chunk * size
        found = self._script("READ", chunk, first, first + size - 1) or [b"[]", b"0"]
        calls = json.loads(found[0])
        states = zip(range(first, first + len(calls)), calls, found[2::3], found[3::3], found[4::3])
        entries = [
            Entry(number, Call.from_dict(call), _text(outcome), _text(execution), bool(alive))
            for number, call, outcome, execution, alive in states
        ]
        return Chunk(chunk, int(found[1]), entries)

    def read_all(self, size: int) -> Iterator[Chunk]:
        """Yield all chunks."""
        chunk = self.read(0, size)
        while chunk.entries:
            yield chunk
            chunk = self.read(chunk.number + 1, size)

    def give_sign(self, execution: str) -> None:
        """Give a sign of life of an execution."""
        self.redis.set(self._keys[-1] + execution, "", ex=LIFE)

    def end(self, execution: str) -> None:
        """Delete the sign of life of an execution that has ended."""
        self.redis.delete(self._keys[-1] + execution)

    def now(self) -> float:
        """Return the time of Redis in seconds since 1970."""
        seconds, microseconds = self.redis.time()
        return float(seconds + microseconds / 1_000_000)

    def _script(self, name: str, *arguments: Any) -> Any:
        script = self._scripts.get(name)
        if script is None:
            script = self._scripts[name] = self.redis.register_script(getattr(_scripts, name))
        return script(keys=self._keys, args=[self._id, *arguments])


def _text(value: Any) -> str:
    """Return a value of Redis as text. A client of the caller may decode values itself."""
    return value if isinstance(value, str) else value.decode()
