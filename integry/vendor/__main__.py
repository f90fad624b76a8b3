"""`python -m integry.vendor DEST --package acme.telephony`: copy the SDK into a codebase, upgrade or check a copy."""

import argparse
import sys
from typing import Optional, Sequence

from ._copy import MANIFEST, OPTIONAL, changes, target_of, vendor, version
from ._dependencies import VendorError

#: Exit statuses.
CHANGED, FAILED = 1, 2


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Copy, upgrade or check, and say what was done."""
    given = _parser().parse_args(arguments)
    try:
        if given.check:
            found = changes(target_of(given.dest, given.package))
            print(found if any(found) else "unchanged")
            return CHANGED if any(found) else 0
        folder = vendor(given.dest, given.package, include=given.include, with_deps=given.with_deps, force=given.force)
    except (VendorError, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED
    print(f"{given.package}: integry-requests {version()} in {folder}; see {MANIFEST} there")
    return 0


def _parser() -> argparse.ArgumentParser:
    program = "python -m integry.vendor" if __package__ == "integry.vendor" else "python scripts/vendor.py"
    parser = argparse.ArgumentParser(prog=program, description="Copy the SDK into another codebase.")
    parser.add_argument("dest", metavar="DEST", help="the folder that the other codebase imports from")
    parser.add_argument(
        "--package", default="integry", help="the copy's name there, as acme.telephony (default: integry)"
    )
    parser.add_argument("--with-deps", action="store_true", help="copy attrs and cattrs too, as installed here")
    parser.add_argument("--include", action="append", default=[], choices=sorted(OPTIONAL), help="copy this too")
    parser.add_argument(
        "--check",
        action="store_true",
        help="only say what was changed in the copy; status 1; 2 if that fails",
    )
    parser.add_argument("--force", action="store_true", help="overwrite local changes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
