"""A step of scripts/demo.py: many calls with faults, in a process that is killed, and resumed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, NamedTuple

from integry.bulk import Call, summary
from integry.sandbox import Sandbox

PERSON = "pipedrive-add-a-person"
COMMAND = ["-m", "integry.bulk", "calls.jsonl", "--output", "results.jsonl", "--resume", "--quiet"]


class Done(NamedTuple):
    """The result of the step.

    Attributes:
        killed_after: The number of calls that had run when the process was killed.
        counts: The number of calls in each state at the end.
        twice: The number of calls that ran twice.
    """

    killed_after: int
    counts: Dict[str, int]
    twice: int


def kill_and_resume(sandbox: Sandbox, number: int) -> Done:
    """Make calls with the command of `integry.bulk`, kill it after some of them, and run it again."""
    before = len(sandbox.calls)
    environment = {
        **os.environ,
        **sandbox.environment(),
        "INTEGRY_USER_ID": "123456",
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    }
    sandbox.fail(429, {"detail": "Slow down"}, retry_after=1)
    sandbox.fail(503, {"detail": "Busy"})
    sandbox.fail(kind="reset_mid_body")
    with tempfile.TemporaryDirectory() as folder:
        calls = [Call(PERSON, {"name": f"Contact {each}"}).to_dict() for each in range(number)]
        Path(folder, "calls.jsonl").write_text("\n".join(map(json.dumps, calls)), encoding="utf-8")
        process = subprocess.Popen([sys.executable, *COMMAND], cwd=folder, env=environment)
        while len(sandbox.calls) < before + number * 2 // 5 and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.wait()
        killed_after = len(sandbox.calls) - before
        subprocess.run([sys.executable, *COMMAND], cwd=folder, env=environment, check=False)
        counts = summary(Path(folder, "results.jsonl.journal"))
    names = [call.arguments["name"] for call in sandbox.calls[before:]]
    return Done(killed_after, counts, len(names) - len(set(names)))
