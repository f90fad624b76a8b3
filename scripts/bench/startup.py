"""What importing costs, in processes that have just started."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from functools import partial
from typing import Callable

from . import environments
from .rounds import interleaved

OURS = "from integry import Integry; Integry('app-key', 'app-secret')"
#: What is imported, and where.
IMPORTS = {
    "python": ("clients", "pass"),
    "requests": ("clients", "import requests"),
    "ours": ("clients", OURS),
    "vendor": ("vendor", OURS),
    "stock": ("clients", "from stock import Client; Client(base_url='https://api.integry.io')"),
    "httpx": ("clients", "import httpx"),
}


def command(environment: str, code: str, *options: str) -> list[str]:
    """A process that runs code."""
    return [str(environments.interpreter(environment)), *options, "-c", code]


def wall(environment: str, code: str) -> float:
    """Seconds that a process takes to run code, from its start to its end."""
    line = command(environment, code)
    variables = environments.variables()
    start = time.perf_counter()
    subprocess.run(line, check=True, cwd=environments.GENERATED, env=variables)
    return time.perf_counter() - start


def cold_imports(runs: int) -> dict[str, list[float]]:
    """Seconds of each import, by turns; files are in the cache of the system."""
    measures: dict[str, Callable[[], float]] = {name: partial(wall, *what) for name, what in IMPORTS.items()}
    interleaved(measures, 2)
    return interleaved(measures, runs)


def by_module(name: str) -> dict[str, float]:
    """Milliseconds of importing, summed by top-level package, the largest first.

    Python says it of each module without those that it imports; saying it costs something too.
    """
    done = subprocess.run(
        command(*IMPORTS[name], "-X", "importtime"),
        check=True,
        capture_output=True,
        text=True,
        cwd=environments.GENERATED,
        env=environments.variables(),
    )
    spent: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        own, _, module = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            spent[module.strip().partition(".")[0]] += int(own)
    return {module: spent_there / 1000 for module, spent_there in spent.most_common()}
