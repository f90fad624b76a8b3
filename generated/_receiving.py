# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Reading the whole body of a response."""

from typing import List

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import HTTPError

from .errors import DecodeError
from .operation import Operation

#: Maximum number of bytes of an incomplete body that are kept in an error.
_MAX_START = 1024


def read_body(operation: Operation, response: requests.Response) -> None:
    """Read the body, and store it in the response.

    Raises:
        DecodeError: If the body is incomplete or garbled. Unlike requests' own errors, it has the status and the start
            of the body.
    """
    chunks: List[bytes] = []
    try:
        chunks.extend(response.iter_content(65536))
    except (ChunkedEncodingError, ContentDecodingError) as error:
        reason = f"{operation.name}: the body is incomplete or garbled: {error}"
        raise DecodeError(reason, response.status_code, b"".join(chunks) or _read_start(response)) from error
    finally:
        response.close()
    # `response.content` returns the value of this attribute.
    response._content = b"".join(chunks)  # noqa: SLF001 (requests has no public way)


def _read_start(response: requests.Response) -> bytes:
    """Return the start of a body whose first chunk is incomplete. urllib3 2 returns that start only byte by byte."""
    content = b""
    try:
        while len(content) < _MAX_START:
            byte = response.raw.read(1)
            if not byte:
                break
            content += byte
    except (HTTPError, OSError):
        pass
    return content
