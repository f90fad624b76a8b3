# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Encoding of arguments as path segments, query parameters, headers, cookies and bodies."""

import re
from typing import Any, Dict, Iterable, List, Tuple
from urllib.parse import quote, unquote

from . import _lazy
from ._values import dumps, unstructure, writable
from .errors import InvalidRequest
from .types import BaseModel, File, Unset

#: Segments that need no percent-encoding, and are not `.` or `..`.
_PLAIN_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*")
#: Number of times that a segment is decoded to find `.` and `..`, as proxies and servers may each decode it.
_DECODINGS = 8
#: Separators of arrays in a single value, by style.
_SEPARATORS = {"comma": ",", "space": " ", "pipe": "|"}


def is_missing(value: Any) -> bool:
    """Return True if a parameter is None or UNSET, and so is not sent."""
    return value is None or isinstance(value, Unset)


def path_segment(name: str, value: Any) -> str:
    """Return a value encoded as one segment of a path.

    Raises:
        InvalidRequest: If the segment would change the path, as an empty one or `..` does, or cannot be encoded.
    """
    if type(value) is str and _PLAIN_SEGMENT.fullmatch(value):
        return value
    text = "" if is_missing(value) else _join(name, value)
    decoded = text
    for _ in range(_DECODINGS):
        decoded = unquote(decoded)
    if decoded in ("", ".", ".."):
        message = f"{name} must not be empty, '.' or '..', as it is a path segment, got {text!r}"
        raise InvalidRequest(message)
    return _quote(name, text)


def query_pairs(name: str, value: Any, style: str = "form") -> Iterable[Tuple[str, str]]:
    """Return a parameter as pairs of a query or a form. Arrays repeat the name; objects have a pair for each field.

    Raises:
        InvalidRequest: If the value cannot be encoded.
    """
    plain = unstructure(value, name) if not isinstance(value, Unset) else None
    if plain is None:
        return []
    if style in _SEPARATORS:
        plain = _join(name, plain, _SEPARATORS[style])
    if isinstance(plain, dict):
        template = name + "[{}]" if style == "deep" else "{}"
        named = [(template.format(key), part) for key, part in plain.items()]
    else:
        named = [(name, part) for part in plain] if isinstance(plain, list) else [(name, plain)]
    pairs = [(str(key), _text(part)) for key, part in named if part is not None]
    _quote(name, "".join(map("".join, pairs)))
    return pairs


def header(name: str, value: Any) -> str:
    """Return a value encoded as a header.

    Raises:
        InvalidRequest: If the value cannot be encoded as latin-1, or contains a line break.
    """
    text = _join(name, value)
    try:
        text.encode("latin-1")
    except UnicodeEncodeError as error:
        message = f"The header {name} must be latin-1: {error}"
        raise InvalidRequest(message) from error
    if "\r" in text or "\n" in text:
        message = f"The header {name} must not contain a line break"
        raise InvalidRequest(message)
    return text


def cookie(name: str, value: Any) -> str:
    """Return a value encoded as a cookie.

    Raises:
        InvalidRequest: If the value is not a valid header, or contains a semicolon.
    """
    text = header(name, value)
    if ";" in text:
        message = f"The cookie {name} must not contain a semicolon, which separates cookies"
        raise InvalidRequest(message)
    return text


def encode_body(value: Any, kind: str, content_type: str, headers: Dict[str, str]) -> Dict[str, Any]:
    """Return a body as keyword arguments for requests, and set the Content-Type in `headers`.

    Raises:
        InvalidRequest: If the value cannot be encoded.
    """
    if kind in ("data", "files") and isinstance(value, BaseModel):
        value = writable(value)
    if kind == "files":
        # requests sets the Content-Type, which has the boundary.
        return {"files": _lazy.multipart(value)}
    headers["Content-Type"] = content_type
    if kind == "content":
        content = value.payload if isinstance(value, File) else value
        # http.client would write text in Latin-1.
        return {"data": content.encode() if isinstance(content, str) else content}
    if kind == "data":
        fields: List[Tuple[str, str]] = []
        for name, part in unstructure(value).items():
            fields.extend(query_pairs(name, dumps(part) if isinstance(part, dict) else part))
        return {"data": fields}
    return {"data": dumps(value, writable).encode()}


def _text(value: Any) -> str:
    """Return a JSON value as the text in a URL or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return dumps(value) if isinstance(value, (dict, list)) else str(value)


def _join(name: str, value: Any, separator: str = ",") -> str:
    plain = unstructure(value, name)
    if isinstance(plain, dict):
        plain = [part for pair in plain.items() for part in pair]
    return separator.join(map(_text, plain)) if isinstance(plain, list) else _text(plain)


def _quote(name: str, text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        message = f"{name} has a character that UTF-8 cannot encode: {error}"
        raise InvalidRequest(message) from error
