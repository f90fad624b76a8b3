"""The command `integry`, also as `python -m integry`."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Optional, Sequence


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run the command `integry`, and return its exit code.

    Args:
        argv: The command-line arguments; None for those of this process.
    """
    if find_spec("click") is None:
        print("The command integry needs click: pip install 'integry-requests[cli]'", file=sys.stderr)  # noqa: T201 (a command)
        return 1
    try:
        from .cli import main as run

        return run(argv)
    except KeyboardInterrupt:
        # Ctrl-C during the import, which takes a tenth of a second. The command itself handles it later.
        return 130


if __name__ == "__main__":
    sys.exit(main())
