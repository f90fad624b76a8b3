# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Decoding of response bodies."""

import codecs
import json
import re
from typing import Any

import requests

from . import _lazy
from .errors import DecodeError

#: The charset in a Content-Type. Old versions of requests fail on one without a value.
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
#: Text codecs that are not charsets: the first takes quadratic time, the others are for Python's own source.
_NO_CHARSETS = {"punycode", "raw_unicode_escape", "unicode_escape"}


def decode(response: requests.Response, kind: str, type_: Any) -> Any:
    """Return the body of a response as the document describes it.

    Args:
        response: The response.
        kind: How the body is read: "json", "text", "bytes", or not at all ("none").
        type_: The type of the result.

    Raises:
        DecodeError: If the body is something else.
    """
    _check_length(response)
    if kind == "none":
        return None
    if kind == "bytes":
        return _lazy.structure(response.content, type_)
    if kind == "text":
        return _lazy.structure(_text(response), type_)
    if not response.content:
        return _check_empty(type_)
    return _lazy.structure(_loads(response), type_)


def charset(response: requests.Response) -> str:
    """Return Python's name of a body's charset: UTF-8, unless the server names another that Python knows.

    requests alone would take text for Latin-1, or guess.
    """
    declared = _CHARSET.search(response.headers.get("Content-Type", ""))
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared.group(1)).name
        # Some codecs are for bytes, or always fail.
        b"x".decode(name, errors="replace")
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name.replace("-", "_") in _NO_CHARSETS else name


def _text(response: requests.Response) -> str:
    return response.content.decode(charset(response), errors="replace")


def _loads(response: requests.Response) -> Any:
    try:
        # json detects UTF-8, -16 and -32 in bytes.
        return json.loads(response.content if charset(response) == "utf-8" else _text(response))
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON: {error}"
        raise DecodeError(reason) from error


def _check_length(response: requests.Response) -> None:
    """Refuse a body that is shorter than its Content-Length: urllib3 < 2 does not."""
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and "Content-Encoding" not in response.headers and len(response.content) < int(declared):
        reason = f"the body is cut short: {len(response.content)} of {declared} bytes"
        raise DecodeError(reason)


def _check_empty(type_: Any) -> None:
    """Accept an empty body where an empty object would do; elsewhere something is missing."""
    try:
        _lazy.structure({}, type_)
    except DecodeError as error:
        reason = "the body is empty"
        raise DecodeError(reason) from error
