"""Response bodies: reading them within deadline and size limit, and decoding JSON."""

from io import BytesIO
from time import monotonic
from typing import Any, Iterator, NamedTuple, Optional

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import DecodeError as UndecodableError
from urllib3.exceptions import ProtocolError

from .._generated._decoding import charset
from .._generated._json import loads
from .._generated.errors import DecodeError
from .codings import ACCEPT_ENCODING, UnsupportedCodingError, coding_to_decode

#: Maximum bytes kept of the body of an error response. The time to mask secrets in a body is linear in its size.
MAX_ERROR_BODY = 1 << 18
#: Maximum bytes of a body that is read in a single call. Such a call allocates memory for the whole Content-Length
#: before the body arrives.
SINGLE_READ_LIMIT = 1 << 24
#: Bytes per read of bodies that are not read in a single call.
CHUNK = 65536
#: Bytes per read of compressed bodies. A chunk may become a thousand times as long before the size limit is checked.
COMPRESSED_CHUNK = 4096
#: Bytes per read with urllib3 < 2.3, if the deadline is checked between reads. There, a read may wait for the network
#: several times, and a smaller read waits less often.
SMALL_CHUNK = 64


class IncompleteBody(Exception):  # noqa: N818 (named like IncompleteRead of http.client)
    """A response body that cannot be used: it was cut short, could not be decoded, or exceeds the size limit.

    Attributes:
        status: The HTTP status.
        reason: The end of a sentence that begins with "the 200 response", for example "was cut short or garbled".
        is_fatal: True if a retry would fail in the same way.
    """

    def __init__(self, status: int, reason: str = "was cut short or garbled", *, is_fatal: bool = False) -> None:
        super().__init__(status, reason)
        self.status, self.reason, self.is_fatal = status, reason, is_fatal


class _TooLongError(Exception):
    """The body exceeds max_response_bytes."""


class _Limits(NamedTuple):
    """Limits that are checked between two reads of a body.

    Attributes:
        deadline: The deadline, in seconds of `time.monotonic`. None if there is no deadline, or if the sockets of the
            fast path check the deadline.
        max_bytes: Maximum bytes after decompression; None for no limit.
        truncate: True to keep the first part of a body that is too long or broken, instead of raising an error.
    """

    deadline: Optional[float]
    max_bytes: Optional[int]
    truncate: bool


def read_body(response: requests.Response, deadline: Optional[float], max_bytes: Optional[int]) -> None:
    """Read the body of a response into `response.content`.

    Args:
        response: The response, which was requested with stream=True.
        deadline: The deadline, in seconds of `time.monotonic`; None for no deadline.
        max_bytes: Maximum bytes after decompression; None for no limit.

    Raises:
        IncompleteBody: If the body of a successful response is incomplete, or too long.
        requests.RequestException: If the body did not arrive in time, or TLS failed.
    """
    status, is_error = response.status_code, response.status_code >= 300
    if status < 200:
        # Close the connection. Otherwise the next request would read the final response, which is still to come.
        response.close()
        raise IncompleteBody(status, "is an interim response, and the final one is not read")
    if is_error:
        max_bytes = min(MAX_ERROR_BODY, max_bytes or MAX_ERROR_BODY)
    try:
        if not is_error:
            _check_length(getattr(response.raw, "length_remaining", None) or 0, max_bytes)
        is_read_here = _read(response, _Limits(deadline, max_bytes, truncate=is_error))
    except _TooLongError as error:
        reason = f"is longer than max_response_bytes={max_bytes}: raise the limit if you expect this"
        raise IncompleteBody(status, reason, is_fatal=True) from error
    except UnsupportedCodingError as error:
        reason = f"is compressed with {error}, and was not decoded: only {ACCEPT_ENCODING} are supported"
        raise IncompleteBody(status, reason, is_fatal=True) from None
    except (ChunkedEncodingError, ContentDecodingError) as error:
        raise IncompleteBody(status) from error
    finally:
        response.close()
    # urllib3 1 accepts a body that is shorter than its Content-Length, so check the length here. Skip the check if a
    # hook or requests-cache has read the body, because `length_remaining` is wrong after they have rewound `raw`.
    if is_read_here and not is_error and (getattr(response.raw, "length_remaining", None) or 0) > 0:
        raise IncompleteBody(status)
    response.encoding = charset(response)


