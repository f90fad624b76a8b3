"""How requests are sent: with a session that a user handed in, or fast, with one of our own.

A session of requests merges settings, asks the environment and keeps cookies for each request anew. A session that only
this package uses needs that once, or never. So `OwnSession` makes the `PreparedRequest` itself, as requests would, and
hands it to `Session.send`. Whatever watches or replaces that, or an adapter, still does; and where somebody replaced
what is passed over, it is not. Each step says what it saves, of the 500 µs or so of CPU that `Session.post` takes.
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any, Dict, Iterable, Mapping, NamedTuple, Tuple
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from urllib3.exceptions import ClosedPoolError

from .._lazy import importing
from ..errors import ConfigurationError
from .body import discard_body

#: What a request consists of that is made here; anything else is left to requests.
PLAIN = frozenset({"method", "url", "params", "headers", "data"})
#: Paths that requests would send as they are: no character to quote, no segment to resolve.
PLAIN_PATH = re.compile(r"(/(?!\.)[A-Za-z0-9_.~-]*)+")
CLOSED = "This client was closed: make another, or close it later"

Timeouts = Tuple[float, float]


class Transport(ABC):
    """What sends the requests of a client."""

    @abstractmethod
    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        """Send a request, and follow no redirect. The body is yet to be read.

        Args:
            base: The start of the URL: a server of the client.
            kwargs: The request, as keyword arguments of requests.
            auth: Who sends it.
            timeout: Seconds for connecting, and for each wait for data.

        Raises:
            requests.RequestException: If no response comes.
            errors.ConfigurationError: If the client was closed.
        """

    @abstractmethod
    def close(self) -> None:
        """Close what is our own."""

    @abstractmethod
    def settle(self) -> None:
        """After each attempt: leave nothing open if the client was closed meanwhile."""


class GivenSession(Transport):
    """A user's own session, used as it is."""

    def __init__(self, session: requests.Session) -> None:
        self.session = session

    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:  # noqa: ARG002 (the session finds its own way)
        """The ordinary way."""
        own: Any = self.session.hooks.get("response") or []
        hooks = {"response": [*([own] if callable(own) else own), _discard_redirect]}
        return self.session.request(
            **kwargs, auth=auth, timeout=timeout, allow_redirects=False, stream=True, hooks=hooks
        )

    def close(self) -> None:
        """It is not ours to close."""

    def settle(self) -> None:
        """Nor is what it holds."""


def _discard_redirect(response: requests.Response, **_: Any) -> None:
    """Read no body of a redirect: requests reads it to its end, without a limit, though it follows none."""
    if response.is_redirect:
        discard_body(response)


class Route(NamedTuple):
    """The way to a server, found once.

    Attributes:
        prefix: The start of its URLs, as requests writes it.
        options: Proxies, CA bundle and certificate, as arguments of `Session.send`.
        is_simple: Whether our connections go it: straight, or through a proxy that is asked by http.
    """

    prefix: str
    options: Mapping[str, Any]
    is_simple: bool


class Opened(NamedTuple):
    """A session, and the headers that it adds, as a dict: such headers as requests has take long to walk through."""

    session: requests.Session
    headers: Mapping[str, Any]


