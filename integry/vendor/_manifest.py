"""The manifest of a copy, and how a copy differs from it."""

import hashlib
import re
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Tuple, Union

from ._dependencies import VendorError

MANIFEST = "VENDORED.md"
#: Files with local changes that an upgrade replaced. They belong to the tool, and are in no manifest.
PATCH = re.compile(r"VENDORED(\.\w+)*\.patch")
_LINE = re.compile(r"^([0-9a-f]{64})  (.+)$", re.MULTILINE)


class Changes(NamedTuple):
    """The differences between a copy and what was written there.

    Attributes:
        modified: Names of files with other contents.
        missing: Names of files that were deleted.
        added: Names of files that were added.
    """

    modified: List[str]
    missing: List[str]
    added: List[str]

    def __str__(self) -> str:
        return "\n".join(f"{kind}: {name}" for kind, names in self._asdict().items() for name in names)


def changes(folder: Union[str, Path]) -> Changes:
    """Return how a copy differs from what `vendor` wrote, line ends aside.

    Raises:
        VendorError: If there is no copy in the folder.
    """
    written = digests(Path(folder))
    found = {name: digest(b"" if path.is_symlink() else path.read_bytes()) for name, path in walk(Path(folder))}
    found.pop(MANIFEST, None)
    return Changes(
        sorted(name for name in written.keys() & found.keys() if written[name] != found[name]),
        sorted(written.keys() - found.keys()),
        sorted(name for name in found.keys() - written.keys() if not PATCH.fullmatch(name)),
    )


def digests(folder: Path) -> Dict[str, str]:
    """Return the digest of each file that `vendor` wrote, by name.

    Raises:
        VendorError: If there is no copy in the folder.
    """
    try:
        lines = _LINE.findall((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{folder} is no copy that integry.vendor made: its {MANIFEST} cannot be read"
        raise VendorError(msg) from error
    return {name: found for found, name in lines}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content with the line ends of Unix, in hexadecimal."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def walk(folder: Path) -> Iterator[Tuple[str, Path]]:
    """Yield the files and links in a folder, with their names (paths with slashes), except for the caches of tools."""
    for path in sorted(folder.iterdir()):
        if path.name == "__pycache__" or path.name.startswith(".") or path.suffix == ".pyc":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from ((f"{path.name}/{name}", file) for name, file in walk(path))
        else:
            yield path.name, path
