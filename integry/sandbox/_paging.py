"""Pages and cursors of the sandbox."""

from __future__ import annotations

import base64
import binascii
from typing import Any, List, Optional, Sequence, Tuple, TypeVar

from ._http import HTTPError

T = TypeVar("T")

#: Default number of items on a page.
PAGE_SIZE = 50
#: An offset after all items.
END_OFFSET = 10**9


def cursor_at(offset: int) -> str:
    """Return the cursor of the page that starts at an offset. Clients treat the cursor as opaque."""
    return base64.b64encode(f"o{offset}".encode()).decode()


def offset_of(cursor: Any) -> int:
    """Return the offset that a cursor encodes; 0 for null and for an empty cursor.

    Raises:
        HTTPError: If the cursor was not made by the sandbox.
    """
    if cursor is None or cursor == "":
        return 0
    try:
        # validate=True, because without it Python 3.15 warns about ignored characters.
        text = base64.b64decode(str(cursor), validate=True).decode()
        return int(text[1:]) if text[:1] == "o" and text[1:].isdecimal() else int("")
    except (ValueError, binascii.Error) as error:
        raise HTTPError(400, {"_cursor": "Invalid cursor."}) from error


def page_of(items: Sequence[T], cursor: Any, size: int = PAGE_SIZE) -> Tuple[List[T], Optional[str]]:
    """Return a page of items, and the cursor of the next page; None on the last page."""
    start = offset_of(cursor)
    end = start + max(1, size)
    return list(items[start:end]), cursor_at(end) if end < len(items) else None
