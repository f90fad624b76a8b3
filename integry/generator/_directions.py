"""Rules for fields that only the server sets (`readOnly`), or only the client (`writeOnly`)."""

from __future__ import annotations

from typing import Any, Iterable

from ._merge import Part
from ._references import Document
from ._values import listed

#: Keys that this package adds to schemas, and the keyword of the fields that each key lists.
KEYWORDS = {"x-read-only": "readOnly", "x-write-only": "writeOnly"}
#: Maximum depth of nested schemas to search.
_MAX_DEPTH = 8


def with_directions(document: Document, schema: dict[str, Any], parts: Iterable[Part]) -> None:
    """Add lists of `readOnly` and `writeOnly` fields to a schema: openapi-python-client drops these keywords.

    Args:
        document: The document.
        schema: The rewritten schema, to which the names are added.
        parts: The parts of the original schema.
    """
    fields = [field for part in parts for field in part.properties.items()]
    found = {
        key: [*dict.fromkeys(name for name, node in fields if _has_keyword(document, node, keyword))]
        for key, keyword in KEYWORDS.items()
    }
    both = set.intersection(*map(set, found.values()))
    schema.update({key: [name for name in names if name not in both] for key, names in found.items() if names})


def _has_keyword(document: Document, node: Any, keyword: str, depth: int = 0) -> bool:
    """Return True if a schema, the target of its reference, or a part of its allOf has a keyword."""
    if not isinstance(node, dict) or depth > _MAX_DEPTH:
        return False
    if node.get(keyword) is True:
        return True
    parts = listed(node, "allOf")
    if isinstance(node.get("$ref"), str):
        parts.append(document.find(node["$ref"]))
    return bool(parts) and any(_has_keyword(document, part, keyword, depth + 1) for part in parts)
