"""References (`$ref`) in a document. The files that it refers to are copied into the document."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from ._report import Report

#: The key under which the content of referenced files is copied into a document.
FILES = "x-referenced-files"
#: Keys of mappings whose own keys are user-defined names, not OpenAPI keywords.
NAMED = {"properties", "patternProperties", "schemas", "$defs", "definitions", "responses", "parameters", "paths"}
#: Keys whose values are arbitrary JSON, which must stay unchanged.
FREE = {"example", "examples", "default", "const", "value", "enum"}
#: Keywords of OpenAPI that are left out when a JSON pointer becomes the name of a schema.
_WORDS = {
    *("components", "schemas", "properties", "paths", "schema", "content", "application/json", "items", "definitions"),
    *("$defs", "responses", "requestBody", "parameters", "x-referenced-files", "allOf", "oneOf", "anyOf"),
}
#: Maximum number of references to follow from one to the next.
MAX_REFERENCES = 32
#: The warning of a reference that is not followed.
_NOT_FOLLOWED = "a reference to another server or folder is typed as Any, or left out"


class Document:
    """A document whose references can be followed.

    Args:
        data: The document.
        report: Receives warnings of references without a target.
        media_types: The setting `content_type_overrides`, for example {"application/zip": "application/octet-stream"}.
    """

    def __init__(self, data: dict[str, Any], report: Report, media_types: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.report = report
        self.media_types = media_types or {}

    def find(self, reference: str) -> Any:
        """Return the target of a local reference, or None if it has no target."""
        if not reference.startswith("#"):
            return None
        found: Any = self.data
        for key in keys(reference):
            if isinstance(found, dict):
                found = found.get(key)
            else:
                found = found[int(key)] if isinstance(found, list) and key.isdigit() and int(key) < len(found) else None
        return found

    def is_reported(self, reference: str) -> bool:
        """Return True if there is a warning that a reference is not followed."""
        return reference.partition("#")[0] in self.report.causes.get(_NOT_FOLLOWED, ())

    def resolve(self, node: Any, where: str) -> dict[str, Any]:
        """Return the object at the end of a chain of references. Keys beside a reference override those of its target.

        Args:
            node: An object, which may be a reference.
            where: The place of the node, for a warning. If the node is not an object, or a reference has no target,
                the result has only the keys beside the references.
        """
        beside: dict[str, Any] = {}
        for _ in range(MAX_REFERENCES):
            if not isinstance(node, dict):
                break
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return {**node, **beside}
            beside = {**{key: value for key, value in node.items() if key != "$ref"}, **beside}
            node = self.find(reference)
            if node is None and self.is_reported(reference):
                return beside
        dangling, invalid = "a reference has no target, and is left out", "a part is not an object, and is left out"
        self.report.warn(dangling if node is None else invalid, where)
        return beside


@lru_cache(maxsize=None)
def keys(reference: str) -> tuple[str, ...]:
    """Return the keys of a JSON pointer."""
    parts = unquote(reference.lstrip("#")).split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


@lru_cache(maxsize=None)
def local_pointer(reference: str) -> str:
    """Return a local reference in the form of `pointer`. Return any other reference unchanged."""
    return pointer(*keys(reference)) if reference.startswith("#") else reference


def pointer(*parts: str) -> str:
    """Return keys as a JSON pointer in a URL fragment, in which `%` is escaped too."""
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1").replace("%", "%25") for part in parts)


def reference_name(parts: Sequence[str]) -> str:
    """Return a name for a schema outside of the components: the last two names in its JSON pointer."""
    words = [part for part in parts if part not in _WORDS]
    named = [part.rpartition("/")[2].partition(".")[0] for part in words[-2:]]
    return " ".join(dict.fromkeys(named))


def references(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects that are references, except in examples and extensions, where `$ref` can be any text."""
    # Use a list instead of recursion, because a generator in each object of a large document is slow.
    waiting = [(node, "")]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, list):
            waiting += [(part, "") for part in reversed(node) if isinstance(part, (dict, list))]
        elif isinstance(node, dict) and place not in FREE:
            if isinstance(node.get("$ref"), str):
                yield node
            is_named = place in NAMED
            waiting += [
                (part, "" if is_named else key)
                for key, part in reversed(node.items())
                if isinstance(part, (dict, list)) and (is_named or not key.startswith("x-"))
            ]


class Files:
    """The files that a document refers to. Each file is read once.

    Args:
        path: The path of the document.
        read: A function that returns the parsed content of a file.
        report: Receives warnings of references that are not followed.
    """

    def __init__(self, path: Path, read: Callable[[Path], Any], report: Report) -> None:
        self.main = path.resolve()
        self.read = read
        self.report = report
        self.content: dict[str, Any] = {}

    def bundle(self, document: dict[str, Any]) -> None:
        """Copy the referenced files below the document's folder into the document, and rewrite the references."""
        self._rewrite(document, self.main)
        if self.content:
            document[FILES] = self.content

    def _rewrite(self, node: Any, base: Path) -> None:
        # Rewrite each object once. An object with a YAML alias is in several places.
        for found in {id(found): found for found in references(node)}.values():
            reference: str = found["$ref"]
            name, _, fragment = reference.partition("#")
            if name:
                found["$ref"] = self._target(base, name, fragment) or reference
            elif base != self.main:
                found["$ref"] = pointer(FILES, self._key(base)) + fragment

    def _key(self, path: Path) -> str:
        return path.relative_to(self.main.parent).as_posix()

    def _target(self, base: Path, name: str, fragment: str) -> str | None:
        """Return the local reference to replace one to a file; None if it leads to a server or to another folder."""
        path = (base.parent / unquote(name)).resolve()
        if "://" in name or self.main.parent not in path.parents:
            self.report.warn(_NOT_FOLLOWED, name)
            return None
        if path == self.main:
            return f"#{fragment}"
        key = self._key(path)
        if key not in self.content:
            self.content[key] = None
            try:
                self.content[key] = self.read(path)
            except Exception:  # noqa: BLE001 (the file may have any content)
                self.report.warn("a referenced file cannot be read", key)
            self._rewrite(self.content[key], path)
        return pointer(FILES, key) + fragment
