"""The journal: function calls, and requests that an API refused or a fault affected."""

from __future__ import annotations

import json
import threading
from collections import deque
from datetime import datetime, timezone
from typing import Any, Deque, Dict, Iterator, List

from attrs import define

from .._secrets import Mask
from ._faults import Fault
from ._http import Request, Response, parse_json
from ._store import Store

#: Maximum number of refused requests to keep, in memory.
MAX_REFUSALS = 200
#: Maximum bytes of a refused request's body to keep, and maximum characters of its path, user and reason.
MAX_BODY, MAX_TEXT = 10_000, 500


@define(frozen=True)
class Entry:
    """An entry of the journal.

    Attributes:
        at: The time, in UTC (ISO 8601).
        user_id: The user in the request.
        function: The function in the request; empty if it calls no function.
        method: The HTTP method; empty for a successful call.
        path: The path; empty for a successful call.
        status: The status of the API's response; for a successful call, that of the app; 0 if a fault prevented the
            response.
        reason: The reason for the refusal; empty for a successful call.
        sent: The arguments, or the body of a refused request, which may be shortened.
        answer: The body of the response.
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
        """True if the request was refused, so that no function was called."""
        return bool(self.method)

    @property
    def title(self) -> str:
        """The name of the function, or else method and path."""
        return self.function or f"{self.method} {self.path}"


def timestamp() -> str:
    """Return the current time with milliseconds, to sort entries of the journal."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Journal:
    """A journal of function calls, and of requests that the APIs refused.

    Args:
        store: The store that has the calls.
        mask: The mask of secrets in refused requests.
    """

    def __init__(self, store: Store, mask: Mask) -> None:
        self._store, self._mask = store, mask
        self._lock = threading.Lock()
        self._refused: Deque[Entry] = deque(maxlen=MAX_REFUSALS)

    def record_refusal(self, request: Request, function: str, answer: Response) -> None:
        """Record a refused request.

        Args:
            request: The request.
            function: The function in the request; empty if it calls no function.
            answer: The response.
        """
        self._add(request, function, answer.status, reason_of(answer.body), answer.body)

    def record_fault(self, request: Request, function: str, fault: Fault) -> None:
        """Record a request that a fault applies to."""
        self._add(request, function, fault.status or 0, f"fault: {fault.title}", fault.body)

    def _add(self, request: Request, function: str, status: int, reason: str, answer: Any) -> None:
        # The reason and the response may quote secrets of the request.
        body = request.as_json()
        mask = self._mask.with_secrets_of(body)
        texts = (request.credential("User-ID"), function, request.method, request.path, reason)
        user, function, method, path, reason = (_shorten(mask.text(text)) for text in texts)
        sent = mask.value(_decoded(body)) if len(body) <= MAX_BODY else f"… ({len(body)} bytes)"
        # Cut the response before it is decoded: a fault may send megabytes to many clients at once.
        answer = answer[:MAX_BODY] if isinstance(answer, (str, bytes)) else answer
        answer = mask.value(answer.decode(errors="replace") if isinstance(answer, bytes) else answer)
        entry = Entry(timestamp(), user, function, method, path, status, reason, sent, answer)
        with self._lock:
            self._refused.append(entry)

    @property
    def refused(self) -> List[Entry]:
        """The refused requests, the oldest first."""
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
        """Delete the refused requests. The calls are in the store, which has its own `clear`."""
        with self._lock:
            self._refused.clear()


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _decoded(body: bytes) -> Any:
    """Return a body parsed as JSON, or else decoded as text."""
    try:
        return parse_json(body)
    except ValueError:
        return body.decode(errors="replace")


def reason_of(body: Dict[str, Any]) -> str:
    """Return the reason in the body of an error response, as one line."""
    found = next((body[name] for name in ("error_details", "detail", "message") if body.get(name)), body)
    if isinstance(found, dict):
        return "; ".join(f"{name}: {_single_line(part)}" for name, part in found.items())
    return "; ".join(map(_single_line, found)) if isinstance(found, list) else _single_line(found)


def _single_line(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return " ".join(text.split())


def as_json(entry: Entry) -> Dict[str, Any]:
    """Return a refused request as JSON."""
    names = ("at", "user_id", "function", "method", "path", "status", "reason", "sent")
    return {name: getattr(entry, name) for name in names}
