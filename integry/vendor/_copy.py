"""The copy: made, checked and upgraded."""

import hashlib
import keyword
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple, Tuple, Union

from ._dependencies import Files, VendorError, add_dependencies

PACKAGE = Path(__file__).resolve().parent.parent
MANIFEST = "VENDORED.md"
#: What is copied only if it is asked for: it makes sense where the SDK is tested.
OPTIONAL = {"sandbox": ("sandbox", "testing.py")}
#: The lowest versions of what the copy needs. Python 3.12 itself needs requests 2.26 and urllib3 1.26.5.
NEEDED = {"requests": "2.22", "urllib3": "1.25.10", "attrs": "21.3", "cattrs": "1.10"}
_LINE = re.compile(r"^([0-9a-f]{64})  (.+)$", re.MULTILINE)


class Changes(NamedTuple):
    """How a copy differs from what was written there.

    Attributes:
        modified: Files with other contents.
        missing: Files that are gone.
        added: Files that came in.
    """

    modified: List[str]
    missing: List[str]
    added: List[str]

    def __str__(self) -> str:
        return "\n".join(f"{kind}: {name}" for kind, names in self._asdict().items() for name in names)


def vendor(
    destination: Union[str, Path],
    package: str = "integry",
    *,
    include: Iterable[str] = (),
    with_deps: bool = False,
    force: bool = False,
) -> Path:
    """Copy this package, or upgrade a copy.

    Args:
        destination: The folder that the other codebase imports from.
        package: The copy's name there, with dots; folders that are not there yet become packages.
        include: What of `OPTIONAL` is copied too.
        with_deps: Whether attrs and cattrs, as they are installed here, are copied into the copy.
        force: Whether local changes to an older copy are overwritten.

    Returns:
        The copy's folder. It was replaced as a whole, or not at all.

    Raises:
        VendorError: If that would lose something, or cannot be done.
    """
    root, target = Path(destination).resolve(), target_of(destination, package)
    if not root.is_dir():
        msg = f"{destination} is no folder"
        raise VendorError(msg)
    if PACKAGE in (target, *target.parents):
        msg = f"{target} is inside of what is copied"
        raise VendorError(msg)
    _recover(target)
    _check_replaceable(target, force=force)
    include = sorted(include)
    files = dict(_own_files(include))
    dependencies = add_dependencies(files) if with_deps else {}
    options = "".join(f" --include {name}" for name in include) + (" --with-deps" if with_deps else "")
    command = f"python -m integry.vendor DEST --package {package}{options}"
    files[MANIFEST] = _manifest(files, command, dependencies).encode()
    _write(target, files, root)
    return target


