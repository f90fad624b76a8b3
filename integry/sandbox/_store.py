"""The sandbox's store: records in SQLite, in memory or in a file."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

#: Maximum seconds to wait while another sandbox writes to the same file.
BUSY_TIMEOUT = 30.0
#: Seconds between two attempts to enable WAL mode, to which SQLite's busy timeout does not apply.
RETRY_INTERVAL = 0.01

#: SQLite's application id in the header of the sandbox's files, to recognise files of other programs.
APPLICATION_ID = 0x494E5447

_SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_by_scope ON records (kind, scope, id);
CREATE INDEX IF NOT EXISTS records_by_key ON records (kind, key)
"""


class StoreError(Exception):
    """An error that means that the sandbox cannot use its database."""


class Record(NamedTuple):
    """A record, such as an account, a person, an integration, a setting or a call.

    Attributes:
        id: The number of the record. Later records have higher ones.
        scope: The owner: a user, an account or an organisation.
        key: The id, in APIs whose ids are not numbers; empty otherwise.
        value: The JSON object.
    """

    id: int
    scope: str
    key: str
    value: Dict[str, Any]


class Store:
    """A thread-safe store of records, by kind and scope.

    Args:
        path: The file; None to store in memory. Acknowledged writes survive `kill -9`.

    Raises:
        StoreError: If the file cannot be opened, or belongs to another program.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        self._lock, self._in_transaction = threading.RLock(), False
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
            )
            # Close the connection also if nobody calls close().
            self._close = weakref.finalize(self, self._connection.close)
            self._create_tables()
            self._enable_wal()
        except sqlite3.Error as error:
            message = f"The sandbox cannot use the database {path}: {error}"
            raise StoreError(message) from error

    def _create_tables(self) -> None:
        """Create the tables in a new file."""
        if self._is_new():
            with self.transaction():
                # Check again: another program may have created tables before the transaction started.
                self._is_new()
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)

    def _is_new(self) -> bool:
        # Count the tables before the id is read. Another sandbox sets the id and creates the tables in one transaction,
        # so a file of a sandbox that has tables has the id too.
        (tables,), (owner,) = (
            self._connection.execute(sql).fetchone()
            for sql in ("SELECT count(*) FROM sqlite_master", "PRAGMA application_id")
        )
        if tables and owner != APPLICATION_ID:
            message = "it belongs to another program"
            raise sqlite3.DatabaseError(message)
        return not tables

    def _enable_wal(self) -> None:
        """Enable WAL mode, so that readers and writers do not block each other.

        SQLite's busy timeout does not apply to this pragma, so try again until `BUSY_TIMEOUT` is over.
        """
        last = monotonic() + BUSY_TIMEOUT
        while not self._try_enable_wal(ignore_busy=monotonic() < last):
            sleep(RETRY_INTERVAL)

    def _try_enable_wal(self, *, ignore_busy: bool) -> bool:
        try:
            self._connection.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError:
            if not ignore_busy:
                raise
            return False
        return True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block as a transaction: no other thread, and no other sandbox with the file, writes until its end.

        Either all writes of a transaction are kept, or none. A nested transaction is part of the outer one.
        """
        with self._lock:
            if self._in_transaction:
                yield
                return
            self._execute("BEGIN IMMEDIATE")
            self._in_transaction = True
            try:
                yield
                self._execute("COMMIT")
            finally:
                self._in_transaction = False
                # rollback() does nothing after a commit.
                self._connection.rollback()

    def _execute(self, sql: str, *values: Any) -> Tuple[List[Tuple[Any, ...]], int]:
        """Execute a statement, and return the rows and the id of the inserted record."""
        with self._lock:
            try:
                cursor = self._connection.execute(sql, values)
            except sqlite3.ProgrammingError as error:
                message = f"The sandbox is closed: use it before close() ({error})"
                raise StoreError(message) from error
            return cursor.fetchall(), int(cursor.lastrowid or 0)

    def add(self, kind: str, scope: str, value: Dict[str, Any], key: str = "", number: Optional[int] = None) -> Record:
        """Add a record, with the next number by default."""
        sql = "INSERT INTO records (id, kind, scope, key, value) VALUES (?, ?, ?, ?, ?)"
        _, number = self._execute(sql, number, kind, scope, key, json.dumps(value))
        return Record(number, scope, key, value)

    def count(self, kind: str, scope: str) -> int:
        """Return the number of records of a kind in a scope."""
        rows, _ = self._execute("SELECT count(*) FROM records WHERE kind = ? AND scope = ?", kind, scope)
        return int(rows[0][0])

    def find(self, kind: str, scope: Optional[str] = None, key: Optional[str] = None) -> List[Record]:
        """Return the records of a kind, and optionally of one scope or with one key, the oldest first."""
        rows, _ = self._execute(
            "SELECT id, scope, key, value FROM records WHERE kind = ? AND scope = ifnull(?, scope) "
            "AND key = ifnull(?, key) ORDER BY id",
            kind,
            scope,
            key,
        )
        return [Record(id_, owner, name, json.loads(value)) for id_, owner, name, value in rows]

    def change(self, record: Record, **values: Any) -> Record:
        """Update fields of a record, and return it. Concurrent changes of other fields are kept."""
        with self.transaction():
            rows, _ = self._execute("SELECT value FROM records WHERE id = ?", record.id)
            value = {**(json.loads(rows[0][0]) if rows else record.value), **values}
            self._execute("UPDATE records SET value = ? WHERE id = ?", json.dumps(value), record.id)
        return record._replace(value=value)

    def remove(self, record: Record) -> None:
        """Remove a record."""
        self._execute("DELETE FROM records WHERE id = ?", record.id)

    def clear(self, *, but: str) -> None:
        """Remove all records except those of a kind, and reset the numbers."""
        with self.transaction():
            self._execute("DELETE FROM records WHERE kind != ?", but)
            self._execute("UPDATE sqlite_sequence SET seq = (SELECT ifnull(max(id), 0) FROM records)")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._close()
