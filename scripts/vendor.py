"""Copy the SDK from a git checkout into another codebase. This script needs no dependencies: see integry/vendor."""

import sys

if sys.version_info < (3, 8):  # noqa: UP036 (legacy codebases may have an old `python`)
    sys.exit(
        "scripts/vendor.py needs Python 3.8 or newer, as does the copy, and this is Python " + sys.version.split()[0]
    )

import runpy
from pathlib import Path

# Import the package as `vendor`: importing `integry.vendor` would import integry and its dependencies.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integry"))
runpy.run_module("vendor", run_name="__main__", alter_sys=True)
