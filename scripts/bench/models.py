"""What the models of a page cost, over decoding its JSON; run as `python -m bench.models ROUNDS`."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Callable, Dict, List

from . import bodies
from .clients import KEY, SECRET

#: A round decodes, and makes models, so many times.
TIMES = 20


def conversions() -> Dict[str, Callable[[Any], Any]]:
    """Return the parsers of the facade's pages, which take a decoded body here."""
    from integry import Integry
    from integry._resources import apps, functions

    parsers: List[Callable[[Any], Any]] = []

    class Recorder(Integry):
        """Keeps the parsers that the resources pass to `send`."""

        def send(self, request: Any, parse: Any, **_: Any) -> Any:  # noqa: ARG002 (nothing is sent)
            parsers.append(parse)

    module: Any
    for module in (apps, functions):
        module.decoded = lambda body: body
    client = Recorder(KEY, SECRET, user_id=bodies.USER)
    client.functions.list()
    client.apps.list()
    return {"functions": parsers[0], "apps": parsers[1]}


def cpu(work: Callable[[Any], Any], values: List[Any]) -> float:
    """Seconds of CPU that work on each of the values takes."""
    start = time.process_time()
    for value in values:
        work(value)
    return time.process_time() - start


def measured(text: bytes, convert: Callable[[Any], Any], rounds: int) -> Dict[str, List[float]]:
    """Seconds for one page, of decoding and of models, by round."""
    seen: Dict[str, List[float]] = {"json": [], "models": []}
    for _ in range(rounds):
        seen["json"].append(cpu(json.loads, [text.decode()] * TIMES) / TIMES)
        # Decoded before, and each used once: as in a call.
        seen["models"].append(cpu(convert, [json.loads(text) for _ in range(TIMES)]) / TIMES)
    return seen


def main() -> None:
    """Print the seconds, after rounds that only warm up."""
    texts = {"functions": bodies.functions(), "apps": bodies.apps()}
    found = conversions()
    for kind, text in texts.items():
        measured(text, found[kind], 3)
    print(json.dumps({kind: measured(text, found[kind], int(sys.argv[1])) for kind, text in texts.items()}))


if __name__ == "__main__":
    main()
