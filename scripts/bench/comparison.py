"""Parts of the reports that compare ratios with targets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from . import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Exit status if other programs use the machine.
BUSY = 3


class Ratio(NamedTuple):
    """A measured ratio, and its target: at least (≥) or at most (≤) a limit."""

    title: str
    measured: float
    sign: str
    limit: float

    def row(self) -> str:
        """Return the row of the table."""
        is_met = self.measured <= self.limit if self.sign == "≤" else self.measured >= self.limit
        target = f"{self.sign} {self.limit:.2f}"
        return f"| {self.title} | {target} | {self.measured:.2f} | {'yes' if is_met else '**no**'} |"


def beginning(title: str, rounds: int, seen: dict[str, float], ratios: Iterable[Ratio]) -> list[str]:
    """Return the lines with the title, the load of the machine, and the table of ratios."""
    load = f"{seen['others']:.2f} of a core, and the hypervisor stole {seen['stolen']:.2f}, in {seen['seconds']:.0f} s."
    lines = [f"# {title}", "", f"Medians of {rounds} rounds. Other processes used {load}", ""]
    lines += ["| ratio | target | measured | met |", "| --- | --- | --- | --- |"]
    return [*lines, *(ratio.row() for ratio in ratios), ""]


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of all reports."""
    found = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--rounds", type=int, default=5)
    found.add_argument("--force", action="store_true", help="write the report even if the machine is busy")
    found.add_argument("--print", action="store_true", help="print the report instead of writing it")
    return found


def publish(text: Callable[[], str], path: Path, seen: dict[str, float], options: argparse.Namespace) -> int:
    """Write or print the report, unless the machine was busy, and return the exit status."""
    complaints = quiet.complaints(seen, 0.0)
    for complaint in complaints:
        print(f"{'warning' if options.force else 'refused'}: {complaint}", file=sys.stderr)
    if complaints and not options.force:
        return BUSY
    if options.print:
        print(text())
    else:
        path.write_text(text(), encoding="utf-8")
    return 0
