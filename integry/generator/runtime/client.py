"""Clients, which send the requests of operations: server, session and credentials."""

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

#: Timeout in seconds, or (connect, read) timeouts, as requests takes them; None for no limit.
Timeout = Union[float, Tuple[float, float], None]

#: Maximum bytes of an incomplete body in an error.
_MAX_START = 1024

C = TypeVar("C", bound="Client")


@define(eq=False)
class TokenAuth(AuthBase):
    """Authentication by a token in a header. Unlike plain headers, an AuthBase takes precedence over .netrc."""

    token: str = field(repr=False)
    prefix: str = "Bearer"
    header: str = "Authorization"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header, and return the request."""
        value = f"{self.prefix} {self.token}" if self.prefix else self.token
        if not (value.isascii() and value.isprintable()):
            # http.client would refuse most of these too, with the token in its message.
            message = f"The token cannot be sent in the header {self.header}: it must be printable ASCII"
            raise InvalidRequest(message)
        request.headers[self.header] = value
        return request


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request unchanged. Without an auth, requests uses .netrc, and overwrites an Authorization header."""
    return request


def _read_body(operation: Operation, response: requests.Response) -> None:
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
    # The value of response.content.
    response._content = b"".join(chunks)  # noqa: SLF001 (requests has no public way)


def _read_start(response: requests.Response) -> bytes:
    """Return the start of a body that failed in its first chunk: urllib3 2 returns it byte by byte only."""
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


@define
class Client:
    """Settings and a session to send requests with.

    Attributes:
        base_url: The base URL of all paths. None for the server that the document names for each operation.
        raise_on_unexpected_status: True to raise `errors.UnexpectedStatus` for a status that is not documented. If
            False, `parsed` is None.
        lenient: True to keep values that do not match the document, instead of raising `errors.DecodeError`: a
            missing required field is UNSET, and undocumented fields of all models are sent back.
        headers: Headers of every request.
        cookies: Cookies of every request.
        timeout: Seconds, or (connect, read), before requests raises a Timeout (default: 30); None for no limit.
        verify: False, or the path of a CA bundle, as in requests; None for the setting of the session.
        verify_ssl: An alias of `verify`, the name in openapi-python-client's own templates.
        follow_redirects: True to follow redirects, also to other hosts, with all headers except Authorization.
        proxies: Proxies by scheme, as in requests.
        cert: A client certificate, as in requests.
        auth: An auth of requests, for every request.
        session: The session to send with (default: a new one, which the `with_…` copies share).
    """

    base_url: Optional[str] = None
    raise_on_unexpected_status: bool = field(default=True, kw_only=True)
    lenient: bool = field(default=False, kw_only=True)
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
        """Return a copy that also sends these headers."""
        return evolve(self, headers={**self.headers, **headers})

    def with_cookies(self: C, cookies: Dict[str, str]) -> C:
        """Return a copy that also sends these cookies."""
        return evolve(self, cookies={**self.cookies, **cookies})

    def with_timeout(self: C, timeout: Timeout) -> C:
        """Return a copy with another timeout."""
        return evolve(self, timeout=timeout)

    def get_session(self) -> requests.Session:
        """Return the session that requests are sent with."""
        # Never None: __attrs_post_init__ creates a session.
        return cast("requests.Session", self.session)

    def set_session(self: C, session: requests.Session) -> C:
        """Replace the session, and return the client. `close` does not close a session that is passed in."""
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
        message = f"{type(self).__name__} cannot be pickled, as it may hold secrets. Create another where it is needed."
        raise TypeError(message)

    def request(self, request: Request) -> requests.Response:
        """Send a request, and return the response of requests with its body read.

        Raises:
            errors.DecodeError: If the body is incomplete, or its compression is invalid.
            requests.RequestException: If no response arrives.
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
        _read_body(request.operation, response)
        return response

    def _auth(self) -> Any:
        return self.auth

    def _server(self, operation: Operation) -> str:
        server = self.base_url or operation.server
        if server is None:
            message = f"{operation.name}: the document names no server: pass base_url= to the client"
            raise ValueError(message)
        return server.rstrip("/")

    def send(self, request: Request) -> Response[Any]:
        """Send a request, and return the response with its body parsed as documented.

        Raises:
            errors.UnexpectedStatus: If the status is not documented.
            errors.DecodeError: If the body does not match the document.
            requests.RequestException: If no response arrives.
        """
        with redacted():
            # Not assigned to a name: error reporters show the local variables of this frame.
            return request.operation.read(
                self.request(request),
                raise_on_unexpected_status=self.raise_on_unexpected_status,
                lenient=self.lenient,
            )


@define
class AuthenticatedClient(Client):
    """A client for operations that require authentication, with `token=`, or with `auth=` as requests takes it.

    Attributes:
        token: The token.
        prefix: The text before the token; "" for none.
        auth_header_name: The name of the header with the token.
    """

    token: str = field(default="", repr=False)
    prefix: str = "Bearer"
    auth_header_name: str = "Authorization"

    def __attrs_post_init__(self) -> None:
        # Not super(): attrs < 22.2 cannot create a slotted class with it on Python 3.11.
        Client.__attrs_post_init__(self)
        if self.auth is None and not self.token:
            message = "AuthenticatedClient has no credentials: pass token= or auth="
            raise ValueError(message)

    def _auth(self) -> Any:
        return self.auth or TokenAuth(self.token, self.prefix, self.auth_header_name)
