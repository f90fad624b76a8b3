"""Template filters for texts. They are faster than those of openapi-python-client and jinja2."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.filters import do_indent, do_wordwrap
from openapi_python_client import strings
from openapi_python_client.schema.untrusted_string import UntrustedString

#: Control characters, backslashes and triple quotes, which have a meaning in a docstring.
_SPECIAL = re.compile(r'[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\\]|"""')


def safe_for_docstring(value: Any) -> str:
    """Escape a text so that it cannot end its docstring, as openapi-python-client's function of this name does."""
    text = value.get_untrusted_value() if isinstance(value, UntrustedString) else value
    return text if isinstance(text, str) and not _SPECIAL.search(text) else strings.safe_for_docstring(value)


@lru_cache(maxsize=1024)
def _wrapped(environment: Environment, line: str, width: int) -> str:
    return do_wordwrap(environment, line, width)


@pass_environment
def wordwrap(environment: Environment, text: str, width: int) -> str:
    """Wrap the lines of a text at a width, as jinja2's filter does. Short lines stay as they are."""
    return "\n".join(
        line if len(line) <= width and line == line.rstrip() else _wrapped(environment, line, width)
        for line in text.splitlines()
    )


def indent(text: str, *options: Any, **more: Any) -> str:
    """Indent all lines of a text but the first one and empty lines, as jinja2's filter does."""
    if len(options) > 1 or more:
        return do_indent(text, *options, **more)
    lines = text.split("\n")
    if not all(line.isprintable() for line in lines):
        return do_indent(text, *options)
    width = options[0] if options else 4
    margin = width if isinstance(width, str) else " " * width
    return "\n".join([lines[0], *(margin + line if line else line for line in lines[1:])])


def in_double_quote_literal(value: Any) -> str:
    """Escape a text for a string in double quotes. openapi-python-client's function of this name drops line breaks."""
    text = value.get_untrusted_value() if isinstance(value, UntrustedString) else value
    if not isinstance(text, str):
        return strings.in_double_quote_literal(value)
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    return escaped if text.isprintable() else "".join(map(_escaped, escaped))


def _escaped(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def docstring(content: str) -> str:
    """Return a docstring with a text, like the macro of the same name in helpers.jinja."""
    text = content.strip()
    # Add a space after a final quote: four quotes in a row would be a syntax error.
    return f'"""{text}{chr(10) if chr(10) in text else " " if text.endswith(chr(34)) else ""}"""'
