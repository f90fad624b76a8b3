"""Response bodies: read whole, within deadline and size limit, and decoded."""

import json
from io import BytesIO
from time import monotonic
from typing import Any, Iterator, NamedTuple, Optional

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import DecodeError as UndecodableError
from urllib3.exceptions import ProtocolError

from .._generated._decoding import charset
from .._generated.errors import DecodeError
from .codings import ACCEPT_ENCODING, UnsupportedCodingError, coding_to_decode

#: Maximum bytes kept of an error response. Masking secrets takes time linear in its size.
MAX_ERROR_BODY = 1 << 18
#: Maximum bytes read at once: the memory is allocated before the body arrives.
SINGLE_READ_LIMIT = 1 << 24
#: Bytes read at once of longer bodies.
CHUNK = 65536
#: Bytes read at once of compressed bodies, which may be a thousand times as long when decompressed.
COMPRESSED_CHUNK = 4096
#: Bytes read at once if the deadline is checked in between and a read may wait several times.
SMALL_CHUNK = 64


class IncompleteBody(Exception):  # noqa: N818 (of http.client's family: IncompleteRead, BadStatusLine)
    """A response body that cannot be used: it was cut short, could not be decoded, or exceeds the size limit.

    Attributes:
        status: The response's status.
        reason: The end of a sentence about the response.
        is_permanent: True if the response to another request would be as incomplete.
    """

    def __init__(self, status: int, reason: str = "was cut short or garbled", *, is_permanent: bool = False) -> None:
        super().__init__(status, reason)
        self.status, self.reason, self.is_permanent = status, reason, is_permanent


class _TooLongError(Exception):
    """The body exceeds max_response_bytes."""


class _Limits(NamedTuple):
    """Limits that are checked between two reads of a body.

    Attributes:
        deadline: In seconds of `time.monotonic`; None if there is none, or the sockets keep it.
        max_bytes: Maximum size after decompression; None for no limit.
        truncate: True to keep what was read of a body that is too long or broken.
    """

    deadline: Optional[float]
    max_bytes: Optional[int]
    truncate: bool


def read_body(response: requests.Response, deadline: Optional[float], max_bytes: Optional[int]) -> None:
    """Read the body of a response, so that `response.content` has it.

    Args:
        response: The response, which was requested with stream=True.
        deadline: The deadline, in seconds of `time.monotonic`.
        max_bytes: Maximum size after decompression.

    Raises:
        IncompleteBody: If the body of a successful response is not whole, or too long.
        requests.RequestException: If it did not arrive in time, or TLS failed.
    """
    status, is_error = response.status_code, response.status_code >= 300
    if status < 200:
        # The final response is not read, and must not be taken for that of the next request.
        response.close()
        raise IncompleteBody(status, "announces another, which is not waited for")
    if is_error:
        max_bytes = min(MAX_ERROR_BODY, max_bytes or MAX_ERROR_BODY)
    try:
        if not is_error:
            _check_length(getattr(response.raw, "length_remaining", None) or 0, max_bytes)
        is_read_here = _read(response, _Limits(deadline, max_bytes, truncate=is_error))
    except _TooLongError as error:
        reason = f"is longer than max_response_bytes={max_bytes}: raise that if it may be"
        raise IncompleteBody(status, reason, is_permanent=True) from error
    except UnsupportedCodingError as error:
        reason = f"is compressed with {error}, and was not decoded: only {ACCEPT_ENCODING} are asked for and decoded"
        raise IncompleteBody(status, reason, is_permanent=True) from None
    except (ChunkedEncodingError, ContentDecodingError) as error:
        raise IncompleteBody(status) from error
    finally:
        response.close()
    # urllib3 1 does not notice a body that is shorter than its Content-Length. If a hook or requests-cache has read the
    # body, the raw response may have been rewound.
    if is_read_here and not is_error and (getattr(response.raw, "length_remaining", None) or 0) > 0:
        raise IncompleteBody(status)
    response.encoding = charset(response)


def discard_body(response: requests.Response) -> None:
    """Close a response without reading it; its `content` is empty, unless a hook has read it."""
    response.close()
    _store(response, BytesIO())


def _check_length(length: int, max_bytes: Optional[int]) -> None:
    if max_bytes is not None and length > max_bytes:
        raise _TooLongError


def _read(response: requests.Response, limits: _Limits) -> bool:
    """Read the body; return False if the response has its content already."""
    # Adapters of the fast path have this, and sockets that keep the deadline.
    read_at_once: Any = getattr(getattr(response, "connection", None), "read_at_once", None)
    if read_at_once is not None:
        limits = limits._replace(deadline=None)
        if not limits.truncate and read_at_once(
            response, min(SINGLE_READ_LIMIT, limits.max_bytes or SINGLE_READ_LIMIT)
        ):
            return True
    stream = _Stream(response.raw, response.headers.get("Content-Encoding", ""), limits)
    try:
        _store(response, stream)
    except RuntimeError as error:
        if stream.is_started:
            raise
        reason = "was read by a hook that did not keep it"
        raise IncompleteBody(response.status_code, reason, is_permanent=True) from error
    return stream.is_started


def _store(response: requests.Response, source: Any) -> None:
    """Let requests read the content from something else, unless it has the content already."""
    raw = response.raw
    response.raw = source
    try:
        _ = response.content
    finally:
        response.raw = raw


class _Stream:
    """A response of urllib3 that checks limits between two reads.

    Args:
        raw: The response.
        encodings: Its Content-Encoding.
        limits: The limits.

    Attributes:
        is_started: True once requests has asked for the body: it does not if it has the content already.
    """

    def __init__(self, raw: Any, encodings: str, limits: _Limits) -> None:
        self._raw, self._encodings, self._limits = raw, encodings, limits
        self.is_started = False

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Return the pieces of the body, as requests asks for them."""
        self.is_started = True
        try:
            for chunk in self._limited():
                yield chunk
                if self._limits.deadline is not None and monotonic() > self._limits.deadline:
                    message = "the deadline of the call is over"
                    raise requests.ReadTimeout(message)
        except (ProtocolError, UndecodableError, UnsupportedCodingError):
            if not self._limits.truncate:
                raise

    def _limited(self) -> Iterator[bytes]:
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
            # An adapter for tests may give a file, or nothing.
            return iter(lambda: raw.read(size) if raw is not None else b"", b"")
        # Decoding is asked for by name: urllib3 decodes what it can, without a limit.
        if self._limits.deadline is not None and hasattr(raw, "read1"):
            return iter(lambda: raw.read1(size, decode_content=bool(coding)), b"")
        if self._limits.deadline is not None:
            # urllib3 < 2.3 has no read1(), which returns after one wait.
            size = SMALL_CHUNK
        chunks: Iterator[bytes] = raw.stream(size, decode_content=bool(coding))
        return chunks


def decoded(response: requests.Response) -> Any:
    """Return the JSON body of a response, None if it has no body. Of duplicate names in an object the last one counts.

    Raises:
        DecodeError: If the body is not JSON.
    """
    content = response.content
    if not content:
        return None
    try:
        # response.json() guesses encodings, and is slower.
        return json.loads(content if response.encoding == "utf-8" else response.text)
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON ({error})"
    raise DecodeError(reason)
