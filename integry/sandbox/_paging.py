"""Pages and cursors of the sandbox."""

from __future__ import annotations

import base64
import binascii
from typing import Any, List, Optional, Sequence, Tuple, TypeVar

from ._http import Refused

T = TypeVar("T")

#: Items on a page, unless a request says otherwise.
PAGE_SIZE = 50
#: A place behind all items.
FAR = 10**9


def cursor_at(offset: int) -> str:
    """The cursor of the page that begins at an offset. Clients must not read it."""
    return base64.b64encode(f"o{offset}".encode()).decode()


def offset_of(cursor: Any) -> int:
    """The offset at which the page of a cursor begins; null and empty begin at the start.

    Raises:
        Refused: If the sandbox did not make the cursor.
    """
    if cursor is None or cursor == "":
        return 0
    try:
        # Strictly: else Python 3.15 warns of the characters that it passes over.
        text = base64.b64decode(str(cursor), validate=True).decode()
        return int(text[1:]) if text[:1] == "o" and text[1:].isdecimal() else int("")
    except (ValueError, binascii.Error) as error:
        raise Refused(400, {"_cursor": "Invalid cursor."}) from error


def page_of(items: Sequence[T], cursor: Any, size: int = PAGE_SIZE) -> Tuple[List[T], Optional[str]]:
    """A page of items, and the cursor of the next; None after the last."""
    start = offset_of(cursor)
    end = start + max(1, size)
    return list(items[start:end]), cursor_at(end) if end < len(items) else None
