"""The Celery app of the workers in the tests. Its broker and the server of its client are in the environment."""

import os
from functools import lru_cache

from celery import Celery

from integry import Integry

app = Celery("tests", broker=os.environ["BROKER"], include=["integry.celery"])
app.conf.update(
    worker_prefetch_multiplier=1,
    broker_transport_options={"visibility_timeout": 5, "unacked_restore_throttle": 1},
    broker_connection_retry_on_startup=True,
    integry_client="tests.celery.app.client",
)


def client():
    """Return the client of a worker."""
    return Integry("key", "secret", user_id="user", base_url=os.environ["SERVER"])


@lru_cache(maxsize=None)
def shared_client():
    """Return the client of this process."""
    return client()


@app.task(name="tests.plain", ignore_result=True)
def plain(number):
    """Make one call, without an account. The benchmark compares chunks with it."""
    shared_client().functions.call("f", {"n": number})
