"""The credentials of a sandbox: public defaults, and the environment file that passes them to other programs."""

from __future__ import annotations

import errno
import os
import re
import shlex
import tempfile
from pathlib import Path
from typing import Dict, Mapping, Optional

from .._secrets import Secret

#: The default credentials. They are public, because the documentation contains them, and protect nothing.
DEFAULTS = {
    "app_key": "sandbox-app-key",
    "app_secret": "sandbox-app-secret",
    "token": "sandbox-organisation-token",
    "control_token": "sandbox-control-token",
}
#: The first line of a file that `--env-file` may overwrite.
HEADER = "# Written by integry.sandbox"
#: Values that shells, docker and python-dotenv read alike without quotes.
_UNQUOTED = re.compile(r"[\w@%+:,./\[\]-]+", re.ASCII)


def choose_credentials(given: Mapping[str, Secret], stored: Mapping[str, str]) -> Dict[str, str]:
    """Return each credential: the given one, else the one in the database, else the default.

    Args:
        given: The credentials that the caller passed, by name; empty for a missing one.
        stored: The credentials in the database, where earlier versions stored random ones.
    """
    return {name: given[name].get_secret_value() or stored.get(name) or DEFAULTS[name] for name in DEFAULTS}


def write_env_file(path: str, environment: Mapping[str, str]) -> None:
    """Write environment variables as lines KEY=VALUE to a file that only its owner can read.

    Shells (`set -a; . FILE`), `docker run --env-file` and python-dotenv read such a file.

    Values with spaces or characters that are special in shells are quoted for shells. `docker run --env-file` does not
    unquote values, so choose credentials without such characters for it.

    Args:
        path: The file. It is replaced atomically, so that readers never see an incomplete one. A symbolic link stays,
            and the file that it leads to is replaced.
        environment: The variables by name.

    Raises:
        OSError: If the file cannot be written, is not a regular file, or has lines that the sandbox did not write.
    """
    target = Path(os.path.realpath(path))
    _check_replaceable(target)
    lines = [HEADER, *(f"{name}={_quote(value)}" for name, value in environment.items())]
    # mkstemp() creates the file with mode 0600.
    number, name = tempfile.mkstemp(prefix=".integry-sandbox-", dir=str(target.parent))
    os.close(number)
    written = Path(name)
    try:
        written.write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.replace(target)
    except OSError:
        written.unlink()
        raise


def _quote(value: str) -> str:
    """Return a value, quoted if shells need quotes. In assignments, the brackets of IPv6 addresses need no quotes."""
    return value if _UNQUOTED.fullmatch(value) else shlex.quote(value)


def _check_replaceable(target: Path) -> None:
    """Raise FileExistsError instead of overwriting a user's own `.env`, or a device."""
    if target.exists() and not target.is_file():
        message = "it is not a regular file: choose another one"
        raise FileExistsError(errno.EEXIST, message)
    begin = _first_line(target)
    if begin not in (None, "", HEADER):
        message = "the sandbox did not write this file, and does not overwrite it: choose another one"
        raise FileExistsError(errno.EEXIST, message)


def _first_line(target: Path) -> Optional[str]:
    try:
        with target.open(encoding="utf-8", errors="replace") as file:
            return file.readline().rstrip("\r\n")
    except FileNotFoundError:
        return None
