"""Variable tags: `{first_name}` in the arguments of a function is a placeholder for a variable.

A tag is a name in single braces: a letter or underscore, then letters, combining marks, digits, `_`, `.` or `-`. Other
braces are not tags: JSON in a string, `{}`, `{{name}}`. Tags are found in strings at any depth of lists and objects,
but not in the keys of objects. Values are converted as for a call: a dataclass becomes an object and a date becomes a
string. Values that cannot be sent raise InvalidRequest.

The server substitutes tags when a function is called with `variables`. The functions here do it locally, for a check or
a preview. The API reference does not say what happens to nested values, unknown tags and variables that are not
strings. The functions follow the vendor's browser SDK, which leaves unknown tags unchanged.
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

#: Text in single braces that begins with a letter or underscore.
_BRACES = re.compile(r"(?<!\{)\{([^\W\d][^{}]*)\}(?!\})")
_NAME = re.compile(r"[\w.-]+")
#: Zero-width joiners, which Persian, Hindi and other languages use inside words.
_JOINERS = "\u200c\u200d"


def find(value: Any) -> Set[str]:
    """Return the names of the tags in a value.

    Example:
        ```python
        from integry import tags

        assert tags.find({"text": "{first_name} signed up"}) == {"first_name"}
        ```

    Args:
        value: A string, or lists and objects that contain strings.

    Returns:
        The names, without braces.

    Raises:
        InvalidRequest: If the value cannot be serialized as JSON.
    """
    return {name for _, name in _iter_tags(_to_json(value))}


def missing(value: Any, variables: Mapping[str, Any]) -> Dict[str, List[str]]:
    """Return the tags in a value that have no variable, and their places.

    Args:
        value: A string, or lists and objects that contain strings.
        variables: The variables by name.

    Returns:
        A list of places such as `blocks[0].text`, by name of the tag. The dict is empty if all tags have a variable.

    Raises:
        InvalidRequest: If the value or the names of variables cannot be serialized as JSON.
    """
    found: Dict[str, Dict[str, None]] = {}
    names = _keys_by_name(variables)
    for place, name in _iter_tags(_to_json(value)):
        if name not in names:
            found.setdefault(name, {})[place] = None
    return {name: list(places) for name, places in found.items()}


def substitute(value: Any, variables: Mapping[str, Any]) -> Any:
    """Return a copy of a value with its tags replaced by variables.

    If a whole string is one tag, it is replaced by a copy of the variable, which keeps its type. In a longer string,
    strings, dates and UUIDs are inserted as text, and other values as JSON (`true`, `null`). Tags without a variable
    are left unchanged.

    Example:
        ```python
        from integry import tags

        arguments = {"text": "Hello {first_name}", "plan": "{plan}"}
        assert tags.substitute(arguments, {"first_name": "John", "plan": 1}) == {"text": "Hello John", "plan": 1}
        ```

    Args:
        value: A string, or lists and objects that contain strings. It is not changed.
        variables: The variables by name.

    Returns:
        The copy, as str, int, float, bool, None, lists and dicts.

    Raises:
        InvalidRequest: If the value or a variable cannot be serialized as JSON.
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
    """Return a copy of a value as a request sends it: lists and dicts of str, int, float, bool and None.

    Args:
        value: The value.
        place: The name of the value, for the message.

    Raises:
        InvalidRequest: If the value cannot be serialized as JSON. The message names the place of the wrong part.
    """
    try:
        return unstructure(value, place)
    except GeneratedInvalidRequest as error:
        raise InvalidRequest(str(error)) from error


def _keys_by_name(variables: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the keys of `variables` by their names in JSON. A key may be a member of an enum, for example.

    Raises:
        InvalidRequest: If `variables` is not a mapping.
    """
    if not isinstance(variables, Mapping):
        refuse("variables", "a dict", variables)
    return {key if type(key) is str else next(iter(_to_json({key: None}))): key for key in variables}


def _is_name(text: str) -> bool:
    """Return True if a string is the name of a tag. Combining marks, which are not alphanumeric, are allowed."""
    return bool(_NAME.fullmatch(text)) or all(
        _NAME.match(character) or character in _JOINERS or category(character)[0] == "M" for character in text
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _map_strings(value: Any, change: Callable[[str], Any]) -> Any:
    """Return a copy of a JSON value with a function applied to its strings."""
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
