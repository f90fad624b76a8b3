# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Decoding of response bodies."""

import codecs
import re
from typing import Any, Callable

import requests

from ._json import loads
from .errors import DecodeError

#: The charset in a Content-Type. requests' own function raises an error for a charset without a value.
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
#: Media types of a text that is documented as a JSON string.
_TEXTUAL = re.compile(r"\s*(text/plain|application/octet-stream)\s*(;|$)", re.IGNORECASE)
#: Python's text codecs that are not charsets of HTTP. punycode takes quadratic time; the others are for Python code.
_NO_CHARSETS = {"punycode", "raw_unicode_escape", "unicode_escape"}


def decode(response: requests.Response, kind: str, type_: Any, structure: Callable[[Any, Any], Any]) -> Any:
    """Return the body of a response, parsed as documented.

    Args:
        response: The response.
        kind: The kind of the body: "json", "text", "bytes", "lines", "events" or "none", as in `ResponseSpec`.
        type_: The type of the result, or of each of its elements.
        structure: The function that converts JSON to a type: `converter.structure` or `_lenient.structure_leniently`.

    Raises:
        DecodeError: If the body does not match.
    """
    _check_length(response)
    if kind != "json":
        return _decode_other(response, kind, type_, structure)
    if not response.content:
        return _check_empty(type_, structure)
    try:
        return structure(_loads(response), type_)
    except DecodeError:
        # Some servers send a documented JSON string as the text itself.
        if type_ is str and _TEXTUAL.match(response.headers.get("Content-Type", "text/plain")):
            return _text(response)
        raise


def _decode_other(response: requests.Response, kind: str, type_: Any, structure: Callable[[Any, Any], Any]) -> Any:
    """Return the body of a response that is not JSON."""
    if kind == "none":
        return None
    if kind in ("events", "lines"):
        from ._sse import read_events, read_values

        return list((read_events if kind == "events" else read_values)([response.content], type_, structure))
    return structure(response.content if kind == "bytes" else _text(response), type_)


def charset(response: requests.Response) -> str:
    """Return Python's name of the charset in the Content-Type; "utf-8" if it is missing or unknown to Python.

    `requests.Response.text` would use Latin-1, or guess the charset.
    """
    declared = _CHARSET.search(response.headers.get("Content-Type", ""))
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared.group(1)).name
        # Fails for codecs that do not decode bytes to text, such as hex, and for those without errors="replace", such
        # as idna.
        b"x".decode(name, errors="replace")
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name.replace("-", "_") in _NO_CHARSETS else name


def _text(response: requests.Response) -> str:
    return response.content.decode(charset(response), errors="replace")


def _loads(response: requests.Response) -> Any:
    try:
        # Pass bytes to json, which detects UTF-8, UTF-16 and UTF-32.
        return loads(response.content if charset(response) == "utf-8" else _text(response))
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON: {error}"
        raise DecodeError(reason) from error


def _check_length(response: requests.Response) -> None:
    """Raise an error for a body that is shorter than its Content-Length, which urllib3 < 2 accepts."""
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and "Content-Encoding" not in response.headers and len(response.content) < int(declared):
        reason = f"the body is incomplete: {len(response.content)} of {declared} bytes"
        raise DecodeError(reason)


def _check_empty(type_: Any, structure: Callable[[Any, Any], Any]) -> None:
    """Raise DecodeError for an empty body, unless the documented type accepts an empty object."""
    try:
        structure({}, type_)
    except DecodeError as error:
        reason = "the body is empty"
        raise DecodeError(reason) from error
