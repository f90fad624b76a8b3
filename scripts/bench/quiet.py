"""Whether the machine had time for us: what others used of it, what was stolen, and how steady the measure was."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

#: So many seconds it looks before anything begins.
LOOK = 3.0
#: Of the time of one core others may use so much,
OTHERS = 0.05
#: and the hypervisor may take so much.
STOLEN = 0.01
#: The quartiles of what plain requests cost may lie so far apart, as a part of the median.
UNSTEADY = 0.10
#: Fields of /proc/stat (proc(5)): user, nice and system time, without interrupts; and what the hypervisor took.
BUSY, STEAL = (0, 1, 2), 7


def jiffies() -> tuple[float, float]:
    """Seconds that all cores were busy, and that were stolen from them, since the machine started."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0, 0.0
    fields = [
        int(field) / os.sysconf("SC_CLK_TCK")
        for field in stat.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    ]
    return sum(fields[index] for index in BUSY), fields[STEAL]


def ours() -> float:
    """Seconds of CPU that this process used, and those that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


class Watch:
    """Looks at what others do from its making to its end, when all our processes have ended."""

    def __init__(self) -> None:
        self._start, (self._busy, self._stolen), self._ours = time.monotonic(), jiffies(), ours()

    def seen(self) -> dict[str, float]:
        """What others used, and what was stolen, in cores."""
        wall, (busy, stolen) = time.monotonic() - self._start, jiffies()
        others = (busy - self._busy) - (ours() - self._ours)
        return {"others": max(others, 0.0) / wall, "stolen": (stolen - self._stolen) / wall, "seconds": wall}


def complaints(seen: dict[str, float], unsteady: float) -> list[str]:
    """Why the figures are not to be trusted, if so.

    Args:
        seen: What was seen of others.
        unsteady: How far the quartiles of the measure of all lie apart.
    """
    found = {
        f"others used {seen['others']:.0%} of a core, {OTHERS:.0%} at the most is fit": seen["others"] > OTHERS,
        f"{seen['stolen']:.1%} of a core was stolen, {STOLEN:.0%} at the most is fit": seen["stolen"] > STOLEN,
        f"plain requests varied by {unsteady:.0%} between its quartiles, {UNSTEADY:.0%} at the most is fit": unsteady
        > UNSTEADY,
    }
    return [complaint for complaint, holds in found.items() if holds]


def too_busy_to_begin() -> list[str]:
    """Why it makes no sense to begin, if so."""
    watch = Watch()
    time.sleep(LOOK)
    return [f"before anything began, {complaint}" for complaint in complaints(watch.seen(), 0.0)]
