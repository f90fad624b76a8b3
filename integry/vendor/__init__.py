"""Copy this package into another codebase, under any name: `python -m integry.vendor DEST --package acme.telephony`.

The copy imports itself by relative imports only, so it lives beside any `integry` that is installed. `VENDORED.md` in
it says what it is, and has the hash of every file: `--check` finds what was changed since, and a second run upgrades
the copy in place. It refuses to replace local changes without `--force`, which keeps them in `VENDORED.patch`.

It uses the standard library alone, so that `scripts/vendor.py` in a checkout runs where nothing is installed.
"""

from ._copy import vendor
from ._dependencies import VendorError
from ._manifest import Changes, changes

__all__ = ["Changes", "VendorError", "changes", "vendor"]
