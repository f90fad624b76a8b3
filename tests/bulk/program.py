"""Programs that the proofs run as processes, to kill or to measure them."""

import re
import resource
import sys
from pathlib import Path

from integry import FunctionResult, Integry
from integry.bulk import Call, JournalError, run


def send(journal, url, number, limit):
    """Send calls with a journal. A file may grow to a number of bytes only, as on a full disk; 0 for no limit."""
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    calls = (Call("count", {"n": n}) for n in range(int(number)))
    with Integry("key", "a-secret", user_id="1", base_url=url) as client:
        try:
            for _ in run(client, calls, journal=journal):
                pass
        except JournalError as error:
            sys.exit(str(error))


class FakeClient:
    """A client that answers at once."""

    def __init__(self):
        self.functions = self

    def call(self, _, arguments):
        """Return the arguments as the result."""
        return FunctionResult(200, arguments)


def measure(number, journal=""):
    """Make calls of a fake client. Print how many outcomes there were, and the peak of the memory in KiB."""
    number = int(number)
    seen = bytearray(number)
    options = {"journal": journal, "sync": False} if journal else {}
    for outcome in run(FakeClient(), (Call("f", {"n": n}) for n in range(number)), **options):
        seen[outcome.number] += outcome.result.output == {"n": outcome.number}
    # Not ru_maxrss, which counts the memory of the process that started this one.
    (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="utf-8"), re.MULTILINE)
    print(seen.count(1), peak)


if __name__ == "__main__":
    {"send": send, "measure": measure}[sys.argv[1]](*sys.argv[2:])
