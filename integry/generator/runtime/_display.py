"""Objects for people: one line in a terminal, a table in a notebook."""

import reprlib
from typing import Any, Dict, Iterable, Mapping, Sequence

import attrs

#: Maximum number of characters of a line.
LINE = 200
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


class _Short(reprlib.Repr):
    """Shortened reprs, which write dates as people do."""

    def repr_datetime(self, value: Any, _: int) -> str:
        """Return a date-time in ISO 8601; it has this name for reprlib."""
        text: str = value.isoformat()
        return text


_short = _Short()
_short.maxstring = _short.maxother = 60
_short.maxlong = 40
_short.maxdict = _short.maxlist = _short.maxtuple = 4
_short.maxlevel = 2


def short(value: Any) -> str:
    """Return the repr of a value, shortened: of long texts, lists and dicts only a part is shown."""
    return _short.repr(value)


def shown(model: Any) -> Dict[str, Any]:
    """Return the fields of a model that say something: no secrets, no None, and no field with its default.

    Of undocumented fields the names are shown, as their values may be secrets.
    """
    items = [item for item in attrs.fields(type(model)) if item.repr and item.init]
    found = {item.name: getattr(model, item.name) for item in items}
    defaults = {item.name: item.default for item in items}
    result = {name: value for name, value in found.items() if value is not None and value is not defaults[name]}
    unknown = list(getattr(model, "additional_properties", ()))
    return {**result, "additional_keys": unknown} if unknown else result


def one_line(name: str, values: Mapping[str, Any]) -> str:
    """Return `Name(field=value, …)` of at most about 200 characters."""
    parts = [f"{field}={short(value)}" for field, value in values.items()]
    text = ", ".join(parts)
    return f"{name}({text})" if len(text) <= LINE else f"{name}({text[:LINE]}…)"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return an HTML table. Everything in it is escaped; texts are shown as they are, other values by their repr."""
    lines = [_row("th", head), *(_row("td", [_cell(value) for value in row]) for row in rows)]
    return f"<table><caption>{_escaped(caption)}</caption>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else short(value)
    return text if len(text) <= LINE else f"{text[:LINE]}…"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{_escaped(cell)}</{tag}>' for cell in cells)}</tr>"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


__all__ = ["one_line", "short", "shown", "table"]
