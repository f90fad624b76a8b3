"""Proofs of what `integry.celery` guarantees, with real workers and a real Redis that are killed."""

import os
import signal
import statistics
import threading
import time
from collections import Counter

import pytest

from integry.bulk import Call
from integry.celery import RedisRateLimit, enqueue
from integry.celery._task import send
from tests.bulk.counting import CountingServer
from tests.celery.stack import child_of, kill_all, wait_until, workers

pytestmark = pytest.mark.celery

CALLS = int(os.environ.get("CALLS", "10000"))
THREADS = 16


def calls(count):
    """Return calls that the counting server tells apart."""
    return (Call("f", {"n": number}) for number in range(count))


def finish(run, client):
    """Resume a run until no call waits."""

    def is_over():
        # Workers that live have emptied the queue: what waits now was lost with a worker, or is being made.
        if client.llen("celery") == 0:
            run.resume()
        time.sleep(1)
        return run.counts()["waiting"] == 0

    wait_until(is_over, "no call waits")


def check(run, counting, count, most_unknown):
    """Check that each call is accounted for, and none ran twice."""
    outcomes = list(run.outcomes())
    assert [outcome.number for outcome in outcomes] == list(range(count))
    states = Counter(outcome.state for outcome in outcomes)
    assert {state: number for state, number in run.counts().items() if number} == states
    assert max(counting.counts) == 1
    assert all(counting.counts[outcome.number] == 1 for outcome in outcomes if outcome.state == "done")
    assert states["done"] + states["unknown"] == count
    assert states["unknown"] <= most_unknown
    return states


def test_killed_workers_lose_no_call_and_repeat_none(server, tmp_path):
    """A child and then a whole worker are killed. After resumption, each call is accounted for, and none ran twice."""
    counting = CountingServer(CALLS, delay=0.02)
    client = server.client()
    with counting.running(), workers(2, server.broker, counting.url, tmp_path / "log") as (first, second):
        run = enqueue(calls(CALLS), run="june")
        wait_until(lambda: counting.total >= CALLS * 0.2, "a fifth of the calls ran")
        os.kill(child_of(first), signal.SIGKILL)
        wait_until(lambda: counting.total >= CALLS * 0.5, "half of the calls ran")
        kill_all(second)
        finish(run, client)
        states = check(run, counting, CALLS, 2 * THREADS)
        wait_until(lambda: client.hlen("unacked") == 0, "the messages of the killed worker came again")
        for chunk in range(-(-CALLS // 100)):
            send(run._account, chunk)
        wait_until(lambda: client.llen("celery") == 0 and client.hlen("unacked") == 0, "the queue is empty")
        assert check(run, counting, CALLS, 2 * THREADS) == states
    print(f"killed workers: {dict(states)}")


def test_a_killed_redis_repeats_no_call(server, tmp_path):
    """Redis with an append-only file is killed. No call runs twice, and each is accounted for."""
    count = CALLS // 4
    counting = CountingServer(count, delay=0.02)
    with counting.running(), workers(2, server.broker, counting.url, tmp_path / "log"):
        run = enqueue(calls(count), run="june", chunk=50)
        wait_until(lambda: counting.total >= count * 0.4, "some calls ran")
        server.kill()
        server.start()
        finish(run, server.client())
        states = check(run, counting, count, 2 * THREADS)
    print(f"killed Redis: {dict(states)}")


def test_workers_keep_to_the_rate(server, tmp_path):
    """Two workers share a rate of 100 calls a second. The slots that Redis hands out are compared, not arrivals.

    A busy machine delays arrivals, but slots are spaced on the clock of Redis. Arrivals are printed.
    """
    count, rate = 1500, 100
    counting = CountingServer(count)
    slots, ready = [], threading.Event()

    def watch():
        with server.client().monitor() as monitor:
            ready.set()
            for command in monitor.listen():
                words = command["command"].split()
                if words[:2] == ["SET", "integry:rate:default"] or words[:2] == ["set", "integry:rate:default"]:
                    slots.append(int(words[2]) / 1e6)
                if words[0].upper() == "ECHO":
                    return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    assert ready.wait(60)
    arrivals = []
    with counting.running(), workers(2, server.broker, counting.url, tmp_path / "log"):
        run = enqueue(calls(count), run="june", rate=RedisRateLimit(server.url, rate))
        while run.counts()["waiting"]:
            arrivals.append((time.monotonic(), counting.total))
            time.sleep(0.5)
    server.client().echo("end")
    watcher.join(60)
    assert max(counting.counts) == 1
    assert len(slots) == count
    gaps = [later - earlier for earlier, later in zip(slots, slots[1:])]
    assert min(gaps) >= 1 / rate - 1e-6
    in_second = Counter(int(slot - slots[0]) for slot in slots)
    assert max(in_second.values()) <= 1.5 * rate
    whole = [in_second[second] for second in range(1, max(in_second))]
    mean = statistics.median(whole)
    assert abs(mean - rate) <= 0.05 * rate
    (start, before), (end, after) = arrivals[2], arrivals[-2]
    print(f"slots {mean}/s, at most {max(in_second.values())}; arrivals {(after - before) / (end - start):.1f}/s")
