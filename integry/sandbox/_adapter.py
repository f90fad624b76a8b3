"""A requests adapter that calls the sandbox's application without a socket."""

from __future__ import annotations

import io
from typing import Any, Callable, Dict, Iterable, List
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from ._http import make_environ


class WSGIAdapter(BaseAdapter):
    """A requests adapter that sends requests to a WSGI application in this process.

    Args:
        application: The application.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        super().__init__()
        self._application = application
        # Only build_response() of this adapter is used, so the adapter opens no connections.
        self._builder = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """Call the application, and return a response that streams the body.

        Raises:
            requests.ConnectionError: If the application resets the connection.
            requests.ReadTimeout: If a fault delays the response for longer than the timeout.
        """
        head: List[Any] = []
        try:
            environ = {
                **_environ_for(request),
                "integry.timeout": timeout[1] if isinstance(timeout, tuple) else timeout,
            }
            chunks = self._application(environ, lambda *given: head.extend(given))
        except TimeoutError as error:
            message = "the sandbox did not respond in time"
            raise requests.ReadTimeout(message, request=request) from error
        except ConnectionError as error:
            raise requests.ConnectionError(error, request=request) from error
        status, headers = head
        code, _, reason = status.partition(" ")
        raw = HTTPResponse(
            io.BufferedReader(_ChunkReader(chunks)),
            headers=headers,
            status=int(code),
            reason=reason,
            preload_content=False,
            # Fail if the body is shorter than its Content-Length, as over a socket.
            enforce_content_length=True,
            request_method=request.method,
        )
        response: requests.Response = self._builder.build_response(request, raw)
        return response

    def close(self) -> None:
        """Do nothing: no connections are open."""


class _ChunkReader(io.RawIOBase):
    """A file-like reader of an iterable of chunks; errors of the iterable are raised by its reads."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._left = iter(chunks), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._left or next(self._chunks, b"")
        piece, self._left = found[: len(buffer)], found[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _environ_for(request: requests.PreparedRequest) -> Dict[str, Any]:
    body: Any = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    url = urlsplit(str(request.url))
    headers = {"Host": url.netloc, **request.headers}
    named = ((name, _text(value)) for name, value in headers.items())
    return make_environ(str(request.method), url, named, io.BytesIO(content), str(len(content)))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
