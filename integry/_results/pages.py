"""Pages of lists, and the cursors that lead from one page to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from itertools import chain
from typing import (
    Any,
    Callable,
    ClassVar,
    Dict,
    Generic,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
    Union,
    overload,
)

from attrs import define, field

from .._generated._display import table
from .._generated.types import BaseModel, Unset
from ..errors import ConfigurationError, CursorLoop, UnusableResult

T = TypeVar("T")
P = TypeVar("P", bound="Page[Any]")

#: Fields of a response that may contain a cursor.
CURSOR_FIELDS = ("_cursor", "next_page")
#: Fields in the body of a call that are not arguments of the function.
NOT_ARGUMENTS = ("_variables", *CURSOR_FIELDS)
#: Maximum number of characters of a cursor in a message. An iteration remembers longer cursors by their hash.
EXCERPT = 100


def is_end(cursor: Any) -> bool:
    """Return True if a cursor is null, empty or missing, so that there is no further page. 0 and {} are cursors."""
    return cursor is None or (isinstance(cursor, str) and not cursor) or isinstance(cursor, Unset)


class Cursor(NamedTuple):
    """A cursor, which says where a page starts.

    Attributes:
        value: The cursor, as the server sent it; None for the first page.
        name: The name of the cursor's field: `_cursor`, or `next_page` if the server used this name.
    """

    value: Any = None
    name: str = "_cursor"

    @classmethod
    def after(cls, *values: Any) -> Cursor:
        """Return the first cursor in the values of a page's `CURSOR_FIELDS`. On the last page, its value is None."""
        found = (cls(value, name) for value, name in zip(values, CURSOR_FIELDS) if not is_end(value))
        return next(found, cls())

    def fields(self) -> Dict[str, Any]:
        """Return the fields to add to a request for the page."""
        return {} if is_end(self.value) else {self.name: self.value}

    def key(self) -> str:
        """Return a string that is the same for equal cursors."""
        try:
            # Most cursors are strings, which need no encoder.
            text = self.value if isinstance(self.value, str) else json.dumps(self.value, sort_keys=True, default=str)
        except (TypeError, ValueError, RecursionError):
            # Do not raise here: the request for the page raises an error that says why.
            text = "not JSON"
        # Keep a hash of long cursors: a server may send a megabyte for each page.
        short = text if len(text) <= EXCERPT else sha256(text.encode(errors="surrogatepass")).hexdigest()
        return f"{type(self.value).__name__} {self.name}: {short}"

    def check_new(self, seen: Set[str]) -> None:
        """Add the cursor to the cursors that an iteration has seen.

        Raises:
            CursorLoop: If the iteration has seen the cursor already.
        """
        key = self.key()
        if key in seen:
            shown = f"{self.name}: {self.value!r}"[:EXCERPT]
            message = f"The server repeated the cursor {shown}, so the pages would never end. Report it to the vendor."
            raise CursorLoop(message, cursor=self.value)
        seen.add(key)


@define(repr=False)
class Page(Generic[T]):
    """A page of a list. Iterating over it goes on to the next pages, and fetches each one when needed.

    `len(page)`, `page[0]`, slices, `bool(page)`, `first()` and `to_dict()` use only the items of this page, and send no
    request. An empty page is false.

    Example:
        ```python
        page = integry.apps.list()
        print(len(page), page.has_next_page)
        for app in page:  # all apps, on this page and the next ones
            print(app.name)
        ```

    Attributes:
        items: The items of this page.
        cursor: The cursor of the next page, to resume later. None on the last page.
        cursor_name: The name of the field with the cursor. To resume later, pass this name together with the cursor.
    """

    items: List[T]
    cursor: Any = None
    cursor_name: str = "_cursor"
    _start: Cursor = field(default=Cursor(), repr=False, eq=False)
    _fetch: Optional[Callable[..., Any]] = field(default=None, repr=False, eq=False)

    #: The name of the items, in the server's response and in the repr.
    _name: ClassVar[str] = "items"
    #: The column titles of the table in a notebook.
    _columns: ClassVar[Tuple[str, ...]] = ("item",)

    def __repr__(self) -> str:
        name = self._name[:-1] if len(self.items) == 1 else self._name
        more = "more pages" if self.has_next_page else "last page"
        return f"<{type(self).__name__}: {len(self.items)} {name}, {more}>"

    def _repr_html_(self) -> str:
        return table(repr(self)[1:-1], self._columns, self._rows())

    def _rows(self) -> List[Any]:
        return [(item,) for item in self.items]

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> List[T]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[T, List[T]]:
        return self.items[index]

    def first(self) -> Optional[T]:
        """Return the first item of this page, or None if the page is empty. No request is sent."""
        return self.items[0] if self.items else None

    def to_dict(self) -> Dict[str, Any]:
        """Return this page as a JSON object with the items and the cursor, named as in the server's response."""
        items = [item.to_dict() if isinstance(item, BaseModel) else item for item in self.items]
        return {self._name: items, self.cursor_name: self.cursor}

    @property
    def has_next_page(self) -> bool:
        """True if there is a next page, which may be empty."""
        return not is_end(self.cursor)

    def next_page(self: P) -> Optional[P]:
        """Fetch and return the next page, or return None if this is the last page.

        Raises:
            CursorLoop: If the next page has the same cursor as this page. No request is sent then.
            ConfigurationError: If this page was not fetched with a client.
            IntegryError: If the request fails.
        """
        if not self.has_next_page:
            return None
        if self._fetch is None:
            message = "This page was not fetched with a client. To get the next one, pass cursor= to a method list()."
            raise ConfigurationError(message)
        Cursor(self.cursor, self.cursor_name).check_new({self._start.key()})
        page: P = self._fetch(cursor=self.cursor, cursor_name=self.cursor_name)
        return page

    def pages(self: P) -> Iterator[P]:
        """Iterate over this page and all next pages, and fetch each one when needed.

        Raises:
            CursorLoop: If the server repeats a cursor.
            IntegryError: If a request fails.
        """
        page: Optional[P] = self
        seen = {self._start.key()}
        del self  # so that the first page can be garbage-collected during the iteration
        while page is not None:
            yield page
            if page.has_next_page:
                Cursor(page.cursor, page.cursor_name).check_new(seen)
            page = page.next_page()

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(page.items for page in self.pages())


def items_of(output: Any, items: Union[str, Callable[[Any], Sequence[Any]], None]) -> Sequence[Any]:
    """Return the items in the output of a function that returns pages.

    Args:
        output: The output of the function.
        items: The name of the field with the items, or a callable that takes the output and returns the items. By
            default, the output itself is the list, or has exactly one field that is a list.

    Raises:
        UnusableResult: If there is no list, or more than one.
    """
    if not output:
        # The API reference says that the last page may be empty.
        return []
    if callable(items):
        found = items(output)
        if not isinstance(found, Iterable):
            message = f"items= must return a list of items, got {type(found).__name__}"
            raise UnusableResult(message)
        return found
    if items is not None:
        found = output.get(items, "") if isinstance(output, dict) else ""
        if not (found is None or isinstance(found, list)):
            message = f"The output has no list in a field {items!r}: pass the name of another field in items="
            raise UnusableResult(message)
        return found or []
    lists = [output] if isinstance(output, list) else []
    if isinstance(output, dict):
        lists = [value for value in output.values() if isinstance(value, list)]
        if not lists and None in output.values():
            # An empty page may have null instead of a list.
            return []
    if len(lists) != 1:
        message = (
            f"The output has {len(lists)} lists: pass items=, the name of a field or a callable that takes the output"
        )
        raise UnusableResult(message)
    return lists[0]
