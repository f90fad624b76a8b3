"""Variable tags: `{first_name}` in the arguments of a function stands for a variable.

A tag is a name in single braces: a letter or underscore, then letters, digits, `_`, `.` or `-`. Other braces are left
alone: JSON in a text, `{}`, `{{name}}`. Tags are looked for in strings, however deep in lists and objects they are; not
in the keys of objects.

The server substitutes tags when a function is called with `variables`. What is here does it locally, to check or to
preview. Nesting, unknown tags and values that are no strings are not documented; this follows the vendor's browser SDK,
which leaves unknown tags as they are.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Mapping, Set, Tuple

from ._arguments import refuse
from .errors import InvalidRequest

_TAG = re.compile(r"(?<!\{)\{([^\W\d][\w.-]*)\}(?!\})")


def find(value: Any) -> Set[str]:
    """The names of the tags in a value.

    Args:
        value: A string, or lists and objects with strings in them.

    Returns:
        The names, without braces.

    Raises:
        InvalidRequest: If the value is nested too deeply, or no JSON. So do the others here.
    """
    with _refusing():
        return {name for _, name in _walk(value)}


def missing(value: Any, variables: Mapping[str, Any]) -> Dict[str, List[str]]:
    """The tags in a value that have no variable, and where they stand.

    Args:
        value: A string, or lists and objects with strings in them.
        variables: The variables by name.

    Returns:
        For each name the places, such as `blocks[0].text`, each once; empty if all tags have a variable.
    """
    _check_variables(variables)
    found: Dict[str, Dict[str, None]] = {}
    with _refusing():
        for place, name in _walk(value):
            if name not in variables:
                found.setdefault(name, {})[place] = None
    return {name: list(places) for name, places in found.items()}


def substitute(value: Any, variables: Mapping[str, Any]) -> Any:
    """A copy of a value with its tags replaced by variables.

    A string that is one tag and nothing else becomes a copy of the variable, whatever its type. In a longer string it
    becomes text, as JSON writes it (`true`, `null`). Tags without a variable stay.

    Args:
        value: A string, or lists and objects with strings in them. It is not changed.
        variables: The variables by name.

    Returns:
        The value with the same nesting.
    """

    def replace(text: str) -> Any:
        whole = _TAG.fullmatch(text)
        if whole:
            return _map(variables.get(whole.group(1), text), str)
        return _TAG.sub(lambda tag: _text(variables.get(tag.group(1), tag.group(0))), text)

    _check_variables(variables)
    with _refusing():
        return _map(value, replace)


def _check_variables(variables: Any) -> None:
    if not isinstance(variables, Mapping):
        refuse("variables", "a dict", variables)


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse what no JSON encoder could write either."""
    try:
        yield
    except RecursionError:
        message = "The value is nested too deeply: no JSON encoder could write it either"
        raise InvalidRequest(message) from None
    except ValueError as error:
        # A circle, a key that is no text, an int of more digits than Python writes.
        message = f"The value cannot be written as JSON: {error}"
        raise InvalidRequest(message) from error


def _text(value: Any) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    except TypeError as error:
        raise ValueError(*error.args) from error


def _map(value: Any, change: Callable[[str], Any]) -> Any:
    """A copy of a value with its strings changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _map(part, change) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_map(part, change) for part in value]
    return value


def _walk(value: Any, place: str = "") -> Iterator[Tuple[str, str]]:
    """The tags in a value: the place and the name of each."""
    if isinstance(value, str):
        for tag in _TAG.finditer(value):
            yield place, tag.group(1)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _walk(part, f"{place}.{key}" if place else str(key))
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from _walk(part, f"{place}[{number}]")
