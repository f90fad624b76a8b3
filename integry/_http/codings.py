"""Content codings: which compressed bodies are requested, decoded and refused.

Only gzip and deflate are decoded, because the memory that they need is limited in every version of urllib3: a chunk
grows to at most a thousand times its size. A chunk of brotli or zstd may grow a million times, and urllib3 < 2.6,
brotli < 1.2 and others decompress it in one step.
"""

from __future__ import annotations

from typing import Any, List, Optional

#: The value of Accept-Encoding.
ACCEPT_ENCODING = "gzip, deflate"
#: Codings that are decoded.
DECODED = frozenset({"gzip", "x-gzip", "deflate"})
#: Codings that are refused. Any other name in Content-Encoding, such as "utf-8", is ignored.
REFUSED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
#: Names that mean no compression.
PLAIN = frozenset({"", "identity"})


class UnsupportedCodingError(Exception):
    """The body has a coding that is not supported. args[0] is the name of the coding."""


def coding_to_decode(encodings: str) -> str:
    """Return the coding of a Content-Encoding header, or "" if the body is not compressed.

    Raises:
        UnsupportedCodingError: If the coding is not supported. The message is "several codings" or a name in `REFUSED`,
            so that it contains no other text of the server.
    """
    codings = [each for each in _names(encodings) if each not in PLAIN]
    if len(codings) > 1:
        # A chunk may grow to a thousand times its size with one coding, and to a million times with two.
        message = "several codings"
        raise UnsupportedCodingError(message)
    coding = codings[0] if codings else ""
    if coding in REFUSED:
        raise UnsupportedCodingError(coding)
    return coding if coding in DECODED else ""


def accept_encoding(headers: Any) -> Optional[str]:
    """Return a value to replace the Accept-Encoding of a session, or None if the session accepts only gzip and deflate.

    By default, requests also accepts br and zstd if their decoders are installed.
    """
    names = _names(str((headers or {}).get("Accept-Encoding") or ""))
    return None if set(names) <= DECODED | PLAIN else ACCEPT_ENCODING


def _names(header: str) -> List[str]:
    """Return the codings in a header, in lower case and without quality values."""
    return [each.partition(";")[0].strip().lower() for each in header.split(",")]
