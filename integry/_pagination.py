"""Pages and cursors."""

from __future__ import annotations

import json
from typing import Any, Callable, Generic, Iterator, List, Optional, Set, TypeVar

from attrs import define, field

from ._generated.types import Unset
from .errors import CursorLoop

T = TypeVar("T")


def is_last(cursor: Any) -> bool:
    """Whether a cursor says that there is no further page: null, empty, or absent."""
    return cursor is None or cursor == "" or isinstance(cursor, Unset)


def cursor_of(cursor: Any) -> Any:
    """A cursor as users see it: None for all that ends a walk. 0 and {} do not."""
    return None if is_last(cursor) else cursor


class Cursors:
    """The cursors of a walk, to notice one that comes twice."""

    def __init__(self) -> None:
        self._seen: Set[str] = set()

    def check(self, cursor: Any) -> None:
        """Note a cursor.

        Raises:
            CursorLoop: If it came before.
        """
        key = json.dumps(cursor, sort_keys=True, default=str)
        if key in self._seen:
            message = f"The cursor {key[:100]} came twice: the pages go in a circle. Report it to the API's vendor."
            raise CursorLoop(message, cursor=cursor)
        self._seen.add(key)


@define
class Page(Generic[T]):
    """A page of a list. Iterating walks on through all further pages, with one page in memory.

    Attributes:
        items: What is on this page.
        cursor: Where the next page begins, to resume later; None on the last page.
    """

    items: List[T]
    cursor: Any
    _fetch: Callable[[Any], Page[T]] = field(repr=False, eq=False)

    @property
    def has_next_page(self) -> bool:
        """Whether there is a further page. It may be empty."""
        return not is_last(self.cursor)

    def next_page(self) -> Optional[Page[T]]:
        """Fetch the next page; None if this is the last."""
        return self._fetch(self.cursor) if self.has_next_page else None

    def pages(self) -> Iterator[Page[T]]:
        """This page and all further ones, each fetched when it is asked for.

        Raises:
            CursorLoop: If a page leads back to one that was walked already.
        """
        page, cursors = self, Cursors()
        while True:
            yield page
            if not page.has_next_page:
                return
            cursors.check(page.cursor)
            page = page._fetch(page.cursor)

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items
