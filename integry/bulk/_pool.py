"""A pool of threads that makes calls, and gives their outcomes to the thread that iterates.

The input is read in the thread that iterates, because it may belong to that thread, like a cursor of a database. The
threads of the pool take calls from a queue. At most `window` calls are in the queue, in a thread, or waiting for the
caller to take their outcomes, so the memory does not grow with the number of calls.
"""

from __future__ import annotations

import threading
from collections import deque
from contextvars import copy_context
from http import HTTPStatus
from queue import SimpleQueue
from time import monotonic
from typing import Any, Deque, Dict, Generator, Iterable, Iterator, Optional, Set, Tuple

import requests

from .._client import Integry
from .._generated.retry import parse_retry_after
from ..errors import RateLimited
from ._call import Call
from ._ledger import Ledger
from ._outcome import DONE, Outcome
from ._rate import Limiter

#: Maximum seconds that a server can hold the threads back with Retry-After. If it asks for more, the call fails.
LONGEST_HOLD = 3600.0
#: Seconds to hold the threads back after a status 429 without Retry-After. They double with each further one.
FIRST_HOLD = 1.0
#: Number of times that a call is refused with status 429, without any other call being answered, before it fails.
MAX_REFUSALS = 10
#: Seconds between two checks of a wait that nothing else ends. On Windows, Ctrl-C does not end a wait.
TICK = 1.0
#: The argument of `Pool._take` to wait for the outcomes of all calls.
ALL = -1

#: A call with its number, and the position of its outcome in the order of the outcomes.
Task = Tuple[int, int, Call]


