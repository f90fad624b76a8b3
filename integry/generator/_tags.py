"""For `--include-tags`: the components that operations with these tags need."""

from __future__ import annotations

from typing import Any, Iterable, Iterator

from ._errors import GenerationError
from ._references import Document, keys, pointer, references
from ._report import Report
from ._values import listed

#: The tag of operations without a tag, which is also the name of their generated package.
UNTAGGED = "default"


def tags_of(operation: dict[str, Any]) -> list[str]:
    """Return the tags of an operation."""
    tags = operation.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) and tags else [UNTAGGED]


def with_needed_schemas(
    document: dict[str, Any], tags: Iterable[str], methods: Iterable[str], spec: str
) -> dict[str, Any]:
    """Return a document without the components that no operation of the tags needs.

    Args:
        document: The document. All of its operations are kept, because references may lead into them.
        tags: The tags. If it is empty, all components are kept.
        methods: The keys of operations in a path item, such as "get".
        spec: Path or URL of the document, for messages.

    Raises:
        GenerationError: If no operation has one of the tags.
    """
    wanted = [*tags]
    if not wanted:
        return document
    source = Document(document, Report())
    found = [*_operations(source, [*methods])]
    _check_known(wanted, {tag: None for operation, _ in found for tag in tags_of(operation)}, spec)
    parts = [part for operation in found if not set(wanted).isdisjoint(tags_of(operation[0])) for part in operation]
    reached = _reached(source, parts)
    schemas = {name: node for name, node in document["components"]["schemas"].items() if name in reached}
    return {**document, "components": {**document["components"], "schemas": schemas}}


def _operations(source: Document, methods: list[str]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the operations, each with the parameters of its path item."""
    for node in source.data["paths"].values():
        item = source.resolve(node, "")
        for method in methods:
            if isinstance(item.get(method), dict):
                yield source.resolve(item[method], ""), item.get("parameters")


def _check_known(wanted: list[str], known: Iterable[str], spec: str) -> None:
    known = [*known]
    missing = [tag for tag in wanted if tag not in known]
    if missing:
        named = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")  # noqa: PLR2004 (a document may have hundreds)
        message = f"{spec} has no operation with the tag {missing[0]!r}; its tags are: {named}"
        raise GenerationError(message)


def _reached(source: Document, waiting: list[Any]) -> set[str]:
    """Return the names of all components that parts of the document refer to, directly or through others."""
    children = _children(source.data["components"]["schemas"])
    seen: set[tuple[str, ...]] = set()
    names: set[str] = set()
    while waiting:
        node = waiting.pop()
        for path in [tuple(keys(reference)) for reference in _targets(node)]:
            # Keep the whole component if a reference leads to a part of it.
            target = path[:3] if path[:2] == _SCHEMAS else path
            if target not in seen:
                seen.add(target)
                found = source.find(pointer(*target))
                waiting.append(found)
                if target[:2] == _SCHEMAS:
                    names.add(target[-1])
                    is_base = isinstance(found, dict) and "discriminator" in found
                    waiting.extend({"$ref": child} for child in children.get(target[-1], ()) if is_base)
    return names


_SCHEMAS = ("components", "schemas")


def _children(schemas: dict[str, Any]) -> dict[str, list[str]]:
    """Return, for the name of each component, references to the components that extend it by `allOf`."""
    found: dict[str, list[str]] = {}
    for name, node in schemas.items():
        for part in listed(node, "allOf") if isinstance(node, dict) else ():
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                found.setdefault(keys(part["$ref"])[-1], []).append(pointer(*_SCHEMAS, name))
    return found


def _targets(node: Any) -> Iterator[str]:
    """Yield the local references in a part of the document, including the names in the mappings of discriminators."""
    for found in references(node):
        if found["$ref"].startswith("#/"):
            yield found["$ref"]
    for found in _discriminators(node):
        mapping = found.get("mapping")
        for value in mapping.values() if isinstance(mapping, dict) else ():
            yield str(value) if str(value).startswith("#/") else pointer(*_SCHEMAS, str(value))


def _discriminators(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the discriminators in a part of the document."""
    if isinstance(node, dict) and isinstance(node.get("discriminator"), dict):
        yield node["discriminator"]
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _discriminators(part)
