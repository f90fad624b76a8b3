"""Representations for people: one line in a terminal, and a table in a notebook."""

import reprlib
from typing import Any, Dict, Iterable, Mapping, Sequence

import attrs

#: Maximum number of characters in the one-line repr of a model.
MAX_LINE = 200
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


class _Short(reprlib.Repr):
    """A `reprlib.Repr` that shortens long values, and shows dates in ISO 8601."""

    def repr_datetime(self, value: Any, _: int) -> str:
        """Return a date-time in ISO 8601. reprlib calls this method for values whose class is named `datetime`."""
        text: str = value.isoformat()
        return text


_short = _Short()
_short.maxstring = _short.maxother = 60
_short.maxlong = 40
_short.maxdict = _short.maxlist = _short.maxtuple = 4
_short.maxlevel = 2


def short(value: Any) -> str:
    """Return the repr of a value, with long texts, lists and dicts shortened."""
    return _short.repr(value)


def shown(model: Any) -> Dict[str, Any]:
    """Return the fields that the repr of a model shows: all but secrets, None and default values.

    The repr shows only the names of undocumented fields, because their values may be secrets.
    """
    items = [item for item in attrs.fields(type(model)) if item.repr and item.init]
    found = {item.name: getattr(model, item.name) for item in items}
    defaults = {item.name: item.default for item in items}
    result = {name: value for name, value in found.items() if value is not None and value is not defaults[name]}
    unknown = list(getattr(model, "additional_properties", ()))
    return {**result, "additional_keys": unknown} if unknown else result


def one_line(name: str, values: Mapping[str, Any]) -> str:
    """Return `Name(field=value, …)`. The text between the brackets is cut to `MAX_LINE` characters."""
    parts = [f"{field}={short(value)}" for field, value in values.items()]
    text = ", ".join(parts)
    return f"{name}({text})" if len(text) <= MAX_LINE else f"{name}({text[:MAX_LINE]}…)"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return an HTML table with escaped cells: strings without quotes, other values by their repr."""
    lines = [_row("th", head), *(_row("td", [_cell(value) for value in row]) for row in rows)]
    return f"<table><caption>{_escape(caption)}</caption>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else short(value)
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}…"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{_escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


__all__ = ["one_line", "short", "shown", "table"]
