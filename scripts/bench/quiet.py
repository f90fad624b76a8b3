"""Checks of the machine's load: CPU use of other processes, steal time, and how much the times of requests vary."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Seconds to watch the load before the measurements.
WATCH_SECONDS = 3.0
#: Maximum CPU use of other processes, in cores.
MAX_OTHERS = 0.05
#: Maximum steal time of the hypervisor, in cores.
MAX_STOLEN = 0.01
#: Maximum distance between the quartiles of the times of plain requests, relative to the median.
MAX_UNSTEADY = 0.10
#: Fields of /proc/stat (proc(5)): user, nice and system time, without interrupts; and steal time.
BUSY, STEAL = (0, 1, 2), 7


def jiffies() -> tuple[float, float]:
    """Return the busy seconds and the stolen seconds of all cores, since the machine started."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0, 0.0
    fields = [
        int(field) / os.sysconf("SC_CLK_TCK")
        for field in stat.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    ]
    return sum(fields[index] for index in BUSY), fields[STEAL]


def own_cpu_seconds() -> float:
    """Return the CPU seconds of this process, and of its child processes that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def group_cpu_seconds(leaders: Iterable[int], *, with_leaders: bool = True) -> float:
    """Return the CPU seconds of process groups, and of the children that their processes have waited for.

    Args:
        leaders: The process ids of the groups' leaders.
        with_leaders: False to leave the leaders out.
    """
    groups, ticks = {str(leader) for leader in leaders}, 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] in groups and (with_leaders or stat.parent.name not in groups):
            # Fields of proc(5): utime, stime, cutime and cstime.
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class Watch:
    """Measurement of the machine's load, from creation to the call of `seen`. Child processes must have ended then."""

    def __init__(self) -> None:
        self._start, (self._busy, self._stolen), self._own = time.monotonic(), jiffies(), own_cpu_seconds()

    def stop(self, group: int) -> None:
        """Stop a process group, before it is killed, and count the CPU of its processes as that of this process.

        Nobody waits for the child processes of a killed process, so `own_cpu_seconds` does not have them.

        Args:
            group: The process id of the leader. A child process of this process, which is waited for later.
        """
        os.killpg(group, signal.SIGSTOP)
        self._own -= group_cpu_seconds([group], with_leaders=False)

    def seen(self) -> dict[str, float]:
        """Return the CPU use of other processes, and the steal time, in cores."""
        wall, (busy, stolen) = time.monotonic() - self._start, jiffies()
        others = (busy - self._busy) - (own_cpu_seconds() - self._own)
        return {"others": max(others, 0.0) / wall, "stolen": (stolen - self._stolen) / wall, "seconds": wall}


def complaints(seen: dict[str, float], unsteady: float) -> list[str]:
    """Return the reasons why the figures are not reliable.

    Args:
        seen: The load, from `Watch.seen`.
        unsteady: The distance between the quartiles of the times of plain requests, relative to the median.
    """
    found = {
        f"other processes used {seen['others']:.0%} of a core (limit: {MAX_OTHERS:.0%})": seen["others"] > MAX_OTHERS,
        f"the hypervisor stole {seen['stolen']:.1%} of a core (limit: {MAX_STOLEN:.0%})": seen["stolen"] > MAX_STOLEN,
        f"plain requests varied by {unsteady:.0%} between its quartiles (limit: {MAX_UNSTEADY:.0%})": unsteady
        > MAX_UNSTEADY,
    }
    return [complaint for complaint, holds in found.items() if holds]


def too_busy_to_begin() -> list[str]:
    """Return the reasons why the machine is too busy to start."""
    watch = Watch()
    time.sleep(WATCH_SECONDS)
    return [f"before the measurements, {complaint}" for complaint in complaints(watch.seen(), 0.0)]
