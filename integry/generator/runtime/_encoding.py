"""Encoding of arguments as path segments, query parameters, headers, cookies and bodies."""

import re
from typing import Any, Dict, Iterable, Iterator, Mapping, Tuple
from urllib.parse import quote, unquote

from . import _lazy
from ._values import dumps, unstructure, writable
from .errors import InvalidRequest
from .types import BaseModel, File, Unset

#: Path segments that need no percent-encoding, and are not `.` or `..`.
_PLAIN_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*")
#: How often to decode a path segment in the search for `.` and `..`: each proxy and server may decode it once.
_DECODINGS = 8
#: Separators of the elements of an array in one query parameter, by style.
SEPARATORS = {"comma": ",", "space": " ", "pipe": "|", "tab": "\t"}


def is_missing(value: Any) -> bool:
    """Return True if a parameter is None or UNSET, and so is not sent."""
    return value is None or isinstance(value, Unset)


def path_segment(name: str, value: Any) -> str:
    """Return a value encoded as one segment of a path.

    Raises:
        InvalidRequest: If the value cannot be encoded, or would lead to another path: an empty text, `.` or `..`.
    """
    if type(value) is str and _PLAIN_SEGMENT.fullmatch(value):
        return value
    plain = "" if is_missing(value) else unstructure(value, name)
    # Percent-encode commas in a value, but not the commas between values, so that a server can tell them apart.
    text = ",".join(quote_text(name, text_of(part)) for part in _flat(plain))
    check_segment(name, text)
    return text


def check_segment(name: str, text: str) -> None:
    """Check an encoded segment of a path.

    Raises:
        InvalidRequest: If the segment would lead to another path: an empty text, `.` or `..`.
    """
    decoded = unquote(text)
    given = decoded
    for _ in range(_DECODINGS):
        decoded = unquote(decoded)
    if decoded in ("", ".", ".."):
        message = f"{name} must not be empty, '.' or '..', as it is a path segment, got {given!r}"
        raise InvalidRequest(message)


def query_pairs(name: str, value: Any, style: str = "form") -> Iterable[Tuple[str, str]]:
    """Return a parameter as pairs for a query or a form. Arrays repeat the name; objects have a pair for each field.

    In the style "deep", the name of a pair has the place of a nested value: `name[field][0]`.

    Raises:
        InvalidRequest: If the value cannot be encoded.
    """
    plain = unstructure(value, name) if not isinstance(value, Unset) else None
    if plain is None:
        return []
    if style in SEPARATORS:
        plain = join(name, plain, SEPARATORS[style])
    if style == "deep":
        named = list(_deep(name, plain))
    elif isinstance(plain, dict):
        named = list(plain.items())
    else:
        named = [(name, part) for part in plain] if isinstance(plain, list) else [(name, plain)]
    pairs = [(str(key), text_of(part)) for key, part in named if part is not None]
    quote_text(name, "".join(map("".join, pairs)))
    return pairs


def _deep(name: str, plain: Any) -> Iterator[Tuple[str, Any]]:
    """Yield the innermost values of an object or array, each with its place in brackets: `[field][0]`."""
    if isinstance(plain, (dict, list)):
        for key, part in plain.items() if isinstance(plain, dict) else enumerate(plain):
            yield from _deep(f"{name}[{key}]", part)
    else:
        yield name, plain


def header(name: str, value: Any) -> str:
    """Return a value encoded as a header.

    Raises:
        InvalidRequest: If the value cannot be encoded as latin-1, or contains a line break.
    """
    text = join(name, value)
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


def encode_body(
    value: Any, kind: str, content_type: str, headers: Dict[str, str], encoding: Mapping[str, Any] = {}
) -> Dict[str, Any]:
    """Return a body as keyword arguments for requests, and set the Content-Type in `headers`.

    Raises:
        InvalidRequest: If the value cannot be encoded.
    """
    if kind in ("data", "files") and isinstance(value, BaseModel):
        value = writable(value)
    if kind == "files":
        # Leave the Content-Type to requests, which creates the boundary that it contains.
        return {"files": _lazy.multipart(value, encoding)}
    headers["Content-Type"] = content_type
    if kind == "content":
        return {"data": _content(value, content_type)}
    if kind == "data":
        return {"data": _lazy.form(value, encoding)}
    return {"data": dumps(value, writable).encode()}


def _content(value: Any, content_type: str) -> Any:
    """Return a body that is sent unchanged: bytes, or a file or an iterator of bytes, which requests reads."""
    content: Any = value.payload if isinstance(value, File) else value
    if isinstance(content, str):
        # Encode here, because http.client would encode text in Latin-1.
        return content.encode()
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    if content_type.partition(";")[0].endswith("yaml") and isinstance(content, (dict, list, BaseModel)):
        # JSON is YAML. Kubernetes has bodies that are documented only as YAML.
        return dumps(content, writable).encode()
    if not (hasattr(content, "read") or hasattr(content, "__next__")):
        message = f"body: {content_type} is sent as it is: pass a File, bytes or a str, not {type(value).__name__}"
        raise InvalidRequest(message)
    return content


def text_of(value: Any) -> str:
    """Return a JSON value as the text in a URL or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return dumps(value) if isinstance(value, (dict, list)) else str(value)


def join(name: str, value: Any, separator: str = ",") -> str:
    """Return a value as one text: the elements of an array, or the names and values of an object, joined."""
    return separator.join(map(text_of, _flat(unstructure(value, name))))


def _flat(plain: Any) -> Iterable[Any]:
    """Return the elements of an array, the names and values of an object, or the one value."""
    if isinstance(plain, dict):
        return [part for pair in plain.items() for part in pair]
    return plain if isinstance(plain, list) else [plain]


def quote_text(name: str, text: str) -> str:
    """Return a percent-encoded text.

    Raises:
        InvalidRequest: If UTF-8 cannot encode it.
    """
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        message = f"{name} has a character that UTF-8 cannot encode: {error}"
        raise InvalidRequest(message) from error
