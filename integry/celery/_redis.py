"""The connection to the Redis that has the account of the runs, and the check that it keeps what it says."""

from __future__ import annotations

from typing import Any, Dict, Optional, Union

import redis
from celery import Celery, current_app
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from .._arguments import refuse
from ..errors import ConfigurationError
from ._settings import setting

#: A Redis: a client, or its URL.
Redis = Union["redis.Redis", str]

#: Number of times that a command is repeated while Redis cannot be reached. The waits together last about a minute, so
#: that a restart of Redis loses no outcome. All commands of this package can be repeated without harm.
RETRIES = 16
#: Seconds of the first and of the longest wait.
SHORTEST_WAIT, LONGEST_WAIT = 0.1, 5.0
#: Seconds until a connection or a command is given up.
TIMEOUT = 20.0

_SOCKET = "redis+socket://"


def connect(name: Optional[Redis], app: Optional[Celery] = None) -> redis.Redis:
    """Return a client of a Redis; by default that of the setting `integry_redis`, or of the broker of the app."""
    app = app or current_app
    chosen = name if name is not None else setting(app, "integry_redis")
    if chosen is None:
        chosen = _broker(app)
    if isinstance(chosen, redis.Redis):
        return chosen
    if not isinstance(chosen, str):
        refuse("redis", "the URL of a Redis, or a client of the package redis", chosen, ConfigurationError)
    return _from_url(chosen, app)


def _broker(app: Celery) -> str:
    url = app.conf.broker_write_url or app.conf.broker_url or ""
    if not isinstance(url, str) or ";" in url or not url.startswith(("redis://", "rediss://", _SOCKET)):
        message = (
            "The broker of the Celery app is not one Redis with a URL, so the account of the run needs another place. "
            "Set integry_redis in the configuration of the app to the URL of a Redis, or to a function that returns a "
            "client."
        )
        raise ConfigurationError(message)
    return url


def _from_url(url: str, app: Celery) -> redis.Redis:
    options: Dict[str, Any] = {}
    if url.startswith("rediss://") and isinstance(app.conf.broker_use_ssl, dict):
        options.update(app.conf.broker_use_ssl)
    if url.startswith(_SOCKET):
        path, _, query = url[len(_SOCKET) :].partition("?")
        url = f"unix://{path}?{query.replace('virtual_host=', 'db=')}"
    retry = Retry(ExponentialBackoff(cap=LONGEST_WAIT, base=SHORTEST_WAIT), RETRIES)
    lost = [redis.ConnectionError, redis.TimeoutError]
    try:
        return redis.Redis.from_url(
            url, retry=retry, retry_on_error=lost, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, **options
        )
    except ValueError:
        # The message of redis would show the URL, with the password.
        message = "redis must be a URL such as redis://127.0.0.1:6379/0, or unix:///path?db=0"
    raise ConfigurationError(message)


def location(client: redis.Redis) -> str:
    """Return the host, port and database of a Redis, without credentials."""
    given = client.connection_pool.connection_kwargs
    place = given.get("path") or f"{given.get('host', 'localhost')}:{given.get('port', 6379)}"
    return f"{place}/{given.get('db') or 0}"


def check_durable(client: redis.Redis) -> None:
    """Check that Redis survives a crash, and keeps all keys.

    INFO tells both. CONFIG GET is forbidden by many who host Redis.

    Raises:
        ConfigurationError: If Redis may lose keys.
    """
    info = {**client.info("persistence"), **client.info("memory")}
    faults = []
    if info.get("aof_enabled") != 1:
        faults.append("appendonly is off, so a crash brings back an older state of it, and calls would run twice")
    policy = info.get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        faults.append(f"maxmemory-policy is {policy}, so it may drop the account of a run")
    if faults:
        message = (
            f"Redis at {location(client)} does not keep what it says: {'; '.join(faults)}. Set appendonly yes and "
            "maxmemory-policy noeviction, or pass volatile=True to accept that."
        )
        raise ConfigurationError(message)
