"""The configuration file: reading it, and changing one line of it."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from ._errors import CONFIGURATION, CommandError

if TYPE_CHECKING:
    from pathlib import Path


def path() -> Path:
    """Return the path of the configuration: INTEGRY_CONFIG, or config.toml in the XDG folder."""
    given = os.environ.get("INTEGRY_CONFIG")
    return expanded(given) if given else folder("XDG_CONFIG_HOME", "~/.config") / "config.toml"


def folder(variable: str, default: str) -> Path:
    """Return the folder of the command in the one that an XDG variable names."""
    return expanded(os.environ.get(variable) or default) / "integry"


def expanded(path: str) -> Path:
    """Return a path with `~` expanded."""
    from pathlib import Path

    try:
        return Path(path).expanduser()
    except RuntimeError:
        # A container may run a user that has no home. Nothing is read from the current folder instead.
        return Path(os.devnull)


def read(file: Path) -> Dict[str, Dict[str, Any]]:
    """Return the profiles of a configuration; none if the file does not exist.

    Raises:
        CommandError: If other users can read the file, or it is not valid.
    """
    return parse(file, _text(file))


def _text(file: Path) -> str:
    """Return the text of the file.

    Raises:
        CommandError: If other users can read the file, or it cannot be read.
    """
    try:
        with file.open(encoding="utf-8") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            if os.name == "posix" and mode & 0o077:
                message = f"Other users can read or change {file} (mode {mode:04o}). Run: chmod 600 {file}"
                raise CommandError(message, CONFIGURATION)
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
        raise CommandError(message, CONFIGURATION) from error


def parse(file: Path, text: str) -> Dict[str, Dict[str, Any]]:
    """Return the profiles in the text of a configuration. `app_key` is the same setting as `app-key`.

    Raises:
        CommandError: If the text is not TOML, or has settings outside of a profile.
    """
    if not text.strip():
        return {}
    try:
        tomllib: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError:
        message = f"{file} cannot be read without tomli: pip install 'integry-requests[cli]'"
        raise CommandError(message, CONFIGURATION) from None
    try:
        found: Dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The message of the parser names a line and a column, and no value.
        message = f"{file} is not valid TOML: {error}"
        raise CommandError(message, CONFIGURATION) from None
    outside = [name for name, value in found.items() if not isinstance(value, dict)]
    if outside:
        message = f"{file}: {', '.join(outside)} must stand below the name of a profile, such as [default]"
        raise CommandError(message, CONFIGURATION)
    return {profile: {name.replace("_", "-"): each for name, each in table.items()} for profile, table in found.items()}


def change(file: Path, profile: str, name: str, value: Any) -> None:
    """Set a value in a profile, or remove it if the value is None. Other lines and comments stay as they are.

    Raises:
        CommandError: If the file cannot be read, changed or written.
    """
    # Keep a symbolic link, such as one to a folder with dotfiles.
    target = file.parent / os.path.realpath(file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(target):
            write_atomically(target, _with(file, profile, name, value))
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}"
        raise CommandError(message, CONFIGURATION) from error


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Let other runs of the command wait until this one has changed a file, so that no change is lost.

    Windows has no fcntl, and no other lock for a file that is replaced. There, the last run wins.

    Raises:
        OSError: If the file cannot be opened.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    while True:
        # If the file does not exist, an empty one is made to lock.
        number = os.open(file, os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            # Some file systems have no locks.
            with suppress(OSError):
                fcntl.flock(number, fcntl.LOCK_EX)
            if _is_same(number, file):
                yield
                return
        finally:
            os.close(number)


def _is_same(number: int, file: Path) -> bool:
    """Return True if a path still leads to an open file, and no other run has replaced it."""
    try:
        return os.path.samestat(os.fstat(number), file.stat())
    except FileNotFoundError:
        return False


def _with(file: Path, profile: str, name: str, value: Any) -> str:
    """Return the text of the file with a value changed.

    Raises:
        CommandError: If the file cannot be read or changed.
    """
    text = _text(file)
    expected = {key: dict(table) for key, table in parse(file, text).items()}
    if value is None:
        expected.get(profile, {}).pop(name, None)
    else:
        expected.setdefault(profile, {})[name] = value
    changed = _changed(text.splitlines(), profile, name, None if value is None else f"{name} = {_literal(value)}")
    try:
        same = parse(file, changed) == expected
    except CommandError:
        same = False
    if not same:
        message = f"{file} is written in a way that this command cannot change. Change {name} in it with an editor."
        raise CommandError(message, CONFIGURATION)
    return changed


def _literal(value: Any) -> str:
    """Return a value as TOML. Strings of JSON are valid in TOML, but for DEL."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def _changed(lines: List[str], profile: str, name: str, line: Optional[str]) -> str:
    start = _header(lines, profile)
    if start is None:
        if line is not None:
            lines = [*lines, *([""] if lines else []), f"[{_key(profile)}]", line]
        return "".join(f"{each}\n" for each in lines)
    end = next((number for number in range(start, len(lines)) if re.match(r"\s*\[", lines[number])), len(lines))
    pattern = rf'\s*"?{name.replace("-", "[-_]")}"?\s*='
    found = [number for number in range(start, end) if re.match(pattern, lines[number])]
    if found:
        lines[found[0] : found[0] + 1] = [] if line is None else [line]
    elif line is not None:
        while end > start and not lines[end - 1].strip():
            end -= 1
        lines.insert(end, line)
    return "".join(f"{each}\n" for each in lines)


def _header(lines: List[str], profile: str) -> Optional[int]:
    """Return the number of the line after the header of a profile."""
    pattern = re.compile(rf'\s*\[\s*(?:{re.escape(profile)}|"{re.escape(profile)}")\s*\]\s*(#.*)?')
    return next((number + 1 for number, line in enumerate(lines) if pattern.fullmatch(line)), None)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _literal(name)


def write_atomically(file: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step: a kill leaves the old file or the new one.

    Raises:
        OSError: If the file cannot be written, or is a device or the like, which would be replaced.
    """
    import tempfile

    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file")
    number, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mkstemp sets the mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        (file.parent / temporary).replace(file)
    except BaseException:
        with suppress(OSError):
            (file.parent / temporary).unlink()
        raise
