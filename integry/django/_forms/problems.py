"""The errors that the server gives for arguments, and the fields that they belong to."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Collection, Iterator, Mapping, Tuple

from ...errors import FunctionCallError, InvalidRequest
from .values import printable, text_of

#: Maximum number of errors that a form shows, and of nested lists and objects that are searched for them.
MAX_ERRORS, MAX_DEPTH = 100, 8
#: Maximum number of characters of a message.
MAX_MESSAGE = 1000
#: The separators of a path, as in `emails.0.value` and `blocks[0].text`.
_SEPARATOR = re.compile(r"[.\[/]")


def problems_of(error: Exception, fields: Collection[str]) -> Iterator[Tuple[str, str]]:
    """Yield the name of a field, and a message, for each problem that an error describes.

    Args:
        error: The error.
        fields: The names of the fields. Problems of others get an empty name, and a message that begins with the path.
    """
    for path, message in islice(_iter_problems(_details(error)), MAX_ERRORS):
        name = _field_of(path, fields)
        rest = path if name is None else path[len(name) :].lstrip("./")
        yield name or "", printable(f"{rest}: {message}" if rest else message)[:MAX_MESSAGE]


def _details(error: Exception) -> Any:
    """Return what an error says about arguments: an object by argument, a list, or the message."""
    if isinstance(error, InvalidRequest):
        missing = {
            place: f"There is no variable for the tag {{{name}}}."
            for name, places in getattr(error, "missing", {}).items()
            for place in places
        }
        return missing or getattr(error, "arguments", None) or str(error)
    if isinstance(error, FunctionCallError):
        return getattr(error, "arguments", None) or error.error_details or error.error or str(error)
    return str(error)


def _iter_problems(details: Any, path: str = "", depth: int = 0) -> Iterator[Tuple[str, str]]:
    """Yield paths and messages. A list of texts has messages for its own path."""
    if isinstance(details, Mapping) and depth < MAX_DEPTH:
        for name, each in details.items():
            yield from _iter_problems(each, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(details, list) and depth < MAX_DEPTH:
        for number, each in enumerate(details):
            is_message = not isinstance(each, (Mapping, list))
            yield from _iter_problems(each, path if is_message or not path else f"{path}.{number}", depth + 1)
    else:
        yield path, text_of(details)


def _field_of(path: str, fields: Collection[str]) -> Any:
    """Return the longest beginning of a path that is the name of a field; None without one."""
    if path in fields:
        return path
    ends = [found.start() for found in _SEPARATOR.finditer(path[:MAX_MESSAGE])]
    return next((path[:end] for end in reversed(ends) if path[:end] in fields), None)
