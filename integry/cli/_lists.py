"""Lists: one page, --all pages, or --limit items, with a note if there is more."""

from __future__ import annotations

import json
import re
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Sequence

import click

from ._cache import names_of
from ._errors import USAGE, CommandError
from ._output import Table, write_bytes
from ._terminal import Progress, note

if TYPE_CHECKING:
    from ._cache import Cache
    from ._state import State


#: Maximum number of names of a listing that go into the cache.
MAX_NAMES = 5000


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --all, --limit and --cursor to a command."""
    for option in (
        click.option("--cursor", metavar="CURSOR", help="Start after the page that printed this cursor."),
        click.option("--limit", type=click.IntRange(1), metavar="N", help="Print at most N items, of several pages."),
        click.option("--all", "all_pages", is_flag=True, help="Print all pages."),
    ):
        function = option(function)
    return function


def cursor_text(cursor: Any, name: str) -> str:
    """Return a cursor as --cursor takes it: the text, with the name of its field if that is not `_cursor`."""
    if isinstance(cursor, str):
        plain = name == "_cursor" and not re.match(r"(_cursor|next_page):?=", cursor)
        return cursor if plain else f"{name}={cursor}"
    return f"{name}:={json.dumps(cursor)}"


def cursor_options(text: Optional[str]) -> Dict[str, Any]:
    """Return the arguments `cursor` and `cursor_name` for the value of --cursor.

    Raises:
        CommandError: If the cursor is not one that was printed.
    """
    if text is None:
        return {}
    match = re.match(r"(_cursor|next_page)(:?)=", text)
    if match is None:
        return {"cursor": text}
    value: Any = text[match.end() :]
    if match.group(2):
        try:
            value = json.loads(value)
        except ValueError:
            message = "--cursor must be a cursor that a listing printed."
            raise CommandError(message, USAGE) from None
    return {"cursor": value, "cursor_name": match.group(1)}


def show(
    state: State,
    fetch: Callable[..., Any],
    fetch_raw: Callable[..., Any],
    columns: Sequence[str],
    row: Callable[[Any], Sequence[Any]],
    *,
    kind: str,
    cache: Cache,
    all_pages: bool,
    limit: Optional[int],
    cursor: Optional[str],
    is_whole: bool = False,
) -> None:
    """Print a list.

    Args:
        state: The State.
        fetch: Returns a page, for `cursor` and `cursor_name`.
        fetch_raw: The same, and returns a RawResponse.
        columns: The titles of the columns.
        row: Returns the cells of an item.
        kind: The plural of the items, for notes and the cache.
        cache: The cache of names.
        all_pages: True to print all pages.
        limit: The maximum number of items; None for no limit.
        cursor: The value of --cursor.
        is_whole: True if nothing was filtered, so that all pages have all names.
    """
    start = cursor_options(cursor)
    if state.flag("raw"):
        if limit is not None:
            message = "--raw prints whole pages, and cannot be used with --limit."
            raise CommandError(message, USAGE)
        _show_raw(state, fetch_raw, start, all_pages=all_pages)
        return
    table, number = Table(state, columns), 0
    page = fetch(**start)
    pages, items = page.pages(), page.items
    names: Dict[str, str] = {}
    with closing(Progress(state, kind)) as progress:
        for page in pages if all_pages or limit else islice(pages, 1):
            items = page.items if limit is None else page.items[: limit - number]
            table.add(items, row)
            number += len(items)
            progress.show(number)
            # A long walk must not fill the memory.
            names.update(names_of(page.items[: MAX_NAMES - len(names)]))
            if limit is not None and number >= limit:
                break
    cache.add(kind, names, complete=is_whole and cursor is None and not page.has_next_page)
    if not number:
        note(state, f"There are no {kind}.")
    elif len(items) < len(page.items):
        note(state, f"These are the first {number} {kind}. There are more: raise --limit, or pass --all.")
    elif page.has_next_page:
        shown = _quoted(cursor_text(page.cursor, page.cursor_name))
        note(state, f"There are more {kind}: pass --all, or --cursor {shown} for the next page.")


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def _show_raw(state: State, fetch: Callable[..., Any], options: Dict[str, Any], *, all_pages: bool) -> None:
    """Print the bodies of pages as they came, one after the other."""
    seen = set()
    while True:
        response = fetch(**options)
        page = response.parsed
        write_bytes(response.content)
        if not page.has_next_page:
            return
        if not all_pages:
            note(
                state, f"There are more: pass --all, or --cursor {_quoted(cursor_text(page.cursor, page.cursor_name))}."
            )
            return
        text = cursor_text(page.cursor, page.cursor_name)
        if text in seen:
            message = "The server repeated a cursor, so the pages would never end."
            raise CommandError(message, 11, name="CursorLoop")
        seen.add(text)
        options = {"cursor": page.cursor, "cursor_name": page.cursor_name}
