"""The output folder: the first line of generated files, the check for other files, and the atomic replacement."""

from __future__ import annotations

import filecmp
import re
import shlex
import shutil
import sys
from itertools import islice
from keyword import iskeyword
from pathlib import Path
from typing import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from ._document import is_url
from ._errors import GenerationError, one_line

#: The start of the first line of every generated file.
MARK = "# Do not edit:"
#: The start of the first line of generated Markdown files.
_MARKDOWN = "<!-- Do not edit:"
#: The first line of each file of this project's own client, generated/.
OWN_HEADER = f"{MARK} made from openapi.yaml by `python scripts/generate.py` (or `make generate`)."
#: Suffixes of files in which `#` starts a comment. The suffix of `.gitignore` is empty.
_COMMENTED = {"", ".cfg", ".pyi", ".py", ".toml", ".txt", ".yaml", ".yml"}
#: The options of the command whose values are paths.
_PATHS = ("--config", "--custom-template-path")
#: Packages that a client or the generator imports, some of them only if they are installed. A client with one of these
#: names would hide the package, or be hidden by it.
# Python 3.8 and 3.9, on which the command only says that it needs a newer Python, have no list of their modules.
_STANDARD = getattr(sys, "stdlib_module_names", ())
_TAKEN = {
    *_STANDARD,
    *("attr", "attrs", "cattr", "cattrs", "integry", "requests", "typing_extensions", "exceptiongroup"),
    *("brotli", "brotlicffi", "certifi", "chardet", "charset_normalizer", "cryptography", "h2", "idna", "OpenSSL"),
    *("simplejson", "socks", "urllib3", "zstandard"),
    # The generator imports these, and would find the client in their place if it runs in the parent folder.
    *("annotated_types", "anyio", "click", "dateutil", "h11", "httpcore", "httpx", "jinja2", "markdown_it"),
    *("markupsafe", "mdurl", "openapi_python_client", "pydantic", "pydantic_core", "pygments", "rich", "ruamel"),
    *("ruff", "shellingham", "six", "typer", "typing_inspection", "yaml"),
}


