"""Measurement of creating a page's models and of decoding its JSON; run as `python -m bench.models ROUNDS`."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Callable, Dict, List

from . import bodies
from .clients import KEY, SECRET

#: Number of times that a page is converted in a round of the measurement.
TIMES = 20


def conversions() -> Dict[str, Callable[[Any], Any]]:
    """Return the parsers of pages, patched to take a decoded body."""
    from integry import Integry
    from integry._resources import apps, functions

    parsers: List[Callable[[Any], Any]] = []

    class Recorder(Integry):
        """A client that records the parsers that resources pass to `send`."""

        def send(self, request: Any, parse: Any, **_: Any) -> Any:  # noqa: ARG002 (no request is sent)
            parsers.append(parse)

    module: Any
    for module in (apps, functions):
        module.decode_json = lambda body: body
    client = Recorder(KEY, SECRET, user_id=bodies.USER)
    client.functions.list()
    client.apps.list()
    return {"functions": parsers[0], "apps": parsers[1]}


def cpu(work: Callable[[Any], Any], values: List[Any]) -> float:
    """Return the CPU seconds of processing all values."""
    start = time.process_time()
    for value in values:
        work(value)
    return time.process_time() - start


def measure(text: bytes, convert: Callable[[Any], Any], rounds: int) -> Dict[str, List[float]]:
    """Return the seconds of decoding, and of creating models, for one page, by round."""
    seen: Dict[str, List[float]] = {"json": [], "models": []}
    for _ in range(rounds):
        seen["json"].append(cpu(json.loads, [text.decode()] * TIMES) / TIMES)
        # Decode before the measurement, and use each value once, as in a call.
        seen["models"].append(cpu(convert, [json.loads(text) for _ in range(TIMES)]) / TIMES)
    return seen


def main() -> None:
    """Print the measurements as JSON, after a warm-up."""
    texts = {"functions": bodies.functions(), "apps": bodies.apps()}
    found = conversions()
    for kind, text in texts.items():
        measure(text, found[kind], 3)
    print(json.dumps({kind: measure(text, found[kind], int(sys.argv[1])) for kind, text in texts.items()}))


if __name__ == "__main__":
    main()
