"""What the sandbox knows: records in SQLite, in memory or in a file."""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

#: Seconds to wait while another sandbox writes to the same file.
BUSY = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_by_scope ON records (kind, scope, id);
CREATE INDEX IF NOT EXISTS records_by_key ON records (kind, key);
"""


class StoreError(Exception):
    """The database cannot be used."""


class Record(NamedTuple):
    """One thing: an account, a person, an integration, a setting, a call.

    Attributes:
        id: Its number; the later, the higher.
        scope: Whose it is.
        key: Its id, for APIs whose ids are no numbers.
        value: What it is, as JSON has it.
    """

    id: int
    scope: str
    key: str
    value: Dict[str, Any]


class Store:
    """Records by kind and scope.

    Args:
        path: The file; in memory without one. What was acknowledged is in it, also after `kill -9`.

    Raises:
        StoreError: If the file cannot be used.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=BUSY, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL").fetchall()
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            message = f"The database {path} cannot be used: {error}"
            raise StoreError(message) from error

    def _run(self, sql: str, *values: Any) -> Tuple[List[Tuple[Any, ...]], int]:
        """What a statement finds, and the number of the record that it adds."""
        with self._lock:
            try:
                cursor = self._connection.execute(sql, values)
            except sqlite3.ProgrammingError as error:
                message = f"The sandbox was closed: look at what happened before ({error})"
                raise StoreError(message) from error
            return cursor.fetchall(), int(cursor.lastrowid or 0)

    def add(self, kind: str, scope: str, value: Dict[str, Any], key: str = "") -> Record:
        """Add a record."""
        sql = "INSERT INTO records (kind, scope, key, value) VALUES (?, ?, ?, ?)"
        _, number = self._run(sql, kind, scope, key, json.dumps(value))
        return Record(number, scope, key, value)

    def find(self, kind: str, scope: Optional[str] = None, key: Optional[str] = None) -> List[Record]:
        """The records of a kind, the oldest first: all, or those of a scope, or those with a key."""
        rows, _ = self._run(
            "SELECT id, scope, key, value FROM records WHERE kind = ? AND scope = ifnull(?, scope) "
            "AND key = ifnull(?, key) ORDER BY id",
            kind,
            scope,
            key,
        )
        return [Record(id_, owner, name, json.loads(value)) for id_, owner, name, value in rows]

    def change(self, record: Record, **values: Any) -> Record:
        """Change fields of a record."""
        value = {**record.value, **values}
        self._run("UPDATE records SET value = ? WHERE id = ?", json.dumps(value), record.id)
        return record._replace(value=value)

    def remove(self, record: Record) -> None:
        """Remove a record."""
        self._run("DELETE FROM records WHERE id = ?", record.id)

    def clear(self) -> None:
        """Remove all records."""
        self._run("DELETE FROM records")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