def header(spec: str, output: str, options: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return the first line of each file of a client. It shows the command that generates the client.

    It has only the names of files and folders, so that it is the same for all ways to write their paths.

    Args:
        spec: Path or URL of the document.
        output: Folder to write the client to.
        options: The values of the options that change the files, by their names.
    """
    parts = urlsplit(spec)
    source = Path(parts.path).name or parts.netloc.rpartition("@")[2] if is_url(spec) else _name(spec)
    more = [
        word
        for name, values in (options or {}).items()
        for word in (name, *(map(_name, values) if name in _PATHS else values))
    ]
    words = ["python", "-m", "integry.generator", "--spec", source, "--output", _name(output), *more]
    return f"{MARK} made from {one_line(source)} by `{one_line(shlex.join(words))}`."


def _name(path: str) -> str:
    """Return the last part of a path, also of `.` and `..`."""
    return Path(path).name if Path(path).name not in ("", "..") else Path(path).resolve().name


def check_importable(output: Path) -> None:
    """Check that the names of a package and of its parent packages can be imported.

    Raises:
        GenerationError: If a name cannot be imported. The message suggests another name.
    """
    _check_name(output.name, "call the folder")
    if output.name in _TAKEN and not (output.parent / "__init__.py").exists():
        taken = f"{output.name!r} is the name of a package that clients or the generator import"
        message = f"{taken}: call the folder 'api_{output.name}'"
        raise GenerationError(message)
    for parent in output.parents:
        if not (parent / "__init__.py").exists():
            break
        _check_name(parent.name, f"{output.name} is inside of it: rename that folder to")


def _check_name(name: str, advice: str) -> None:
    if name and (not name.isidentifier() or iskeyword(name)):
        message = f"a package called {name!r} cannot be imported: {advice} {importable(name)!r}"
        raise GenerationError(message)


def importable(name: str) -> str:
    """Return a name that is similar to `name`, and that a package can have."""
    better = re.sub(r"\W+", "_", name).strip("_") or "client"
    return better if better.isidentifier() and not iskeyword(better) else f"api_{better}"


def check_folder(output: Path) -> None:
    """Check that the output is a folder, or does not exist.

    Raises:
        GenerationError: If the output is a file, or the root of a file system.
    """
    if output.exists() and not output.is_dir():
        message = f"{output} is not a folder"
        raise GenerationError(message)
    if output == output.parent:
        message = f"{output} is the root of a file system: give another folder"
        raise GenerationError(message)


def check_replaceable(output: Path) -> None:
    """Check that a folder does not exist, or holds only generated files.

    Raises:
        GenerationError: If it holds another file, is not a folder, or is the root of a file system.
    """
    check_folder(output)
    foreign = (path for path in _files(output) if not _is_generated(output / path)) if output.exists() else iter(())
    # Stop after five files. If the user mistyped the folder, it may be huge, or have devices that block when read.
    few = sorted(str(path) for path in islice(foreign, 5))
    if few:
        message = f"{output} has files that were not generated, so nothing was written: {', '.join(few)}"
        raise GenerationError(message)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, except those in __pycache__. The folder may be huge if the user mistyped it."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return (path for path in found if "__pycache__" not in path.parts)


def _is_generated(path: Path) -> bool:
    """Return True if a regular file starts with MARK."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MARKDOWN)).startswith((MARK.encode(), _MARKDOWN.encode()))


def mark(folder: Path, paths: Iterable[Path], first: str) -> None:
    """Add the first line of generated files to files without it, which a user's template or command has written.

    Args:
        folder: The folder.
        paths: The paths of the files in the folder.
        first: The first line.

    Raises:
        GenerationError: If the line is missing in a symbolic link, or in a file of a type without comments.
    """
    for path in paths:
        file = folder / path
        if _is_generated(file):
            continue
        is_markdown = path.suffix == ".md"
        if file.is_symlink() or not (is_markdown or path.suffix in _COMMENTED):
            message = f"{path} cannot have the comment of generated files: let the hook write it to another folder"
            raise GenerationError(message)
        line = first.replace(MARK, _MARKDOWN) + " -->\n" if is_markdown else first
        file.write_bytes(f"{line}\n".encode() + file.read_bytes())


def mark_all(folder: Path, first: str) -> None:
    """Add the first line of generated files to all files below a folder that do not have it."""
    mark(folder, [*_files(folder)], first)


def replace_project(output: Path, made: Path, package: str) -> list[str]:
    """Replace the package of a project and its other generated files, and return the files that were kept.

    A file beside the package is kept if it does not have the first line of generated files. The user owns it.
    """
    if not output.exists():
        replace(output, made)
        return []
    kept = [path.name for path in _own_files(output, made)]
    replace(output / package, made / package)
    for path in sorted(made.iterdir()):
        if path.is_file() and path.name not in kept:
            path.replace(output / path.name)
    return kept


def _own_files(output: Path, made: Path) -> list[Path]:
    """Return the existing files beside the package that would be replaced, but were not generated."""
    there = sorted(output / path.name for path in made.iterdir() if path.is_file())
    return [path for path in there if (path.exists() or path.is_symlink()) and not _is_generated(path)]


def project_differences(output: Path, made: Path, package: str) -> list[str]:
    """Return one line for each file of a project that is changed, missing or extra, except the user's files."""
    own = _own_files(output, made) if output.is_dir() else []
    named = [path for path in sorted(made.iterdir()) if path.is_file() and output / path.name not in own]
    found = [
        f"{'changed' if (output / path.name).exists() else 'missing'}: {output.name}/{path.name}"
        for path in named
        if not (output / path.name).exists() or not filecmp.cmp(output / path.name, path, shallow=False)
    ]
    return found + differences(output / package, made / package)


def replace(output: Path, made: Path) -> None:
    """Replace the output folder with a new one. The old folder is restored if the rename fails."""
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
    """Return one line for each file that is changed, missing or extra in the output folder."""
    there, wanted = set(_files(output)) if output.is_dir() else set(), set(_files(made))
    changed = {path for path in there & wanted if not filecmp.cmp(output / path, made / path, shallow=False)}
    named = ("changed", changed), ("missing", wanted - there), ("extra", there - wanted)
    return [f"{kind}: {output.name}/{path}" for kind, paths in named for path in sorted(paths)]
