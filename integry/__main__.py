"""The command `integry`, also as `python -m integry`."""

from __future__ import annotations

from ._interrupt import INTERRUPTED, guard, restore

# Until all modules of the command are imported, Ctrl-C ends the process without a traceback.
guard(is_command=__name__ == "__main__")

import sys  # noqa: E402 (see above)
from importlib.util import find_spec  # noqa: E402
from typing import Optional, Sequence  # noqa: E402


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

        restore()
        return run(argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
