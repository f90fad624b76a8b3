"""Bodies of responses: read whole, within the deadline, and decoded."""

import json
from time import monotonic
from typing import Any, Iterable, Iterator, Optional

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as TLSError

from .._generated._decoding import charset
from .._generated.errors import DecodeError

#: Of a refusal so many bytes are kept: it is read and masked at once, which takes time for each.
LONGEST_REFUSAL = 1 << 18
#: A body of so many bytes, as its Content-Length says, is read in one go: they are set aside before they come.
SHORT = 1 << 24
#: So many bytes of other bodies are read at once,
CHUNK = 65536
#: so many bytes of what is compressed, which may become a thousand times as long at once,
COMPRESSED_CHUNK = 4096
#: and so many where the deadline is looked at in between, and one read may need many waits.
SMALL_CHUNK = 64


class BrokenBody(requests.ConnectionError):
    """A response's body cannot be had: it was cut short, was not compressed as it said, or is too long.

    Attributes:
        status: The response's status.
        reason: What the response did.
        is_permanent: Whether it would do so again.
    """

    def __init__(self, status: int, reason: str = "was cut short or garbled", *, is_permanent: bool = False) -> None:
        super().__init__()
        self.status, self.reason, self.is_permanent = status, reason, is_permanent


class TooLongError(Exception):
    """More bytes than a body may have; its argument is what it may have of them."""


def receive(response: requests.Response, end: Optional[float], longest: Optional[int]) -> None:
    """Read the body, up to the deadline also where the session's sockets do not keep it.

    Args:
        response: The response.
        end: The deadline, as `time.monotonic` has it.
        longest: So many bytes the body has at the most.

    Raises:
        BrokenBody: If the body of a success is not whole, or too long.
        requests.RequestException: If it did not come in time, or TLS failed.
    """
    if response.status_code < 200:
        # The answer that it announces is not asked for: it would be taken for that of the next request.
        response.close()
        raise BrokenBody(response.status_code, "announces another, which is not waited for")
    is_refusal = response.status_code >= 300
    if is_refusal:
        longest = min(LONGEST_REFUSAL, longest or LONGEST_REFUSAL)
    # What traces responses may have read it.
    content: Any = response._content  # noqa: SLF001 (`content` reads it in pieces)
    try:
        if content is False:
            content = b""
            keeps_deadlines = getattr(getattr(response, "connection", None), "keeps_deadlines", False)
            _check(0 if is_refusal else getattr(response.raw, "length_remaining", None) or 0, longest)
            at_once = keeps_deadlines and _is_short_and_plain(response, longest)
            content = _whole(response) if at_once else _bounded(response, None if keeps_deadlines else end, longest)
    except TooLongError as error:
        if not is_refusal:
            reason = f"is longer than max_response_bytes={longest}: raise that if it may be"
            raise BrokenBody(response.status_code, reason, is_permanent=True) from error
        content = error.args[0]
    except (ChunkedEncodingError, ContentDecodingError) as error:
        # The status says what an error is, also where the body does not.
        if not is_refusal:
            raise BrokenBody(response.status_code) from error
    finally:
        response.close()
    if not is_refusal and _is_short(response):
        raise BrokenBody(response.status_code)
    response.encoding = charset(response)
    # What `content` and the iterators give from now on.
    vars(response).update(_content=content or b"", _content_consumed=True)


def _is_short_and_plain(response: requests.Response, longest: Optional[int]) -> bool:
    length = getattr(response.raw, "length_remaining", None)
    is_plain = not response.raw.chunked and "Content-Encoding" not in response.headers
    return length is not None and length < min(SHORT, longest or SHORT) and is_plain


def _whole(response: requests.Response) -> bytes:
    """The body, read in one go: requests reads pieces, through two generators (20 µs). Our sockets keep deadlines."""
    try:
        content: bytes = response.raw.read()
    except ProtocolError as error:
        raise ChunkedEncodingError(error) from error
    except ReadTimeoutError as error:
        raise requests.ConnectionError(error) from error
    except TLSError as error:
        raise requests.exceptions.SSLError(error) from error
    return content


def _bounded(response: requests.Response, end: Optional[float], longest: Optional[int]) -> bytes:
    """The body, in pieces that are small enough to look at the deadline and the length in between."""
    chunks, length = [], 0
    for chunk in _pieces(response, bounded=end is not None):
        chunks.append(chunk)
        length += len(chunk)
        _check(length, longest, chunks)
        if end is not None and monotonic() > end:
            message = "the deadline of the call is over"
            raise requests.ReadTimeout(message)
    return b"".join(chunks)


def _check(length: int, longest: Optional[int], chunks: Iterable[bytes] = ()) -> None:
    if longest is not None and length > longest:
        raise TooLongError(b"".join(chunks)[:longest])


def _is_short(response: requests.Response) -> bool:
    """Whether a body has fewer bytes than its Content-Length: urllib3 1 lets that pass."""
    return (getattr(response.raw, "length_remaining", None) or 0) > 0


class _ByRead:
    """A response of urllib3 whose body comes as it arrives: a piece is what one read of the socket gives."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, amount: int, decode_content: bool) -> Iterator[bytes]:  # noqa: FBT001 (requests calls it so)
        return iter(lambda: self._raw.read1(amount, decode_content=decode_content), b"")


def _pieces(response: requests.Response, *, bounded: bool) -> Iterator[bytes]:
    """The body of a response in pieces, if `bounded` as they arrive."""
    encodings = response.headers.get("Content-Encoding", "")
    if "," in encodings:
        # Each multiplies what the one before made.
        message = "compressed more than once"
        raise ContentDecodingError(message)
    size = COMPRESSED_CHUNK if encodings else CHUNK
    if bounded and hasattr(response.raw, "read1"):
        response.raw = _ByRead(response.raw)
    elif bounded:
        # urllib3 before 2.3 has no read that ends after one wait.
        size = SMALL_CHUNK
    chunks: Iterator[bytes] = response.iter_content(size)
    return chunks


def decoded(response: requests.Response) -> Any:
    """The JSON body of a response, or None if it has none. Of two equal names in an object the last one counts."""
    content = response.content
    if not content:
        return None
    try:
        # requests' own way to UTF-8 is longer, and may guess.
        return json.loads(content if response.encoding == "utf-8" else response.text)
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON ({error})"
    raise DecodeError(reason)
