"""Content codings: which compressed bodies are asked for, decoded and refused.

Only codings whose decoders are bounded in each version of urllib3 are decoded: a piece of gzip or deflate is at most a
thousand times as long when decompressed. One of brotli or zstd may be a million times as long, and urllib3 < 2.6,
brotli < 1.2 and others decompress it at once.
"""

from __future__ import annotations

from typing import Any, List, Optional

#: The value of Accept-Encoding.
ACCEPT_ENCODING = "gzip, deflate"
#: The codings that are decoded.
DECODED = frozenset({"gzip", "x-gzip", "deflate"})
#: The codings that are refused. Any other text in Content-Encoding, such as "utf-8", leaves the body as it is.
REFUSED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
#: The names that mean no compression.
PLAIN = frozenset({"", "identity"})


class UnsupportedCodingError(Exception):
    """The body is compressed in a way that is not decoded; args[0] names it."""


def coding_to_decode(encodings: str) -> str:
    """Return the coding of a Content-Encoding header, or "" if the body is not compressed.

    Raises:
        UnsupportedCodingError: If it is not decoded. The message has no text of the server but a name of `REFUSED`.
    """
    codings = [each for each in _names(encodings) if each not in PLAIN]
    if len(codings) > 1:
        # Each coding multiplies the size that the one before it gave.
        message = "several codings"
        raise UnsupportedCodingError(message)
    coding = codings[0] if codings else ""
    if coding in REFUSED:
        raise UnsupportedCodingError(coding)
    return coding if coding in DECODED else ""


def accept_encoding(headers: Any) -> Optional[str]:
    """Return the Accept-Encoding to send instead of the one in a session's headers; None if that can stay.

    requests accepts br and zstd by default if their decoders are installed.
    """
    names = _names(str((headers or {}).get("Accept-Encoding") or ""))
    return None if set(names) <= DECODED | PLAIN else ACCEPT_ENCODING


def _names(header: str) -> List[str]:
    """Return the codings in a header, in lower case and without weights."""
    return [each.partition(";")[0].strip().lower() for each in header.split(",")]
