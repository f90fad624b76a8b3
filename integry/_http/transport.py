"""Transports: send requests through the user's session, or through a session that the client owns.

A session that the client owns uses the fast path (see `fast`), unless

- INTEGRY_FAST_PATH=0 is in the environment, or `use_fast_path` is False, when the client is created,
- requests or urllib3 is patched (see `fast.internals`), or
- the request goes through an HTTPS or SOCKS proxy.
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

#: False to disable the fast path for clients created from now on, True to enable it. None to read INTEGRY_FAST_PATH.
use_fast_path: Optional[bool] = None

#: The message about a call after close().
CLOSED = "This client was closed. Create another one, or close it after its last call."

#: Names of session classes whose methods return futures: requests-futures, requests-html.
FUTURE_SESSIONS = frozenset({"FuturesSession", "AsyncHTMLSession"})
#: The message about a session that does not return responses.
NO_RESPONSE = (
    "session must return responses, got {}, whose methods return futures or other objects: pass a requests.Session. "
    "To run calls concurrently, submit methods of the client to an executor."
)

Timeouts = Tuple[float, float]


class Transport(ABC):
    """The base class of transports, which send the requests of a client."""

    @abstractmethod
    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        """Send a request without following redirects, and return the response before its body is read.

        Args:
            base: The base URL of the server.
            kwargs: The request, as keyword arguments of `requests.Session.request`.
            auth: The credentials of the request.
            timeout: Seconds for connecting, and for each wait for data.

        Raises:
            requests.RequestException: If no response arrives.
            errors.ConfigurationError: If the client was closed.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the sessions that the client created."""

    @abstractmethod
    def close_if_closed(self) -> None:
        """Close connections opened by a call that was running during close(). Called after each attempt."""


class UserSession(Transport):
    """A transport that uses a session of the user.

    Requests override only one header of the session: Accept-Encoding, because the decoders of br and zstd may use
    unlimited memory (see `codings`).

    Args:
        session: The session.

    Raises:
        errors.ConfigurationError: If `session` is not a session of requests, or does not return responses.
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
        """Return the headers that are added to the session's headers."""
        accepted = accept_encoding(self.session.headers)
        return {} if accepted is None else {"Accept-Encoding": accepted}

    def close(self) -> None:
        """Do nothing: the user closes the session."""

    def close_if_closed(self) -> None:
        """Do nothing: the user closes the session."""


def _check_session(session: Any) -> None:
    """Raise an error for objects that are not sessions of requests, and for sessions that return futures."""
    # Do not check for requests.Session itself: requests_cache.install_cache() may replace this class at any time.
    if not isinstance(session, requests.sessions.SessionRedirectMixin):
        message = (
            f"session must be a requests.Session, got {type(session).__name__}. Sessions of other HTTP libraries are "
            "not supported."
        )
        raise ConfigurationError(message)
    if not FUTURE_SESSIONS.isdisjoint(cls.__name__ for cls in type(session).__mro__):
        raise ConfigurationError(NO_RESPONSE.format(type(session).__name__))


def _discard_redirect(response: requests.Response, **_: Any) -> None:
    """Discard the body of a redirect. requests reads it without a size limit, even if it does not follow redirects."""
    if response.is_redirect:
        load("_http.body").discard_body(response)


class Route(NamedTuple):
    """The proxies and TLS options for a server.

    Attributes:
        options: Proxies, CA bundle and certificate, as arguments of `Session.send`.
        supports_fast_path: True without a proxy, and with a proxy that has an http:// URL.
    """

    options: Mapping[str, Any]
    supports_fast_path: bool


class OwnedSession(Transport):
    """A transport with sessions of its own: one for each process, because two processes must not share a socket.

    Args:
        servers: The base URLs of the client's servers.
        options: The `proxies`, `verify` and `cert` that the user passed. Missing ones are read once from the
            environment.
    """

    def __init__(self, servers: Iterable[str], options: Mapping[str, Any]) -> None:
        self._sessions: Dict[Tuple[int, bool], requests.Session] = {}
        self._closed = False
        self._is_fast_path_wanted = is_fast_path_enabled()
        self._fast: Any = None
        with requests.Session() as session:
            # Read the environment once: requests reads its variables for proxies and CA bundles in each call (50 µs).
            self._routes = {server: _route(session, server, options) for server in servers}

    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        """Send the request on the fast path if possible, otherwise with `Session.request`."""
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
            # Another thread closed the client before anything was sent.
            if any(isinstance(cause, ClosedPoolError) for cause in error.args):
                raise ConfigurationError(CLOSED) from None
            raise
        return response

    def session_for_process(self, *, fast: bool) -> requests.Session:
        """Return the session of this process: one that prepares and sends fast, or a plain one.

        Raises:
            errors.ConfigurationError: If the client was closed.
        """
        if self._closed:
            raise ConfigurationError(CLOSED)
        key = os.getpid(), fast
        if key in self._sessions:
            return self._sessions[key]
        made: requests.Session = self._fast.FastSession() if fast else Session()
        # setdefault() is atomic: threads that come here at the same time get the same session.
        return self._sessions.setdefault(key, made)

    def _can_use_fast_path(self) -> bool:
        if self._is_fast_path_wanted and self._fast is None:
            self._fast = _import_fast_path()
            self._is_fast_path_wanted = self._fast is not None
        return self._is_fast_path_wanted and bool(self._fast.can_use_fast_adapter())

    def close(self) -> None:
        """Close the sessions of this process.

        A forked child does not close the sessions of its parent: their locks may be held, and would never be released.
        """
        self._closed = True
        for key in [key for key in list(self._sessions) if key[0] == os.getpid()]:
            self._sessions[key].close()

    def close_if_closed(self) -> None:
        """Close the sessions again if the client was closed."""
        if self._closed:
            self.close()


def is_fast_path_enabled() -> bool:
    """Return True if a client that is created now may use the fast path."""
    return os.environ.get("INTEGRY_FAST_PATH") != "0" if use_fast_path is None else use_fast_path


def _import_fast_path() -> Any:
    """Return the module of the fast path, or None if it was deleted or does not support this version of urllib3."""
    try:
        return load("_http.fast")
    except ImportError:
        return None


def _route(session: requests.Session, server: str, given: Mapping[str, Any]) -> Route:
    """Return the proxies and TLS options for a server, from arguments and environment.

    Raises:
        ConfigurationError: If requests cannot use the URL of the server.
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
