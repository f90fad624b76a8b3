"""What the sandbox knows: records in SQLite, in memory or in a file."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

#: Seconds to wait while another sandbox writes to the same file.
BUSY = 30.0
#: Seconds between two attempts where SQLite does not wait itself.
PAUSE = 0.01

#: What the header of our files has, to tell them from those of other programs.
APPLICATION = 0x494E5447

_SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_by_scope ON records (kind, scope, id);
CREATE INDEX IF NOT EXISTS records_by_key ON records (kind, key)
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
        StoreError: If the file cannot be used, or is another program's.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        self._lock, self._alone = threading.RLock(), False
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=BUSY, isolation_level=None, check_same_thread=False
            )
            # Also of sandboxes that nobody closes.
            self._close = weakref.finalize(self, self._connection.close)
            self._prepare()
            self._share()
        except sqlite3.Error as error:
            message = f"The database {path} cannot be used: {error}"
            raise StoreError(message) from error

    def _prepare(self) -> None:
        """Make the tables in a new file."""
        if self._is_new():
            with self.exclusive():
                # Somebody may have been quicker: another sandbox does no harm, another program does.
                self._is_new()
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)

    def _is_new(self) -> bool:
        # In this order: what makes the tables says whose they are.
        (tables,), (owner,) = (
            self._connection.execute(sql).fetchone()
            for sql in ("SELECT count(*) FROM sqlite_master", "PRAGMA application_id")
        )
        if tables and owner != APPLICATION:
            message = "it is another program's"
            raise sqlite3.DatabaseError(message)
        return not tables

    def _share(self) -> None:
        """Let readers and writers not wait for each other. SQLite itself does not wait for others to set this."""
        last = monotonic() + BUSY
        while not self._shared(patient=monotonic() < last):
            sleep(PAUSE)

    def _shared(self, *, patient: bool) -> bool:
        try:
            self._connection.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError:
            if not patient:
                raise
            return False
        return True

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let nobody else write in between, neither another thread nor another sandbox on the file.

        All that is written is kept, or nothing. One inside another is part of it.
        """
        with self._lock:
            if self._alone:
                yield
                return
            self._run("BEGIN IMMEDIATE")
            self._alone = True
            try:
                yield
                self._run("COMMIT")
            finally:
                self._alone = False
                # Nothing, where it was kept.
                self._connection.rollback()

    def _run(self, sql: str, *values: Any) -> Tuple[List[Tuple[Any, ...]], int]:
        """What a statement finds, and the number of the record that it adds."""
        with self._lock:
            try:
                cursor = self._connection.execute(sql, values)
            except sqlite3.ProgrammingError as error:
                message = f"The sandbox was closed: look at what happened before ({error})"
                raise StoreError(message) from error
            return cursor.fetchall(), int(cursor.lastrowid or 0)

    def add(self, kind: str, scope: str, value: Dict[str, Any], key: str = "", number: Optional[int] = None) -> Record:
        """Add a record, with the next number unless one is given."""
        sql = "INSERT INTO records (id, kind, scope, key, value) VALUES (?, ?, ?, ?, ?)"
        _, number = self._run(sql, number, kind, scope, key, json.dumps(value))
        return Record(number, scope, key, value)

    def count(self, kind: str, scope: str) -> int:
        """How many records there are."""
        rows, _ = self._run("SELECT count(*) FROM records WHERE kind = ? AND scope = ?", kind, scope)
        return int(rows[0][0])

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
        """Change fields of a record; others that were changed meanwhile stay so."""
        with self.exclusive():
            rows, _ = self._run("SELECT value FROM records WHERE id = ?", record.id)
            value = {**(json.loads(rows[0][0]) if rows else record.value), **values}
            self._run("UPDATE records SET value = ? WHERE id = ?", json.dumps(value), record.id)
        return record._replace(value=value)

    def remove(self, record: Record) -> None:
        """Remove a record."""
        self._run("DELETE FROM records WHERE id = ?", record.id)

    def clear(self, *, but: str) -> None:
        """Remove all records, but those of a kind; numbers begin anew."""
        with self.exclusive():
            self._run("DELETE FROM records WHERE kind != ?", but)
            self._run("UPDATE sqlite_sequence SET seq = (SELECT ifnull(max(id), 0) FROM records)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._close()
