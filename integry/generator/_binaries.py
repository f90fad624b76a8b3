"""Rules for binary strings: files in multipart bodies, and text in JSON, which has no binary values."""

from __future__ import annotations

from typing import Any, Iterator

from ._media import media_kind
from ._references import MAX_REFERENCES, Document, local_pointer, references
from ._values import kind_of


def is_binary(node: dict[str, Any]) -> bool:
    """Return True for a schema of bytes. FastAPI documents files by their media type since version 0.129."""
    has_media_type = "contentMediaType" in node and "contentEncoding" not in node
    types = node.get("type")
    is_text = "string" in types if isinstance(types, list) else kind_of(node) == "string"
    return is_text and (has_media_type or node.get("format") == "binary")


def with_files(document: Document) -> set[str]:
    """Return the JSON pointers of the schemas of forms, multipart bodies and downloads, in which bytes are files."""
    found: set[str] = set()
    waiting = [*_schemas_of_files(document)]
    while waiting:
        for reference in references(waiting.pop()):
            target = local_pointer(reference["$ref"])
            if target not in found:
                found.add(target)
                waiting.append(document.find(target))
    return found


def _schemas_of_files(document: Document) -> Iterator[Any]:
    """Yield the schemas of forms, multipart bodies and downloads."""
    for item in document.data["paths"].values():
        for operation in _target(document, item).values():
            given = _target(document, operation)
            for body in (given.get("requestBody"), *_values(given.get("responses"))):
                content = _target(document, body).get("content")
                for name, media in content.items() if isinstance(content, dict) else ():
                    kind = media_kind(document.media_types.get(str(name), str(name)))
                    schema = _target(document, media).get("schema")
                    # Other bodies, such as XML, are not parsed, and have the schemas of the JSON beside them.
                    if kind in ("data", "files") or (kind == "bytes" and is_binary(_target(document, schema))):
                        yield schema


def _values(node: Any) -> list[Any]:
    return [*node.values()] if isinstance(node, dict) else []


def _target(document: Document, node: Any) -> dict[str, Any]:
    """Return the object at the end of a chain of references, or an empty one. Others warn of missing targets."""
    for _ in range(MAX_REFERENCES):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            break
        node = document.find(node["$ref"])
    return node if isinstance(node, dict) else {}
