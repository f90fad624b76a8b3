"""Measurement of a client's first calls in a process: time, TLS contexts and compiled functions.

Run as `python -m bench.first CLIENT URL`, with the URL of the TLS port. The program counts the functions that attrs,
cattrs and the converter compile from source. Compiling a function twice would waste time.
"""

from __future__ import annotations

import json
import ssl
import sys
import time
from collections import Counter
from typing import Any, Dict, List, Tuple

from .clients import CLIENTS
from .runner import Runner

#: Number of threads in the last step, and number of calls of each thread.
THREADS, WAVES = 16, 5

contexts: List[float] = []
compiled: Counter[Tuple[str, str]] = Counter()


def watch() -> None:
    """Start to count TLS contexts and compiled functions.

    Call this function before other imports, because they may create a TLS context.
    """
    make: Any = ssl.SSLContext.__new__

    def counted(cls: Any, *args: Any, **kwargs: Any) -> Any:
        contexts.append(time.process_time())
        return make(cls, *args, **kwargs)

    ssl.SSLContext.__new__ = counted  # type: ignore[method-assign]  # the process ends after the measurement
    sys.addaudithook(note)


def note(event: str, arguments: Any) -> None:
    """Count the functions that are compiled from a string, not from a file. This function is an audit hook."""
    if event == "compile" and "/" not in str(arguments[1]):
        source = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
        if "def " in source:
            compiled[str(arguments[1]), source] += 1


class Steps:
    """A recorder of measured steps: a step lasts from the end of the previous step to the call of `end`.

    Attributes:
        seen: CPU and wall milliseconds, and number of contexts and compiled functions, by step.
    """

    def __init__(self) -> None:
        self.seen: Dict[str, Dict[str, float]] = {}
        self.begin()

    def begin(self) -> None:
        """Start a step."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        self._contexts, self._compiled = len(contexts), sum(compiled.values())

    def end(self, name: str) -> None:
        """End a step, and start the next one."""
        self.seen[name] = {
            "cpu": (time.process_time() - self._cpu) * 1000,
            "wall": (time.perf_counter() - self._wall) * 1000,
            "contexts": len(contexts) - self._contexts,
            "compiled": sum(compiled.values()) - self._compiled,
        }
        self.begin()


def main() -> None:
    """Run the steps, and print the measurements as JSON."""
    watch()
    name, url = sys.argv[1:]
    steps = Steps()
    client = CLIENTS[name](url)
    steps.end("import and make")
    operation = client.operation("call")
    operation()
    steps.end("first call")
    operation()
    steps.end("second call")
    for kind in ("get", "functions", "apps"):
        client.operation(kind)()
    steps.end("first of the others")
    for kind in ("get", "functions", "apps"):
        client.operation(kind)()
    steps.end("second of the others")
    Runner(name).waves(url, WAVES, THREADS)
    steps.end(f"a new client, {THREADS} threads")
    twice = sum(count - 1 for count in compiled.values())
    print(json.dumps({"steps": steps.seen, "compiled twice": twice}))


if __name__ == "__main__":
    main()
