"""Fault injection: errors of a server, for the next requests."""

from __future__ import annotations

import json
import threading
from time import sleep
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from attrs import define, evolve, field

from ._http import Response
from ._paging import END_OFFSET, cursor_at

#: Kinds of faults, apart from an HTTP status.
KINDS = ("reset", "reset_mid_body", "truncated", "invalid_json", "drip", "repeated_cursor", "empty_last_page")
#: A deprecated name of the kind "reset_mid_body".
_RESET_AMID = "reset_amid"
#: Statuses whose responses have no body. A client would take a body as the start of the next response.
NO_BODY = (204, 304)
#: Maximum seconds of a delay: one year, which time.sleep() accepts on every platform.
MAX_DELAY = 366 * 86400.0
#: Seconds between two bytes of a response of the kind "drip".
DRIP_INTERVAL = 0.05


@define
class Fault:
    """A fault, which is a simulated failure of the server, and the requests to which the fault applies.

    Attributes:
        kind: One of `KINDS`; empty for a status, or for a delay alone.
        status: The HTTP status to respond with, without processing the request; None to process requests as usual.
        body: The body to send with `status`.
        headers: The headers to send with `status`.
        delay: Seconds to wait before the response.
        path: A part of the path; requests to other paths are not affected.
        times: Number of requests to affect. For `repeated_cursor` and `empty_last_page`, number of responses to change.

    Raises:
        ValueError: If an attribute has a wrong value.
    """

    kind: str = ""
    status: Optional[int] = None
    body: Any = None
    headers: Dict[str, str] = field(factory=dict)
    delay: float = 0.0
    path: str = ""
    times: int = 1

    def __attrs_post_init__(self) -> None:
        if self.kind == _RESET_AMID:
            self.kind = "reset_mid_body"
        if self.kind not in ("", *KINDS):
            message = f"There is no fault {self.kind!r}: use one of {', '.join(KINDS)}"
            raise ValueError(message)
        for name, is_right, expected in _RULES:
            if not is_right(getattr(self, name)):
                message = f"{expected}, got {getattr(self, name)!r}"
                raise ValueError(message)
        for is_contradiction, message in _CONTRADICTIONS:
            if is_contradiction(self):
                raise ValueError(message)

    @property
    def title(self) -> str:
        """A short description of the fault."""
        parts = [str(self.status or ""), self.kind, f"after {self.delay:g} s" if self.delay else ""]
        return " ".join(filter(None, parts)) or "nothing"

    def to_dict(self) -> Dict[str, Any]:
        """Return the fault as a dict that can be written as JSON."""
        body = self.body.decode(errors="replace") if isinstance(self.body, bytes) else self.body
        retry_after = self.headers.get("Retry-After")
        names = ("kind", "status", "delay", "path", "times")
        return {**{name: getattr(self, name) for name in names}, "body": body, "retry_after": retry_after}

    @classmethod
    def of(cls, status: Any = None, body: Any = None, retry_after: Any = None, **more: Any) -> Fault:
        """Return a fault whose response may have the header Retry-After.

        Args:
            status: The HTTP status, see the class.
            body: The body, see the class.
            retry_after: Seconds, or a date; None to send no such header.
            **more: Other arguments of the class.

        Raises:
            ValueError: If an argument has a wrong value.
        """
        if not _is_header(retry_after):
            message = f"retry_after must be a number of seconds or a date, got {retry_after!r}"
            raise ValueError(message)
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return cls(status=status, body=body, headers=headers, **more)

    def apply(self, usual: Callable[[], Response], client_timeout: Optional[float]) -> Tuple[Response, Iterable[bytes]]:
        """Return the response with the fault, and the chunks of its body.

        Args:
            usual: A function that returns the response without the fault.
            client_timeout: The read timeout of the client in seconds; None if it is not known.

        Raises:
            ConnectionResetError: If the fault resets the connection, here or while the body is sent.
            TimeoutError: If the delay is longer than the client's timeout.
        """
        sleep(self.delay if client_timeout is None else min(self.delay, client_timeout))
        if client_timeout is not None and self.delay > client_timeout:
            raise TimeoutError
        if self.kind == "reset":
            raise ConnectionResetError
        answer = usual() if self.status is None else Response(self.status, self.body, self.headers)
        content = answer.content()
        if self.kind == "invalid_json":
            # Keep the length of the body, because the Content-Length is not changed.
            content = b"{" + content[1:-1] + b"," if len(content) > 1 else content
        return answer, _BODIES.get(self.kind, _full)(content)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_body(value: Any) -> bool:
    """Return True if a value can be sent as a body."""
    if isinstance(value, (str, bytes)):
        return True
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _is_header(value: Any) -> bool:
    """Return True if a value can be sent as a header, or is None."""
    return value is None or _is_number(value) or (isinstance(value, str) and value.isascii() and value.isprintable())


