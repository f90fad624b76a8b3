"""Read an OpenAPI document from a file or a URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ._errors import GenerationError, one_line

#: Maximum number of values in a document after expanding YAML aliases: ten times the size of GitHub's document.
MAX_VALUES = 2_500_000
#: The message for a document, by its name, that is nested more deeply than Python's limit of recursion allows.
TOO_DEEP = "{} cannot be used: it is nested too deeply"


def load(spec: str, timeout: float = 30) -> dict[str, Any]:
    """Load an OpenAPI document in JSON or YAML from a file or a URL.

    Args:
        spec: Path or URL of the document.
        timeout: Timeout of the download in seconds.

    Raises:
        GenerationError: If the document cannot be read, or is not an OpenAPI document.
    """
    document = parse(_download(spec, timeout) if is_url(spec) else _read(Path(spec)), spec)
    named = document if isinstance(document, dict) else {}
    if not str(named.get("openapi", "")).startswith("3.") and not str(named.get("swagger", "")).startswith("2."):
        message = f"{spec} is not an OpenAPI document: it has neither 'openapi: 3.…' nor 'swagger: 2.0'"
        raise GenerationError(message)
    return named


def load_file(path: Path) -> Any:
    """Return the value of a JSON or YAML file."""
    return parse(_read(path), str(path))


def parse(text: str, spec: str) -> Any:
    """Return the value of a JSON or YAML text.

    Raises:
        GenerationError: If the text is neither JSON nor YAML, or has recursive or too many YAML aliases.
    """
    try:
        document = _parse(text)
        whole = _size(document, spec)
    except RecursionError as error:
        raise GenerationError(TOO_DEEP.format(spec)) from error
    except GenerationError:
        raise
    except Exception as error:
        message = f"{spec} is neither JSON nor YAML: {one_line(error)}"
        raise GenerationError(message) from error
    if whole > MAX_VALUES:
        message = f"{spec} cannot be used: with its YAML aliases expanded it has {float(whole):.0e} values"
        raise GenerationError(message)
    return document


def _size(document: Any, spec: str) -> int:
    """Return the number of values in a document after expanding YAML aliases, of which a YAML bomb has very many.

    Raises:
        GenerationError: If an alias refers to a value that contains it.
    """
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if id(node) not in sizes:
            sizes[id(node)] = -1  # being computed: if this value is found again, there is a cycle
            sizes[id(node)] = 1 + sum(size(part) if isinstance(part, (dict, list)) else 1 for part in parts)
        if sizes[id(node)] < 0:
            message = f"{spec} cannot be used: a YAML alias refers to a node that contains it"
            raise GenerationError(message)
        return sizes[id(node)]

    return size(document)


def _parse(text: str) -> Any:
    """Parse JSON or YAML. JSON is valid YAML too, but PyYAML takes minutes for a large document."""
    from ._yaml import load_yaml

    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            # A text in braces that is not JSON may be YAML.
            pass
    return load_yaml(text)


def _read(path: Path) -> str:
    """Return the text of a UTF-8 file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise GenerationError(message) from error


def _download(url: str, timeout: float) -> str:
    """Download the text of a document."""
    import requests

    try:
        response = requests.get(url, timeout=timeout)
        response.raise_for_status()
    except requests.RequestException as error:
        message = f"{url} cannot be fetched: {one_line(error)}"
        raise GenerationError(message) from error
    return response.content.decode("utf-8", errors="replace")


def is_url(spec: str) -> bool:
    """Return True if a document is given as a URL, not as a path."""
    return spec.startswith(("http://", "https://"))
