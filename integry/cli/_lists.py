"""Lists: one page, --all pages, or --limit items, with a note if there is more."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Sequence

import click

from ._errors import USAGE, CommandError
from ._output import Table, write_bytes
from ._terminal import Progress, note

if TYPE_CHECKING:
    from ._cache import Cache
    from ._state import State


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
        _show_raw(state, fetch_raw, start, all_pages=all_pages)
        return
    table, progress, number, page = Table(state, columns), Progress(state, kind), 0, None
    pages = fetch(**start).pages()
    for page in pages if all_pages or limit else islice(pages, 1):
        items = page.items if limit is None else page.items[: limit - number]
        table.add(items, row)
        number += len(items)
        progress.show(number)
        ends = not page.has_next_page
        cache.add_items(kind, page.items, complete=is_whole and ends and cursor is None)
        if limit is not None and number >= limit:
            break
    progress.close()
    _note_more(state, page, kind, number, limit)


def _note_more(state: State, page: Any, kind: str, number: int, limit: Optional[int]) -> None:
    """Say that there is more, with the cursor."""
    if not number:
        note(state, f"There are no {kind}.")
    if limit is not None and len(page.items) and number >= limit:
        note(state, f"These are the first {number} {kind}. There may be more: raise --limit, or pass --all.")
    elif page.has_next_page:
        shown = cursor_text(page.cursor, page.cursor_name)
        note(state, f"There are more {kind}: pass --all, or --cursor {_quoted(shown)} for the next page.")


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
