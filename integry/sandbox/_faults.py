"""Faults on demand: what a server may do wrong, for the next requests."""

from __future__ import annotations

import threading
from time import sleep
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from attrs import define, field

from ._http import Answer
from ._paging import FAR, cursor_at

#: What can go wrong besides a status.
KINDS = ("reset", "reset_amid", "truncated", "invalid_json", "drip", "repeated_cursor", "empty_last_page")
#: Seconds between two bytes of an answer that drips.
DRIP = 0.05


@define
class Fault:
    """What goes wrong, and how often.

    Attributes:
        kind: One of `KINDS`; empty for a status, or for a delay alone.
        status: The HTTP status to answer; None to answer as usual. Nothing is done then.
        body: The body to answer with it.
        headers: The headers to answer with it.
        delay: Seconds to wait first.
        path: Only requests are meant whose path contains this.
        times: For so many requests. Those about cursors count the answers that they changed.

    Raises:
        ValueError: If there is no such kind or status, or nothing to be done.
    """

    kind: str = ""
    status: Optional[int] = None
    body: Any = None
    headers: Dict[str, str] = field(factory=dict)
    delay: float = 0.0
    path: str = ""
    times: int = 1

    def __attrs_post_init__(self) -> None:
        if self.kind not in ("", *KINDS):
            message = f"There is no fault {self.kind!r}, but {', '.join(KINDS)}"
            raise ValueError(message)
        if self.status is not None and not (isinstance(self.status, int) and 200 <= self.status <= 599):
            message = f"A status is a number from 200 to 599, got {self.status!r}"
            raise ValueError(message)
        if self.times < 1:
            message = f"times must be 1 or more, got {self.times}"
            raise ValueError(message)

    def answered(self, usual: Callable[[], Answer], patience: Optional[float]) -> Tuple[Answer, Iterable[bytes]]:
        """The answer, and its body as it is sent.

        Args:
            usual: Makes the usual answer.
            patience: Seconds that the client waits for it, where that is known.

        Raises:
            ConnectionResetError: Where the connection is to be reset, here or amid the body.
            TimeoutError: If the client gives up before.
        """
        sleep(self.delay if patience is None else min(self.delay, patience))
        if patience is not None and self.delay > patience:
            raise TimeoutError
        if self.kind == "reset":
            raise ConnectionResetError
        answer = usual() if self.status is None else Answer(self.status, self.body, self.headers)
        content = answer.content()
        if self.kind == "invalid_json":
            # Of the same length, as the headers have it.
            content = b"{" + content[1:-1] + b"," if len(content) > 1 else content
        return answer, _BODIES.get(self.kind, _whole)(content)


def _repeat(body: Dict[str, Any], name: str, sent: Any) -> bool:
    """Lead a page that was asked for by a cursor to itself."""
    if sent is None:
        return False
    body[name] = sent
    return True


def _go_on(body: Dict[str, Any], name: str, sent: Any) -> bool:
    """Lead the last page to an empty one, which is the last then."""
    if body[name] is not None or sent == cursor_at(FAR):
        return False
    body[name] = cursor_at(FAR)
    return True


_CURSORS = {"repeated_cursor": _repeat, "empty_last_page": _go_on}


def _whole(content: bytes) -> Iterator[bytes]:
    yield content


def _half(content: bytes) -> Iterator[bytes]:
    yield content[: len(content) // 2]


def _reset_amid(content: bytes) -> Iterator[bytes]:
    yield from _half(content)
    raise ConnectionResetError


def _dripping(content: bytes) -> Iterator[bytes]:
    for number in range(len(content)):
        sleep(DRIP)
        yield content[number : number + 1]


_BODIES = {"truncated": _half, "reset_amid": _reset_amid, "drip": _dripping}


class Faults:
    """The faults that are asked for, the oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: List[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for a fault."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, path: str) -> Optional[Fault]:
        """The fault for a request, if one is meant for it; it counts as having happened."""
        with self._lock:
            for fault in self._waiting:
                if fault.kind not in _CURSORS and fault.path in path:
                    self._count(fault)
                    return fault
        return None

    def turn(self, path: str, answer: Answer, sent: Any) -> None:
        """Change the cursor in an answer, if a fault is meant for it.

        Args:
            path: The path of the request.
            answer: The answer.
            sent: The cursor in the request; None if there was none.
        """
        with self._lock:
            for fault in [each for each in self._waiting if each.kind in _CURSORS and each.path in path]:
                for name in ("_cursor", "next_page"):
                    if name in answer.body and _CURSORS[fault.kind](answer.body, name, sent):
                        self._count(fault)
                        return

    def _count(self, fault: Fault) -> None:
        fault.times -= 1
        self._waiting = [each for each in self._waiting if each.times > 0]

    @property
    def concern_cursors(self) -> bool:
        """Whether a fault is waiting that changes cursors."""
        return any(fault.kind in _CURSORS for fault in self._waiting)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._waiting = []
