"""Many calls of functions on many machines: Celery distributes them, and Redis keeps an account of each.

`enqueue` puts the calls of a run into the queue, workers make them, and `Run` tells what became of them. This needs the
extra `celery`, and workers that import this module: `Celery("project", include=["integry.celery"])`.
"""

from ._enqueue import enqueue
from ._rate import RedisRateLimit
from ._run import WAITING, Run

__all__ = ["WAITING", "RedisRateLimit", "Run", "enqueue"]
