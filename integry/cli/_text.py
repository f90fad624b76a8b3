"""Texts of servers, made safe for terminals and for programs that read line by line."""

from __future__ import annotations

import json
import re
from typing import Any

#: Characters that control a terminal, break lines, or change the direction of text, and lone surrogates. Joiners
#: (U+200C, U+200D) are left alone, because Persian, Hindi and emoji need them.
_INVISIBLE = (
    "\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\\ud800-\\udfff\\U000e0000-\\U000e007f"
)
_UNSAFE = re.compile(f"[\\x00-\\x1f{_INVISIBLE}]")
_UNSAFE_IN_JSON = re.compile(f"[{_INVISIBLE}]")
_BREAKS = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "surrogatepass").decode()


def clean(text: Any) -> str:
    """Return a text as one line without control characters. Line breaks become spaces; others are shown escaped."""
    return _UNSAFE.sub(_escape, _BREAKS.sub(" ", str(text)))


def clean_lines(text: str) -> str:
    """Return a text without control characters, but with its line breaks."""
    return "\n".join(clean(line) for line in re.split(r"\r\n|\r|\n", text))


def value_text(value: Any) -> str:
    """Return a value as it is written after `key=`: a text as it is, and other values as JSON."""
    return clean(value) if isinstance(value, str) else safe_json(value)


def safe_json(value: Any, indent: Any = None) -> str:
    """Return a value as JSON, readable in all languages, with control characters escaped.

    Args:
        value: The value.
        indent: The number of spaces of an indent; None for one line.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNSAFE_IN_JSON.sub(lambda match: json.dumps(match.group())[1:-1], text)
