"""Pages and cursors."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import chain, islice
from typing import (
    Any,
    Callable,
    Dict,
    Generic,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from attrs import define, field

from .._generated.types import Unset
from ..errors import CursorLoop, InvalidRequest

T = TypeVar("T")
P = TypeVar("P", bound="Page[Any]")

#: The cursors of a walk so far, to notice one that comes twice: in their order, shared by all its pages, and how many
#: of them lie before this one. A copy for each page would make long walks quadratic.
Seen = Tuple[Dict[Union[str, bytes], int], int]
#: Longer cursors are noted as their hashes: they may be a megabyte each.
LONG = 100


def is_last(cursor: Any) -> bool:
    """Whether a cursor says that there is no further page: null, empty, or absent. 0 and {} do not."""
    return cursor is None or cursor == "" or isinstance(cursor, Unset)


class Position(NamedTuple):
    """Where a page begins.

    Attributes:
        cursor: The cursor, as the server sent it; None for the first page.
        name: The field that carries it: `_cursor`, or `next_page` where the server sent that.
    """

    cursor: Any = None
    name: str = "_cursor"

    @classmethod
    def after(cls, body: Mapping[str, Any]) -> Position:
        """The position behind a page, given as its decoded body; the cursor is None behind the last page."""
        found = (cls(body[name], name) for name in ("_cursor", "next_page") if not is_last(body.get(name)))
        return next(found, cls())

    def fields(self) -> Dict[str, Any]:
        """What a request for the page carries."""
        return {} if is_last(self.cursor) else {self.name: self.cursor}

    def noted(self, seen: Seen) -> Seen:
        """The cursors of a walk that goes on here.

        Raises:
            CursorLoop: If the walk was here before.
            InvalidRequest: If the cursor cannot be sent.
        """
        # A text goes as it is, and most are: an encoder is made for each of the others.
        text = isinstance(self.cursor, str) or self.cursor is None
        key = f"{self.name}: {repr(self.cursor) if text else _written(self.cursor)}"
        keys, count = seen
        if len(keys) > count:
            # Somebody walked on from here before, perhaps elsewhere: this walk gets cursors of its own.
            keys = dict(islice(keys.items(), count))
        if keys.setdefault(sha256(key.encode()).digest() if len(key) > LONG else key, count) < count:
            message = f"The cursor {key[:LONG]} came twice: the pages go in a circle. Report it to the API's vendor."
            raise CursorLoop(message, cursor=self.cursor)
        return keys, count + 1


def _written(cursor: Any) -> str:
    """A cursor that is no text, always in the same way."""
    try:
        return json.dumps(cursor, sort_keys=True, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        message = f"The cursor cannot be written as JSON: {error}"
        raise InvalidRequest(message) from error


@define
class Page(Generic[T]):
    """A page of a list. Iterating walks on through all further pages, with one page in memory.

    Attributes:
        items: What is on this page.
        cursor: Where the next page begins, to resume later; None on the last page.
        cursor_name: The field that carries the cursor. It is needed to resume where it is not `_cursor`.
    """

    items: List[T]
    cursor: Any
    cursor_name: str
    _fetch: Callable[[Position, Seen], Any] = field(repr=False, eq=False)
    _seen: Seen = field(repr=False, eq=False)

    @property
    def has_next_page(self) -> bool:
        """Whether there is a further page. It may be empty."""
        return not is_last(self.cursor)

    def next_page(self: P) -> Optional[P]:
        """Fetch the next page; None if this is the last.

        Raises:
            CursorLoop: If this page leads back to one that was walked already. Nothing is sent then.
        """
        if not self.has_next_page:
            return None
        position = Position(self.cursor, self.cursor_name)
        page: P = self._fetch(position, position.noted(self._seen))
        return page

    def pages(self: P) -> Iterator[P]:
        """This page and all further ones, each fetched when it is asked for. Raises as `next_page`."""
        page: Optional[P] = self
        del self  # the first page is not kept for the whole walk
        while page is not None:
            yield page
            page = page.next_page()

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(page.items for page in self.pages())


def items_of(output: Any, items: Union[str, Callable[[Any], Sequence[Any]], None]) -> Sequence[Any]:
    """The items on a page that a function gave.

    Args:
        output: The output of the function.
        items: Where they are: a field's name, or a function of the output. Without it the output itself is the list,
            or has one field that is a list.

    Raises:
        InvalidRequest: If it is not clear which list is meant.
    """
    if not output:
        # As documented, an empty page may come at the end.
        return []
    if callable(items):
        return items(output)
    if items is not None:
        found = output.get(items, "") if isinstance(output, dict) else ""
        if not (found is None or isinstance(found, list)):
            message = f"The output has no list in a field {items!r}: say where the items are with items="
            raise InvalidRequest(message)
        return found or []
    lists = [output] if isinstance(output, list) else []
    if isinstance(output, dict):
        lists = [value for value in output.values() if isinstance(value, list)]
        if not lists and None in output.values():
            # On an empty page null may stand in the place of the list.
            return []
    if len(lists) != 1:
        message = (
            f"The output has {len(lists)} lists: say which with items=, a field's name or a function of the output"
        )
        raise InvalidRequest(message)
    return lists[0]
