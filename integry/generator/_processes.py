"""Share work among processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from contextlib import suppress
from typing import Callable

#: Maximum number of processes. The steps before and after the shared work use one process, so that more save little.
_MAX_PROCESSES = 4


def number_of_processes() -> int:
    """Return the number of processes to share work among: one for each CPU that this process may use.

    It is 1 on macOS, where system libraries may end a forked process, and on Windows, which cannot fork. It is 1 too if
    there are other threads: a forked process would wait forever for a lock that one of them holds.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), _MAX_PROCESSES)


def share(work: Callable[[int], None], processes: int) -> None:
    """Call a function with the numbers from 0, each in a process of its own, the first one in this process.

    If another process fails, the function is called with its number in this process, which raises its error. If this
    process fails or is interrupted, the others are ended.

    Args:
        work: A function that writes files. Other changes that it makes in another process are lost.
        processes: The number of processes.
    """
    running: dict[int, int] = {}
    failed: list[int] = []
    try:
        for number in range(1, processes):
            process = _start(work, number)
            if process is None:
                failed.append(number)
            else:
                running[number] = process
        work(0)
        for number, process in [*running.items()]:
            failed += [] if _is_done(process) else [number]
            del running[number]
    finally:
        for process in running.values():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            _is_done(process)
    for number in failed:
        work(number)


def _is_done(process: int) -> bool:
    """Wait for the end of a process, and return True if its work is done."""
    try:
        return os.waitpid(process, 0)[1] == 0
    except ChildProcessError:
        # The program that started this one ignores SIGCHLD. The system then keeps no status of an ended process.
        return False


def _start(work: Callable[[int], None], number: int) -> int | None:
    """Call a function in a new process. Return the id of the process, or None if the system has no room for it."""
    try:
        with warnings.catch_warnings():
            # Python warns if there are other threads. That of the progress line has no lock that a new process needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            process = os.fork()
    except OSError:
        return None
    if process == 0:
        _end_after(work, number)
    return process


def _end_after(work: Callable[[int], None], number: int) -> None:
    """Call a function, and end this process without any cleanup: files and folders belong to the first process."""
    status = 1
    try:
        work(number)
        status = 0
    finally:
        os._exit(status)
