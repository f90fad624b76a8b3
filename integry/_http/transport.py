"""Sending requests through a session: the user's own, or one of the client's, which may be on the fast path.

The fast path is off if the environment has INTEGRY_FAST_PATH=0, or `use_fast_path` is False, when a client is made;
while requests or urllib3 are patched (see `fast.internals`); and through proxies that are asked over TLS or SOCKS.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

import requests
from requests.auth import AuthBase
from requests.utils import select_proxy
from urllib3.exceptions import ClosedPoolError

from .._lazy import load
from ..errors import ConfigurationError
from .codings import accept_encoding
from .session import Session

#: False to send requests of clients that are made from now on through requests' own adapters. None: as
#: INTEGRY_FAST_PATH in the environment says.
use_fast_path: Optional[bool] = None

CLOSED = "This client was closed: make another, or close it later"

#: Sessions of requests-futures and requests-html that return futures.
FUTURES = frozenset({"FuturesSession", "AsyncHTMLSession"})
#: The message about a session that returns no responses.
NO_RESPONSE = (
    "session must return responses, got {}, whose methods return futures or the like: pass a requests.Session, and "
    "submit calls of this client to an executor"
)

Timeouts = Tuple[float, float]


class Transport(ABC):
    """Sends the requests of a client."""

    @abstractmethod
    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        """Send a request, following no redirect, and return the response with its body unread.

        Args:
            base: The start of the URL: a server of the client.
            kwargs: The request, as keyword arguments of `requests.Session.request`.
            auth: Signs the request.
            timeout: Seconds for connecting, and for each wait for data.

        Raises:
            requests.RequestException: If no response arrives.
            errors.ConfigurationError: If the client was closed.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the sessions that the client made."""

    @abstractmethod
    def close_if_closed(self) -> None:
        """Close connections opened by a call that was running during close(). To be called after each attempt."""


class UserSession(Transport):
    """A user's own session, used as it is, but that it accepts no coding whose decoder may be unbounded.

    Args:
        session: The session.

    Raises:
        errors.ConfigurationError: If it is not a session of requests that returns responses.
    """

    def __init__(self, session: requests.Session) -> None:
        _check_session(session)
        self.session = session

    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:  # noqa: ARG002 (the session finds proxies itself)
        """Send the request with `Session.request`."""
        own: Any = self.session.hooks.get("response") or []
        hooks = {"response": [*([own] if callable(own) else own), _discard_redirect]}
        given = {**kwargs, "headers": {**self._headers(), **kwargs.get("headers", {})}}
        response: Any = self.session.request(
            **given, auth=auth, timeout=timeout, allow_redirects=False, stream=True, hooks=hooks
        )
        if not hasattr(response, "status_code"):
            raise ConfigurationError(NO_RESPONSE.format(type(self.session).__name__), may_have_run=True)
        sent: requests.Response = response
        return sent

    def _headers(self) -> Dict[str, str]:
        """Return the headers of all requests, beside the session's own."""
        accepted = accept_encoding(self.session.headers)
        return {} if accepted is None else {"Accept-Encoding": accepted}

    def close(self) -> None:
        """Do nothing: the user closes it."""

    def close_if_closed(self) -> None:
        """Do nothing."""


def _check_session(session: Any) -> None:
    """Refuse what is not a session of requests, and sessions known to return futures."""
    # Not requests.Session: requests_cache.install_cache() replaces that, also after the session was made.
    if not isinstance(session, requests.sessions.SessionRedirectMixin):
        message = (
            f"session must be a requests.Session, got {type(session).__name__}: the responses and errors of other "
            "libraries cannot be handled"
        )
        raise ConfigurationError(message)
    if not FUTURES.isdisjoint(cls.__name__ for cls in type(session).__mro__):
        raise ConfigurationError(NO_RESPONSE.format(type(session).__name__))


def _discard_redirect(response: requests.Response, **_: Any) -> None:
    """Read no body of a redirect: requests reads it to its end, without a limit, though it follows none."""
    if response.is_redirect:
        load("_http.body").discard_body(response)


