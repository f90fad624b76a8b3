"""Variable tags: `{first_name}` in the arguments of a function stands for a variable.

A tag is a name in single braces: a letter or underscore, then letters, combining marks, digits, `_`, `.` or `-`. Other
braces are left alone: JSON in a text, `{}`, `{{name}}`. Tags are looked for in strings, however deep in lists and
objects they are; not in the keys of objects. Values are taken as a call would send them: a dataclass is an object, a
date is its text, and what cannot be sent is refused.

The server substitutes tags when a function is called with `variables`. What is here does it locally, to check or to
preview. Nesting, unknown tags and values that are no strings are not documented; this follows the vendor's browser SDK,
which leaves unknown tags as they are.
"""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, Iterator, List, Mapping, Set, Tuple
from unicodedata import category

from ._arguments import refuse
from ._generated._values import unstructure
from ._generated.errors import InvalidRequest as GeneratedInvalidRequest
from .errors import InvalidRequest

#: A text in single braces that begins as a name does.
_BRACES = re.compile(r"(?<!\{)\{([^\W\d][^{}]*)\}(?!\})")
_NAME = re.compile(r"[\w.-]+")
#: The joiners that Persian, Hindi and other languages write inside of words.
_JOINERS = "\u200c\u200d"


def find(value: Any) -> Set[str]:
    """Return the names of the tags in a value.

    Args:
        value: A string, or lists and objects with strings in them.

    Returns:
        The names, without braces.

    Raises:
        InvalidRequest: If the value cannot be written as JSON. So do the other functions here.
    """
    return {name for _, name in _iter_tags(_to_json(value))}


def missing(value: Any, variables: Mapping[str, Any]) -> Dict[str, List[str]]:
    """Return the tags in a value that have no variable, and where they stand.

    Args:
        value: A string, or lists and objects with strings in them.
        variables: The variables by name.

    Returns:
        For each name the places, such as `blocks[0].text`, each once; empty if all tags have a variable.
    """
    found: Dict[str, Dict[str, None]] = {}
    names = _keys_by_name(variables)
    for place, name in _iter_tags(_to_json(value)):
        if name not in names:
            found.setdefault(name, {})[place] = None
    return {name: list(places) for name, places in found.items()}


def substitute(value: Any, variables: Mapping[str, Any]) -> Any:
    """Return a copy of a value, as JSON, with its tags replaced by variables.

    A string that is one tag and nothing else becomes a copy of the variable, whatever its type. In a longer string it
    becomes text: strings, dates and UUIDs as they are, other values as JSON writes them (`true`, `null`). Tags without
    a variable stay.

    Args:
        value: A string, or lists and objects with strings in them. It is not changed.
        variables: The variables by name.

    Returns:
        The value with the same nesting.
    """
    names = _keys_by_name(variables)

    def variable(tag: re.Match[str]) -> Any:
        name = tag.group(1)
        if name not in names or not _is_name(name):
            return tag.group(0)
        return _to_json(variables.get(names[name]), f"variables.{name}")

    def replace(text: str) -> Any:
        whole = _BRACES.fullmatch(text)
        return variable(whole) if whole else _BRACES.sub(lambda tag: _text(variable(tag)), text)

    return _map_strings(_to_json(value), replace)


def _to_json(value: Any, place: str = "") -> Any:
    """Return a copy of a value as a request would carry it: lists and dicts of str, int, float, bool and None.

    Args:
        value: The value.
        place: Its name, for the message.

    Raises:
        InvalidRequest: If it cannot be written as JSON; the message says where it stands.
    """
    try:
        return unstructure(value, place)
    except GeneratedInvalidRequest as error:
        raise InvalidRequest(str(error)) from error


def _keys_by_name(variables: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the keys of variables, by their names in JSON.

    Raises:
        InvalidRequest: If the variables are no mapping.
    """
    if not isinstance(variables, Mapping):
        refuse("variables", "a dict", variables)
    return {key if type(key) is str else next(iter(_to_json({key: None}))): key for key in variables}


def _is_name(text: str) -> bool:
    """Return True if a text is the name of a tag; combining marks are not alphanumeric."""
    return bool(_NAME.fullmatch(text)) or all(
        _NAME.match(character) or character in _JOINERS or category(character)[0] == "M" for character in text
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _map_strings(value: Any, change: Callable[[str], Any]) -> Any:
    """Return a copy of a JSON value with its strings changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _map_strings(part, change) for key, part in value.items()}
    return [_map_strings(part, change) for part in value] if isinstance(value, list) else value


def _iter_tags(value: Any, place: str = "") -> Iterator[Tuple[str, str]]:
    """Yield the place and the name of each tag in a JSON value."""
    if isinstance(value, str):
        for tag in _BRACES.finditer(value):
            if _is_name(tag.group(1)):
                yield place, tag.group(1)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _iter_tags(part, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _iter_tags(part, f"{place}[{number}]")
