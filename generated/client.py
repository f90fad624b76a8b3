# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The clients that operations take: server, session and credentials."""

from typing import Any, Dict, List, Optional, Tuple, TypeVar, Union, cast

import requests
from attrs import define, evolve, field
from requests.auth import AuthBase
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import HTTPError

from ._redaction import redacted
from .errors import DecodeError, InvalidRequest
from .operation import Operation, Request
from .types import Response

#: Seconds for all, or for (connecting, each wait for data); None for no limit.
Timeout = Union[float, Tuple[float, float], None]

#: Maximum number of bytes of an incomplete body in an error.
_START = 1024

C = TypeVar("C", bound="Client")


@define(eq=False)
class TokenAuth(AuthBase):
    """Sends a token in a header. As an AuthBase it takes precedence over .netrc."""

    token: str = field(repr=False)
    prefix: str = "Bearer"
    header: str = "Authorization"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header of a request."""
        value = f"{self.prefix} {self.token}" if self.prefix else self.token
        if not (value.isascii() and value.isprintable()):
            # http.client would refuse most of these too, with the token in its message.
            message = f"The token cannot travel in the header {self.header}: it must be printable ASCII"
            raise InvalidRequest(message)
        request.headers[self.header] = value
        return request


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request as it is. Without an auth, requests would use .netrc, and overwrite a given header."""
    return request


def _read(operation: Operation, response: requests.Response) -> None:
    """Read the body. requests alone would lose the status and the start of an incomplete one."""
    chunks: List[bytes] = []
    try:
        chunks.extend(response.iter_content(65536))
    except (ChunkedEncodingError, ContentDecodingError) as error:
        reason = f"{operation.name}: the body is cut short or garbled: {error}"
        raise DecodeError(reason, response.status_code, b"".join(chunks) or _start(response)) from error
    finally:
        response.close()
    # The value of `response.content` from now on.
    response._content = b"".join(chunks)  # noqa: SLF001 (requests has no public way)


def _start(response: requests.Response) -> bytes:
    """Return the start of a body that failed in its first chunk: urllib3 2 returns it byte by byte only."""
    content = b""
    try:
        while len(content) < _START:
            byte = response.raw.read(1)
            if not byte:
                break
            content += byte
    except (HTTPError, OSError):
        pass
    return content


