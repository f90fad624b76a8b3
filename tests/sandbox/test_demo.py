"""`make demo`: every step is checked, and the exit code says whether all were good."""

import os
import subprocess
import sys

from tests.spec_document import ROOT


def run(*arguments, **environment):
    """Run the demonstration."""
    line = [sys.executable, str(ROOT / "scripts" / "demo.py"), *arguments]
    seen = {name: value for name, value in os.environ.items() if not name.startswith("INTEGRY_")}
    seen.update(environment, PYTHONIOENCODING="utf-8")
    return subprocess.run(line, check=False, capture_output=True, text=True, encoding="utf-8", env=seen)


def test_all_steps():
    """Against a sandbox of its own; no colours without a terminal."""
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "13 of 13 steps succeeded." in done.stdout
    assert "\033" not in done.stdout


def test_a_live_walk_reads_only(live):
    """With the credentials in the environment."""
    done = run("--live", **live.environment())
    assert (done.returncode, "5 of 5 steps" in done.stdout) == (0, True)
    assert live.calls == []
    assert not live.client().apps.is_connected("slack")


def test_a_live_walk_without_credentials():
    """Says what is missing."""
    done = run("--live")
    assert (done.returncode, "needs app_key= (or INTEGRY_APP_KEY" in done.stdout) == (1, True)


def test_a_step_that_fails(live):
    """Is shown, the others are done all the same, and the exit code is 1."""
    live.fail(500, {"detail": "down"})
    done = run("--live", **live.environment())
    assert (done.returncode, "4 of 5 steps" in done.stdout) == (1, True)
    assert "✗ apps.list() for user '123456': 500 down" in done.stdout


def test_a_terminal_without_ticks():
    """Shows something else."""
    line = [sys.executable, str(ROOT / "scripts" / "demo.py")]
    done = subprocess.run(line, check=False, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, b"    ?" in done.stdout) == (0, True)
