"""Rules for fields that only one side sets: the server (`readOnly`) or the client (`writeOnly`)."""

from __future__ import annotations

from typing import Any, Iterable

from ._merge import Part
from ._references import Document
from ._values import listed

#: The keys of a schema of an object, with the names of its fields that one side sets, and the words for them.
WORDS = {"x-read-only": "readOnly", "x-write-only": "writeOnly"}
#: Maximum number of schemas inside each other.
_DEEPEST = 8


def with_directions(document: Document, schema: dict[str, Any], parts: Iterable[Part]) -> None:
    """Write the names of the fields that only one side sets into a schema, as the parser does not say it.

    Args:
        document: The document.
        schema: The written schema.
        parts: The schemas that it is composed of.
    """
    fields = [field for part in parts for field in part.properties.items()]
    found = {
        key: [*dict.fromkeys(name for name, node in fields if _says(document, node, word))]
        for key, word in WORDS.items()
    }
    both = set.intersection(*map(set, found.values()))
    schema.update({key: [name for name in names if name not in both] for key, names in found.items() if names})


def _says(document: Document, node: Any, word: str, depth: int = 0) -> bool:
    """Return True if a schema, or one that it is an alias or a part of, has a word."""
    if not isinstance(node, dict) or depth > _DEEPEST:
        return False
    parts = listed(node, "allOf")
    if isinstance(node.get("$ref"), str):
        parts = [*parts, document.find(node["$ref"])]
    return node.get(word) is True or any(_says(document, part, word, depth + 1) for part in parts)
