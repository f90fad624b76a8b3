"""Faults on demand: what a server may do wrong, for the next requests."""

from __future__ import annotations

import threading
from time import sleep
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from attrs import define, evolve, field

from ._http import Answer
from ._paging import FAR, cursor_at

#: What can go wrong besides a status.
KINDS = ("reset", "reset_amid", "truncated", "invalid_json", "drip", "repeated_cursor", "empty_last_page")
#: Maximum seconds of a delay: a year, which every platform can sleep.
LONGEST_DELAY = 366 * 86400.0
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
        for name, is_right, expected in _RULES:
            if not is_right(getattr(self, name)):
                message = f"{expected}, got {getattr(self, name)!r}"
                raise ValueError(message)

    @property
    def title(self) -> str:
        """What the fault does, in a few words."""
        parts = [str(self.status or ""), self.kind, f"after {self.delay:g} s" if self.delay else ""]
        return " ".join(filter(None, parts)) or "nothing"

    def to_dict(self) -> Dict[str, Any]:
        """Return the fault as JSON."""
        body = self.body.decode(errors="replace") if isinstance(self.body, bytes) else self.body
        retry_after = self.headers.get("Retry-After")
        names = ("kind", "status", "delay", "path", "times")
        return {**{name: getattr(self, name) for name in names}, "body": body, "retry_after": retry_after}

    @classmethod
    def of(cls, status: Any = None, body: Any = None, retry_after: Any = None, **more: Any) -> Fault:
        """Return a fault whose answer may have the header Retry-After.

        Args:
            status: As of the class.
            body: As of the class.
            retry_after: Seconds, or a date; None for no such header.
            **more: Other arguments of the class.

        Raises:
            ValueError: If an argument has a wrong value.
        """
        if not _is_header(retry_after):
            message = f"retry_after is a number of seconds or a date, got {retry_after!r}"
            raise ValueError(message)
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return cls(status=status, body=body, headers=headers, **more)

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


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_header(value: Any) -> bool:
    """Return True for what a header can carry, or None."""
    return value is None or _is_number(value) or (isinstance(value, str) and value.isascii() and value.isprintable())


#: Rules for the attributes of a fault: name, check, and the message if the check fails.
_RULES: Tuple[Tuple[str, Callable[[Any], bool], str], ...] = (
    (
        "status",
        lambda value: value is None or (isinstance(value, int) and 200 <= value <= 599),
        "A status is a number from 200 to 599",
    ),
    (
        "times",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        "times must be 1 or more",
    ),
    ("path", lambda value: isinstance(value, str), "path must be a text"),
    ("delay", lambda value: _is_number(value) and 0 <= value < LONGEST_DELAY, "delay must be a number of seconds"),
)


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
    def waiting(self) -> List[Fault]:
        """The faults that did not happen yet, the oldest first."""
        with self._lock:
            return [evolve(fault) for fault in self._waiting]

    @property
    def concern_cursors(self) -> bool:
        """Whether a fault is waiting that changes cursors."""
        return any(fault.kind in _CURSORS for fault in self._waiting)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._waiting = []