@define
class Client:
    """Settings and a session to send requests with.

    Attributes:
        base_url: The URL before all paths. None: the server that the document gives for each operation.
        raise_on_unexpected_status: Raise `errors.UnexpectedStatus` for a status that is not documented;
            if False, `parsed` is None.
        headers: Headers of every request.
        cookies: Cookies of every request.
        timeout: Seconds, or (connect, read), before requests raises a Timeout; None for no limit.
        verify: False, or the path of a CA bundle, as requests takes it; None leaves it to the session.
        verify_ssl: The same under the name that the stock templates give it.
        follow_redirects: Follow redirects: to another host too, with all headers but Authorization.
        proxies: Proxies by scheme, as requests takes them.
        cert: A client certificate, as requests takes it.
        auth: Any auth of requests, for every request.
        session: The session to send with. Without one the client makes its own, shared by its `with_…` copies.
    """

    base_url: Optional[str] = None
    raise_on_unexpected_status: bool = field(default=True, kw_only=True)
    headers: Dict[str, str] = field(factory=dict, kw_only=True, repr=False)
    cookies: Dict[str, str] = field(factory=dict, kw_only=True, repr=False)
    timeout: Timeout = field(default=30.0, kw_only=True)
    verify: Union[bool, str, None] = field(default=None, kw_only=True)
    verify_ssl: Union[bool, str, None] = field(default=None, kw_only=True)
    follow_redirects: bool = field(default=False, kw_only=True)
    proxies: Optional[Dict[str, str]] = field(default=None, kw_only=True, repr=False)
    cert: Union[str, Tuple[str, str], None] = field(default=None, kw_only=True)
    auth: Any = field(default=None, kw_only=True, repr=False)
    session: Optional[requests.Session] = field(default=None, kw_only=True, repr=False)
    _own_session: Optional[requests.Session] = field(default=None, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.session is None:
            self.session = self._own_session = requests.Session()

    def with_headers(self: C, headers: Dict[str, str]) -> C:
        """Return a copy that sends these headers too."""
        return evolve(self, headers={**self.headers, **headers})

    def with_cookies(self: C, cookies: Dict[str, str]) -> C:
        """Return a copy that sends these cookies too."""
        return evolve(self, cookies={**self.cookies, **cookies})

    def with_timeout(self: C, timeout: Timeout) -> C:
        """Return a copy with another timeout."""
        return evolve(self, timeout=timeout)

    def get_session(self) -> requests.Session:
        """Return the session that requests are sent with."""
        # It is made with the client.
        return cast("requests.Session", self.session)

    def set_session(self: C, session: requests.Session) -> C:
        """Send with another session from now on; it is not closed by this client."""
        self.session = session
        return self

    def close(self) -> None:
        """Close the connections, unless the session was passed in."""
        if self._own_session is not None:
            self._own_session.close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __copy__(self: C) -> C:
        return evolve(self)

    def __reduce__(self) -> Any:
        message = f"{type(self).__name__} cannot be pickled: it may know secrets. Create another where it is needed."
        raise TypeError(message)

    def request(self, request: Request) -> requests.Response:
        """Send a request, and return the response of requests with its body read.

        Raises:
            errors.DecodeError: If the body is cut short, or not compressed as it says.
            requests.RequestException: If no response came.
        """
        with redacted():
            return self._exchange(request)

    def _exchange(self, request: Request) -> requests.Response:
        session = self.get_session()
        url = self._server(request.operation) + request["url"]
        response = session.request(
            **{
                **request,
                "url": url,
                "headers": {**self.headers, **request.get("headers", {})},
                "cookies": {**self.cookies, **request.get("cookies", {})},
            },
            auth=self._auth() or session.auth or (None if "@" in url.split("?")[0] else _no_auth),
            timeout=self.timeout,
            verify=self.verify if self.verify_ssl is None else self.verify_ssl,
            proxies=self.proxies,
            cert=self.cert,
            allow_redirects=self.follow_redirects,
            stream=True,
        )
        _read(request.operation, response)
        return response

    def _auth(self) -> Any:
        return self.auth

    def _server(self, operation: Operation) -> str:
        server = self.base_url or operation.server
        if server is None:
            message = f"{operation.name}: the document names no server, so the client needs a base_url"
            raise ValueError(message)
        return server.rstrip("/")

    def send(self, request: Request) -> Response[Any]:
        """Send a request, and return the response with its body parsed as the document says.

        Raises:
            errors.UnexpectedStatus: If the status is not documented.
            errors.DecodeError: If the body is not what is documented.
            requests.RequestException: If no response came.
        """
        with redacted():
            # With no name for the response, which would be a local variable of this frame.
            return request.operation.read(
                self.request(request), raise_on_unexpected_status=self.raise_on_unexpected_status
            )


@define
class AuthenticatedClient(Client):
    """A client for operations that require authentication: by a token, or by any auth of requests.

    Attributes:
        token: The token.
        prefix: The text before the token; "" for none.
        auth_header_name: The header that carries the token.
    """

    token: str = field(default="", repr=False)
    prefix: str = "Bearer"
    auth_header_name: str = "Authorization"

    def __attrs_post_init__(self) -> None:
        # Not super(): attrs before 22.2 cannot make a slotted class with it on Python 3.11.
        Client.__attrs_post_init__(self)
        if self.auth is None and not self.token:
            message = "AuthenticatedClient needs a token= or an auth="
            raise ValueError(message)

    def _auth(self) -> Any:
        return self.auth or TokenAuth(self.token, self.prefix, self.auth_header_name)
