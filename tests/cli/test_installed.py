"""The installed command, as the script of the wheel and as a module."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import integry

SCRIPT = Path(sysconfig.get_path("scripts")) / ("integry.exe" if sys.platform == "win32" else "integry")


@pytest.mark.skipif(not SCRIPT.exists(), reason="the package is not installed: `make matrix` and `make wheel` do this")
def test_the_script_of_the_wheel(environment):
    """The script `integry` and `python -m integry` are the same command."""
    for command in ([str(SCRIPT)], [sys.executable, "-m", "integry"]):
        done = subprocess.run([*command, "--version"], env=environment, check=True, capture_output=True, text=True)
        assert done.stdout == f"integry {integry.__version__}\n"
        line = [*command, "apps", "get", "nonsense", "--json"]
        done = subprocess.run(line, env=environment, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout, '"exit_code": 5' in done.stderr) == (5, "", True)
