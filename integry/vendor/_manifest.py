"""The manifest of a vendored copy, and the comparison of the manifest with the files."""

import hashlib
import re
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Tuple, Union

from ._dependencies import VendorError

MANIFEST = "VENDORED.md"
#: Names of the patches that save local changes. They are not in the manifest.
PATCH = re.compile(r"VENDORED(\.\w+)*\.patch")
_LINE = re.compile(r"^([0-9a-f]{64})  (.+)$", re.MULTILINE)


class Changes(NamedTuple):
    """The local changes of a vendored copy.

    Attributes:
        modified: Names of files whose contents were changed.
        missing: Names of files that were deleted.
        added: Names of files that were added.
    """

    modified: List[str]
    missing: List[str]
    added: List[str]

    def __str__(self) -> str:
        return "\n".join(f"{kind}: {name}" for kind, names in self._asdict().items() for name in names)


def changes(folder: Union[str, Path]) -> Changes:
    """Return the local changes of a copy. Differences of line ends are ignored.

    Raises:
        VendorError: If the folder has no valid manifest.
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
    """Return the digests in the manifest, by file name.

    Raises:
        VendorError: If the folder has no valid manifest.
    """
    try:
        lines = _LINE.findall((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{folder} was not created by integry.vendor: its {MANIFEST} cannot be read"
        raise VendorError(msg) from error
    return {name: found for found, name in lines}


def digest(content: bytes) -> str:
    """Return the hexadecimal SHA-256 of a file's content, with Unix line ends."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def walk(folder: Path) -> Iterator[Tuple[str, Path]]:
    """Yield the files and links in a folder, with their relative paths, except for hidden files and caches."""
    for path in sorted(folder.iterdir()):
        if path.name == "__pycache__" or path.name.startswith(".") or path.suffix == ".pyc":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from ((f"{path.name}/{name}", file) for name, file in walk(path))
        else:
            yield path.name, path
