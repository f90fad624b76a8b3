"""Names of apps and functions, and schemas, kept for ten minutes: completion must not ask the server at each Tab."""

from __future__ import annotations

import json
import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Dict, Iterable, Mapping, Optional

from ._toml import folder, write_atomically

if TYPE_CHECKING:
    from ._state import State

#: Seconds for which names and schemas are kept, and for which a failure is remembered.
KEPT, FAILURE_KEPT = 600.0, 60.0
#: Maximum number of bytes of a schema or description in the cache: a hostile server may send megabytes.
MAX_SCHEMA, MAX_DESCRIPTION, MAX_FILE = 200_000, 200, 20_000_000


def names_of(items: Iterable[Any]) -> Dict[str, str]:
    """Return the start of the description of apps or functions, by name."""
    # A hostile server may send names of any type.
    found = [each for each in items if isinstance(each.name, str)]
    texts = {each.name: getattr(each, "description", None) or getattr(each, "title", None) for each in found}
    return {name: str(text or "")[:MAX_DESCRIPTION] for name, text in texts.items()}


class Cache:
    """The cache of a profile, base URL and user. An unusable cache is empty, and never an error."""

    def __init__(self, state: State) -> None:
        import hashlib

        parts = [state.profile_name, state.value("base-url") or "", state.value("user") or ""]
        name = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
        self._file = folder("XDG_CACHE_HOME", "~/.cache") / f"{name}.json"

    def _read(self) -> Dict[str, Any]:
        try:
            with self._file.open(encoding="utf-8") as stream:
                status = os.fstat(stream.fileno())
                if (os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077) or status.st_size > MAX_FILE:
                    return {}
                found = json.load(stream)
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, content: Mapping[str, Any]) -> None:
        with suppress(OSError, ValueError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(self._file, json.dumps(content))

    def _section(self, content: Dict[str, Any], kind: str) -> Dict[str, Any]:
        """Return the fresh entries of a section, each with its time."""
        found, now = content.get(kind), time.time()
        entries = found.items() if isinstance(found, dict) else ()
        return {
            name: each
            for name, each in entries
            if isinstance(each, list) and len(each) == len(("time", "content")) and _is_fresh(each[0], now, KEPT)
        }

    def names(self, kind: str) -> Dict[str, str]:
        """Return the descriptions of apps or functions by name."""
        return {name: str(each[1]) for name, each in self._section(self._read(), kind).items()}

    def is_complete(self, kind: str) -> bool:
        """Return True if all names were asked for lately, or could not be had."""
        times, now = self._read().get("times"), time.time()
        times = times if isinstance(times, dict) else {}
        return _is_fresh(times.get(kind), now, KEPT) or _is_fresh(times.get(f"{kind} failed"), now, FAILURE_KEPT)

    def add(self, kind: str, names: Mapping[str, Any], *, complete: bool = False) -> None:
        """Keep names with their descriptions, or schemas."""
        content, now = self._read(), time.time()
        entries = self._section(content, kind)
        entries.update({name: [now, each] for name, each in names.items()})
        content[kind] = entries
        if complete:
            content["times"] = {**_dict(content.get("times")), kind: now}
        self._write(content)

    def failed(self, kind: str) -> None:
        """Remember that the names could not be had."""
        content = self._read()
        content["times"] = {**_dict(content.get("times")), f"{kind} failed": time.time()}
        self._write(content)

    def schema(self, name: str) -> Optional[Dict[str, Any]]:
        """Return the schema of a function, or None."""
        found = self._section(self._read(), "schemas").get(name)
        return found[1] if found and isinstance(found[1], dict) else None

    def keep_schema(self, name: str, schema: Mapping[str, Any]) -> None:
        """Keep the schema of a function."""
        if len(json.dumps(schema)) <= MAX_SCHEMA:
            self.add("schemas", {name: schema})


def _dict(value: Any) -> Dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_fresh(when: Any, now: float, seconds: float) -> bool:
    return isinstance(when, (int, float)) and 0 <= now - when < seconds
