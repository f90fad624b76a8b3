# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Multipart bodies whose files are read while they are sent. The encoder of requests reads files into memory first."""

import os
from tempfile import SpooledTemporaryFile
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple, Union
from weakref import finalize

from urllib3.fields import RequestField

#: Number of bytes in a chunk of a file.
_CHUNK = 65536
#: Maximum bytes of an object without a known size in memory. The content of a larger one is copied to a temporary file.
_IN_MEMORY = 1024 * 1024

#: An opened file, or an object like one, with the position of its first byte to send, and the number of these bytes.
_Section = Tuple[Any, int, int]


class MultipartStream:
    """A multipart/form-data body, as an object that requests reads.

    Args:
        files: The parts, as for the argument `files` of requests. Opened files are sent from their current position.
            Other objects with `read()` whose size is not known, such as downloads, are copied at once, because the body
            has a Content-Length: into memory, or into a temporary file if they are large.
    """

    def __init__(self, files: Iterable[Tuple[str, Any]]) -> None:
        boundary = os.urandom(16).hex()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._pieces: List[Union[bytes, _Section]] = []
        for name, part in files:
            self._pieces += [f"--{boundary}\r\n".encode(), _headers(name, part), self._piece(part[1]), b"\r\n"]
        self._pieces.append(f"--{boundary}--\r\n".encode())
        self._chunks = self._read_chunks()
        self._rest = b""

    def __len__(self) -> int:
        return sum(len(piece) if isinstance(piece, bytes) else piece[2] for piece in self._pieces)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(_CHUNK), b"")

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes of the body: all of them if `size` is negative."""
        found, count = [self._rest], len(self._rest)
        while size < 0 or count < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            found.append(chunk)
            count += len(chunk)
        whole = b"".join(found)
        end = len(whole) if size < 0 else size
        self._rest = whole[end:]
        return whole[:end]

    def tell(self) -> int:
        """Return 0. requests asks for this position, to start there again after a redirect."""
        return 0

    def seek(self, _: int) -> None:
        """Go back to the start of the body. The argument is ignored: requests passes the result of `tell`."""
        self._chunks, self._rest = self._read_chunks(), b""

    def _piece(self, content: Any) -> Union[bytes, _Section]:
        if not hasattr(content, "read"):
            return content.encode() if isinstance(content, str) else content
        return _section(content) or self._copy(content)

    def _copy(self, content: Any) -> _Section:
        copied: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed with the body)
        finalize(self, copied.close)
        # A raw file that does not block returns None at its end.
        while chunk := content.read(_CHUNK):
            copied.write(chunk.encode() if isinstance(chunk, str) else chunk)
        return copied, 0, copied.tell()

    def _read_chunks(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                file, start, left = piece
                file.seek(start)
                while left > 0:
                    chunk = file.read(min(_CHUNK, left))
                    if not chunk:
                        message = "A file became shorter while it was sent"
                        raise OSError(message)
                    left -= len(chunk)
                    yield chunk


def _headers(name: str, part: Any) -> bytes:
    """Return the headers of a part, as requests writes them."""
    file_name, _, media_type, *more = part
    field = RequestField(name, data=b"", filename=file_name, headers=dict(more[0]) if more else {})
    field.make_multipart(content_type=media_type)
    return field.render_headers().encode()


def _section(content: Any) -> Optional[_Section]:
    """Return the part of an opened file after its position; None if it is text, or has no known size."""
    if hasattr(content, "encoding") or not getattr(content, "seekable", bool)():
        return None
    start: int = content.tell()
    try:
        content.seek(0, os.SEEK_END)
    except OSError:
        # The files in /proc have no end.
        return None
    size: int = content.tell() - start
    content.seek(start)
    return content, start, max(0, size)


def stream(arguments: Dict[str, Any]) -> None:
    """Replace the multipart body in arguments for requests by a `MultipartStream` if it has files or no parts.

    For a body without parts, requests would send neither a body nor a Content-Type.
    """
    files = arguments["files"]
    if not files or any(hasattr(part[1], "read") for _, part in files):
        body = MultipartStream(files)
        del arguments["files"]
        arguments.update(data=body, headers={**arguments["headers"], "Content-Type": body.content_type})


__all__ = ["MultipartStream", "stream"]
