"""Creation and upgrades of vendored copies of this package."""

import keyword
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Tuple, Union

from ._dependencies import NEEDED, NEEDED_BY_312, Files, VendorError, add_dependencies
from ._manifest import MANIFEST, Changes, changes, digest, walk
from ._patch import with_local_changes

#: The module of file locks, which is not available on Windows.
fcntl: Any = import_module("fcntl") if find_spec("fcntl") else None
PACKAGE = Path(__file__).resolve().parent.parent
#: The folder with the generated code. `_generated` is a symbolic link in a git checkout. If git does not create links
#: (on Windows), the folder is next to the package.
GENERATED = next((each for each in (PACKAGE / "_generated", PACKAGE.parent / "generated") if each.is_dir()), None)
#: Parts that are copied only with `include`: the sandbox for tests, the app for Django projects, tools for agents, and
#: what needs Celery.
OPTIONAL = {
    "sandbox": ("sandbox", "testing.py"),
    "django": ("django",),
    "tools": ("tools",),
    "celery": ("celery",),
}
#: Prefix of the temporary folder while a copy is written.
STAGING = ".integry-vendor-"
#: File name extensions of the files in a copy.
KINDS = {".py", ".pyi", ".typed", ".json", ".css", ".svg", ".html", ".js"}
_COMMAND = re.compile(r"^ +(python -m integry.vendor .*)$", re.MULTILINE)


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
        package: The dotted name of the copy. Missing parent packages are created.
        include: The optional parts to copy: keys of `OPTIONAL`.
        with_deps: True to copy the installed attrs and cattrs, too.
        force: True to replace local changes to an older copy. They are saved to VENDORED.patch.

    Returns:
        The folder of the copy. It is replaced as a whole, or not at all.

    Raises:
        VendorError: If local changes would be lost, or the copy cannot be made.
    """
    root, target = Path(destination).resolve(), target_of(destination, package)
    with _locked(root):
        _check_destination(root, target)
        base = next(folder for folder in target.parents if folder.exists())
        _recover(base)
        _check_replaceable(target, force=force)
        include, with_deps = _options(target, include, with_deps=with_deps)
        files = dict(_package_files(include))
        dependencies = add_dependencies(files) if with_deps else {}
        options = "".join(f" --include {name}" for name in include) + (" --with-deps" if with_deps else "")
        command = f"python -m integry.vendor DEST --package {package}{options}"
        kept = with_local_changes(target, files)
        files[MANIFEST] = _manifest(files, command, dependencies).encode()
        _write(base, target, {**files, **kept})
    return target


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Lock the folder against other runs. On Windows, which has no fcntl, do nothing."""
    if not root.is_dir():
        msg = f"{root} is not a folder: create it first"
        raise VendorError(msg)
    if fcntl is None:
        yield
        return
    descriptor = os.open(str(root), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_destination(root: Path, target: Path) -> None:
    """Check that the copy can be created in the folder `target`, and would not hide a module of the same name."""
    if GENERATED is None or not PACKAGE.is_dir():
        msg = f"{PACKAGE} cannot be copied: it is incomplete, or in an archive. Install the package with pip."
        raise VendorError(msg)
    if {PACKAGE, GENERATED.resolve()} & {target, *target.parents}:
        msg = f"{target} is inside the package to copy: choose another folder"
        raise VendorError(msg)
    for folder in (target, *target.parents):
        if folder == root or folder.is_dir():
            continue
        if folder.exists():
            msg = f"{folder} must be a folder, and is a file: choose another name"
            raise VendorError(msg)
        if folder.with_suffix(".py").exists():
            msg = f"{folder.with_suffix('.py')} would be hidden by a package of the same name: choose another name"
            raise VendorError(msg)


def _options(target: Path, include: Iterable[str], *, with_deps: bool) -> Tuple[List[str], bool]:
    """Return the options for the new copy: those of this command, and those with which an older copy was made."""
    manifest = target / MANIFEST
    made = _COMMAND.search(manifest.read_text(encoding="utf-8")) if manifest.is_file() else None
    words = made.group(1).split() if made else []
    before = [words[place + 1] for place, word in enumerate(words) if word == "--include"]
    return sorted({*include, *before}), with_deps or "--with-deps" in words


def target_of(destination: Union[str, Path], package: str) -> Path:
    """Return the folder of a package in a destination.

    Raises:
        VendorError: If the name is not a valid module name.
    """
    parts = package.split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        msg = f"{package!r} is not a valid package name: use one such as acme.telephony"
        raise VendorError(msg)
    return Path(destination).resolve().joinpath(*parts)


def _check_replaceable(target: Path, *, force: bool) -> None:
    """Check that an existing folder was created by integry.vendor, and has no local changes unless `force` is set."""
    there = target.is_symlink() or (target.exists() and any(walk(target)))
    if there and (target.is_symlink() or not (target / MANIFEST).is_file()):
        msg = f"{target} exists, and was not created by integry.vendor: delete it first, or choose another name"
        raise VendorError(msg)
    found = changes(target) if there else Changes([], [], [])
    if any(found) and not force:
        msg = f"{target} has local changes. --force replaces them, and saves them to VENDORED.patch:\n{found}"
        raise VendorError(msg)


def _package_files(include: List[str]) -> Iterator[Tuple[str, bytes]]:
    """Yield the files to copy: without the tools, the command, and optional parts that are not in `include`."""
    unknown = set(include) - set(OPTIONAL)
    if unknown:
        msg = f"There is no part {', '.join(sorted(unknown))}: --include takes {', '.join(OPTIONAL)}"
        raise VendorError(msg)
    left_out = {name for part, names in OPTIONAL.items() if part not in include for name in names}
    left_out |= {"vendor", "generator", "_generated", "cli", "__main__.py"}
    parts = [(name, path) for name, path in walk(PACKAGE) if name.partition("/")[0] not in left_out]
    parts += [(f"_generated/{name}", path) for name, path in walk(Path(str(GENERATED)))]
    yield from ((name, path.read_bytes()) for name, path in parts if path.suffix in KINDS)
    # The licence is next to the package in a git checkout, and in the metadata of an installed package.
    places = [PACKAGE.parent / "LICENSE", *PACKAGE.parent.glob("integry_requests-*.dist-info/licenses/LICENSE")]
    yield from [("LICENSE", path.read_bytes()) for path in places if path.is_file()][:1]


def version() -> str:
    """Return the version of the package to copy."""
    text = (PACKAGE / "_version.py").read_text(encoding="utf-8")
    return text.split('"')[-2]


def _manifest(files: Files, command: str, dependencies: Dict[str, str]) -> str:
    python = ".".join(map(str, sys.version_info[:2])) if dependencies else "3.8"
    always_new = bool(dependencies) and sys.version_info >= (3, 12)
    minimum = {**NEEDED, **(NEEDED_BY_312 if always_new else {})}
    needs = ", ".join(f"{name} {lowest}" for name, lowest in minimum.items() if name not in dependencies)
    newer = "" if always_new else "; with Python 3.12 " + " and ".join(map(" ".join, NEEDED_BY_312.items()))
    copied = ", ".join(f"{name} {there}" for name, there in sorted(dependencies.items()))
    listed = "\n".join(f"{digest(content)}  {name}" for name, content in sorted(files.items()))
    return f"""# integry-requests {version()}

This folder is a copy. Change nothing here by hand. It was made by

    {command}

which also upgrades it in place, and says with `--check` what was changed here since it was made. So does
`sha256sum --check {MANIFEST}` in this folder (macOS: `shasum -a 256 --check {MANIFEST}`), as long as nothing, such as
git's autocrlf, changes line ends. If local changes are replaced with `--force`, they are kept in VENDORED.patch.

- For Python {python} and newer.
- It needs at least {needs}{newer}.
- Copied with it, into `_vendor`: {copied or "nothing"}.

```
{listed}
```
"""


def _write(base: Path, target: Path, files: Files) -> None:
    """Replace the old copy by the files atomically, and create missing parent packages."""
    top = target if target.parent == base else base / target.relative_to(base).parts[0]
    # Write into the same file system, so that rename() works. Use a folder inside the TemporaryDirectory, because the
    # latter has mode 0700, and rename() keeps the mode.
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=str(base)) as name:
        new, old = Path(name) / "new", Path(name) / target.name
        content = new / target.relative_to(top)
        content.mkdir(parents=True)
        for folder in list(content.parents)[: len(target.relative_to(top).parts)]:
            (folder / "__init__.py").touch()
        for path, written in files.items():
            file = content / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(written)
        try:
            if target.exists():
                target.rename(old)
            new.rename(top)
        finally:
            if old.exists() and not target.exists():
                old.rename(target)


def _recover(base: Path) -> None:
    """Clean up after a run that was killed, and restore the older copy if it was moved away."""
    for staging in base.glob(f"{STAGING}*"):
        for old in staging.iterdir():
            if old.name != "new" and not (base / old.name).exists():
                old.rename(base / old.name)
        shutil.rmtree(staging)
