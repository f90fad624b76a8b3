"""Read an OpenAPI document from a file or a URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ._errors import AliasError, GenerationError, one_line

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
        return _parse(text)
    except RecursionError as error:
        raise GenerationError(TOO_DEEP.format(spec)) from error
    except AliasError as error:
        message = f"{spec} cannot be used: {error}"
        raise GenerationError(message) from error
    except Exception as error:
        message = f"{spec} is neither JSON nor YAML: {one_line(error)}"
        raise GenerationError(message) from error


def _parse(text: str) -> Any:
    """Parse JSON or YAML. JSON is valid YAML too, but PyYAML takes much longer."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            # A text in braces that is not JSON may be YAML.
            pass
    from ._yaml import load_yaml

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
