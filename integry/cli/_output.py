"""Results on standard output: tables on terminals, plain lines in pipes, JSON and raw bytes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence

from ._terminal import has_colours, is_terminal
from ._text import clean, clean_lines, safe_json

if TYPE_CHECKING:
    from ._state import State

#: Fields that are never shown, except with --raw.
SECRET_FIELDS = frozenset({"access_token", "auth_credential", "token", "app_secret", "password"})
MASK = "***"


def write(text: str) -> None:
    """Print a line, and flush it, so that the next program in a pipe gets it at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write_bytes(content: bytes) -> None:
    """Print bytes as they are."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(content.decode(errors="replace"))
    else:
        sys.stdout.flush()
        stream.write(content)
    sys.stdout.flush()


def plain(value: Any) -> Any:
    """Return a result as JSON: models become objects, and their secrets are masked."""
    if hasattr(value, "to_dict"):
        return _masked(value.to_dict())
    return value


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if name in SECRET_FIELDS and each not in (None, "") else _masked(each)
            for name, each in value.items()
        }
    return [_masked(each) for each in value] if isinstance(value, list) else value


def json_line(value: Any) -> None:
    """Print a value as one line of JSON."""
    write(safe_json(value))


def value(state: State, content: Any) -> None:
    """Print the output of an app: a text as it is, and other values as JSON."""
    if state.flag("json"):
        json_line(content)
    elif isinstance(content, str):
        write(clean_lines(content))
    else:
        write(safe_json(content, indent=2))


def fields(state: State, content: Mapping[str, Any]) -> None:
    """Print an object: a line for each field, or JSON."""
    if state.flag("json"):
        json_line(content)
        return
    shown = {name: _cell(each) for name, each in content.items()}
    width = max(map(len, shown), default=0)
    for name, text in shown.items():
        write(f"{clean(name)}:{' ' * (width - len(name) + 1)}{text}" if is_terminal(sys.stdout) else f"{name}\t{text}")


def _cell(content: Any) -> str:
    """Return the text of a cell."""
    if content is None:
        return ""
    if isinstance(content, bool):
        return "yes" if content else "no"
    return clean(content) if isinstance(content, (str, int, float)) else safe_json(content)


class Table:
    """Prints rows: as a table on a terminal, as lines with tabs in a pipe, and as JSON Lines with --json."""

    def __init__(self, state: State, columns: Sequence[str]) -> None:
        self._state, self._columns = state, columns
        self._widths: Optional[List[int]] = None

    def add(self, items: Iterable[Any], row: Any) -> None:
        """Print items.

        Args:
            items: The items: models or JSON.
            row: A function that returns the cells of an item.
        """
        if self._state.flag("json"):
            for each in items:
                json_line(plain(each))
            return
        rows = [[_cell(cell) for cell in row(each)] for each in items]
        if is_terminal(sys.stdout):
            self._draw(rows)
        else:
            for cells in rows:
                write("\t".join(cells))

    def _draw(self, rows: List[List[str]]) -> None:
        """Draw rows. Later pages continue the table with the widths of the first one."""
        first = self._widths is None
        if not rows and first:
            return
        try:
            from ._tables import draw
        except ImportError:
            for cells in rows:
                write("  ".join(cells))
            return
        if self._widths is None:
            self._widths = [max(map(len, column)) for column in zip(self._columns, *rows)]
        draw(self._columns, rows, self._widths, header=first, colours=has_colours(self._state, sys.stdout))


def tree(state: State, function: Any) -> None:
    """Print a function with its parameters."""
    if state.flag("json"):
        json_line(plain(function))
        return
    from ._schema import parameters

    lines = [f"{clean(function.name)}: {clean(function.description)}".rstrip(": ")]
    colours = has_colours(state, sys.stdout)
    found = parameters(function.parameters)
    for number, each in enumerate(found):
        lines += _branch(each, last=number == len(found) - 1, colours=colours)
    if not found:
        lines.append("    no parameters")
    write("\n".join(lines))


def _branch(parameter: Dict[str, Any], *, last: bool, colours: bool) -> List[str]:
    """Return the lines of a parameter: its name and type, then its values and description."""
    name = clean(parameter["name"])
    head = f"\x1b[1m{name}\x1b[0m" if colours else name
    word = " (required)" if parameter["required"] else ""
    lines = [f"{'└── ' if last else '├── '}{head}: {clean(parameter['type'])}{word}"]
    bar = "    " if last else "│   "
    if parameter["enum"]:
        lines.append(f"{bar}    one of {', '.join(clean(each) for each in parameter['enum'])}")
    if parameter["description"]:
        lines += _wrapped(clean(parameter["description"]), f"{bar}    ")
    return lines


def _wrapped(text: str, indent: str) -> List[str]:
    if not is_terminal(sys.stdout):
        return [f"{indent}{text}"]
    import shutil
    import textwrap

    # A description may have megabytes: a terminal gets the start.
    width = max(shutil.get_terminal_size().columns, 40)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, max_lines=6, placeholder=" …")
