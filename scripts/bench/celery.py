"""Compare shapes of work for Celery: chunks of `integry.celery` and a message for each call, one, two and four workers.

    PYTHONPATH=scripts .cache/celery-newest/bin/python -m bench.celery         into scripts/bench/results/celery.md
    PYTHONPATH=scripts .cache/celery-newest/bin/python -m bench.celery --rounds 1 --force --print

It needs `make celery`, which installs Redis and Celery. Rates are those of the common window in which all workers have
calls: from the first tenth of the calls to the last one. CPU is that of all processes of the workers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, Sequence

from . import comparison, quiet
from .comparison import Ratio, beginning

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from celery import Celery

from integry.bulk import Call
from integry.celery import enqueue
from tests.bulk.counting import CountingServer
from tests.celery.stack import RedisServer, kill_all, wait_until, workers

RESULTS = Path(__file__).parent / "results" / "celery.md"


class Plan(NamedTuple):
    """A measurement.

    Attributes:
        shape: `chunks` of 100 calls, or `messages` of a plain task with one call each, in a pool of 16 threads.
        workers: Number of workers.
        latency: Latency of the server in milliseconds.
        calls: Number of calls.
    """

    shape: str
    workers: int
    latency: int
    calls: int


CHUNKS, MESSAGES = Plan("chunks", 1, 20, 3000), Plan("messages", 1, 20, 3000)
TWO = Plan("chunks", 2, 20, 6000)
ONE_200, FOUR_200 = Plan("chunks", 1, 200, 1000), Plan("chunks", 4, 200, 4000)
PLANS = (CHUNKS, MESSAGES, TWO, ONE_200, FOUR_200)


def cpu_seconds(processes: list[Any]) -> float:
    """Return the CPU seconds of workers, and of their child processes."""
    return quiet.group_cpu_seconds(process.pid for process in processes)


def measure(plan: Plan, folder: Path, watch: quiet.Watch) -> dict[str, float]:
    """Run a measurement, and return the figures."""
    server, counting = RedisServer(folder), CountingServer(plan.calls, delay=plan.latency / 1000)
    app = Celery("bench", broker=server.broker, include=["integry.celery"])
    app.set_current()
    pool = ["--pool", "threads", "--concurrency", "16"] if plan.shape == "messages" else []
    try:
        with counting.running(), workers(plan.workers, server.broker, counting.url, folder / "log", *pool) as running:
            wait_until(
                lambda: (folder / "log").read_text(encoding="utf-8").count(" ready.") == plan.workers,
                "workers are ready",
            )
            calls = (Call("f", {"n": number}) for number in range(plan.calls))
            if plan.shape == "chunks":
                enqueue(calls, "bench")
            else:
                for number in range(plan.calls):
                    app.send_task("tests.plain", [number], ignore_result=True)
            wait_until(lambda: counting.total >= plan.calls * 0.1, "a tenth of the calls was made")
            start, cpu, before = time.perf_counter(), cpu_seconds(running), counting.total
            wait_until(lambda: counting.total >= plan.calls * 0.9, "nine tenths of the calls were made")
            wall, made = time.perf_counter() - start, counting.total - before
            used = cpu_seconds(running) - cpu
            for process in running:
                watch.stop(process.pid)
                kill_all(process)
        return {"rate": made / wall, "cpu": used / made * 1e6}
    finally:
        server.kill()
        app.close()


def markdown(found: dict[Plan, list[dict[str, float]]], seen: dict[str, float]) -> str:
    """Return the report."""

    def figure(plan: Plan, name: str) -> float:
        return median(each[name] for each in found[plan])

    ratios = (
        Ratio(
            "CPU a call, chunks of 100 / a message each in 16 threads",
            figure(CHUNKS, "cpu") / figure(MESSAGES, "cpu"),
            "≤",
            0.7,
        ),
        Ratio("rate, two workers / one, 20 ms", figure(TWO, "rate") / figure(CHUNKS, "rate"), "≥", 1.8),
        Ratio("rate, four workers / one, 200 ms", figure(FOUR_200, "rate") / figure(ONE_200, "rate"), "≥", 3.0),
    )
    lines = beginning("Many calls with Celery", len(found[CHUNKS]), seen, ratios)
    lines += ["| shape | workers | latency | calls/s | CPU a call |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {plan.shape} | {plan.workers} | {plan.latency} ms | {figure(plan, 'rate'):,.0f} | "
        f"{figure(plan, 'cpu'):,.0f} µs |"
        for plan in PLANS
    ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, and return the exit status."""
    options = comparison.parser(__doc__).parse_args(arguments)
    watch, found = quiet.Watch(), {}
    for _ in range(options.rounds):
        for plan in PLANS:
            with tempfile.TemporaryDirectory() as folder:
                found.setdefault(plan, []).append(measure(plan, Path(folder), watch))
    seen = watch.seen()
    return comparison.publish(lambda: markdown(found, seen), RESULTS, seen, options)


if __name__ == "__main__":
    sys.exit(main())
