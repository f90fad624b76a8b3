"""`python -m integry.vendor DEST --package acme.telephony`: copy the SDK into a codebase, upgrade or check a copy."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import Optional, Sequence

from ._copy import OPTIONAL, target_of, vendor, version
from ._dependencies import VendorError, minimum_versions, missing_dependencies
from ._manifest import MANIFEST, changes
from ._patch import patches

#: Exit statuses: `--check` found local changes; the command failed.
CHANGED, FAILED = 1, 2
PROGRAM = "python -m integry.vendor" if __package__ == "integry.vendor" else "python scripts/vendor.py"


def main(arguments: Optional[Sequence[str]] = None, *, program: str = PROGRAM) -> int:
    """Copy, upgrade or check a copy, print the result, and return the exit status.

    Args:
        arguments: The command-line arguments; None for those of this process.
        program: The name of the command in its help and messages.
    """
    given = _parser(program).parse_args(arguments)
    try:
        if given.check:
            found = changes(target_of(given.dest, given.package))
            print(found if any(found) else "unchanged")
            return CHANGED if any(found) else 0
        before = patches(target_of(given.dest, given.package))
        folder = vendor(given.dest, given.package, include=given.include, with_deps=given.with_deps, force=given.force)
    except (VendorError, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED
    print(f"{given.package}: integry-requests {version()} in {folder}; see {MANIFEST} there")
    _print_patch_advice(folder, sorted(patches(folder).keys() - before.keys()))
    _print_missing_dependencies(folder)
    return 0


def _print_patch_advice(folder: Path, names: Sequence[str]) -> None:
    """Print how to apply the patches that were written."""
    for name in names:
        if "conflicts" in name:
            print(
                f"{name} has local changes to files that this version changes too. It is a diff from the new files "
                "to yours: apply by hand the changes that you still need, and delete it."
            )
        else:
            print(
                f"{name} has the local changes that were replaced. To apply them again:\n"
                f"    cd {shlex.quote(str(folder))} && patch -p1 < {name}\n"
                "The file explains how to use `git apply` instead. Delete it afterwards."
            )


def _print_missing_dependencies(folder: Path) -> None:
    """Print the missing dependencies of the copy, and the Python version that copied dependencies need."""
    with_deps = (folder / "_vendor").is_dir()
    if with_deps:
        running = ".".join(map(str, sys.version_info[:2]))
        print(f"The copied attrs and cattrs are for Python {running}, which runs this, and newer.", file=sys.stderr)
    found = list(missing_dependencies(minimum_versions(with_deps=with_deps)))
    if found:
        advice = "" if with_deps else ", or run this command with --with-deps to copy attrs and cattrs along"
        print(
            f"{sys.executable} lacks dependencies of the copy: {'; '.join(found)}. Install them{advice}.",
            file=sys.stderr,
        )


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description="Copy the SDK into another codebase.")
    parser.add_argument("dest", metavar="DEST", help="the folder that the other codebase imports from")
    parser.add_argument(
        "--package", default="integry", help="the name of the copy, such as acme.telephony (default: integry)"
    )
    parser.add_argument("--with-deps", action="store_true", help="also copy the installed attrs and cattrs")
    parser.add_argument("--include", action="append", default=[], choices=sorted(OPTIONAL), help="also copy this part")
    parser.add_argument(
        "--check",
        action="store_true",
        help="only list local changes of the copy; exit status 1 if there are any, 2 on errors",
    )
    parser.add_argument("--force", action="store_true", help="replace local changes, and save them to VENDORED.patch")
    return parser


if __name__ == "__main__":
    sys.exit(main())