class Pool:
    """A pool of threads that makes the calls of one run.

    Args:
        client: The client.
        workers: Number of threads.
        window: Maximum number of calls that were taken from the input and whose outcomes the caller did not take.
        ordered: True to give the outcomes in the order of the input.
        rate: The rate limit.
        ledger: The record of the calls.
        longest_hold: Maximum seconds that a server can hold the threads back. If it asks for more, the call fails.
    """

    def __init__(
        self,
        client: Any,
        ledger: Ledger,
        *,
        workers: int = 16,
        window: Optional[int] = None,
        ordered: bool = False,
        rate: Optional[Limiter] = None,
        longest_hold: float = LONGEST_HOLD,
    ) -> None:
        self._client = client
        if isinstance(client, Integry):
            # The client itself waits and retries after status 429, so the hook must tell the other threads.
            self._on_response = client.settings.on_response
            self._client = client.with_options(on_response=self._see_response)
        self._ledger, self._workers, self._window = ledger, workers, window or 4 * workers
        self._ordered, self._rate, self._longest_hold = ordered, rate, longest_hold
        self._tasks: SimpleQueue[Optional[Task]] = SimpleQueue()
        self._arrived, self._stopped, self._lock = threading.Event(), threading.Event(), threading.Lock()
        #: Outcomes by position, as they arrive. None stands for a call that did not leave.
        self._results: Deque[Tuple[int, Optional[Outcome]]] = deque()
        #: With ordered=True, outcomes that arrived before an earlier one.
        self._early: Dict[int, Optional[Outcome]] = {}
        self._next_position, self._last_position = 0, -1
        #: Number of calls that were put into the queue, and whose outcomes the caller did not take yet.
        self._pending = 0
        self._running: Set[threading.Thread] = set()
        self._is_left = False
        self._held_until = 0.0
        self._answered = 0
        #: The first exception of the ledger or of the rate limit. No call leaves after it.
        self._failure: Optional[BaseException] = None

    def outcomes(self, calls: Iterable[Tuple[int, Call]]) -> Generator[Outcome, None, None]:
        """Make calls, and yield their outcomes. The ledger is closed at the end.

        If the input raises an exception, the outcomes of the calls before it are yielded, then the exception is raised.
        If Ctrl-C interrupts a wait, no further call leaves, the outcomes of the calls that have left are yielded, then
        KeyboardInterrupt is raised. A second Ctrl-C does not wait for them.
        """
        failure: Optional[BaseException] = None
        try:
            for step in (self._feed(calls), self._take(ALL)):
                try:
                    yield from step
                except GeneratorExit:
                    raise
                except BaseException as error:
                    if failure:
                        raise
                    failure = error
                    if not isinstance(error, Exception):
                        self._stopped.set()
                self._tasks.put(None)
            yield from self._take(ALL)
        except GeneratorExit:
            self._stopped.set()
            self._tasks.put(None)
            self._wait()
            raise
        finally:
            self._leave()
        if failure or self._failure:
            try:
                raise failure or self._failure  # type: ignore[misc]  # one of them is an exception
            finally:
                # Break the reference cycle of the exception, its traceback and this frame.
                del failure

    def _feed(self, calls: Iterable[Tuple[int, Call]]) -> Iterator[Outcome]:
        """Put calls into the queue, and yield the outcomes that arrive meanwhile."""
        for position, (number, call) in enumerate(calls):
            if self._stopped.is_set():
                return
            if position < self._workers:
                self._start_thread()
            self._tasks.put((position, number, call))
            self._pending += 1
            yield from self._take(self._window - 1)

    def _take(self, most: int) -> Iterator[Outcome]:
        """Yield the outcomes that have arrived. Wait for more while the calls without outcome are more than `most`."""
        while True:
            # Look at the threads before the results: a thread that has ended leaves no result behind.
            is_running = bool(self._running)
            while self._results:
                # Remove a result only after it was yielded, so that Ctrl-C cannot lose it.
                yield from self._give(*self._results[0])
                self._results.popleft()
            if self._pending <= most or not is_running:
                return
            self._arrived.wait(TICK)
            self._arrived.clear()

    def _give(self, position: int, outcome: Optional[Outcome]) -> Iterator[Outcome]:
        """Yield an outcome when its turn has come, and those that have waited for it."""
        if not self._ordered:
            # After Ctrl-C, the last result may come again.
            if position != self._last_position:
                self._last_position = position
                self._pending -= 1
                if outcome:
                    yield outcome
            return
        if position >= self._next_position:
            self._early[position] = outcome
        while self._next_position in self._early:
            outcome = self._early[self._next_position]
            del self._early[self._next_position]
            self._next_position += 1
            self._pending -= 1
            if outcome:
                yield outcome

    def _wait(self) -> None:
        """Wait until the calls that have left are recorded, and the threads have ended."""
        # A garbage collection in a thread of the pool may close the iterator. A forked child has none of the threads.
        current = threading.current_thread()
        while any(thread.is_alive() and thread is not current for thread in list(self._running)):
            self._arrived.wait(TICK)
            self._arrived.clear()

    def _leave(self) -> None:
        """Close the ledger, or let the last thread close it."""
        self._stopped.set()
        self._tasks.put(None)
        with self._lock:
            self._is_left = True
            if not self._running:
                self._ledger.close()

    def _start_thread(self) -> None:
        # Each thread has a copy of the context, so that a tracer sees to which span the calls belong.
        thread = threading.Thread(target=copy_context().run, args=(self._work,), name="integry.bulk", daemon=True)
        self._running.add(thread)
        try:
            thread.start()
        except BaseException:
            self._running.discard(thread)
            raise

    def _work(self) -> None:
        """Make calls until the queue ends. This method runs in each thread."""
        while True:
            task = self._tasks.get()
            if task is None:
                break
            position, number, call = task
            self._results.append((position, self._process(number, call)))
            self._arrived.set()
        self._tasks.put(None)  # for the next thread
        with self._lock:
            self._running.discard(threading.current_thread())
            if self._is_left and not self._running:
                self._ledger.close()
        self._arrived.set()

    def _process(self, number: int, call: Call) -> Optional[Outcome]:
        """Make a call and record its outcome. Return None if the call did not leave."""
        outcome = None
        try:
            if self._may_leave() and self._ledger.claim(number, call):
                try:
                    outcome = self._make(number, call)
                finally:
                    # The run was stopped, or the rate limit has failed, while the call waited after status 429.
                    if outcome is None:
                        self._ledger.release(number, call)
                if outcome:
                    self._ledger.record(outcome)
        except BaseException as error:  # noqa: BLE001 (the thread that iterates raises it)
            self._failure = self._failure or error
            self._stopped.set()
        return outcome

    def _make(self, number: int, call: Call) -> Optional[Outcome]:
        """Make a call, again and again while the server answers with status 429. Return None if it did not run."""
        refusals, answered = 0, self._answered
        while True:
            try:
                result = call.send(self._client)
            except RateLimited as error:
                refusals = refusals + 1 if answered == self._answered else 1
                answered = self._answered
                seconds = min(FIRST_HOLD * 2 ** (refusals - 1), 60) if error.retry_after is None else error.retry_after
                if error.may_have_run or refusals >= MAX_REFUSALS or seconds > self._longest_hold:
                    return Outcome.of_error(number, call, error)
            except BaseException as error:  # noqa: BLE001 (the caller gets it)
                self._answered += 1
                return Outcome.of_error(number, call, error)
            else:
                self._answered += 1
                return Outcome(number, call, DONE, result)
            self._hold(seconds)
            if not self._may_leave():
                return None

    def _may_leave(self) -> bool:
        """Wait for the rate limit, and while the server holds the threads back. Return False if the run was stopped."""
        while not self._stopped.is_set():
            seconds = self._held_until - monotonic()
            if seconds > 0:
                self._stopped.wait(seconds)
                continue
            seconds = self._rate.reserve() if self._rate else 0
            if seconds > 0:
                self._stopped.wait(seconds)
            if self._held_until <= monotonic():
                return not self._stopped.is_set()
        return False

    def _hold(self, seconds: float) -> None:
        """Hold all threads back."""
        with self._lock:
            self._held_until = max(self._held_until, monotonic() + seconds)
        if self._rate:
            self._rate.hold(seconds)

    def _see_response(self, response: requests.Response) -> None:
        """Hold all threads back if a response asks to wait. The client calls this method with each response."""
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            seconds = parse_retry_after(response.headers.get("Retry-After"))
            if seconds and seconds <= self._longest_hold:
                self._hold(seconds)
        if self._on_response:
            self._on_response(response)
