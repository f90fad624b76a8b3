"""Compare integry.bulk with a loop, with and without a journal, at servers of 0, 20 and 200 ms.

    PYTHONPATH=scripts .venv/bin/python -m bench.bulk             into scripts/bench/results/bulk.md
    PYTHONPATH=scripts .venv/bin/python -m bench.bulk --rounds 1 --force --print

Each figure is a ratio of medians. The measurements of a round run in turn, each in a new process, so that other work of
the machine hits all of them. The report says how much other work there was. The exit status is 3, and nothing is
written, if there was too much. A write to the disk takes thirty times as long on a busy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Callable, Iterator, NamedTuple, Sequence

from . import comparison, quiet
from .comparison import Ratio, beginning

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from integry import FunctionResult, Integry
from integry.bulk import Call, run

RESULTS = Path(__file__).parent / "results" / "bulk.md"
CACHE = Path(__file__).resolve().parent.parent.parent / ".cache"
#: Latencies of the server in milliseconds.
LATENCIES = (0, 20, 200)
BODY = b'{"network_code": 200, "output": {"ok": true, "ts": "1503435956.000247", "message": {"text": "Hi Ann"}}}'
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


class Plan(NamedTuple):
    """A measurement.

    Attributes:
        kind: `loop`, `bulk`, `journal`, `read` (a finished journal), or `memory` (with a fake client).
        calls: Number of calls.
        latency: Latency of the server in milliseconds.
        workers: Number of threads.
    """

    kind: str
    calls: int
    latency: int = 0
    workers: int = 16


LOOP, LOOP_20 = Plan("loop", 1500), Plan("loop", 150, 20)
BULK, JOURNAL, READ = Plan("bulk", 3000), Plan("journal", 3000), Plan("read", 3000)
BULK_20, JOURNAL_20 = Plan("bulk", 3000, 20), Plan("journal", 3000, 20)
BULK_200, BULK_200_64 = Plan("bulk", 800, 200), Plan("bulk", 3200, 200, 64)
SMALL, LARGE = Plan("memory", 10_000), Plan("memory", 1_000_000)
EACH_ROUND = (LOOP, BULK, JOURNAL, READ, LOOP_20, BULK_20, JOURNAL_20, BULK_200, BULK_200_64)
ONCE = (SMALL, LARGE)


def ratios(figure: Callable[[Plan, str], float]) -> list[Ratio]:
    """Return the ratios and their targets."""
    return [
        Ratio("CPU a call, bulk without journal / a loop, 0 ms", figure(BULK, "cpu") / figure(LOOP, "cpu"), "≤", 1.15),
        Ratio(
            "rate with journal / without, 16 threads, 20 ms",
            figure(JOURNAL_20, "rate") / figure(BULK_20, "rate"),
            "≥",
            0.93,
        ),
        Ratio("the same at 0 ms", figure(JOURNAL, "rate") / figure(BULK, "rate"), "≥", 0.65),
        Ratio("rate / (threads / latency), 200 ms, 16 threads", figure(BULK_200, "rate") / (16 / 0.2), "≥", 0.90),
        Ratio("the same with 64 threads", figure(BULK_200_64, "rate") / (64 / 0.2), "≥", 0.80),
        Ratio("memory at 1,000,000 calls / 10,000", figure(LARGE, "memory") / figure(SMALL, "memory"), "≤", 1.10),
        Ratio("CPU to read back a call / to make it", figure(READ, "cpu") / figure(JOURNAL, "cpu"), "≤", 0.05),
    ]


async def serve() -> None:
    """Serve on one port for each latency, print the ports, and end when standard input ends."""

    def handler(seconds: float) -> Any:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
                    if seconds:
                        await asyncio.sleep(seconds)
                    writer.write(RESPONSE)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        return handle

    servers = [await asyncio.start_server(handler(latency / 1000), "127.0.0.1", 0) for latency in LATENCIES]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


class FakeClient:
    """A client that answers at once."""

    @property
    def functions(self) -> FakeClient:
        """The client itself."""
        return self

    def call(self, _: str, arguments: Any) -> FunctionResult:
        """Return the arguments as the result."""
        return FunctionResult(200, arguments)


def calls(number: int) -> Iterator[Call]:
    """Yield calls."""
    arguments = {"channel": "random", "text": "Hi {name}"}
    return (Call("slack-post-message", arguments, variables={"name": str(n)}) for n in range(number))


def make(plan: Plan, url: str, journal: str) -> dict[str, float]:
    """Make the calls of a measurement in this process, and return the figures."""
    client: Any = FakeClient() if plan.kind == "memory" else Integry("key", "a-secret", user_id="1", base_url=url)
    options: dict[str, Any] = {"workers": plan.workers}
    if plan.kind in ("journal", "read"):
        options["journal"] = journal
    if plan.kind != "memory":
        list(run(client, calls(plan.workers), workers=plan.workers))  # imports, connections
    start, cpu = time.perf_counter(), time.process_time()
    if plan.kind == "loop":
        for call in calls(plan.calls):
            client.functions.call(call.function, call.arguments, variables=call.variables)
    else:
        for _ in run(client, calls(plan.calls), **options):
            pass
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    memory = float(status.partition("VmHWM:")[2].split()[0])
    return {"rate": plan.calls / wall, "cpu": used / plan.calls * 1e6, "memory": memory}


def measure(plan: Plan, ports: list[int], folder: str) -> dict[str, float]:
    """Run a measurement in a new process, and return the figures."""
    url = f"http://127.0.0.1:{ports[LATENCIES.index(plan.latency)]}"
    journal = Path(folder, f"{plan.latency}.journal")
    if plan.kind == "journal":
        journal.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.bulk", "--make", json.dumps([plan, url, str(journal)])]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def measure_all(rounds: int) -> dict[Plan, list[dict[str, float]]]:
    """Run all measurements, and return the figures of each round."""
    found: dict[Plan, list[dict[str, float]]] = {}
    command = [sys.executable, "-m", "bench.bulk", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        ports = json.loads(server.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
        # Not in /tmp, which may be in memory.
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            for number in range(rounds):
                for plan in (*EACH_ROUND, *(ONCE if number == 0 else ())):
                    found.setdefault(plan, []).append(measure(plan, ports, folder))
        server.communicate()
    return found


def markdown(found: dict[Plan, list[dict[str, float]]], seen: dict[str, float]) -> str:
    """Return the report."""

    def figure(plan: Plan, name: str) -> float:
        return median(each[name] for each in found[plan])

    lines = beginning("Many calls", len(found[BULK]), seen, ratios(figure))
    lines += ["| measurement | threads | latency | calls/s | CPU a call |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {plan.kind} | {1 if plan.kind == 'loop' else plan.workers} | {plan.latency} ms | "
        f"{figure(plan, 'rate'):,.0f} | {figure(plan, 'cpu'):,.0f} µs |"
        for plan in EACH_ROUND
    ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, and return the exit status."""
    parser = comparison.parser(__doc__)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--make", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        asyncio.run(serve())
        return 0
    if options.make:
        plan, url, journal = options.make
        print(json.dumps(make(Plan(*plan), url, journal)))
        return 0
    watch = quiet.Watch()
    found = measure_all(options.rounds)
    seen = watch.seen()
    return comparison.publish(lambda: markdown(found, seen), RESULTS, seen, options)


if __name__ == "__main__":
    sys.exit(main())
