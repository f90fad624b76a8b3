"""The output folder: the first line of its files, what may be overwritten, and how it is replaced as a whole."""

from __future__ import annotations

import filecmp
import re
import shlex
import shutil
from itertools import islice
from keyword import iskeyword
from pathlib import Path
from typing import Iterator
from urllib.parse import urlsplit

from ._document import is_url
from ._errors import GenerationError, one_line

#: The start of the first line of every generated file.
MARK = "# Do not edit:"
#: The first line of the files of the project's own client.
OWN_HEADER = f"{MARK} made from openapi.yaml by `python scripts/generate.py` (or `make generate`)."


def header(spec: str, output: str) -> str:
    """Return the first line of the files of a client: the command that makes it.

    Folders of this machine and credentials in a URL are left out.
    """
    parts = urlsplit(spec)
    source = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if is_url(spec) else _portable(spec)
    command = shlex.join(["python", "-m", "integry.generator", "--spec", source, "--output", _portable(output)])
    return f"{MARK} made from {Path(parts.path).name} by `{one_line(command)}`."


def _portable(path: str) -> str:
    """Return a relative path as it is, and the last part of an absolute one."""
    return Path(path).name if Path(path).is_absolute() else path


def check_importable(output: Path) -> None:
    """Check that a package of the folder's name can be imported.

    Raises:
        GenerationError: If it cannot; the message has a name that can.
    """
    name = output.name
    if name and (not name.isidentifier() or iskeyword(name)):
        better = re.sub(r"\W+", "_", name).strip("_")
        better = better if better.isidentifier() and not iskeyword(better) else f"api_{better}"
        message = f"a package called {name!r} cannot be imported: call the folder {better!r}"
        raise GenerationError(message)


def check_replaceable(output: Path) -> None:
    """Check that the output folder holds nothing but generated files.

    Raises:
        GenerationError: If it holds another file, or is not a folder.
    """
    if output.exists() and not output.is_dir():
        message = f"{output} is not a folder"
        raise GenerationError(message)
    if output == output.parent:
        message = f"{output} is the root of a file system"
        raise GenerationError(message)
    foreign = (path for path in _files(output) if not _is_generated(output / path)) if output.exists() else iter(())
    # Stop after five: beyond them may lie a whole disk, or devices whose reads return nothing or never end.
    few = sorted(str(path) for path in islice(foreign, 5))
    if few:
        message = f"{output} holds files that were not generated, nothing was written: {', '.join(few)}"
        raise GenerationError(message)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder lazily, without Python's caches: it may be any folder."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return (path for path in found if "__pycache__" not in path.parts)


def _is_generated(path: Path) -> bool:
    """Return True if a file starts with the mark of generated files."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK.encode()


def replace(output: Path, made: Path) -> None:
    """Move a folder to the output's place; the old one stays until the new one is there."""
    old = made.with_name(made.name + ".old")
    if output.exists():
        output.rename(old)
    try:
        made.rename(output)
    except BaseException:
        if old.exists() and not output.exists():
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def differences(output: Path, made: Path) -> list[str]:
    """Return how a folder differs from what would be generated, a line for each file."""
    there, wanted = set(_files(output)) if output.is_dir() else set(), set(_files(made))
    changed = {path for path in there & wanted if not filecmp.cmp(output / path, made / path, shallow=False)}
    named = ("changed", changed), ("missing", wanted - there), ("extra", there - wanted)
    return [f"{kind}: {output.name}/{path}" for kind, paths in named for path in sorted(paths)]
