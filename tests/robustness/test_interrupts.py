"""Calls that are interrupted leave no lock behind, and no connection with the response of another call."""

import signal
import subprocess
import sys

import pytest

from tests.figures import MEASURED

from .load_server import ROOT, running
from .test_load import CALLS

#: Times as many interruptions under load tests.
MORE = 5 if CALLS >= 100_000 else 1


@pytest.mark.slow
@pytest.mark.fast
@pytest.mark.parametrize(
    ("way", "number", "least"), [("signals", 1000 * MORE, 1000 * MORE), ("instructions", 3 if MORE == 1 else 1, 2000)]
)
def test_the_next_call_does_not_hang(way, number, least):
    """Whatever a call was at when it was interrupted. urllib3's pools hang within a second of this."""
    if way == "signals" and not hasattr(signal, "setitimer"):
        pytest.skip("Windows has no signal.setitimer")
    with running() as server:
        line = [sys.executable, "-m", "tests.robustness.interrupted", server.url, way, str(number)]
        done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, timeout=500)
        open_connections = server.ledger()["counts"]["open"]
    assert done.returncode == 0, done.stderr[-3000:]
    interrupted, right = map(int, done.stdout.split())
    assert interrupted >= least
    assert right > 100
    assert open_connections == 0
    MEASURED[f"calls interrupted by {way}"] = f"{interrupted:,}, none left a lock"
