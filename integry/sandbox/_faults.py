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
        times: For so many requests.
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

    def answered(self, usual: Callable[[], Answer]) -> Tuple[Answer, Iterable[bytes]]:
        """The answer, and its body as it is sent.

        Raises:
            ConnectionResetError: Where the connection is to be reset, here or amid the body.
        """
        sleep(self.delay)
        if self.kind == "reset":
            raise ConnectionResetError
        answer = usual() if self.status is None else Answer(self.status, self.body, self.headers)
        _CURSORS.get(self.kind, _unchanged)(answer)
        content = answer.content()
        if self.kind == "invalid_json":
            # Of the same length, as the headers have it.
            content = b"{" + content[1:-1] + b"," if len(content) > 1 else content
        return answer, _BODIES.get(self.kind, _whole)(content)


def _unchanged(_: Answer) -> None:
    """As the answer is."""


def _repeat(answer: Answer) -> None:
    """Lead every page to the same page."""
    if isinstance(answer.body, dict) and "_cursor" in answer.body:
        answer.body["_cursor"] = cursor_at(0)


def _go_on(answer: Answer) -> None:
    """Lead the last page to an empty one."""
    if isinstance(answer.body, dict) and answer.body.get("_cursor", "") is None:
        answer.body["_cursor"] = cursor_at(FAR)


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
                if fault.path in path:
                    fault.times -= 1
                    self._waiting = [each for each in self._waiting if each.times > 0]
                    return fault
        return None

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._waiting = []