def discard_body(response: requests.Response) -> None:
    """Close a response without reading its body. Afterwards, `content` is empty, unless a hook has read the body."""
    response.close()
    _read_content_from(response, BytesIO())


def _check_length(length: int, max_bytes: Optional[int]) -> None:
    if max_bytes is not None and length > max_bytes:
        raise _TooLongError


def _read(response: requests.Response, limits: _Limits) -> bool:
    """Read the body. Return False if a hook has read it already."""
    # Only FastAdapter, the adapter of the fast path, has this method. With this adapter, sockets check the deadline.
    read_at_once: Any = getattr(getattr(response, "connection", None), "read_at_once", None)
    if read_at_once is not None:
        limits = limits._replace(deadline=None)
        if not limits.truncate and read_at_once(
            response, min(SINGLE_READ_LIMIT, limits.max_bytes or SINGLE_READ_LIMIT)
        ):
            return True
    stream = _Stream(response.raw, response.headers.get("Content-Encoding", ""), limits)
    try:
        _read_content_from(response, stream)
    except RuntimeError as error:
        if stream.is_started:
            raise
        reason = "was consumed by a hook that did not store it"
        raise IncompleteBody(response.status_code, reason, is_fatal=True) from error
    return stream.is_started


def _read_content_from(response: requests.Response, source: Any) -> None:
    """Read `response.content` from another source instead of `response.raw`, unless `content` is set already."""
    raw = response.raw
    response.raw = source
    try:
        _ = response.content
    finally:
        response.raw = raw


class _Stream:
    """A body stream that checks limits between two reads.

    Args:
        raw: The response of urllib3.
        encodings: The Content-Encoding header.
        limits: The limits.

    Attributes:
        is_started: True once requests reads the stream. requests does not read it if the response has its content
            already.
    """

    def __init__(self, raw: Any, encodings: str, limits: _Limits) -> None:
        self._raw, self._encodings, self._limits = raw, encodings, limits
        self.is_started = False

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Yield the chunks of the body. `Response.iter_content` calls this method, as it calls that of urllib3."""
        self.is_started = True
        try:
            for chunk in self._iter_limited():
                yield chunk
                if self._limits.deadline is not None and monotonic() > self._limits.deadline:
                    message = "the deadline of the call has passed"
                    raise requests.ReadTimeout(message)
        except (ProtocolError, UndecodableError, UnsupportedCodingError):
            if not self._limits.truncate:
                raise

    def _iter_limited(self) -> Iterator[bytes]:
        length, max_bytes = 0, self._limits.max_bytes
        for chunk in self._iter_chunks():
            length += len(chunk)
            if max_bytes is not None and length > max_bytes:
                if not self._limits.truncate:
                    raise _TooLongError
                yield chunk[: max_bytes - length]
                return
            yield chunk

    def _iter_chunks(self) -> Iterator[bytes]:
        coding, raw = coding_to_decode(self._encodings), self._raw
        size = COMPRESSED_CHUNK if coding else CHUNK
        if not hasattr(raw, "stream"):
            # `raw` may be a file or None instead of a urllib3 response, if an adapter for tests made the response.
            return iter(lambda: raw.read(size) if raw is not None else b"", b"")
        # Pass decode_content explicitly: by default urllib3 also decodes br and zstd, which may use unlimited memory.
        if self._limits.deadline is not None and hasattr(raw, "read1"):
            return iter(lambda: raw.read1(size, decode_content=bool(coding)), b"")
        if self._limits.deadline is not None:
            # urllib3 < 2.3 has no read1(), which returns after one wait for data.
            size = SMALL_CHUNK
        chunks: Iterator[bytes] = raw.stream(size, decode_content=bool(coding))
        return chunks


def decode_json(response: requests.Response) -> Any:
    """Return the decoded JSON body of a response, or None if the body is empty.

    If a JSON object has a key twice, the last value is kept.

    Raises:
        DecodeError: If the body is not JSON.
    """
    content = response.content
    if not content:
        return None
    try:
        # Do not call response.json(): it guesses the encoding, and is slower.
        return loads(content if response.encoding == "utf-8" else response.text)
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON ({error})"
    raise DecodeError(reason)
