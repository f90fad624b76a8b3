"""The process of one client, which reads commands as lines of JSON, and writes measurements as JSON.

Run as `python -m bench.runner CLIENT`, in the environment of the client. This module must run on all measured
versions of Python.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

from .clients import CLIENTS, Client, Skipped


@contextmanager
def cost() -> Iterator[Dict[str, float]]:
    """Measure the CPU seconds and wall seconds of a block."""
    seen: Dict[str, float] = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield seen
    seen.update(cpu=time.process_time() - cpu, wall=time.perf_counter() - wall)


def peak() -> int:
    """Return the peak memory of this process, in bytes.

    Read /proc if possible: on Linux, `getrusage` returns the peak of the parent process if that is higher.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return (int(found.group(1)) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024


def run_in_threads(threads: int, work: Callable[[], Any]) -> None:
    """Run a function in several threads at the same time, and raise the first error."""
    from concurrent.futures import ThreadPoolExecutor

    gate = threading.Barrier(threads)

    def begin() -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(begin) for _ in range(threads)]:
            done.result()


class Runner:
    """The commands of the process. A runner keeps a client for each URL, so that connections are open already.

    Attributes:
        name: The name of the client.
        clients: The clients, by URL.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.clients: Dict[str, Client] = {}

    def client(self, url: str) -> Client:
        """Return the client of a URL."""
        if url not in self.clients:
            self.clients[url] = CLIENTS[self.name](url)
        return self.clients[url]

    def repeat(self, url: str, kind: str, count: int) -> Dict[str, float]:
        """Measure the CPU and wall seconds of `count` operations."""
        client = self.client(url)
        with cost() as seen:
            client.repeat(kind, count)
        return seen

    def threads(self, url: str, kind: str, count: int, threads: int) -> Dict[str, float]:
        """Measure repeated operations of several threads, which share a client."""
        client = self.client(url)
        with cost() as seen:
            run_in_threads(threads, lambda: client.repeat(kind, count))
        return seen

    def waves(self, url: str, count: int, threads: int) -> Dict[str, float]:
        """Measure several threads that start each call at the same time, with a new client."""
        client = CLIENTS[self.name](url)
        operation, gate = client.operation("call"), threading.Barrier(threads)

        def work() -> None:
            for _ in range(count):
                gate.wait()
                operation()

        with cost() as seen:
            run_in_threads(threads, work)
        return seen

    def walk(self, url: str, total: int, times: int = 1) -> Dict[str, float]:
        """Measure iterations over a listing, and the peak memory."""
        client = self.client(url)
        with cost() as seen:
            found: List[int] = [client.walk(total) for _ in range(times)]
        if found != [total] * times:
            message = f"{self.name} saw {found} items of {total}"
            raise RuntimeError(message)
        return {**seen, "peak": peak()}

    def versions(self, packages: List[str]) -> Dict[str, str]:
        """Return the versions of Python and of those packages that are installed."""
        from importlib.metadata import distributions

        there = {each.metadata["Name"].lower(): each.version for each in distributions()}
        return {"python": sys.version.split()[0], **{name: there[name] for name in packages if name in there}}


def main() -> None:
    """Run commands until the end of the standard input."""
    runner = Runner(sys.argv[1])
    for line in sys.stdin:
        command: Dict[str, Any] = json.loads(line)
        answer: Dict[str, Any]
        try:
            answer = getattr(runner, command.pop("do"))(**command)
        except Skipped as reason:
            answer = {"skipped": str(reason)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
