"""Copy the SDK into another codebase, from a checkout, with any Python and nothing installed: see integry/vendor."""

import runpy
import sys
from pathlib import Path

# Not as integry.vendor: that would import integry, and what it needs.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integry"))
runpy.run_module("vendor", run_name="__main__", alter_sys=True)
