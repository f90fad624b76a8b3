# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Responses that are read piece by piece: event streams, lines of JSON, and downloads."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, Iterator, Mapping, TypeVar, Union

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from ._decoding import charset
from ._media import select
from ._raising import CLIENT_ERROR, status_error
from ._receiving import read_body
from ._redaction import redacted
from ._sse import ServerSentEvent, decode_text, read_events, read_values, split_lines
from .errors import DecodeError, StreamError
from .operation import Operation, http_status, structure_function
from .types import ResponseSpec

#: Number of bytes in a chunk of a download.
CHUNK_SIZE = 65536

S = TypeVar("S", bound="ResponseStream[Any]")
T = TypeVar("T")
V = TypeVar("V")


class ResponseStream(Generic[T]):
    """A response whose body is read as it arrives. It is a context manager, which closes the connection.

    The body can be read once, by one of the iterators or by `save`.

    Attributes:
        status_code: The HTTP status: an `http.HTTPStatus` if Python knows it, else an int.
        headers: The headers; their names are case-insensitive.
    """

    def __init__(self, operation: Operation, response: requests.Response, *, lenient: bool = False) -> None:
        self.status_code = http_status(response.status_code)
        self.headers: Mapping[str, str] = response.headers
        self._operation, self._response = operation, response
        self._structure = structure_function(lenient=lenient)

    def __repr__(self) -> str:
        return f"<ResponseStream {self._operation.name}: {int(self.status_code)}>"

    def __enter__(self: S) -> S:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the response, and the connection if the body was not read to its end."""
        self._response.close()

    def iter_bytes(self, chunk_size: int = CHUNK_SIZE) -> Iterator[bytes]:
        """Yield the body as chunks of bytes, decompressed.

        Raises:
            errors.StreamError: If the connection breaks, or the compression is invalid.
            requests.RequestException: If no bytes arrive within the timeout.
        """
        return self._chunks(self._response.iter_content(chunk_size))

    def iter_lines(self) -> Iterator[str]:
        """Yield the lines of the text, without their line ends. See `iter_bytes` for the errors."""
        for line in split_lines(decode_text(self._arriving(), charset(self._response))):
            yield line[:-1] if line.endswith("\n") else line

    def iter_json(self) -> Iterator[T]:
        """Yield the values of lines of JSON (ndjson, JSON lines, JSON text sequences), parsed as documented.

        Raises:
            errors.DecodeError: If a line is not JSON, or does not match the document.
            errors.StreamError: If the connection breaks.
            requests.RequestException: If no bytes arrive within the timeout.
        """
        type_ = self._type("lines")
        return self._named(read_values(self._arriving(), Any if type_ is None else type_, self._structure))

    def iter_events(self) -> Iterator[ServerSentEvent[T]]:
        """Yield the events of an event stream, their data parsed as documented.

        Raises:
            errors.DecodeError: If the response is not an event stream.
            errors.StreamError: If the connection breaks.
            requests.RequestException: If no bytes arrive within the timeout.
        """
        type_ = self._type("events")
        content_type = self.headers.get("Content-Type", "text/event-stream")
        if type_ is None and not content_type.lower().startswith("text/event-stream"):
            reason = f"{self._operation.name}: not an event stream, but a response of type {content_type!r}"
            raise DecodeError(reason)
        return self._named(read_events(self._arriving(), str if type_ is None else type_, self._structure))

    def save(self, path: Union[str, "os.PathLike[str]"]) -> int:
        """Write the body to a file, and return the number of bytes. The file appears when it is complete.

        Args:
            path: The file. It is replaced if it exists. Until it is complete, its name ends with `.part`.

        Raises:
            errors.StreamError: If the connection breaks, or the compression is invalid.
            OSError: If the file cannot be written.
            requests.RequestException: If no bytes arrive within the timeout.
        """
        part = Path(f"{os.fspath(path)}.part")
        try:
            with part.open("wb") as file:
                size = sum(map(file.write, self.iter_bytes()))
            os.replace(part, path)  # noqa: PTH105 (Path.replace takes no PathLike on Python 3.8)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        return size

    def _type(self, kind: str) -> Any:
        """Return the type of the elements if the document has "events" or "lines" for this response, or else None."""
        spec = self._operation.response_spec(self._response.status_code) or ResponseSpec("none", Any)
        content_type = self.headers.get("Content-Type")
        found = [select(spec, content_type)] if content_type else [spec, *spec.others]
        if content_type:
            # Kubernetes answers a watch, which is documented as application/json;stream=watch, as application/json.
            start = content_type.partition(";")[0].strip().lower() + ";"
            found += [one for one in spec.others if one.content_type.startswith(start)]
        return next((one.type for one in found if one.kind == kind), None)

    def _arriving(self) -> Iterator[bytes]:
        """Yield bytes as they arrive."""
        self._response.raw = _Arriving(self._response.raw)
        return self._chunks(self._response.iter_content(CHUNK_SIZE))

    def _chunks(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield chunks, and close the response at the end. Raise StreamError if the connection breaks."""
        while True:
            with redacted():
                chunk = self._next(chunks)
            if not chunk:
                break
            yield chunk
        self.close()

    def _next(self, chunks: Iterator[bytes]) -> bytes:
        """Return the next chunk; empty bytes at the end of the body."""
        try:
            chunk = next(chunks, b"")
        except (ChunkedEncodingError, ContentDecodingError) as error:
            raise self._error(str(error)) from error
        # urllib3 < 2 accepts a body that is shorter than its Content-Length.
        missing = 0 if chunk else getattr(self._response.raw, "length_remaining", None) or 0
        if missing > 0:
            cause = f"{missing} bytes are missing"
            raise self._error(cause)
        return chunk

    def _error(self, cause: str) -> StreamError:
        self.close()
        reason = f"{self._operation.name}: the stream is incomplete or garbled: {cause}"
        return StreamError(reason)

    def _named(self, values: Iterator[V]) -> Iterator[V]:
        """Yield values. If reading one fails, add the name of the operation to the error."""
        try:
            yield from values
        except StreamError:
            raise
        except DecodeError as error:
            reason = f"{self._operation.name}: {error.reason}"
            raise DecodeError(reason) from error


class _Arriving:
    """A wrapper of urllib3's response, whose `stream` yields bytes as they arrive, without waiting for full chunks."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, size: int, *, decode_content: bool) -> Iterator[bytes]:
        """Yield the chunks of the body. requests calls this method by its name."""
        if hasattr(self._raw, "read1"):
            return iter(lambda: self._raw.read1(size, decode_content=decode_content) or b"", b"")
        # urllib3 < 2.3 has no read1(). Read a chunked body chunk by chunk, and other bodies byte by byte.
        chunks: Iterator[bytes] = self._raw.stream(size if self._raw.chunked else 1, decode_content=decode_content)
        return chunks


def open_stream(
    operation: Operation, response: requests.Response, *, raise_on_unexpected_status: bool, lenient: bool
) -> "ResponseStream[Any]":
    """Return the stream of a response.

    Raises:
        StatusError: If the status is 400 or more, or is not documented.
    """
    is_error = response.status_code >= CLIENT_ERROR
    if is_error or (raise_on_unexpected_status and operation.response_spec(response.status_code) is None):
        read_body(operation, response)
        raise status_error(operation, response, lenient=lenient)
    return ResponseStream(operation, response, lenient=lenient)


__all__ = ["ResponseStream", "ServerSentEvent"]