#: Rules for the attributes of a fault: name, check, and the message if the check fails.
_RULES: Tuple[Tuple[str, Callable[[Any], bool], str], ...] = (
    (
        "status",
        lambda value: value is None or (isinstance(value, int) and 200 <= value <= 599),
        "status must be a number from 200 to 599",
    ),
    (
        "times",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        "times must be 1 or more",
    ),
    ("path", lambda value: isinstance(value, str), "path must be a string"),
    ("delay", lambda value: _is_number(value) and 0 <= value < MAX_DELAY, "delay must be a number of seconds"),
    ("body", _is_body, "body must be text, bytes or a JSON value"),
)
#: Combinations of attributes that would have no effect, or an invalid response, and the message for each.
_CONTRADICTIONS: Tuple[Tuple[Callable[[Fault], bool], str], ...] = (
    (
        lambda fault: fault.status is None and not fault.kind and not fault.delay,
        "The fault has no effect: give it a status, a kind or a delay",
    ),
    (
        lambda fault: fault.status is not None and fault.kind in ("reset", *_CURSORS),
        "A fault that resets the connection or changes a cursor has no status: give either status or kind",
    ),
    (
        lambda fault: bool(fault.delay) and fault.kind in _CURSORS,
        "A fault that changes a cursor has no delay: add a second fault for it",
    ),
    (
        lambda fault: fault.status is None and (fault.body is not None or bool(fault.headers)),
        "body and retry_after are sent with a status only: give a status",
    ),
    (
        lambda fault: fault.status in NO_BODY and bool(Response(body=fault.body).content()),
        "A response with the status 204 or 304 has no body: leave out body, or choose another status",
    ),
)


def _repeat_cursor(body: Dict[str, Any], name: str, sent: Any) -> bool:
    """Make the cursor in a page lead to this page again, and return True. For the first page, do nothing."""
    if sent is None:
        return False
    body[name] = sent
    return True


def _append_empty_page(body: Dict[str, Any], name: str, sent: Any) -> bool:
    """Make the last page lead to an empty page, and return True. For other pages, do nothing."""
    if body[name] is not None or sent == cursor_at(END_OFFSET):
        return False
    body[name] = cursor_at(END_OFFSET)
    return True


_CURSORS: Dict[str, Callable[[Dict[str, Any], str, Any], bool]] = {
    "repeated_cursor": _repeat_cursor,
    "empty_last_page": _append_empty_page,
}


def _full(content: bytes) -> Iterator[bytes]:
    yield content


def _truncated(content: bytes) -> Iterator[bytes]:
    yield content[: len(content) // 2]


def _reset_mid_body(content: bytes) -> Iterator[bytes]:
    yield from _truncated(content)
    raise ConnectionResetError


def _drip(content: bytes) -> Iterator[bytes]:
    for number in range(len(content)):
        sleep(DRIP_INTERVAL)
        yield content[number : number + 1]


_BODIES = {"truncated": _truncated, "reset_mid_body": _reset_mid_body, "drip": _drip}


class Faults:
    """The queue of faults to inject, the oldest first. It is thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: List[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault at the end of the queue."""
        with self._lock:
            self._waiting.append(fault)

    def pop(self, path: str) -> Optional[Fault]:
        """Return the first fault that applies to a request, and count it as used; None if no fault applies."""
        with self._lock:
            for fault in self._waiting:
                if fault.kind not in _CURSORS and fault.path in path:
                    self._count(fault)
                    return fault
        return None

    def apply_cursor_fault(self, path: str, answer: Response, sent: Any) -> None:
        """Change the cursor in a response if `repeated_cursor` or `empty_last_page` applies to the request.

        Args:
            path: The path of the request.
            answer: The response, which is changed in place.
            sent: The cursor in the request; None for the first page.
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
        """Copies of the faults that are not used up, the oldest first."""
        with self._lock:
            return [evolve(fault) for fault in self._waiting]

    @property
    def has_cursor_fault(self) -> bool:
        """True if a fault of the kind `repeated_cursor` or `empty_last_page` is waiting."""
        return any(fault.kind in _CURSORS for fault in self._waiting)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._waiting = []
