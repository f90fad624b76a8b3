"""The journal: the calls of functions, and the requests that an API refused or a fault spoilt."""

from __future__ import annotations

import json
import threading
from collections import deque
from datetime import datetime, timezone
from typing import Any, Deque, Dict, Iterator, List

from attrs import define

from .._secrets import Mask
from ._faults import Fault
from ._http import Answer, Request, decoded
from ._store import Store

#: Number of refused requests that are kept, in memory.
MOST_REFUSALS = 200
#: Bytes of a body that are kept of a refused request, and characters of its path, user and reason.
LONGEST_BODY, LONGEST_TEXT = 10_000, 500


@define(frozen=True)
class Entry:
    """A line of the journal.

    Attributes:
        at: When, in UTC (ISO 8601).
        user_id: The user that the request named.
        function: The function that the request named; empty if it was for none.
        method: The HTTP method; empty for a call that was done.
        path: The path; empty for a call that was done.
        status: The status that the API answered, or for a call that was done, the app's; 0 if a fault broke the answer.
        reason: The reason of the refusal; empty for a call that was done.
        sent: The arguments, or the body of a refused request as far as it is kept.
        answer: The body of the answer.
    """

    at: str
    user_id: str
    function: str
    method: str
    path: str
    status: int
    reason: str
    sent: Any
    answer: Any

    @property
    def is_refused(self) -> bool:
        """True if the request was refused, and not done."""
        return bool(self.method)

    @property
    def title(self) -> str:
        """The function, or else the request."""
        return self.function or f"{self.method} {self.path}"


def moment() -> str:
    """Return the time with milliseconds, so that lines of the journal can be sorted by it."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Journal:
    """The calls of both APIs, and the requests that they refused.

    Args:
        store: Where the calls are.
        mask: Hides secrets in refused requests.
    """

    def __init__(self, store: Store, mask: Mask) -> None:
        self._store, self._mask = store, mask
        self._lock = threading.Lock()
        self._refused: Deque[Entry] = deque(maxlen=MOST_REFUSALS)

    def note_refusal(self, request: Request, function: str, answer: Answer) -> None:
        """Add a request that was refused.

        Args:
            request: The request.
            function: The function that it named; empty for none.
            answer: The refusal.
        """
        self._add(request, function, answer.status, reason_of(answer.body), answer.body)

    def note_fault(self, request: Request, function: str, fault: Fault) -> None:
        """Add a request that a fault was meant for."""
        self._add(request, function, fault.status or 0, f"fault: {fault.title}", fault.body)

    def _add(self, request: Request, function: str, status: int, reason: str, answer: Any) -> None:
        texts = (request.credential("User-ID"), function, request.method, request.path)
        user, function, method, path = (self._short(text) for text in texts)
        body = request.received
        sent = self._mask.value(_decoded(body)) if len(body) <= LONGEST_BODY else f"… ({len(body)} bytes)"
        entry = Entry(moment(), user, function, method, path, status, self._short(reason), sent, self._answered(answer))
        with self._lock:
            self._refused.append(entry)

    def _answered(self, answer: Any) -> Any:
        answer = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        return self._mask.value(answer[:LONGEST_BODY] if isinstance(answer, str) else answer)

    def _short(self, text: str) -> str:
        text = self._mask.text(text)
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"

    @property
    def refused(self) -> List[Entry]:
        """The requests that were refused, the oldest first."""
        with self._lock:
            return list(self._refused)

    def _calls(self) -> Iterator[Entry]:
        for record in self._store.find("call"):
            call = record.value
            answer = {name: call[name] for name in ("network_code", "output")}
            status = int(call["network_code"])
            yield Entry(call["at"], record.scope, call["function"], "", "", status, "", call["arguments"], answer)

    def entries(self) -> List[Entry]:
        """Return calls and refused requests, the newest first."""
        return sorted([*self._calls(), *self.refused], key=lambda entry: entry.at)[::-1]

    def clear(self) -> None:
        """Forget the refused requests; the calls go with the store."""
        with self._lock:
            self._refused.clear()


def _decoded(body: bytes) -> Any:
    """Return a body as JSON, or as text."""
    try:
        return decoded(body)
    except ValueError:
        return body.decode(errors="replace")


def reason_of(body: Dict[str, Any]) -> str:
    """Return the reason that the body of a refusal gives, as one line."""
    found = next((body[name] for name in ("error_details", "detail", "message") if body.get(name)), body)
    if isinstance(found, dict):
        return "; ".join(f"{name}: {_line(part)}" for name, part in found.items())
    return "; ".join(map(_line, found)) if isinstance(found, list) else _line(found)


def _line(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return " ".join(text.split())


def as_json(entry: Entry) -> Dict[str, Any]:
    """Return a refused request as JSON."""
    names = ("at", "user_id", "function", "method", "path", "status", "reason", "sent")
    return {name: getattr(entry, name) for name in names}
