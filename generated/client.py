# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Clients, which send the requests of operations: server, session and credentials."""

from functools import partial
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple, TypeVar, Union, cast
from urllib.parse import urljoin

import requests
from attrs import define, evolve, field

from ._outcome import Retries
from ._receiving import read_body
from ._redaction import redacted
from ._sending import Timeout, authorization_of, check_settings, is_repeatable, no_auth, without_queries
from .operation import Operation, Request
from .resources import Resources
from .retry import RetryQuota
from .types import Response

if TYPE_CHECKING:
    from .auth import CredentialSet
    from .security import Credentials
    from .streaming import ResponseStream

C = TypeVar("C", bound="Client")
R = TypeVar("R")


@define
class Client(Resources):
    """Settings and a session to send requests with.

    Attributes:
        base_url: The base URL of all paths. None for the server that the document names for each operation.
        raise_on_unexpected_status: True to raise `errors.UnexpectedStatus`; if False, `parsed` of the response is None.
        raise_on_error_status: True to raise documented errors, statuses of 400 and more, as `errors.ClientError` and
            `errors.ServerError`. If False, they are returned like other responses.
        lenient: True to keep values that do not match the document, instead of raising `errors.DecodeError`.
        headers: Headers of every request.
        cookies: Cookies of every request.
        timeout: Seconds, or (connect, read), before requests raises a Timeout (default: 30); None for no limit.
        verify: False, or the path of a CA bundle, as in requests. None uses `session.verify`.
        verify_ssl: An alias of `verify`: the name in clients of openapi-python-client.
        follow_redirects: True to follow redirects, also to other hosts, with all headers except Authorization.
        proxies: Proxies by scheme, as in requests.
        cert: A client certificate, as in requests.
        auth: An auth of requests, for every request.
        max_retries: Maximum number of retries after a temporary failure: no connection, 429, and for idempotent
            operations also a lost connection, a timeout, 408, 502, 503 and 504 (default: 0). A body that is read from a
            file is sent once.
        retry_quota: The quota of retries, which all copies of the client share.
        session: The session to send with (default: a new one, which the `with_…` copies share).
        server: The server of the document to use: its number, name, description or URL (default: the first one).
        server_variables: Values of variables in the URL of the server, by name (default: those of the document).
    """

    base_url: Optional[str] = None
    raise_on_unexpected_status: bool = field(default=True, kw_only=True)
    raise_on_error_status: bool = field(default=False, kw_only=True)
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
    max_retries: int = field(default=0, kw_only=True)
    retry_quota: RetryQuota = field(factory=RetryQuota, kw_only=True, repr=False, eq=False)
    session: Optional[requests.Session] = field(default=None, kw_only=True, repr=False)
    server: Union[int, str, None] = field(default=None, kw_only=True)
    server_variables: Optional[Mapping[str, str]] = field(default=None, kw_only=True)
    _own_session: Optional[requests.Session] = field(default=None, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        check_settings(self.timeout, self.max_retries)
        if self.session is None:
            self.session = self._own_session = requests.Session()
        self._choose_server("")

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

    def request(self, request: Request[Any]) -> requests.Response:
        """Send a request, and return the response of requests with its body read.

        Raises:
            errors.DecodeError: If the body is incomplete, or its compression is invalid.
            requests.RequestException: If no response arrives.
        """
        with redacted(hide=without_queries):
            if self.max_retries < 1 or not is_repeatable(request):
                return self._exchange(request)
            retries = Retries(request.operation.idempotent, self.max_retries, self.retry_quota)
            return retries.send(lambda: self._exchange(request))

    def _exchange(self, request: Request[Any]) -> requests.Response:
        response = self._open(request)
        read_body(request.operation, response)
        return response

    def _open(self, request: Request[Any], *, is_streamed: bool = False) -> requests.Response:
        """Send a request, and return the response before its body is read."""
        from ._media import accept

        session = self.get_session()
        url = self.server_of(request.operation) + request["url"]
        accepted = accept(request.operation.responses, session.headers, is_streamed=is_streamed)
        arguments = {
            **request,
            "url": url,
            "headers": {**accepted, **self.headers, **request.get("headers", {})},
            "cookies": {**self.cookies, **request.get("cookies", {})},
        }
        if "files" in arguments:
            from ._multipart import stream

            stream(arguments)
        return session.request(
            **arguments,
            auth=self._request_auth(request, url),
            **self._connection(),
            allow_redirects=self.follow_redirects,
            stream=True,
        )

    def _connection(self) -> Dict[str, Any]:
        """Return the settings of connections, as arguments of requests."""
        verify = self.verify if self.verify_ssl is None else self.verify_ssl
        return {"timeout": self.timeout, "verify": verify, "proxies": self.proxies, "cert": self.cert}

    def _request_auth(self, request: Request[Any], url: str) -> Any:
        """Return the auth of a request. A parameter called Authorization takes precedence."""
        auth = self._auth(request) or self.get_session().auth or (None if "@" in url.partition("?")[0] else no_auth)
        given = authorization_of(request)
        if given is None:
            return auth
        from .auth import keep_authorization

        return partial(keep_authorization, auth, given)

    def _auth(self, _: Request[Any], /) -> Any:
        return self.auth

    def server_of(self, operation: Operation) -> str:
        """Return the base URL of an operation: `base_url`, the chosen server, or the operation's first server.

        Raises:
            ValueError: If neither the client nor the document has a server for the operation.
        """
        server = self.base_url or operation.server
        if server is None:
            message = f"{operation.name}: the document names no server: pass base_url= to the client"
            raise ValueError(message)
        return (self.base_url or self._choose_server(server)).rstrip("/")

    def _choose_server(self, default: str) -> str:
        """Return the URL of the server that the user chose, or `default`. If that is empty, only check the choice."""
        if self.server is None and not self.server_variables:
            return default
        from . import _servers, servers

        values = self.server_variables or {}
        return _servers.choose(servers.SERVERS, default, self.server, values, base_url=self.base_url)

    def send(self, request: Request[R]) -> Response[R]:
        """Send a request, and return the response with its body parsed as documented.

        Raises:
            errors.UnexpectedStatus: If the status is not documented.
            errors.DocumentedError: If the status is a documented error, and `raise_on_error_status` is True.
            errors.DecodeError: If the body does not match the document.
            requests.RequestException: If no response arrives.
        """
        with redacted():
            # Do not assign the response to a local variable, which error reporters would show.
            if self.raise_on_error_status:
                from . import _raising

                return _raising.read(
                    request.operation,
                    self.request(request),
                    raise_on_unexpected_status=self.raise_on_unexpected_status,
                    lenient=self.lenient,
                )
            return request.operation.read(
                self.request(request),
                raise_on_unexpected_status=self.raise_on_unexpected_status,
                lenient=self.lenient,
            )

    def stream(self, request: Request[Any]) -> "ResponseStream[Any]":
        """Send a request, and return the response before its body has arrived. Use the result as a context manager.

        Raises:
            errors.DocumentedError: If the status is a documented error, with its parsed body.
            errors.UnexpectedStatus: If the status is not documented.
            requests.RequestException: If no response arrives.
        """
        from .streaming import open_stream

        with redacted(hide=without_queries):
            return open_stream(
                request.operation,
                self._open(request, is_streamed=True),
                raise_on_unexpected_status=self.raise_on_unexpected_status,
                lenient=self.lenient,
            )


@define
class AuthenticatedClient(Client):
    """A client for operations that require authentication, with `credentials=`, `token=`, or `auth=` of requests.

    Attributes:
        token: A key, a bearer token, or `user:password`, which is sent where the document says.
        prefix: The text before the token; "" for none. A value other than "Bearer" overrides the document.
        auth_header_name: The header of the token. A value other than "Authorization" overrides the document.
        credentials: The credentials by security scheme: strings, functions that return strings, (user, password),
            `auth.ClientCredentials`, or auths of requests. An operation gets those that it requires.
    """

    token: str = field(default="", repr=False)
    prefix: str = "Bearer"
    auth_header_name: str = "Authorization"
    credentials: Optional["Credentials"] = field(default=None, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        # Do not call super(): attrs < 22.2 cannot create a slotted class that uses it on Python 3.11.
        Client.__attrs_post_init__(self)
        if self.auth is None and not self.token and not self.credentials:
            message = "AuthenticatedClient has no credentials: pass token=, credentials= or auth="
            raise ValueError(message)
        if self.credentials:
            self._credential_set()

    def _credential_set(self) -> "CredentialSet":
        # Import them here, so that importing the client takes less time.
        from . import auth, security

        token = auth.TokenAuth(self.token, self.prefix, self.auth_header_name) if self.token else None
        return auth.credential_set(security.SCHEMES, self.credentials or {}, token, is_required=security.IS_REQUIRED)

    def _auth(self, request: Request[Any], /) -> Any:
        if self.auth is not None:
            return self.auth
        operation, given = request.operation, authorization_of(request) is not None
        exchange = partial(self._post_form, operation)
        return self._credential_set().for_operation(operation, exchange, has_authorization=given)

    def _post_form(
        self, operation: Operation, url: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> requests.Response:
        """Send a form to a URL. A relative URL is resolved against the server of the operation."""
        return self.get_session().post(
            urljoin(f"{self.server_of(operation)}/", url),
            data=form,
            headers=headers,
            auth=no_auth,
            allow_redirects=False,
            **self._connection(),
        )
