"""The session of requests that a client makes for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from requests import utils
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.connection import HTTPConnection

from .._lazy import load
from .._version import __version__
from .codings import ACCEPT_ENCODING
from .pooling import keep_alive, limit_idle

if TYPE_CHECKING:
    from requests import Session as _PlainSession
else:
    # requests_cache.install_cache() replaces requests.Session. Such a cache does not tell users apart.
    _PlainSession = next(cls for cls in requests.Session.__mro__ if cls.__module__ == "requests.sessions")

#: Number of connections that are kept for each host.
POOL_SIZE = 64

# Typed as Any: older stubs lack default_user_agent, and type the socket options in different ways.
_utils: Any = utils
_connection: Any = HTTPConnection


class _NoCookies(RequestsCookieJar):
    """A cookie jar that stays empty: users share the session, and must not get each other's cookies."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass


class Adapter(HTTPAdapter):
    """An adapter that keeps connections alive, does not use those that were idle for long, and closes them at once."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        parent: Any = super()
        # What an application adds to urllib3's defaults comes last, and counts.
        options = [*keep_alive(), *_connection.default_socket_options]
        parent.init_poolmanager(*args, **{"socket_options": options, **kwargs})
        limit_idle(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        parent: Any = super()
        # urllib3's default for proxies is no option at all.
        return limit_idle(parent.proxy_manager_for(*args, **{"socket_options": keep_alive(), **kwargs}))

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request. Exceptions have no query, where it may be signed: tracers record them as they pass."""
        parent: Any = super()
        try:
            response: requests.Response = parent.send(request, *args, **kwargs)
        except Exception as error:
            load("_http.errors").remove_queries(error)
            raise
        return response

    def close(self) -> None:
        """Close all pools. urllib3 2 only drops them, and closes each when it is garbage-collected."""
        parent: Any = self
        for manager in [parent.poolmanager, *parent.proxy_manager.values()]:
            # A container without an iterator; another thread may have closed some.
            pools: Any = filter(None, map(manager.pools.get, manager.pools.keys()))
            for pool in pools:
                pool.close()
        # Old types-requests have no types for it.
        inherited: Any = super()
        inherited.close()


class Session(_PlainSession):
    """A session without retries, redirects, cookies, proxies of the environment and .netrc.

    Args:
        adapter: The class of its adapters.
    """

    def __init__(self, adapter: Any = Adapter) -> None:
        super().__init__()
        # The environment was read when the client was made.
        self.trust_env = False
        self.cookies = _NoCookies()
        self.headers["User-Agent"] = f"integry-requests/{__version__} {_utils.default_user_agent()}"
        self.headers["Accept-Encoding"] = ACCEPT_ENCODING
        mounted = adapter(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)
        self.mount("https://", mounted)
        self.mount("http://", mounted)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: requests reads the body of a redirect, and fails if the target is not a URL, to follow none."""
