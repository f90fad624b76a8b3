"""Tests of `make demo`, which checks every step. Its exit code says whether all steps succeeded."""

import os
import subprocess
import sys

from tests.spec_document import ROOT


def run_demo(*arguments, **environment):
    """Run the demo without the INTEGRY_ variables of this process."""
    command = [sys.executable, str(ROOT / "scripts" / "demo.py"), *arguments]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("INTEGRY_")}
    variables.update(environment, PYTHONIOENCODING="utf-8")
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", env=variables)


def test_all_steps_succeed_against_its_own_sandbox():
    """Every step of the demo succeeds with the demo's own sandbox. The output has no colours without a terminal."""
    result = run_demo()
    assert (result.returncode, result.stderr) == (0, "")
    assert "14 of 14 steps succeeded." in result.stdout
    assert "\033" not in result.stdout


def test_a_live_run_only_reads(live):
    """The demo changes nothing with `--live` and credentials in the environment."""
    result = run_demo("--live", **live.environment())
    assert (result.returncode, "5 of 5 steps" in result.stdout) == (0, True)
    assert live.calls == []
    assert not live.client().apps.is_connected("slack")


def test_a_live_run_without_credentials_fails():
    """The output of a live run without credentials names the missing credentials."""
    result = run_demo("--live")
    assert (result.returncode, "needs app_key= (or INTEGRY_APP_KEY" in result.stdout) == (1, True)


def test_a_failed_step_is_reported(live):
    """A failed step is printed, the other steps still run, and the exit code is 1."""
    live.fail(500, {"detail": "down"})
    result = run_demo("--live", **live.environment())
    assert (result.returncode, "4 of 5 steps" in result.stdout) == (1, True)
    assert "✗ apps.list() for user '123456': 500 down" in result.stdout


def test_a_terminal_without_unicode_gets_ascii():
    """The demo prints question marks instead of tick marks if the encoding is ASCII."""
    command = [sys.executable, str(ROOT / "scripts" / "demo.py")]
    result = subprocess.run(command, check=False, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (result.returncode, b"    ?" in result.stdout) == (0, True)
