"""Interrupted calls leave no lock held, and no connection that holds the response to another call."""

import signal
import subprocess
import sys

import pytest

from tests.figures import MEASURED

from .load_server import ROOT, running
from .test_load import CALLS

#: Factor for the number of interruptions in load tests.
FACTOR = 5 if CALLS >= 100_000 else 1


@pytest.mark.slow
@pytest.mark.fast
@pytest.mark.parametrize(
    ("mode", "number", "minimum"),
    [("signals", 1000 * FACTOR, 1000 * FACTOR), ("instructions", 3 if FACTOR == 1 else 1, 2000)],
)
def test_calls_after_an_interruption_succeed(mode, number, minimum):
    """Calls succeed after others were interrupted at any moment. The pools of urllib3 would hang within a second."""
    if mode == "signals" and not hasattr(signal, "setitimer"):
        pytest.skip("Windows has no signal.setitimer")
    with running() as server:
        line = [sys.executable, "-m", "tests.robustness.interrupted", server.url, mode, str(number)]
        done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=500)
        open_connections = server.ledger()["counts"]["open"]
    assert done.returncode == 0, done.stderr[-3000:]
    interrupted, right = map(int, done.stdout.split())
    assert interrupted >= minimum
    assert right > 100
    assert open_connections == 0
    MEASURED[f"calls interrupted by {mode}"] = f"{interrupted:,}, no lock left held"
