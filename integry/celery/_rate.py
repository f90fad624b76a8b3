"""A rate limit that all workers share."""

from __future__ import annotations

from typing import Any, Dict

from ..bulk import RateLimit
from ._redis import Redis, connect

#: The generic cell rate algorithm (GCRA) with integers of microseconds on the clock of Redis.
#: KEYS: the limit. ARGV: the interval, the tolerance, and the time to hold back; -1 to reserve a slot.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, tolerance, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local empty_at = tonumber(redis.call('GET', KEYS[1]) or '0')
local at = math.max(now, empty_at - tolerance)
if hold < 0 then
    empty_at = math.max(now, empty_at) + interval
else
    empty_at = math.max(empty_at, now + hold + tolerance)
end
redis.call('SET', KEYS[1], string.format('%.0f', empty_at), 'PX', math.ceil((empty_at - now) / 1000) + 1000)
return string.format('%.0f', at - now)
"""
_MICROSECONDS = 1_000_000


class RedisRateLimit:
    """A rate limit that all processes and machines share which use the same Redis. It is a limiter of `bulk.run`, too.

    Each call reserves a slot on the clock of Redis, and its thread sleeps until then. With `rate_limit` of Celery, each
    worker would have a limit of its own, and it limits tasks, not calls.

    Args:
        redis: The Redis: its URL, or a client of the package redis. The limit of a run must be in the Redis of the run.
        calls: Number of calls per period.
        per: Length of the period in seconds.
        burst: Number of calls that may leave at once after a pause.
        name: A name for the limit. Runs whose limits have the same name share it.

    Raises:
        ConfigurationError: If an argument is invalid.
    """

    def __init__(self, redis: Redis, calls: float, per: float = 1.0, burst: int = 1, *, name: str = "default") -> None:
        RateLimit(calls, per, burst)  # for its checks
        self.redis = connect(redis)
        self._fields: Dict[str, Any] = {"calls": calls, "per": per, "burst": burst, "name": name}
        self._key = f"integry:rate:{name}"
        self._interval = max(1, round(per / calls * _MICROSECONDS))
        self._tolerance = round((burst - 1) * self._interval)
        self._script = self.redis.register_script(_SCRIPT)

    def to_dict(self) -> Dict[str, Any]:
        """Return the limit as a JSON object, without its Redis."""
        return dict(self._fields)

    def reserve(self) -> float:
        """Reserve the next free slot for a call, and return the seconds until the slot."""
        return self._run(-1) / _MICROSECONDS

    def hold(self, seconds: float) -> None:
        """Hold back all slots that are not reserved yet, because the server asked to wait."""
        self._run(round(seconds * _MICROSECONDS))

    def _run(self, hold: int) -> int:
        return int(self._script(keys=[self._key], args=[self._interval, self._tolerance, hold]))
