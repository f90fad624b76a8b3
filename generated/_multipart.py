# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Multipart bodies whose files are read while they are sent. The encoder of requests reads files into memory first."""

import io
import os
import stat
from typing import Any, BinaryIO, Dict, Iterable, Iterator, List, Tuple, Union

from urllib3.fields import RequestField

#: Number of bytes in a chunk of a file.
_CHUNK = 65536

#: A piece of a body: bytes, or a part of a file: the file, the position of the first byte, and the number of bytes.
_Piece = Union[bytes, Tuple[BinaryIO, int, int]]


def is_regular(content: Any) -> bool:
    """Return True for an opened file on a disk, whose size is known, also if a wrapper of `tempfile` contains it."""
    opened = getattr(content, "file", content)
    raw = getattr(opened, "raw", opened)
    return isinstance(raw, io.FileIO) and stat.S_ISREG(os.fstat(raw.fileno()).st_mode)


class MultipartStream:
    """A multipart/form-data body, as an object that requests reads.

    Args:
        files: The parts, as for the argument `files` of requests. Opened files are sent from their current position.
            Other objects with `read()` are read into memory at once.
    """

    def __init__(self, files: Iterable[Tuple[str, Any]]) -> None:
        boundary = os.urandom(16).hex()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._pieces: List[_Piece] = []
        for name, part in files:
            self._pieces += [f"--{boundary}\r\n".encode(), _headers(name, part), _piece(part[1]), b"\r\n"]
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


def _piece(content: Any) -> _Piece:
    if is_regular(content):
        start: int = content.tell()
        return content, start, max(0, os.fstat(content.fileno()).st_size - start)
    found = content.read() if hasattr(content, "read") else content
    return found.encode() if isinstance(found, str) else found


def stream(arguments: Dict[str, Any]) -> None:
    """Replace the multipart body in arguments for requests by a `MultipartStream` if it has opened files or no parts.

    For a body without parts, requests would send neither a body nor a Content-Type.
    """
    files = arguments["files"]
    if not files or any(is_regular(part[1]) for _, part in files):
        body = MultipartStream(files)
        del arguments["files"]
        arguments.update(data=body, headers={**arguments["headers"], "Content-Type": body.content_type})


__all__ = ["MultipartStream", "stream"]
