"""The requests.Session that a client creates for itself."""

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
    # requests_cache.install_cache() replaces requests.Session with a cache that would mix up users.
    _PlainSession = next(cls for cls in requests.Session.__mro__ if cls.__module__ == "requests.sessions")

#: Maximum number of connections kept per host.
POOL_SIZE = 64

# Typed as Any: older stubs lack default_user_agent, and disagree about the type of the socket options.
_utils: Any = utils
_connection: Any = HTTPConnection


class _NoCookies(RequestsCookieJar):
    """A cookie jar that stays empty. All users of a client share its session, and must not share cookies."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass


class Adapter(HTTPAdapter):
    """An adapter that enables TCP keep-alive, limits the idle time of connections, and closes them in close()."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        parent: Any = super()
        # A later option overrides an earlier one. urllib3's defaults come last, so that options which an application
        # has added to these defaults take effect.
        options = [*keep_alive(), *_connection.default_socket_options]
        parent.init_poolmanager(*args, **{"socket_options": options, **kwargs})
        limit_idle(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        parent: Any = super()
        # For proxies urllib3 sets no socket options by default.
        return limit_idle(parent.proxy_manager_for(*args, **{"socket_options": keep_alive(), **kwargs}))

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request. Remove query strings, which may have signatures, because tracers record exceptions."""
        parent: Any = super()
        try:
            response: requests.Response = parent.send(request, *args, **kwargs)
        except Exception as error:
            load("_http.errors").remove_queries(error)
            raise
        return response

    def close(self) -> None:
        """Close all pools. urllib3 2 only drops the pools, whose connections stay open until garbage collection."""
        parent: Any = self
        for manager in [parent.poolmanager, *parent.proxy_manager.values()]:
            # RecentlyUsedContainer cannot be iterated. get() returns None if another thread has removed a pool.
            pools: Any = filter(None, map(manager.pools.get, manager.pools.keys()))
            for pool in pools:
                pool.close()
        # Typed as Any: old versions of types-requests lack HTTPAdapter.close().
        inherited: Any = super()
        inherited.close()


class Session(_PlainSession):
    """A session without retries, redirects, cookies, .netrc, and without proxies from the environment.

    Args:
        adapter: The class of adapter to mount.
    """

    def __init__(self, adapter: Any = Adapter) -> None:
        super().__init__()
        # The client has read the environment already, when it was created.
        self.trust_env = False
        self.cookies = _NoCookies()
        self.headers["User-Agent"] = f"integry-requests/{__version__} {_utils.default_user_agent()}"
        self.headers["Accept-Encoding"] = ACCEPT_ENCODING
        mounted = adapter(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)
        self.mount("https://", mounted)
        self.mount("http://", mounted)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None, so that requests neither reads the body of a redirect nor parses its target."""
