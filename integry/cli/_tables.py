"""Tables on a terminal."""

from __future__ import annotations

import shutil
import sys
from typing import List, Optional, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Maximum number of characters of a cell that rich gets: it measures each one.
MAX_CELL = 1000
#: The size of a terminal that does not know its own, in columns and lines.
FALLBACK = (80, 24)


def draw(
    columns: Sequence[str], rows: List[List[str]], widths: Optional[Sequence[int]], *, colours: bool
) -> Sequence[int]:
    """Draw a table, and return the widths of its columns.

    Args:
        columns: The titles.
        rows: The cells, free of control characters. rich passes them on, also in Text.
        widths: The widths of the columns if the rows continue a table; None for a new one, with its titles.
        colours: True to use colours and bold titles.
    """
    # rich takes the width of a terminal from COLUMNS only if TERM is not dumb.
    size = shutil.get_terminal_size(FALLBACK)
    # Python < 3.11 returns 0 for such a terminal. rich prints nothing at a width of 0.
    width, height = size.columns or FALLBACK[0], size.lines or FALLBACK[1]
    console = Console(
        file=sys.stdout,
        color_system="standard" if colours else None,
        force_terminal=colours or None,
        highlight=False,
        markup=False,
        width=width,
        height=height,
    )
    table = Table(box=SIMPLE_HEAD, show_header=widths is None, pad_edge=False, show_edge=False)
    if widths is None:
        widths = [max(cell_len(cell[:MAX_CELL]) for cell in column) for column in zip(columns, *rows)]
    total = width - 3 * (len(columns) - 1)
    for title, column_width in zip(columns, fitted(widths, total)):
        # Without no_wrap, a long description makes six lines of a row.
        table.add_column(Text(title), no_wrap=True, overflow="ellipsis", width=column_width)
    for cells in rows:
        table.add_row(*(Text(cell[:MAX_CELL]) for cell in cells))
    console.print(table)
    return widths


def fitted(widths: Sequence[int], total: int) -> List[int]:
    """Return the widths of columns that fit into a total width. The widest ones become narrower."""
    found = [max(width, 1) for width in widths]
    while sum(found) > total and max(found) > len("name"):
        widest = max(range(len(found)), key=found.__getitem__)
        found[widest] = max(len("name"), min(found[widest] - 1, total - sum(found) + found[widest]))
    return found
