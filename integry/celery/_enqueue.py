"""`enqueue`: put the calls of a run into the queue."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, Iterable, Iterator, List, Optional, Tuple
from uuid import uuid4

from .._arguments import refuse
from ..bulk import Call
from ..errors import ConfigurationError, IntegryError, InvalidRequest
from ._account import Account
from ._rate import RedisRateLimit
from ._redis import Redis, check_durable, connect, location
from ._run import Run
from ._task import send

#: Maximum number of calls of a chunk, and of threads.
LARGEST_CHUNK = 2000


def enqueue(
    calls: Iterable[Call],
    run: str,
    *,
    chunk: int = 100,
    threads: int = 16,
    rate: Optional[RedisRateLimit] = None,
    redis: Optional[Redis] = None,
    volatile: bool = False,
) -> Run:
    """Put calls into the queue of the current Celery app, in chunks, and return their run.

    Each call is made at most once, also if workers are killed, or messages come again. Messages contain the name of the
    run and the number of a chunk. The calls are in Redis, where workers claim them one by one.

    Args:
        calls: The calls. They are read chunk by chunk. A user that is not given is that of the worker's client.
        run: A name for the run: letters, digits and any of `. _ : @ + -`.
        chunk: Number of calls of a message. A worker makes them with `threads` threads.
        threads: Number of calls that a worker process makes at the same time.
        rate: A rate limit, in the Redis of the run.
        redis: The Redis for the account of the run, a URL or a client. Default: the setting `integry_redis` of the
            Celery app, or else its broker. If it is another one, workers need that setting.
        volatile: True to accept a Redis that may lose keys. Calls may then run twice.

    Raises:
        ConfigurationError: If Redis may lose keys and `volatile` is False, or an argument is invalid.
        InvalidRequest: If there is a run with this name, or a call cannot be sent as JSON. In the latter case, no call
            of its chunk was enqueued, and the message tells how many calls before it were.
    """
    _check_count("chunk", chunk, LARGEST_CHUNK)
    _check_count("threads", threads, LARGEST_CHUNK)
    account = Account(connect(redis), run)
    _check_rate(rate, account)
    if not isinstance(calls, Iterable):
        refuse("calls", "an iterable of Call", calls, ConfigurationError)
    if not volatile:
        check_durable(account.redis)
    options = {"chunk": chunk, "threads": threads, "rate": rate.to_dict() if rate else None}
    account.create(uuid4().hex, options)
    total = 0
    try:
        for number, texts in enumerate(_chunks(calls, chunk)):
            account.add(number, texts, total + len(texts))
            total += len(texts)
            send(account, number)
    except BaseException as error:
        if not total:
            account.delete()
        elif isinstance(error, IntegryError):
            message = f"{error} {total} calls before its chunk are enqueued as the run {run!r}."
            raise InvalidRequest(message) from error
        raise
    return Run(run, redis=account.redis)


def _check_count(name: str, value: Any, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        refuse(name, f"an int from 1 to {most}", value, ConfigurationError)


def _check_rate(rate: Any, account: Account) -> None:
    if rate is None:
        return
    if not isinstance(rate, RedisRateLimit):
        refuse("rate", "a RedisRateLimit", rate, ConfigurationError)
    if location(rate.redis) != location(account.redis):
        message = (
            f"The rate limit is in the Redis at {location(rate.redis)}, and the run at {location(account.redis)}. "
            "Use one Redis for both, with the same host name."
        )
        raise ConfigurationError(message)


def _chunks(calls: Iterable[Call], size: int) -> Iterator[List[str]]:
    """Yield chunks of calls as JSON."""
    numbered = enumerate(calls)
    while True:
        texts = [_to_json(item) for item in islice(numbered, size)]
        if not texts:
            return
        yield texts


def _to_json(item: Tuple[int, Call]) -> str:
    number, call = item
    if not isinstance(call, Call):
        refuse(f"calls[{number}]", "a Call", call)
    try:
        return json.dumps(call.to_dict())
    except InvalidRequest as error:
        message = f"calls[{number}] cannot be sent as JSON: {error}"
        raise InvalidRequest(message) from error
