"""The sandbox as an adapter of requests: the application is called, no socket is opened."""

from __future__ import annotations

import io
from typing import Any, Callable, Dict, Iterable, List
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from ._http import environ_of


class WSGIAdapter(BaseAdapter):
    """Sends requests to a WSGI application in this process.

    Args:
        application: The application.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        super().__init__()
        self._application = application
        # For what it makes of urllib3's responses; it opens nothing.
        self._builder = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """Call the application. Its body is read as it comes.

        Raises:
            requests.ConnectionError: If it resets the connection.
            requests.ReadTimeout: If it takes longer than it may.
        """
        head: List[Any] = []
        try:
            environ = {**_environ_of(request), "integry.timeout": timeout[1] if isinstance(timeout, tuple) else timeout}
            chunks = self._application(environ, lambda *given: head.extend(given))
        except TimeoutError as error:
            message = "the sandbox took longer"
            raise requests.ReadTimeout(message, request=request) from error
        except ConnectionError as error:
            raise requests.ConnectionError(error, request=request) from error
        status, headers = head
        code, _, reason = status.partition(" ")
        raw = HTTPResponse(
            io.BufferedReader(_Chunks(chunks)),
            headers=headers,
            status=int(code),
            reason=reason,
            preload_content=False,
            # As over a socket: a body that is cut short is noticed.
            enforce_content_length=True,
            request_method=request.method,
        )
        response: requests.Response = self._builder.build_response(request, raw)
        return response

    def close(self) -> None:
        """Nothing is open."""


class _Chunks(io.RawIOBase):
    """Chunks as a file to read from; what goes wrong amid them goes wrong here."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._left = iter(chunks), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._left or next(self._chunks, b"")
        piece, self._left = found[: len(buffer)], found[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _environ_of(request: requests.PreparedRequest) -> Dict[str, Any]:
    body: Any = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    url = urlsplit(str(request.url))
    headers = {"Host": url.netloc, **request.headers}
    named = ((name, _text(value)) for name, value in headers.items())
    return environ_of(str(request.method), url, named, io.BytesIO(content), str(len(content)))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
