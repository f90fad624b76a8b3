"""Generate a client from an OpenAPI document, in a git checkout of this repository: see integry/generator."""

import sys

if sys.version_info < (3, 8):  # noqa: UP036 (`python` may be older)
    sys.exit("scripts/generate.py needs Python 3.11 or newer, and this is Python " + sys.version.split()[0])

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from integry.generator.__main__ import run_process

if __name__ == "__main__":
    sys.exit(run_process(project=Path(__file__).parent.parent))
