"""Results on standard output: tables on terminals, plain lines in pipes, JSON and raw bytes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence

from ._terminal import has_colours, is_terminal
from ._text import clean, clean_lines, safe_json, value_text

if TYPE_CHECKING:
    from ._state import State

MASK = "***"
#: Maximum number of lines of a description on a terminal.
MAX_LINES = 6


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
    """Return a result as JSON: models become objects."""
    return value.to_dict() if hasattr(value, "to_dict") else value


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
    shown = {clean(name): _cell(each) for name, each in content.items()}
    width = max(map(len, shown), default=0)
    for name, text in shown.items():
        write(f"{name + ':':{width + 1}} {text}" if is_terminal(sys.stdout) else f"{name}\t{text}")


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
        self._widths: Optional[Sequence[int]] = None

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
            return
        colours = has_colours(self._state, sys.stdout)
        for name, *others in rows:
            write("\t".join([_bold(name, colours=colours), *others]))

    def _draw(self, rows: List[List[str]]) -> None:
        """Draw rows. Later pages continue the table with the widths of the first one."""
        if not rows:
            return
        try:
            from ._tables import draw
        except ImportError:
            for cells in rows:
                write("  ".join(cells))
            return
        self._widths = draw(self._columns, rows, self._widths, colours=has_colours(self._state, sys.stdout))


def _bold(text: str, *, colours: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colours else text


def tree(state: State, function: Any) -> None:
    """Print a function with its parameters: as a tree on a terminal, and indented in a pipe."""
    if state.flag("json"):
        json_line(plain(function))
        return
    from ._schema import parameters

    lines = _wrapped(f"{clean(function.name)}: {clean(function.description)}".rstrip(": "), "")
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
    word = " (required)" if parameter["required"] else ""
    start, bar = ("└── ", "    ") if last else ("├── ", "│   ")
    if not is_terminal(sys.stdout):
        start = bar = "    "
    lines = [f"{start}{_bold(name, colours=colours)}: {clean(parameter['type'])}{word}"]
    if parameter["enum"]:
        lines += _wrapped(f"one of {', '.join(map(value_text, parameter['enum']))}", f"{bar}    ")
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
    return textwrap.wrap(
        text[: width * (MAX_LINES + 1)],
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        max_lines=MAX_LINES,
        placeholder=" …",
    )
