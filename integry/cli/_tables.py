"""Tables on a terminal."""

from __future__ import annotations

import sys
from typing import List, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Maximum number of characters of a cell that rich gets: it measures each one.
MAX_CELL = 1000


def draw(columns: Sequence[str], rows: List[List[str]], widths: Sequence[int], *, header: bool, colours: bool) -> None:
    """Draw a table.

    Args:
        columns: The titles.
        rows: The cells, free of control characters. rich passes them on, also in Text.
        widths: The widths of the columns that all pages share.
        header: True to draw the titles.
        colours: True to use colours.
    """
    console = Console(
        file=sys.stdout, no_color=not colours, force_terminal=colours or None, highlight=False, markup=False
    )
    table = Table(box=SIMPLE_HEAD, show_header=header, pad_edge=False, show_edge=False)
    total = console.width - 2 * len(columns)
    for title, width in zip(columns, fitted(widths, total)):
        # Without no_wrap, a long description makes six lines of a row.
        table.add_column(Text(title), no_wrap=True, overflow="ellipsis", width=width)
    for cells in rows:
        table.add_row(*(Text(cell[:MAX_CELL]) for cell in cells))
    console.print(table)


def fitted(widths: Sequence[int], total: int) -> List[int]:
    """Return the widths of columns that fit into a total width. The widest ones become narrower."""
    found = [max(width, 1) for width in widths]
    while sum(found) > total and max(found) > len("name"):
        widest = max(range(len(found)), key=found.__getitem__)
        found[widest] = max(len("name"), min(found[widest] - 1, total - sum(found) + found[widest]))
    return found
