"""Benchmark the SDK against other clients, and write a report and a chart.

    make bench                          all measurements, into scripts/bench/results
    make bench ARGS=--quick             a few rounds, into .cache/bench/results, as a smoke test
    make bench ARGS="--python 3.9"      other versions of Python than 3.9, 3.11 and 3.13
    make bench ARGS=--force             write the report even if the machine is busy, with a warning

Server and clients are pinned to one core if the system supports it: with two cores, waking the other core adds about 45
microseconds of kernel time to each request. The exit status is 3, and nothing is written, if the machine is too busy.
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

#: The exit status if the machine is too busy.
BUSY = 3
VERSIONS = ["3.9", "3.11", "3.13"]


def machine() -> dict[str, Any]:
    """Return a description of the machine, without its name."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "pinned": is_pinned(),
    }


def pin() -> None:
    """Pin this process to one core. The processes of the server and the clients inherit the setting."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(
        "server and clients share one core" if is_pinned() else "server and clients are not pinned to one core",
        flush=True,
    )


def is_pinned() -> bool:
    """Return True if this process may run on one core only."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) == 1


def report_complaints(complaints: list[str], *, force: bool) -> bool:
    """Print the reasons why the figures are not reliable, and return True if the run should end."""
    for complaint in complaints:
        print(f"{'warning' if force else 'refused'}: {complaint}", file=sys.stderr)
    return bool(complaints) and not force


def measure(plan: measures.Plan, pythons: list[str]) -> dict[str, Any]:
    """Run the measurements, and return all figures with the load of the machine."""
    watch = quiet.Watch()
    data = measures.measure_all(plan, pythons)
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
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="measure a few rounds only, as a smoke test")
    parser.add_argument("--force", action="store_true", help="write the report even if the machine is busy")
    parser.add_argument("--python", nargs="*", default=VERSIONS, help="further versions of Python")
    parser.add_argument("--output", type=Path, help="the folder of the results")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run the command, and return the exit status."""
    options = arguments(given)
    made = environments.ensure_all(options.python)
    at_first = quiet.too_busy_to_begin()
    if report_complaints(at_first, force=options.force):
        return BUSY
    pin()
    data = measure(
        measures.QUICK if options.quick else measures.FULL, [each for each in options.python if each in made]
    )
    data["missing"] = [each for each in options.python if each not in made]
    complaints = [*at_first, *quiet.complaints(data["quiet"], data["quiet"]["unsteady"])]
    if report_complaints(complaints, force=options.force):
        return BUSY
    data["complaints"] = [*complaints, *(["there were only a few rounds"] if options.quick else [])]
    folder = options.output or (environments.CACHE if options.quick else environments.HERE) / "results"
    write(data, folder)
    rows = targets.table(data)
    print(report.targets_section(data))
    print(
        f"\n{sum(row.is_met() for row in rows)} of {len(rows)} targets are met; the report is {folder / 'results.md'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