def changes(folder: Union[str, Path]) -> Changes:
    """How a copy differs from what `vendor` wrote; a difference in line ends is none.

    Raises:
        VendorError: If there is no copy in the folder.
    """
    folder = Path(folder)
    try:
        lines = _LINE.findall((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{folder} is no copy that integry.vendor made: its {MANIFEST} cannot be read"
        raise VendorError(msg) from error
    written = {name: digest for digest, name in lines}
    found = {name: _digest(path.read_bytes()) for name, path in _walk(folder) if name != MANIFEST}
    return Changes(
        sorted(name for name in written.keys() & found.keys() if written[name] != found[name]),
        sorted(written.keys() - found.keys()),
        sorted(found.keys() - written.keys()),
    )


def target_of(destination: Union[str, Path], package: str) -> Path:
    """The folder of a package.

    Raises:
        VendorError: If its name is none.
    """
    parts = package.split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        msg = f"{package!r} is no name for a package: it must be as in `import acme.telephony`"
        raise VendorError(msg)
    return Path(destination).resolve().joinpath(*parts)


def _check_replaceable(target: Path, *, force: bool) -> None:
    """See that what is there is a copy of ours, without changes that would be lost."""
    if target.is_symlink() or (target.exists() and not (target / MANIFEST).is_file()):
        msg = f"{target} is there, and was not made by integry.vendor. Delete it first, or choose another name."
        raise VendorError(msg)
    found = changes(target) if target.exists() else Changes([], [], [])
    if any(found) and not force:
        msg = f"{target} has local changes; --force would undo them:\n{found}"
        raise VendorError(msg)


def _walk(folder: Path) -> Iterator[Tuple[str, Path]]:
    """The files in a folder and in links to folders, by their path with slashes."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name != "__pycache__":
                yield from ((f"{path.name}/{name}", file) for name, file in _walk(path))
        elif path.suffix != ".pyc":
            yield path.name, path


def _own_files(include: Iterable[str]) -> Iterator[Tuple[str, bytes]]:
    """This package's files, without what makes no sense in a copy."""
    unknown = set(include) - set(OPTIONAL)
    if unknown:
        msg = f"There is no {', '.join(sorted(unknown))} to include; there is {', '.join(OPTIONAL)}"
        raise VendorError(msg)
    left_out = {name for part, names in OPTIONAL.items() if part not in include for name in names}
    for name, path in _walk(PACKAGE):
        if name.partition("/")[0] not in {*left_out, "vendor", MANIFEST}:
            yield name, path.read_bytes()
    # In a checkout it is beside the package, in an environment beside the metadata.
    for path in [PACKAGE.parent / "LICENSE", *PACKAGE.parent.glob("integry_requests-*.dist-info/licenses/LICENSE")]:
        if path.is_file():
            yield "LICENSE", path.read_bytes()
            break


def _digest(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def version() -> str:
    """The version of what is copied."""
    text = (PACKAGE / "_version.py").read_text(encoding="utf-8")
    return text.split('"')[-2]


def _manifest(files: Files, command: str, dependencies: Dict[str, str]) -> str:
    needs = ", ".join(f"{name} {least}" for name, least in NEEDED.items() if name not in dependencies)
    copied = ", ".join(f"{name} {there}" for name, there in sorted(dependencies.items()))
    python = ".".join(map(str, sys.version_info[:2])) if dependencies else "3.8"
    listed = "\n".join(f"{_digest(content)}  {name}" for name, content in sorted(files.items()))
    return f"""# integry-requests {version()}

This folder is a copy. Change nothing here by hand. It was made by

    {command}

which also upgrades it in place, and says with `--check` what was changed here since it was made. So does
`sha256sum --check {MANIFEST}` in this folder.

- For Python {python} and newer.
- It needs {needs} or newer; with Python 3.12 it needs requests 2.26 and urllib3 1.26.5 or newer.
- Copied with it, into `_vendor`: {copied or "nothing"}.

```
{listed}
```
"""


def _write(target: Path, files: Files, root: Path) -> None:
    """Put the files in place of what is there, all at once."""
    _make_packages(target.parent, root)
    # Beside the target, so that it can be renamed to it. `new` and not the folder itself: that is for its owner alone.
    with tempfile.TemporaryDirectory(prefix=_staging(target), dir=str(target.parent)) as name:
        new, old = Path(name) / "new", Path(name) / "old"
        for path, content in files.items():
            file = new / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        try:
            if target.exists():
                target.rename(old)
            new.rename(target)
        finally:
            if old.exists() and not target.exists():
                old.rename(target)


def _make_packages(folder: Path, root: Path) -> None:
    """Make the folders on the way packages; those that are there stay as they are."""
    if folder != root and not folder.exists():
        _make_packages(folder.parent, root)
        folder.mkdir()
        (folder / "__init__.py").touch()


def _staging(target: Path) -> str:
    return f".{target.name}.integry-vendor-"


def _recover(target: Path) -> None:
    """Tidy up after a run that was killed: between two renames, the older copy goes back."""
    for folder in target.parent.glob(f"{_staging(target)}*"):
        if not target.exists() and (folder / "old").is_dir():
            (folder / "old").rename(target)
        shutil.rmtree(folder)
