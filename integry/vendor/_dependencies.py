"""Copies of the dependencies: modules, stubs and licences, with imports rewritten to relative ones.

This module resembles the `vendoring` tool, with two differences: imports become relative, so that the copy works under
any name, and imports are found by Python's parser instead of regular expressions.
"""

import ast
import re
import sys
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Dict, Iterator, List, Set, Tuple, Union

#: The lowest versions of a copy's dependencies, and the higher ones that Python 3.12 needs.
NEEDED = {"requests": "2.22", "urllib3": "1.25.10", "attrs": "21.3", "cattrs": "1.10"}
NEEDED_BY_312 = {"requests": "2.27.1", "urllib3": "1.26.5"}
#: Modules that `with_deps` can copy, with their distributions.
DISTRIBUTIONS = {
    "attr": "attrs",
    "attrs": "attrs",
    "cattr": "cattrs",
    "cattrs": "cattrs",
    "exceptiongroup": "exceptiongroup",
    "typing_extensions": "typing_extensions",
}

Files = Dict[str, bytes]


class VendorError(Exception):
    """The copy cannot be made. Nothing was changed."""


def add_dependencies(files: Files) -> Dict[str, str]:
    """Add attrs, cattrs and their dependencies to the files, rewrite the imports, and return the versions."""
    found: Dict[str, str] = {}
    modules: Set[str] = set()
    pending = {"attrs", "cattrs"}
    while pending:
        name = pending.pop()
        found[name], added = _distribution(name)
        files.update(added)
        modules |= {path.split("/")[1].partition(".")[0] for path in added if not path.startswith("_vendor/licenses/")}
        imported = {module for path, content in added.items() for module in _imported(path, content)}
        pending |= {DISTRIBUTIONS[module] for module in imported if _is_installed(DISTRIBUTIONS[module])} - set(found)
    for path, content in files.items():
        if path.endswith((".py", ".pyi")):
            # Keep imports of typing_extensions in stubs and in this package: type checkers know it by this name.
            copied = path.startswith("_vendor/") and path.endswith(".py")
            wanted = modules if copied else modules - {"typing_extensions"}
            files[path] = _rewrite_imports(content, "." * (path.count("/") + 1), wanted)
            if path.startswith("_vendor/"):
                files[path] = b"# mypy: ignore-errors\n" + files[path]  # the library's own project checks its types
    files["_vendor/__init__.py"] = b""
    return found


def _version_parts(version: str) -> List[int]:
    return [int(part) for part in re.findall(r"\d+", version)][:3]


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def minimum_versions(*, with_deps: bool) -> Dict[str, str]:
    """Return the lowest versions of a copy's dependencies on this Python, without those that `with_deps` copies."""
    versions = {**NEEDED, **(NEEDED_BY_312 if sys.version_info >= (3, 12) else {})}
    return {name: version for name, version in versions.items() if not (with_deps and name in DISTRIBUTIONS.values())}


def missing_dependencies(needed: Dict[str, str]) -> Iterator[str]:
    """Yield a message for each dependency that is missing or too old on this Python.

    Args:
        needed: The lowest version of each distribution.
    """
    for name, lowest in needed.items():
        if not _is_installed(name):
            # The module may be importable without metadata, for example if a legacy codebase has vendored it.
            if find_spec({"attrs": "attr", "cattrs": "cattr"}.get(name, name)) is None:
                yield f"{name} is not installed"
        elif _version_parts(metadata.version(name)) < _version_parts(lowest):
            yield f"{name} is {metadata.version(name)}, and must be {lowest} or newer"


def _distribution(name: str) -> Tuple[str, Files]:
    """Return the version of an installed distribution, and the modules, stubs and licences to copy from it."""
    if not _is_installed(name):
        msg = f"{name} is not installed for {sys.executable}, so --with-deps cannot copy it: pip install {name}"
        raise VendorError(msg)
    if _version_parts(metadata.version(name)) < _version_parts(NEEDED.get(name, "0")):
        msg = f"{name} {metadata.version(name)} is too old to be copied: install {NEEDED[name]} or newer"
        raise VendorError(msg)
    listed = metadata.files(name) or []
    if not listed or not all(Path(str(path.locate())).exists() for path in listed if path.suffix in (".py", ".pyi")):
        msg = f"The metadata of {name} do not list all of its files: install it with pip"
        raise VendorError(msg)
    files: Files = {}
    for path in listed:
        parts = path.parts
        if parts[0].endswith(".dist-info"):
            if re.match(r"(?i)(licen[cs]e|copying|notice)", path.name):
                files[f"_vendor/licenses/{name}/{path.name}"] = path.read_binary()
        elif path.suffix in (".py", ".pyi") or path.name == "py.typed":
            files[f"_vendor/{'/'.join(parts)}"] = path.read_binary()
    if not any(path.startswith("_vendor/licenses/") for path in files):
        msg = f"The installed {name} has no licence file, so it must not be copied: install it with pip"
        raise VendorError(msg)
    return metadata.version(name), files


@lru_cache(maxsize=None)  # parsing is slow, and each module is needed twice
def _imports(content: bytes) -> Tuple[Union[ast.Import, ast.ImportFrom], ...]:
    """Return the absolute imports in a module."""
    return tuple(
        node
        for node in ast.walk(ast.parse(content))
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
    )


def _top_level_modules(node: Union[ast.Import, ast.ImportFrom]) -> Set[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return {name.partition(".")[0] for name in names}


def _imported(path: str, content: bytes) -> Set[str]:
    """Return the modules of `DISTRIBUTIONS` that a module imports."""
    nodes = _imports(content) if path.endswith((".py", ".pyi")) else ()
    return {top for node in nodes for top in _top_level_modules(node)} & DISTRIBUTIONS.keys()


def _rewrite_imports(content: bytes, dots: str, modules: Set[str]) -> bytes:
    """Return the source code of a module in which imports of copied modules are relative imports of the copies.

    Args:
        content: The source code of the module.
        dots: The leading dots of a relative import from the module to the folder that has `_vendor`.
        modules: The names of the copied modules.
    """
    lines = content.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    nodes = [node for node in _imports(content) if _top_level_modules(node) & modules]
    # Rewrite the last import first, so that the offsets of earlier ones stay valid.
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        new = _statement(node, content[start:end].decode(), f"{dots}_vendor", modules)
        content = content[:start] + new.encode() + content[end:]
    return content


def _statement(node: Union[ast.Import, ast.ImportFrom], text: str, vendored: str, modules: Set[str]) -> str:
    """Return an import statement rewritten to import the copies in `_vendor`."""
    if isinstance(node, ast.ImportFrom):
        return re.sub(r"^from\s+", f"from {vendored}.", text, count=1)
    return "; ".join(
        _relative_import(alias, vendored) if alias.name.partition(".")[0] in modules else _plain_import(alias)
        for alias in node.names
    )


def _plain_import(alias: ast.alias) -> str:
    return f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")


def _relative_import(alias: ast.alias, vendored: str) -> str:
    parent, _, name = alias.name.rpartition(".")
    if parent and not alias.asname:
        msg = f"`import {alias.name}` cannot be rewritten as a relative import"
        raise VendorError(msg)
    source = f"{vendored}.{parent}" if parent else vendored
    return f"from {source} import {name}" + (f" as {alias.asname}" if alias.asname else "")
