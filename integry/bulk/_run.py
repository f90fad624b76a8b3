"""`run`: make many calls, and yield an outcome for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Generator, Iterable, Optional, Union

from .._arguments import refuse
from ..errors import ConfigurationError
from ._call import Call
from ._ledger import Ledger, NoLedger
from ._outcome import Outcome
from ._pool import Pool
from ._progress import show
from ._rate import Limiter
from ._resume import REPEATED, Numbered, Resumption


def run(
    client: Any,
    calls: Iterable[Call],
    *,
    workers: int = 16,
    window: Optional[int] = None,
    ordered: bool = False,
    journal: Union[str, Path, None] = None,
    sync: bool = True,
    repeat: Union[str, Callable[[Outcome], Any], None] = None,
    replay: bool = False,
    rate: Optional[Limiter] = None,
    progress: Union[Callable[[Dict[str, int]], None], bool, None] = None,
) -> Generator[Outcome, None, None]:
    """Make calls of functions in threads, and yield exactly one outcome for each.

    Nothing is sent before the first outcome is asked for. If the iterator is closed, or Ctrl-C interrupts it, no
    further call leaves, and the calls that are going on are waited for. A second Ctrl-C does not wait. If the input
    raises an exception, the outcomes of the calls before it are yielded first.

    A status 429, or a Retry-After with another error, holds back all threads. A call that the server refuses with 429
    is made again after the wait. It fails if the server asks for more than an hour, or refuses it 10 times while no
    other call is answered.

    Example:
        ```python
        from integry.bulk import Call, RateLimit, run

        rows = [{"name": "Ann"}, {"name": "Bob"}]
        calls = (Call("slack-post-message", {"channel": "random", "text": "Hi {name}"}, variables=row) for row in rows)
        for outcome in run(integry, calls, rate=RateLimit(50)):
            print(outcome.number, outcome.state, outcome.result or outcome.error)
        ```

    Args:
        client: The client, an `Integry`.
        calls: The calls. They are read as they are needed, in the thread that iterates.
        workers: Number of threads, and so of calls at the same time.
        window: Maximum number of calls that were read, and whose outcomes were not taken yet. Default: 4 times workers.
        ordered: True to yield outcomes in the order of the calls. Up to `window` outcomes wait for an earlier one.
            Recorded outcomes come before all others.
        journal: The path of a file that records the calls. If it exists, the run that it recorded is resumed: pass the
            same calls, and those that have run are not made again. The file contains the answers of the apps.
        sync: False to write the journal without waiting for the disk. It then survives a kill, but not a power cut.
        repeat: Recorded calls to make again: `failed`; `reads` for unknown calls of functions whose type is QUERY;
            `unknown` for all unknown calls, which may then run twice; or a function that takes a recorded outcome, and
            returns True to make its call again. Default: none.
        replay: True to yield the recorded outcomes first, too.
        rate: A limit of the rate of calls.
        progress: True to show a progress bar on a terminal, or a function that is called with the number of outcomes in
            each state after each outcome.

    Raises:
        ConfigurationError: If an argument is invalid.
        JournalError: From the iterator, if the journal cannot be used, or belongs to other calls. If it cannot be
            written, nothing more is sent, and the outcomes of calls that are going on are yielded first.
        InvalidRequest: From the iterator, if an item of `calls` is not a Call.
    """
    _check_count("workers", workers)
    if window is not None:
        _check_count("window", window)
    if not (callable(repeat) or repeat in REPEATED):
        refuse("repeat", '"failed", "reads", "unknown", or a function of an outcome', repeat, ConfigurationError)
    if (repeat or replay) and journal is None:
        message = "repeat and replay need the journal of an earlier run: pass journal="
        raise ConfigurationError(message)
    if not (rate is None or (hasattr(rate, "reserve") and hasattr(rate, "hold"))):
        refuse("rate", "a RateLimit", rate, ConfigurationError)
    if not (progress is None or isinstance(progress, bool) or callable(progress)):
        refuse("progress", "True or a function", progress, ConfigurationError)
    if not isinstance(calls, Iterable):
        refuse("calls", "an iterable of Call", calls, ConfigurationError)

    def pool(ledger: Ledger) -> Pool:
        return Pool(client, ledger, workers=workers, window=window, ordered=ordered, rate=rate)

    numbered = _numbered(calls)
    if journal is None:
        outcomes = pool(NoLedger()).outcomes(numbered)
    else:
        outcomes = Resumption(client, journal, sync=sync, repeat=repeat, replay=replay, pool=pool).outcomes(numbered)
    return show(outcomes, progress, calls) if progress else outcomes


def _check_count(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        refuse(name, "a positive int", value, ConfigurationError)


def _numbered(calls: Iterable[Call]) -> Numbered:
    for number, call in enumerate(calls):
        if not isinstance(call, Call):
            refuse(f"calls[{number}]", "a Call", call)
        yield number, call
