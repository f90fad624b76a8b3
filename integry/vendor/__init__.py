"""Copy this package into another codebase, under any name: `python -m integry.vendor DEST --package acme.telephony`.

The copy uses relative imports only, so the copy does not conflict with an installed `integry`. Its `VENDORED.md` lists
the hash of every file: `--check` finds local changes, and a second run upgrades the copy in place. Local changes are
not replaced without `--force`, which saves them to `VENDORED.patch`.

integry.vendor uses only the standard library, so that `scripts/vendor.py` in a git checkout works without dependencies.
"""

from ._copy import vendor
from ._dependencies import VendorError
from ._manifest import Changes, changes

__all__ = ["Changes", "VendorError", "changes", "vendor"]
