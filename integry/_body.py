"""Bodies of responses: read whole, within the deadline, and decoded."""

import json
from time import monotonic
from typing import Any, Iterator, Optional

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import DecodeError as UndecodableError
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as TLSError

from ._generated.errors import DecodeError

#: A body of so many bytes, as its Content-Length says, is read in one go: they are set aside before they come.
SHORT = 1 << 24
#: So many bytes of other bodies are read at once,
CHUNK = 65536
#: and so many where the deadline is looked at in between, and one read may need many waits.
SMALL_CHUNK = 64


class BrokenBody(requests.ConnectionError):
    """A response's body was cut short, or was not compressed as it said."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


def receive(response: requests.Response, end: Optional[float]) -> None:
    """Read the body, up to the deadline also where the session's sockets do not keep it.

    Raises:
        BrokenBody: If the body of a success is not whole.
        requests.RequestException: If it did not come in time, or TLS failed.
    """
    # requests itself reads the body of a redirect, and what traces responses may.
    content: Any = response._content  # noqa: SLF001 (`content` reads it in pieces)
    try:
        if content is False:
            content = b""
            keeps_deadlines = getattr(getattr(response, "connection", None), "keeps_deadlines", False)
            at_once = keeps_deadlines and _is_of_known_length(response)
            content = _whole(response) if at_once else _bounded(response, None if keeps_deadlines else end)
    except (ChunkedEncodingError, ContentDecodingError) as error:
        # The status says what an error is, also where the body does not.
        if response.status_code < 300:
            raise BrokenBody(response.status_code) from error
    finally:
        response.close()
    if response.status_code < 300 and _is_short(response):
        raise BrokenBody(response.status_code)
    if "charset" not in response.headers.get("Content-Type", "").lower():
        response.encoding = "utf-8"  # requests alone would take text for Latin-1
    # What `content` and the iterators give from now on.
    vars(response).update(_content=content or b"", _content_consumed=True)


def _is_of_known_length(response: requests.Response) -> bool:
    length = getattr(response.raw, "length_remaining", None)
    return length is not None and length < SHORT and not response.raw.chunked


def _whole(response: requests.Response) -> bytes:
    """The body, read in one go: requests reads pieces, through two generators (20 µs). Our sockets keep deadlines."""
    try:
        content: bytes = response.raw.read(decode_content=True)
    except ProtocolError as error:
        raise ChunkedEncodingError(error) from error
    except UndecodableError as error:
        raise ContentDecodingError(error) from error
    except ReadTimeoutError as error:
        raise requests.ConnectionError(error) from error
    except TLSError as error:
        raise requests.exceptions.SSLError(error) from error
    return content


def _bounded(response: requests.Response, end: Optional[float]) -> bytes:
    """The body, in pieces that are small enough to look at the deadline in between."""
    chunks = []
    for chunk in _pieces(response, bounded=end is not None):
        chunks.append(chunk)
        if end is not None and monotonic() > end:
            message = "the deadline of the call is over"
            raise requests.ReadTimeout(message)
    return b"".join(chunks)


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
    size = CHUNK
    if bounded and hasattr(response.raw, "read1"):
        response.raw = _ByRead(response.raw)
    elif bounded:
        # urllib3 before 2.3 has no read that ends after one wait.
        size = SMALL_CHUNK
    chunks: Iterator[bytes] = response.iter_content(size)
    return chunks


def decoded(response: requests.Response) -> Any:
    """The JSON body of a response, or None if it has none."""
    content = response.content
    if not content:
        return None
    try:
        # Without a declared charset it is UTF-8, and requests' own way to that is longer.
        return json.loads(content) if (response.encoding or "utf-8").lower() == "utf-8" else response.json()
    except (ValueError, RecursionError) as error:
        reason = f"the body is not JSON ({error})"
    raise DecodeError(reason)
