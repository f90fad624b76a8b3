"""Measure the SDK beside other clients, and write a table and a chart.

    make bench                          all of it, into scripts/bench/results
    make bench ARGS=--quick             a few rounds, into .cache/bench/results: does it work?
    make bench ARGS="--python 3.9"      other versions of Python than 3.9, 3.11 and 3.13
    make bench ARGS=--force             report although the machine was busy; the report says so

Server and clients are pinned to one core, where the system can do that: with two, waking the other one up adds some 45
microseconds of kernel time to each request of each client. It exits with 3, and writes nothing, if the machine was too
busy.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, Sequence

from . import chart, environments, measures, quiet, report, targets
from .rounds import Spread

#: The exit code of a refusal.
BUSY = 3
VERSIONS = ["3.9", "3.11", "3.13"]


def machine() -> dict[str, Any]:
    """What it was measured on; nothing that names it."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "pinned": pinned(),
    }


def pin() -> None:
    """Pin this process to one core; the server and the clients, which it starts, inherit that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(
        "server and clients share one core" if pinned() else "server and clients are not pinned to one core", flush=True
    )


def pinned() -> bool:
    """Return True if this process may run on one core only."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) == 1


def refuse(complaints: list[str], *, force: bool) -> bool:
    """Say why the figures would not be worth much; whether that is the end."""
    for complaint in complaints:
        print(f"{'warning' if force else 'refused'}: {complaint}", file=sys.stderr)
    return bool(complaints) and not force


def measure(plan: measures.Plan, pythons: list[str]) -> dict[str, Any]:
    """All figures, with what was seen of the machine."""
    watch = quiet.Watch()
    data = measures.everything(plan, pythons)
    unsteady = max(found["requests"]["us"].width() for found in data["calls"].values())
    seen = {**watch.seen(), "unsteady": unsteady}
    return {**data, "spreads": Spread._fields, "machine": machine(), "plan": plan._asdict(), "quiet": seen}


def write(data: dict[str, Any], folder: Path) -> None:
    """Write the report, the chart and the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(report.markdown(data), encoding="utf-8")
    (folder / "results.json").write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    chart.draw(data, folder / "chart.svg")


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """What the command was told."""
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="measure little, to see that it works")
    parser.add_argument("--force", action="store_true", help="report although the machine was busy")
    parser.add_argument("--python", nargs="*", default=VERSIONS, help="further versions of Python")
    parser.add_argument("--output", type=Path, help="the folder of the results")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    options = arguments(given)
    made = environments.ensure_all(options.python)
    at_first = quiet.too_busy_to_begin()
    if refuse(at_first, force=options.force):
        return BUSY
    pin()
    data = measure(
        measures.QUICK if options.quick else measures.FULL, [each for each in options.python if each in made]
    )
    data["missing"] = [each for each in options.python if each not in made]
    complaints = [*at_first, *quiet.complaints(data["quiet"], data["quiet"]["unsteady"])]
    if refuse(complaints, force=options.force):
        return BUSY
    data["complaints"] = [*complaints, *(["these are a few rounds only"] if options.quick else [])]
    folder = options.output or (environments.CACHE if options.quick else environments.HERE) / "results"
    write(data, folder)
    rows = targets.table(data)
    print(report.goals(data))
    print(
        f"\n{sum(row.is_met() for row in rows)} of {len(rows)} targets are met; the report is {folder / 'results.md'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
