"""The task `integry.calls`: a worker makes the calls of a chunk."""

from __future__ import annotations

import logging
import math
import threading
from typing import Any, Dict, Optional
from uuid import uuid4

from celery import Celery, current_app, shared_task
from redis import RedisError

from ..bulk import Call, Outcome
from ..bulk._pool import Pool
from ..errors import RateLimited
from ._account import LIFE, Account
from ._rate import RedisRateLimit
from ._redis import connect, location
from ._settings import client_of

log = logging.getLogger(__name__.rsplit(".", 1)[0])

#: Maximum seconds that a worker waits if the server asks to. For a longer time, the chunk is enqueued again.
LONGEST_HOLD = 60.0
#: Maximum number of times that a chunk is enqueued again. A call that the server refuses once more fails.
MAX_TURNS = 100
#: The default of Celery: seconds until a message that no worker has acknowledged comes again.
VISIBILITY_TIMEOUT = 3600


def send(account: Account, chunk: int, turn: int = 0, not_before: Optional[float] = None) -> None:
    """Send the message for a chunk.

    A message with a countdown is in the memory of a worker, not acknowledged, so that it would come again after the
    visibility timeout. So the countdown is shorter, and the worker sends the message once more if it is too early.
    """
    options: Dict[str, Any] = {}
    if not_before is not None:
        transport = current_app.conf.broker_transport_options or {}
        longest = transport.get("visibility_timeout", VISIBILITY_TIMEOUT) / 2
        options["countdown"] = min(max(not_before - account.now(), 0), longest)
    arguments = (account.run, account.id, chunk, turn, not_before)
    make_calls.apply_async(args=arguments, serializer="json", **options)


@shared_task(
    name="integry.calls",
    ignore_result=True,
    store_errors_even_if_ignored=False,
    acks_late=False,
    reject_on_worker_lost=False,
    max_retries=0,
    rate_limit=None,
)
def make_calls(run: str, run_id: str, chunk: int, turn: int = 0, not_before: Optional[float] = None) -> None:
    """Make the calls of a chunk that no other execution has claimed.

    Args:
        run: The name of the run.
        run_id: The id of the run.
        chunk: The number of the chunk.
        turn: How many times the chunk was put back into the queue.
        not_before: The time on the clock of Redis before which the server refuses calls.
    """
    account = Account(connect(None), run)
    options = account.find(run_id)
    if options is None:
        log.warning(
            "Chunk %d of the run %r is dropped, because the run is not in the Redis at %s: it was forgotten, or "
            "workers need the setting integry_redis",
            *(chunk, run, location(account.redis)),
        )
    elif not_before is not None and not_before > account.now():
        send(account, chunk, turn, not_before)
    else:
        _Execution(account, chunk, turn, options).make(current_app)


class _Execution:
    """One execution of the task: it claims calls, makes them, and records their outcomes. It is the ledger of its pool.

    Args:
        account: The account of the run.
        chunk: The number of the chunk.
        turn: How many times the chunk was put back into the queue.
        options: The options of the run.
    """

    def __init__(self, account: Account, chunk: int, turn: int, options: Dict[str, Any]) -> None:
        self._account, self._chunk, self._turn, self._options = account, chunk, turn, options
        self._id = uuid4().hex
        #: Seconds after which the server accepts calls again, if that is too long to wait.
        self._later: Optional[float] = None

    def make(self, app: Celery) -> None:
        """Make the calls of the chunk that are free."""
        chunk = self._account.read(self._chunk, self._options["chunk"])
        calls = [(entry.number, entry.call) for entry in chunk.entries if entry.is_free]
        if not calls or chunk.turn != self._turn:
            log.info(
                "Chunk %d of the run %r has nothing to do: an older message came again", chunk.number, self._account.run
            )
            return
        rate = self._options["rate"]
        limit = RedisRateLimit(self._account.redis, **rate) if rate else None
        threads = self._options["threads"]
        pool = Pool(client_of(app), self, workers=threads, rate=limit, longest_hold=LONGEST_HOLD)
        with _SignOfLife(self._account, self._id):
            for _ in pool.outcomes(calls):
                pass
        if self._later is not None:
            self._enqueue_again(self._later)

    def _enqueue_again(self, seconds: float) -> None:
        not_before = self._account.now() + seconds
        turn = self._account.next_turn(self._chunk, self._turn)
        if turn:
            log.info("The server asks to wait: chunk %d of the run %r goes on later", self._chunk, self._account.run)
            send(self._account, self._chunk, turn, not_before)

    def claim(self, number: int, call: Call) -> bool:  # noqa: ARG002 (the interface of the pool)
        """Claim a call."""
        return self._later is None and self._account.claim(number, self._id)

    def release(self, number: int, call: Call) -> None:  # noqa: ARG002 (the interface of the pool)
        """Give back a claim."""
        self._account.release(number, self._id)

    def record(self, outcome: Outcome) -> None:
        """Record an outcome, or give back the claim if the server refuses calls for a longer time."""
        error = outcome.error
        if isinstance(error, RateLimited) and not error.may_have_run and self._turn < MAX_TURNS:
            seconds = error.retry_after
            self._later = max(self._later or 0, LONGEST_HOLD if seconds is None else math.ceil(seconds))
            self.release(outcome.number, outcome.call)
        else:
            self._account.record(outcome, self._id)

    def close(self) -> None:
        """Do nothing: the account is in Redis."""


class _SignOfLife:
    """A sign of life of an execution, which a thread repeats in the block of a `with` statement.

    Args:
        account: The account of the run.
        execution: The execution.
    """

    def __init__(self, account: Account, execution: str) -> None:
        self._account, self._execution = account, execution
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="integry.celery", daemon=True)

    def __enter__(self) -> None:
        self._account.give_sign(self._execution)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._account.end(self._execution)

    def _repeat(self) -> None:
        while not self._is_over.wait(LIFE / 3):
            self._try_once()

    def _try_once(self) -> None:
        try:
            self._account.give_sign(self._execution)
        except RedisError:
            log.warning("Redis cannot be reached, so the worker gives no sign of life", exc_info=True)
