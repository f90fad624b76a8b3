"""A YAML 1.2 loader: `on` and 2024-01-01 are strings, and keys are always strings."""

from __future__ import annotations

import re
from typing import Any, Callable

import yaml
from yaml.constructor import ConstructorError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ._errors import AliasError

#: PyYAML's parser in C takes a tenth of the time. It is typed as Any, because some builds of PyYAML do not have it.
_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TAG = "tag:yaml.org,2002:"
#: Maximum number of values in a document after expanding YAML aliases: ten times the size of GitHub's document.
MAX_VALUES = 2_500_000


def _integer(text: str) -> int:
    return int(text, 0) if re.match(r"[-+]?0[ox]", text) else int(text)


def _number(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


#: The types of scalars other than strings: a pattern, the first characters, and a function that returns the value.
_TYPES: dict[str, tuple[re.Pattern[str], str, Callable[[str], Any]]] = {
    "bool": (re.compile(r"true|True|TRUE|false|False|FALSE"), "tTfF", lambda text: text.lower() == "true"),
    "null": (re.compile(r"~|null|Null|NULL|"), "~nN", lambda _: None),
    "int": (re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"), "-+0123456789", _integer),
    "float": (
        re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
        "-+.0123456789",
        _number,
    ),
}
_BY_FIRST: dict[str, list[tuple[re.Pattern[str], Callable[[str], Any]]]] = {
    first: [(pattern, value) for pattern, firsts, value in _TYPES.values() if first in firsts]
    for first in "tTfF~nN-+.0123456789"
}
_CONVERTERS = {f"{_TAG}{name}": (pattern, value) for name, (pattern, _, value) in _TYPES.items()}
#: The tags that each kind of value may have. JSON has no dates and sets: they are texts, lists and dicts.
_TAGS = {
    kind: {None, "!", *(f"{_TAG}{name}" for name in names)}
    for kind, names in (
        (ScalarEvent, ("str", "binary", "timestamp", *_TYPES)),
        (MappingStartEvent, ("map", "set")),
        (SequenceStartEvent, ("seq", "omap", "pairs")),
    )
}


def load_yaml(text: str) -> Any:
    """Return the value of a YAML document.

    Raises:
        yaml.YAMLError: If the text is not valid YAML, or has several documents.
        AliasError: If an alias refers to a value that contains it, or the value has too many values.
    """
    loader = _Loader(text)
    value = loader.document()
    if loader.anchors:
        _refuse_bombs(value)
    return value


def _refuse_bombs(document: Any) -> None:
    """Reject YAML bombs: documents whose aliases are recursive, or expand to more than MAX_VALUES values."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if id(node) not in sizes:
            sizes[id(node)] = -1  # being computed: if this value is found again, there is a cycle
            sizes[id(node)] = 1 + sum(size(part) if isinstance(part, (dict, list)) else 1 for part in parts)
        if sizes[id(node)] < 0:
            message = "a YAML alias refers to a node that contains it"
            raise AliasError(message)
        return sizes[id(node)]

    whole = size(document)
    if whole > MAX_VALUES:
        message = f"with its YAML aliases expanded it has {float(whole):.0e} values"
        raise AliasError(message)


class _Loader:
    """Builds the value of a document from PyYAML's events, because PyYAML's tree of nodes needs much memory.

    Args:
        text: A YAML text.
    """

    def __init__(self, text: str) -> None:
        self.next: Callable[[], Any] = _Parser(text).get_event
        #: The values with an anchor, by its name, and the texts of those that are scalars.
        self.anchors: dict[str, Any] = {}
        self.texts: dict[str, str | None] = {}
        #: The ids of the mappings whose end was not read yet.
        self.unfinished: set[int] = set()
        #: Each key once, because most keys are in many mappings.
        self.keys: dict[str, str] = {}
        #: Number of entries that merge keys have added.
        self.added = 0

    def document(self) -> Any:
        """Return the value of the only document."""
        self.next()
        start = self.next()
        if not isinstance(start, DocumentStartEvent):
            return None
        value = self.value(self.next())
        self.next()
        end = self.next()
        if not isinstance(end, StreamEndEvent):
            message = "expected a single document, but found another one"
            raise ConstructorError(None, None, message, end.start_mark)
        return value

    def value(self, event: Any) -> Any:
        """Return the value that starts with an event."""
        if isinstance(event, ScalarEvent):
            return self.anchored(event, self.scalar(event))
        if isinstance(event, MappingStartEvent):
            return self.mapping(event)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(event)
        if event.anchor not in self.anchors:
            raise ConstructorError(None, None, f"found undefined alias {event.anchor!r}", event.start_mark)
        return self.anchors[event.anchor]

    def anchored(self, event: Any, value: Any) -> Any:
        """Return a value, and keep it if its event has an anchor."""
        if event.tag is not None and event.tag not in _TAGS[type(event)]:
            message = f"could not determine a constructor for the tag {event.tag!r}"
            raise ConstructorError(None, None, message, event.start_mark)
        if event.anchor is not None:
            self.anchors[event.anchor] = value
            self.texts[event.anchor] = event.value if isinstance(event, ScalarEvent) else None
        return value

    def scalar(self, event: Any) -> Any:
        """Return the value of a scalar: a string if it is quoted, or if its text has no other type."""
        text: str = event.value
        if event.tag in _CONVERTERS:
            pattern, value = _CONVERTERS[event.tag]
            if not pattern.fullmatch(text):
                message = f"found {text!r}, which the tag {event.tag!r} does not allow"
                raise ConstructorError(None, None, message, event.start_mark)
            return value(text)
        if event.tag is None and event.implicit[0]:
            if not text:
                return None
            for pattern, value in _BY_FIRST.get(text[0], ()):
                if pattern.fullmatch(text):
                    return value(text)
        return text

    def sequence(self, event: Any) -> list[Any]:
        """Return the list that starts with an event."""
        found: list[Any] = self.anchored(event, [])
        while not isinstance(part := self.next(), SequenceEndEvent):
            found.append(self.value(part))
        return found

    def mapping(self, event: Any) -> dict[str, Any]:
        """Return the dict that starts with an event, with string keys and the entries of its merge keys (`<<`)."""
        found: dict[str, Any] = self.anchored(event, {})
        self.unfinished.add(id(found))
        seen: set[str] = set()
        merged: dict[str, Any] = {}
        while not isinstance(key := self.next(), MappingEndEvent):
            name = self.key(key)
            if name in seen:
                raise ConstructorError(None, None, f'found duplicate key "{name}"', key.start_mark)
            seen.add(name)
            value = self.value(self.next())
            if name == "<<" and isinstance(key, ScalarEvent) and key.implicit[0]:
                merged = self.merged(value, key)
            else:
                found[name] = value
        if merged:
            merged.update(found)
            found.clear()
            found.update(merged)
        self.unfinished.discard(id(found))
        return found

    def key(self, event: Any) -> str:
        """Return the text of a key of a mapping, which must be a scalar."""
        text: str | None = None
        anchor, mark = event.anchor, event.start_mark
        if isinstance(event, ScalarEvent):
            text = event.value
            if anchor is not None or event.tag is not None:
                self.value(event)
        elif isinstance(event, AliasEvent):
            self.value(event)
            text = self.texts[anchor]
        if text is None:
            raise ConstructorError(None, None, "found a key that is not a text", mark)
        return self.keys.setdefault(text, text)

    def merged(self, value: Any, key: Any) -> dict[str, Any]:
        """Return the entries of the mappings of a merge key. The first mapping with a key takes precedence."""
        found: dict[str, Any] = {}
        for mapping in value if isinstance(value, list) else [value]:
            if not isinstance(mapping, dict) or id(mapping) in self.unfinished:
                message = "expected a mapping, or a list of mappings, outside of this one for merging"
                raise ConstructorError(None, None, message, key.start_mark)
            self.added += len(mapping)
            if self.added > MAX_VALUES:
                message = f"its YAML merge keys add more than {MAX_VALUES:,} values"
                raise AliasError(message)
            for name, part in mapping.items():
                found.setdefault(name, part)
        return found
