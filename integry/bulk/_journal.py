"""The journal of a run: a file that says which calls have left, and what came of them."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Union

from ._call import Call
from ._history import DIGEST_INTERVAL, HEADER, History, JournalError, digest
from ._outcome import Outcome

#: Write a file to the disk. macOS has no fdatasync().
_sync: Any = getattr(os, "fdatasync", os.fsync)


class Journal:
    """A journal, open for one process. It is thread-safe.

    Args:
        path: The path of the file, which is created if it does not exist.
        sync: True to write each "sent" line to the disk before its call leaves. Threads share a write to the disk.
        with_offsets: True if recorded outcomes will be read.

    Attributes:
        history: The calls that were recorded before.

    Raises:
        JournalError: If the file is not a journal, is damaged, is in use, or cannot be read and written.
    """

    def __init__(self, path: Union[str, Path], *, sync: bool, with_offsets: bool) -> None:
        self.history = History(path, with_offsets=with_offsets)
        self._path, self._must_sync = os.fspath(path), sync
        self._lock, self._committed = threading.Lock(), threading.Condition()
        self._is_committing = False
        self._failure: Any = None
        try:
            # O_APPEND, so that two writes cannot overwrite each other. The mode protects the answers of apps.
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise self._error(error, "cannot be opened") from error
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        """Lock the file, read it, and cut a torn line off."""
        self._acquire()
        try:
            if not stat.S_ISREG(os.fstat(self._fd).st_mode):
                message = f"{self._path} is not a regular file: choose another path for the journal"
                raise JournalError(message)
            self.history.read()
            os.ftruncate(self._fd, self.history.size)
            with suppress(PermissionError):
                os.fchmod(self._fd, 0o600)
        except OSError as error:
            raise self._error(error, "cannot be read") from error
        self._size = self._synced = self.history.size
        if not self._size:
            self._append(HEADER)
            self._commit(self._size)
            self._sync_directory()

    def _acquire(self) -> None:
        """Lock the file. The lock ends with the process."""
        try:
            import fcntl  # noqa: PLC0415 (Windows has none)
        except ImportError:
            message = "A journal needs fcntl to lock its file, which Windows does not have. Run without a journal."
            raise JournalError(message) from None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise self._error(error, "is in use by another process, or cannot be locked") from error

    def _sync_directory(self) -> None:
        """Write the directory to the disk, so that a power cut does not remove the new file."""
        directory = os.open(Path(self._path).resolve().parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def forget(self) -> None:
        """Release the memory of the calls that were recorded before."""
        self.history.close()
        self.history = History(self._path)

    def claim(self, number: int, call: Call) -> bool:
        """Record that a call is about to leave, and return True. With sync=True, the line is on the disk then."""
        line = b'{"sent":%d}\n' % number
        if number % DIGEST_INTERVAL == 0:
            line = b'{"sent":%d,"digest":"%s"}\n' % (number, digest(call).encode())
        size = self._append(line)
        if self._must_sync:
            self._commit(size)
        return True

    def release(self, number: int, call: Call) -> None:  # noqa: ARG002 (an interface)
        """Record that a call did not run after all, and can be made again."""
        self._append(b'{"released":%d}\n' % number)

    def record(self, outcome: Outcome) -> None:
        """Record an outcome. It survives a kill; the next commit writes it to the disk."""
        self._append(outcome.to_json(separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        """Write the last outcomes to the disk, and close the file."""
        self.history.close()
        if self._must_sync and not self._failure:
            with suppress(OSError):
                _sync(self._fd)
        os.close(self._fd)

    def _append(self, line: bytes) -> int:
        """Write a line, and return the size of the file.

        If the line cannot be written, the file is cut back to its last whole line, and nothing is written after it.
        """
        with self._lock:
            self._check()
            try:
                rest = line
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
            except OSError as error:
                # If this fails too, the torn line is the last one, and is cut off when the journal is opened again.
                with suppress(OSError):
                    os.ftruncate(self._fd, self._size)
                self._failure = self._error(error, "cannot be written")
                raise self._failure from error
            self._size += len(line)
            return self._size

    def _commit(self, size: int) -> None:
        """Wait until the first bytes of the file are on the disk. One of the threads that wait writes them for all."""
        with self._committed:
            while self._synced < size:
                self._check()
                if self._is_committing:
                    self._committed.wait()
                    continue
                self._is_committing, end = True, self._size
                self._committed.release()
                try:
                    _sync(self._fd)
                except OSError as error:
                    self._failure = self._error(error, "cannot be written to the disk")
                finally:
                    self._committed.acquire()
                    self._is_committing = False
                    self._committed.notify_all()
                self._check()
                self._synced = end

    def _check(self) -> None:
        """Raise the error of an earlier write."""
        if self._failure:
            raise self._failure

    def _error(self, error: OSError, problem: str) -> JournalError:
        return JournalError(f"{self._path} {problem}: {error.strerror}")