class Route(NamedTuple):
    """How to reach a server.

    Attributes:
        options: Proxies, CA bundle and certificate, as arguments of `Session.send`.
        supports_fast_path: True without a proxy, and with one that is asked over plain HTTP.
    """

    options: Mapping[str, Any]
    supports_fast_path: bool


class OwnedSession(Transport):
    """Sessions of the client: one for each process, as two processes must not read from one socket.

    Args:
        servers: The starts of all URLs.
        given: `proxies`, `verify` and `cert`, if they were given; otherwise the environment decides, once.
    """

    def __init__(self, servers: Iterable[str], given: Mapping[str, Any]) -> None:
        self._sessions: Dict[Tuple[int, bool], requests.Session] = {}
        self._closed = False
        self._is_fast_path_wanted = is_fast_path_enabled()
        self._fast: Any = None
        with requests.Session() as session:
            # Saves 50 µs a call: requests reads the environment variables for proxies and CA bundles each time.
            self._routes = {server: _route(session, server, given) for server in servers}

    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        """Send the request on the fast path if that can be used, otherwise with `Session.request`."""
        route = self._routes[base]
        is_fast = route.supports_fast_path and self._can_use_fast_path()
        session: Any = self.session_for_process(fast=is_fast)
        request: Optional[requests.PreparedRequest] = session.prepare(kwargs, auth) if is_fast else None
        options: Any = {"timeout": timeout, "allow_redirects": False, "stream": True, **route.options}
        try:
            if request is None:
                response: requests.Response = session.request(**kwargs, auth=auth, **options)
            else:
                response = session.send(request, **options)
        except requests.ConnectionError as error:
            # Another thread closed the client in between; nothing was sent.
            if any(isinstance(cause, ClosedPoolError) for cause in error.args):
                raise ConfigurationError(CLOSED) from None
            raise
        return response

    def session_for_process(self, *, fast: bool) -> requests.Session:
        """Return the session of this process.

        Raises:
            errors.ConfigurationError: If the client was closed.
        """
        if self._closed:
            raise ConfigurationError(CLOSED)
        key = os.getpid(), fast
        if key in self._sessions:
            return self._sessions[key]
        made: requests.Session = self._fast.FastSession() if fast else Session()
        # One thread wins if several come first.
        return self._sessions.setdefault(key, made)

    def _can_use_fast_path(self) -> bool:
        if self._is_fast_path_wanted and self._fast is None:
            self._fast = _import_fast_path()
            self._is_fast_path_wanted = self._fast is not None
        return self._is_fast_path_wanted and bool(self._fast.can_use_fast_adapter())

    def close(self) -> None:
        """Close the sessions of this process. A parent's are not a child's to touch, nor are the locks in them."""
        self._closed = True
        for key in [key for key in list(self._sessions) if key[0] == os.getpid()]:
            self._sessions[key].close()

    def close_if_closed(self) -> None:
        """Close the sessions again if the client was closed."""
        if self._closed:
            self.close()


def is_fast_path_enabled() -> bool:
    """Return True if clients that are made now may use the fast path."""
    return os.environ.get("INTEGRY_FAST_PATH") != "0" if use_fast_path is None else use_fast_path


def _import_fast_path() -> Any:
    """Return the fast path, or None if it was deleted or cannot be imported with this version of urllib3."""
    try:
        return load("_http.fast")
    except ImportError:
        return None


def _route(session: requests.Session, server: str, given: Mapping[str, Any]) -> Route:
    """Return the way to a server, as arguments and the environment say.

    Raises:
        ConfigurationError: If requests cannot use its URL.
    """
    proxies = dict(given.get("proxies") or {})
    try:
        options: Any = session.merge_environment_settings(server, proxies, None, given.get("verify"), given.get("cert"))
        requests.Request("GET", server).prepare()
    except (requests.RequestException, ValueError) as error:
        message = f"base_url {server!r} cannot be used: {error}"
        raise ConfigurationError(message) from error
    del options["stream"]
    proxy = (select_proxy(server, options["proxies"]) or "http://").lower()
    return Route(options, proxy.startswith("http://") or "://" not in proxy)
