"""The calls that a journal has recorded. `docs/guides/bulk.md` describes the format of the file."""

from __future__ import annotations

import hashlib
import json
from array import array
from pathlib import Path
from typing import Any, BinaryIO, Dict, Optional, Set, Union

from .._generated._json import loads
from ..errors import IntegryError, InvalidRequest
from ._call import Call
from ._outcome import DONE, FAILED, STATES, UNKNOWN, Outcome

#: The first line of a journal, with the version of the format.
HEADER = b'{"integry.bulk":1}\n'
#: One in this number of calls has a digest in the journal.
DIGEST_INTERVAL = 256
#: Maximum difference between the number of a call and the highest number before it. A larger one is damage.
MAX_STEP = 1 << 20

_CODES = {DONE: 1, FAILED: 2, UNKNOWN: 3}


class JournalError(IntegryError):
    """A journal cannot be used: it cannot be read or written, another process uses it, or it has another input."""


def digest(call: Call) -> str:
    """Return the digest of a call, by which a journal recognises its input."""
    try:
        data = call.to_dict()
    except InvalidRequest:
        # A call that cannot be sent fails when it is made.
        data = {"function": call.function}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


class History:
    """The calls that a journal has recorded, in 2 bits for each.

    Args:
        path: The path of the journal.
        with_offsets: True to remember where each outcome is, for `outcome`. This takes 8 bytes for each.

    Attributes:
        end: The number after the highest number in the journal.
        lost: The numbers of calls that were sent, and have no outcome: the process ended.
        size: The size of the whole lines, in bytes. A torn line may follow.
    """

    def __init__(self, path: Union[str, Path], *, with_offsets: bool = False) -> None:
        self.path = Path(path)
        self.end = self.size = 0
        self.lost: Set[int] = set()
        #: Lost calls that were sent again. If such a call is released, the earlier one may still have run.
        self._sent_again: Set[int] = set()
        self._codes = bytearray()
        self._digests = array("Q")
        self._offsets = array("Q") if with_offsets else None
        self._file: Optional[BinaryIO] = None

    def read(self) -> None:
        """Read the journal.

        Raises:
            JournalError: If a line cannot be read. A last line without a line feed is torn, and is ignored.
        """
        with self.path.open("rb") as file:
            for line_number, line in enumerate(file, 1):
                if not self._read_line(line, line_number):
                    return
                self.size += len(line)

    def _read_line(self, line: bytes, line_number: int) -> bool:
        """Read a line. Return False if it is torn."""
        if line_number == 1:
            if line != HEADER[: len(line)]:
                message = (
                    f"{self.path} is not a journal of integry.bulk, or one of a newer version: choose another path"
                )
                raise JournalError(message)
            return line == HEADER
        if not line.endswith(b"\n"):
            return False
        try:
            self._add(loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            message = (
                f"Line {line_number} of {self.path} is damaged, so that it is not known which calls have run. Compare "
                "the line with the format in the documentation, and repair or delete it."
            )
            raise JournalError(message) from None
        return True

    def _add(self, entry: Dict[str, Any]) -> None:
        """Add what a line says.

        Raises:
            ValueError, KeyError, TypeError, OverflowError: If it says nothing that a journal contains.
        """
        if "sent" in entry:
            number = self._checked(entry["sent"])
            (self._sent_again if number in self.lost else self.lost).add(number)
            if number % DIGEST_INTERVAL == 0:
                index = number // DIGEST_INTERVAL
                self._digests.extend([0] * (index + 1 - len(self._digests)))
                self._digests[index] = int(entry["digest"], 16)
        elif "released" in entry:
            number = self._checked(entry["released"])
            (self._sent_again if number in self._sent_again else self.lost).discard(number)
        else:
            number, code = self._checked(entry["number"]), _CODES[entry["state"]]
            self.lost.discard(number)
            self._sent_again.discard(number)
            index, shift = number >> 2, (number & 3) * 2
            self._codes.extend(bytes(max(0, index + 1 - len(self._codes))))
            self._codes[index] = self._codes[index] & ~(3 << shift) | code << shift
            if self._offsets is not None:
                self._offsets.extend([0] * (number + 1 - len(self._offsets)))
                self._offsets[number] = self.size

    def _checked(self, number: Any) -> int:
        """Return a number of a call, and set `end`."""
        if type(number) is not int or not 0 <= number < self.end + MAX_STEP:
            raise ValueError(number)
        self.end = max(self.end, number + 1)
        return number

    def state(self, number: int) -> Optional[str]:
        """Return the state of a call, or None if it has not run."""
        if number in self.lost:
            return UNKNOWN
        index = number >> 2
        code = self._codes[index] >> (number & 3) * 2 & 3 if index < len(self._codes) else 0
        return STATES[code - 1] if code else None

    def outcome(self, number: int, call: Call) -> Outcome:
        """Return the recorded outcome of a call."""
        assert self._offsets is not None  # noqa: S101 (for type checkers)
        self._file = self._file or self.path.open("rb")
        self._file.seek(self._offsets[number])
        line = self._file.readline()
        try:
            return Outcome.from_dict(loads(line), call)
        except Exception as error:
            message = f"The outcome of call {number} in {self.path} cannot be read: {type(error).__name__}"
            raise JournalError(message) from error

    def check(self, number: int, call: Call) -> None:
        """Check that a call is the one that the journal has recorded, if the journal has its digest.

        Raises:
            JournalError: If it is another call.
        """
        index, rest = divmod(number, DIGEST_INTERVAL)
        if rest == 0 and index < len(self._digests) and self._digests[index] not in (0, int(digest(call), 16)):
            message = (
                f"{self.path} belongs to another input: call {number} is not the one that it recorded. Pass the same "
                "calls in the same order, or another journal."
            )
            raise JournalError(message)

    def counts(self) -> Dict[str, int]:
        """Return the number of calls in each state."""
        counts = dict.fromkeys(STATES, 0)
        for number in range(self.end):
            state = self.state(number)
            if state:
                counts[state] += 1
        return counts

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None


def summary(path: Union[str, Path]) -> Dict[str, int]:
    """Return how many calls a journal has recorded in each state: `done`, `failed` and `unknown`.

    Calls that are going on count as unknown. The journal may be in use.

    Args:
        path: The path of the journal.

    Raises:
        JournalError: If the journal cannot be read.
    """
    history = History(path)
    try:
        history.read()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise JournalError(message) from error
    return history.counts()
