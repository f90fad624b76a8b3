"""Copy this package into another codebase, under any name: `python -m integry.vendor DEST --package acme.telephony`.

The copy imports itself by relative imports only, so it lives beside any `integry` that is installed. `VENDORED.md` in
it says what it is, and has the hash of every file: `--check` finds what was changed since, and a second run upgrades
the copy in place, unless that would undo a change.

It uses the standard library alone, so that `scripts/vendor.py` in a checkout runs where nothing is installed.
"""

from ._copy import Changes, changes, vendor
from ._dependencies import VendorError

__all__ = ["Changes", "VendorError", "changes", "vendor"]
