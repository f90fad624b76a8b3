"""Rare parameter styles. This module is imported when the first request with one of these styles is built."""

import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple
from urllib.parse import quote

from ._encoding import (
    SEPARATORS,
    check_segment,
    cookie,
    header,
    is_missing,
    join,
    path_segment,
    query_pairs,
    quote_text,
    text_of,
)
from ._values import dumps, unstructure
from .operation import Style

#: Reserved characters that are not encoded with `allowReserved`. `&`, `+` and `#` are: they would change the query.
_RESERVED = ":/?@!$'()*,;=[]"
_ENCODED = re.compile(r"(%[0-9A-Fa-f]{2})")
#: For each style in a path: the prefix, and the separator of exploded values.
_IN_PATH = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}


Styles = Mapping[str, Style]
Pairs = List[Tuple[str, str]]


def styled_path(path: Mapping[str, Any], styles: Styles) -> Dict[str, str]:
    """Return the segments of the path parameters.

    Raises:
        InvalidRequest: If a value cannot be encoded, or would change the path.
    """
    return {name: _segment(name, value, styles.get(name)) for name, value in path.items()}


def styled_query(query: Mapping[str, Any], styles: Mapping[str, str]) -> Tuple[str, Pairs]:
    """Return the query in two parts: a text of encoded pairs, and the pairs that requests encodes.

    Raises:
        InvalidRequest: If a value cannot be encoded.
    """
    encoded: List[str] = []
    pairs: Pairs = []
    for name, value in query.items():
        if not is_missing(value):
            style = styles.get(name, "form")
            if style.startswith("json"):
                value, style = dumps(value), style.replace("json", "form")  # noqa: PLW2901 (JSON is encoded like other text)
            found = _encoded_query(name, value, style)
            encoded.extend(found)
            if not found:
                pairs.extend(query_pairs(name, value, style))
    return "&".join(encoded), pairs


def styled_headers(headers: Mapping[str, Any], styles: Styles) -> Dict[str, str]:
    """Return the header parameters as text, each in its style.

    Raises:
        InvalidRequest: If a value cannot be encoded.
    """
    return {
        name: header(name, _single(name, value, styles.get(name)))
        for name, value in headers.items()
        if not is_missing(value)
    }


def styled_cookies(cookies: Mapping[str, Any], styles: Styles) -> Dict[str, str]:
    """Return the cookie parameters as text, each in its style. Each field of an exploded object becomes a cookie.

    Raises:
        InvalidRequest: If a value cannot be encoded.
    """
    found: Dict[str, str] = {}
    for name, value in cookies.items():
        if not is_missing(value):
            found.update(_cookies(name, value, styles.get(name)))
    return found


def _cookies(name: str, value: Any, style: Optional[Style]) -> Dict[str, str]:
    plain = unstructure(value, name) if _is_exploded(style) else None
    if isinstance(plain, dict):
        return {key: cookie(key, part) for key, part in plain.items() if part is not None}
    if isinstance(plain, list):
        between = f"; {name}=" if style is not None and style.kind == "cookie*" else f"&{name}="
        return {name: between.join(cookie(name, part) for part in plain)}
    text = _single(name, value, style)
    # A cookie cannot contain a semicolon. In JSON, semicolons occur only in strings, where they can be escaped.
    return {name: cookie(name, text.replace(";", "\\u003b") if _is_json(style) else text)}


def _is_exploded(style: Optional[Style]) -> bool:
    return style is not None and style.kind.endswith("*")


def _is_json(style: Optional[Style]) -> bool:
    return style is not None and style.kind == "json"


def _single(name: str, value: Any, style: Optional[Style]) -> str:
    """Return a value of a header or cookie as text."""
    if _is_json(style):
        return dumps(value)
    plain = unstructure(value, name)
    if _is_exploded(style) and isinstance(plain, dict):
        return ",".join(f"{key}={text_of(part)}" for key, part in plain.items())
    return join(name, plain)


def _segment(name: str, value: Any, style: Optional[Style]) -> str:
    if style is None or is_missing(value):
        return path_segment(name, value)
    if _is_json(style):
        return quote_text(name, dumps(value))
    start, between = _IN_PATH[style.kind.rstrip("*")]
    is_exploded = _is_exploded(style)
    plain = unstructure(value, name)
    texts = list(_texts(name, plain, is_exploded=is_exploded))
    if start == ";" and not (is_exploded and isinstance(plain, dict)):
        named = quote_text(name, style.name)
        texts = [f"{named}={text}" for text in (texts if is_exploded else [",".join(texts)])]
    text = start + (between if is_exploded else ",").join(texts)
    check_segment(name, text)
    return text


def _texts(name: str, plain: Any, *, is_exploded: bool) -> Iterable[str]:
    """Yield the encoded elements of an array, fields of an object, or single value."""
    if isinstance(plain, dict):
        for key, part in plain.items():
            pair = quote_text(name, str(key)), quote_text(name, text_of(part))
            yield from ["=".join(pair)] if is_exploded else pair
    else:
        for part in plain if isinstance(plain, list) else [plain]:
            yield quote_text(name, text_of(part))


def _encoded_query(name: str, value: Any, style: str) -> List[str]:
    """Return the encoded pairs of a parameter that has reserved characters, or separators between its values."""
    plain_style, is_reserved = style.rstrip("+"), style.endswith("+")
    separator = SEPARATORS.get(plain_style)
    plain = unstructure(value, name)
    parts = [part for pair in plain.items() for part in pair] if isinstance(plain, dict) else plain
    if separator is not None and isinstance(parts, list):
        texts = [text_of(part) for part in parts]
        if is_reserved or any(separator in text for text in texts):
            between = separator if separator == "," else quote(separator)
            return [_pair(name, between.join(_encode(name, text, is_reserved=is_reserved) for text in texts))]
    if not is_reserved:
        return []
    return [_pair(key, _encode(name, text, is_reserved=True)) for key, text in query_pairs(name, plain, plain_style)]


def _pair(name: str, encoded: str) -> str:
    return f"{quote_text(name, name)}={encoded}"


def _encode(name: str, text: str, *, is_reserved: bool) -> str:
    """Return a percent-encoded text for a query. If reserved characters are allowed, existing escapes are kept."""
    if not is_reserved:
        return quote_text(name, text)
    quote_text(name, text)
    # re.split() with a group returns the matches, too: every second piece is a percent-encoded character.
    pieces = _ENCODED.split(text)
    return "".join(piece if index % 2 else quote(piece, safe=_RESERVED) for index, piece in enumerate(pieces))


__all__ = ["styled_cookies", "styled_headers", "styled_path", "styled_query"]
