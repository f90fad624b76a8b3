"""Measurement of imports in new processes."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from functools import partial
from typing import Callable

from . import environments
from .rounds import interleaved

OURS = "from integry import Integry; Integry('app-key', 'app-secret')"
#: The environment to run in and the code to run, by name of the measurement.
IMPORTS = {
    "python": ("clients", "pass"),
    "requests": ("clients", "import requests"),
    "ours": ("clients", OURS),
    "vendor": ("vendor", OURS),
    "stock": ("clients", "from stock import Client; Client(base_url='https://api.integry.io')"),
    "httpx": ("clients", "import httpx"),
}


def command(environment: str, code: str, *options: str) -> list[str]:
    """Return the command that runs code in an environment."""
    return [str(environments.interpreter(environment)), *options, "-c", code]


def wall(environment: str, code: str) -> float:
    """Return the wall seconds of a process that runs code."""
    line = command(environment, code)
    variables = environments.variables()
    start = time.perf_counter()
    subprocess.run(line, check=True, cwd=environments.GENERATED, env=variables)
    return time.perf_counter() - start


def cold_imports(runs: int) -> dict[str, list[float]]:
    """Return the seconds of each import by round, with a warm file system cache."""
    measures: dict[str, Callable[[], float]] = {name: partial(wall, *what) for name, what in IMPORTS.items()}
    interleaved(measures, 2)
    return interleaved(measures, runs)


def by_module(name: str) -> dict[str, float]:
    """Return the milliseconds of importing, by top-level package, the largest first.

    The times are those of `-X importtime`, which adds some overhead.
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
