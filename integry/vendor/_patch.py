"""Patches of local changes to a vendored copy, in git's format, for `patch -p1` and `git apply`."""

import difflib
import os
import re
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Optional

from ._dependencies import Files
from ._manifest import MANIFEST, PATCH, changes, digest, digests

#: The patch with local changes to files that the new version does not change. The patch applies to the new copy.
KEPT = "VENDORED{}.patch"
#: The patch with local changes to files that the new version changes too: a diff from the new files to the user's.
CONFLICTS = "VENDORED{}.conflicts.patch"
#: The first lines of a patch, which tools skip, with {} for its name.
NOTES = {
    KEPT: """Local changes that --force replaced. To apply them again, run in the folder of the copy one of

    patch -p1 < {0}
    git apply --directory="$(git rev-parse --show-prefix)" {0}

and delete this file.

""",
    CONFLICTS: """Local changes to files that the new version changes too, from the new files to yours.

Apply by hand the changes that you still need, and delete this file.

""",
}


class File(NamedTuple):
    """A file or a link.

    Attributes:
        mode: The mode in git's format.
        content: The content, or the target of a link.
    """

    mode: str
    content: bytes


def patches(folder: Path) -> Files:
    """Return the patches in a copy, by name."""
    there = sorted(folder.glob("VENDORED*.patch")) if folder.is_dir() else []
    return {path.name: path.read_bytes() for path in there if PATCH.fullmatch(path.name)}


def with_local_changes(target: Path, files: Files) -> Files:
    """Return the patches of the new copy: those of the old copy, and new ones with the old copy's local changes.

    Args:
        target: The folder of the old copy, which may not exist.
        files: The files of the new copy.
    """
    found = patches(target)
    for kind, content in _diffs(target, files).items() if (target / MANIFEST).is_file() else ():
        if content and not any(earlier.endswith(b"\n\n" + content) for earlier in found.values()):
            name = _unused_name(kind, found)
            found[name] = NOTES[kind].format(name).encode() + content
    return found


def _unused_name(name: str, taken: Iterable[str]) -> str:
    number = 1
    while name.format(f".{number}" if number > 1 else "") in taken:
        number += 1
    return name.format(f".{number}" if number > 1 else "")


def _diffs(target: Path, files: Files) -> Dict[str, bytes]:
    """Return the diffs from the new copy to the user's files, by kind: `KEPT` or `CONFLICTS`."""
    written, found = digests(target), {KEPT: b"", CONFLICTS: b""}
    modified, missing, added = changes(target)
    for name in sorted([*modified, *missing, *added]):
        before = File("100644", files[name]) if name in files else None
        is_same = (digest(before.content) if before else None) == written.get(name)
        # A file that exists neither in the old copy nor in the new one is not a conflict.
        found[KEPT if is_same else CONFLICTS] += diff(name, before, _read(target / name))
    return found


def _read(path: Path) -> Optional[File]:
    if path.is_symlink():
        return File("120000", os.fsencode(os.readlink(path)))
    if not path.exists():
        return None
    return File("100755" if os.access(path, os.X_OK) else "100644", path.read_bytes())


def diff(name: str, before: Optional[File], after: Optional[File]) -> bytes:
    """Return the patch of a file in git's format; None stands for a file that does not exist."""
    if before and after and (before.mode == "120000") != (after.mode == "120000"):
        return diff(name, before, None) + diff(name, None, after)
    head, hunks = _head(name, before, after), _hunks(name, before, after)
    return head + hunks if hunks or (before is None) != (after is None) else b""


def _head(name: str, before: Optional[File], after: Optional[File]) -> bytes:
    head = b"diff --git %s %s\n" % (_quoted(f"a/{name}"), _quoted(f"b/{name}"))
    if before is None and after:
        return head + f"new file mode {after.mode}\n".encode()
    if after is None and before:
        return head + f"deleted file mode {before.mode}\n".encode()
    return head


def _hunks(name: str, before: Optional[File], after: Optional[File]) -> bytes:
    """Return the hunks of a file's diff, after the file names, which tools need that ignore git's header."""
    names = [
        # A tab ends a file name with spaces.
        _quoted(path) + b"\t" * (" " in path) if file else b"/dev/null"
        for path, file in ((f"a/{name}", before), (f"b/{name}", after))
    ]
    changed = _with_line_ends(before, after)
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(before), _lines(changed), names[0], names[1])
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def _with_line_ends(before: Optional[File], after: Optional[File]) -> Optional[File]:
    """Return a file with Unix line ends if all of its lines end with CRLF, as git on Windows writes them."""
    if not before or not after or b"\r\n" in before.content:
        return after
    all_changed = after.content.count(b"\r\n") == after.content.count(b"\n")
    return after._replace(content=after.content.replace(b"\r\n", b"\n")) if all_changed else after


def _lines(file: Optional[File]) -> List[bytes]:
    """Return the lines of a file with their line ends, split at newlines only."""
    lines = file.content.split(b"\n") if file else [b""]
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _quoted(name: str) -> bytes:
    """Return a file name in git's format: quoted like a C string if it has special characters."""
    plain = os.fsencode(name)
    escaped = re.sub(rb'[\x00-\x1f"\\\x7f]', lambda found: b"\\%03o" % ord(found.group()), plain)
    return plain if escaped == plain else b'"%s"' % escaped
