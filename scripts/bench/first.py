"""What a client's first calls cost after the start of a process, and what they build.

Run as `python -m bench.first CLIENT URL`, with the URL of the TLS port. It counts TLS contexts, and the functions that
attrs, cattrs and converters write and compile: what is compiled a second time was built twice.
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

#: So many threads call together in the end, each so many times.
THREADS, WAVES = 16, 5

contexts: List[float] = []
compiled: Counter[Tuple[str, str]] = Counter()


def watch() -> None:
    """Count from now on, in this process. Before anything is imported: some make a context when they are."""
    make: Any = ssl.SSLContext.__new__

    def counted(cls: Any, *args: Any, **kwargs: Any) -> Any:
        contexts.append(time.process_time())
        return make(cls, *args, **kwargs)

    ssl.SSLContext.__new__ = counted  # type: ignore[method-assign]  # in this process alone
    sys.addaudithook(note)


def note(event: str, arguments: Any) -> None:
    """Note functions that are compiled from text, and come from no file; types and named tuples have none."""
    if event == "compile" and "/" not in str(arguments[1]):
        source = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
        if "def " in source:
            compiled[str(arguments[1]), source] += 1


class Steps:
    """What each step cost and made.

    Attributes:
        seen: For each step its milliseconds of CPU and of time, and the contexts and functions it made.
    """

    def __init__(self) -> None:
        self.seen: Dict[str, Dict[str, float]] = {}
        self.begin()

    def begin(self) -> None:
        """Begin a step."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        self._contexts, self._compiled = len(contexts), sum(compiled.values())

    def end(self, name: str) -> None:
        """End a step, and begin the next."""
        self.seen[name] = {
            "cpu": (time.process_time() - self._cpu) * 1000,
            "wall": (time.perf_counter() - self._wall) * 1000,
            "contexts": len(contexts) - self._contexts,
            "compiled": sum(compiled.values()) - self._compiled,
        }
        self.begin()


def main() -> None:
    """Print the steps."""
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