class OwnSession(Transport):
    """Sessions for each process, and what the environment said when they were made.

    Args:
        servers: The starts of all URLs.
        given: `proxies`, `verify` and `cert`, if they were given; else the environment says.
    """

    def __init__(self, servers: Iterable[str], given: Mapping[str, Any]) -> None:
        self._sessions: Dict[Tuple[int, bool], Opened] = {}
        self._closed = False
        with requests.Session() as session:
            # 50 µs saved: environment variables for proxies and CA bundles are looked up here alone.
            self._routes = {server: _route(session, server, given) for server in servers}

    def opened(self, *, fast: bool) -> Opened:
        """A session of this process: two processes must not read from one socket."""
        if self._closed:
            raise ConfigurationError(CLOSED)
        key = os.getpid(), fast
        if key in self._sessions:
            return self._sessions[key]
        with importing:
            session = _sessions().new_session(fast=fast)
        # Of threads that come first together one wins.
        return self._sessions.setdefault(key, Opened(session, dict(session.headers)))

    def send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        """The fast way, or where somebody replaced what it passes over, the ordinary one."""
        try:
            return self._send(base, kwargs, auth, timeout)
        except requests.ConnectionError as error:
            # Another thread closed the client in between; nothing was sent.
            if any(isinstance(cause, ClosedPoolError) for cause in error.args):
                raise ConfigurationError(CLOSED) from None
            raise

    def _send(self, base: str, kwargs: Mapping[str, Any], auth: AuthBase, timeout: Timeouts) -> requests.Response:
        route, sessions = self._routes[base], _sessions()
        session, always = self.opened(fast=route.is_simple and sessions.may_be_fast())
        if _is_plain(base, kwargs) and sessions.may_be_prepared():
            prepared = _prepared(session, always, route.prefix + kwargs["url"][len(base) :], kwargs)
            body = prepared.body
            request = auth(prepared)
            if request.body is not body:
                request.prepare_content_length(request.body)
            return session.send(request, timeout=timeout, allow_redirects=False, stream=True, **route.options)
        return session.request(
            **kwargs, auth=auth, timeout=timeout, allow_redirects=False, stream=True, **route.options
        )

    def close(self) -> None:
        """Close the sessions of this process: what those of a parent hold, locks too, is not for a child to touch."""
        self._closed = True
        for key in [key for key in list(self._sessions) if key[0] == os.getpid()]:
            self._sessions[key].session.close()

    def settle(self) -> None:
        """A call that was going on when its client was closed may have opened a connection since."""
        if self._closed:
            self.close()


def _route(session: requests.Session, server: str, given: Mapping[str, Any]) -> Route:
    """The way to a server, as arguments and the environment say.

    Raises:
        ConfigurationError: If requests can make nothing of its URL.
    """
    proxies = dict(given.get("proxies") or {})
    try:
        options: Any = session.merge_environment_settings(server, proxies, None, given.get("verify"), given.get("cert"))
        plain = requests.Request("GET", server).prepare()
    except (requests.RequestException, ValueError) as error:
        message = f"base_url {server!r} cannot be used: {error}"
        raise ConfigurationError(message) from error
    del options["stream"]
    proxy = (select_proxy(server, options["proxies"]) or "http://").lower()
    is_simple = proxy.startswith("http://") or "://" not in proxy
    return Route(str(plain.url).rstrip("/"), options, is_simple)


@lru_cache(maxsize=None)
def _sessions() -> Any:
    """What makes sessions. With the first call, not with the client: it takes as long as the rest of a client."""
    with importing:
        from .fast import adapter as _session

    return _session


def _is_plain(base: str, kwargs: Mapping[str, Any]) -> bool:
    """Whether requests would send it as it is."""
    url: str = kwargs["url"]
    return bool(
        PLAIN.issuperset(kwargs)
        and isinstance(kwargs.get("data"), (bytes, type(None)))
        and url.startswith(base)
        and PLAIN_PATH.fullmatch(url, len(base))
    )


def _prepared(
    session: requests.Session, always: Mapping[str, Any], url: str, kwargs: Mapping[str, Any]
) -> requests.PreparedRequest:
    """What `Session.prepare_request` makes, without the checks of URL and headers that were made already (150 µs)."""
    request = requests.PreparedRequest()
    params, body = kwargs.get("params"), kwargs.get("data")
    request.method, request.body = kwargs["method"], body
    request.url = f"{url}?{urlencode(params)}" if params else url
    headers: Dict[str, Any] = {**always, **kwargs.get("headers", {})}
    if body is not None or kwargs["method"] not in ("GET", "HEAD"):
        headers["Content-Length"] = str(len(body or b""))
    request.headers = CaseInsensitiveDict(headers)
    vars(request)["_cookies"] = session.cookies  # there are none; a copy of the request expects a jar
    return request
