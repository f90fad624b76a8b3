"""The requests session of a client: pools of connections, each looked up and set up once."""

from __future__ import annotations

import ssl
import threading
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from requests.utils import default_user_agent
from urllib3 import poolmanager
from urllib3.util import ssl_

from ._version import __version__
from ._wire import POOLS

#: Connections that are kept for further requests, to each host.
POOL_SIZE = 64

# Stubs of old versions have no types for what is used of these.
_urllib3: Any = poolmanager
_tls: Any = ssl_
_utils: Any = requests.utils


class Adapter(HTTPAdapter):
    """Pools of connections that keep the deadline, through proxies too, each looked up once.

    It only replaces what `HTTPAdapter.send` calls, so that whoever replaces that still does, and a version of requests
    that calls something else finds the original.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pools: Dict[Tuple[Any, ...], Any] = {}
        self._contexts: Dict[Any, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Optional[Mapping[str, str]] = None, cert: Any = None
    ) -> Any:
        """From requests 2.32 on. Saves 25 µs: its search for a proxy, and urllib3's for a pool."""
        parent: Any = super()
        key = (_origin(request.url), verify, cert, *(proxies or {}).items())
        return self._pool(key, lambda: parent.get_connection_with_tls_context(request, verify, proxies, cert))

    def get_connection(self, url: Any, proxies: Optional[Mapping[str, str]] = None) -> Any:
        """Before requests 2.32."""
        parent: Any = super()
        return self._pool((_origin(url), *(proxies or {}).items()), lambda: parent.get_connection(url, proxies))

    def _pool(self, key: Tuple[Any, ...], find: Callable[[], Any]) -> Any:
        pool = self._pools.get(key)
        if pool is None or pool.pool is None:  # as it is once it was closed
            pool = self._pools[key] = find()
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Set up a pool once, not for each request (8 µs), and let its connections share a TLS context (20 ms each)."""
        wanted = (verify, cert)
        if getattr(conn, "_set_up_for", None) != wanted:
            parent: Any = super()
            parent.cert_verify(conn, url, verify, cert)
            if verify and conn.scheme == "https":
                conn.conn_kw["ssl_context"] = self._context(conn.ca_certs, conn.ca_cert_dir)
                # They are in the context: urllib3 would load them for each connection again.
                conn.ca_certs = conn.ca_cert_dir = None
            conn._set_up_for = wanted  # noqa: SLF001 (our own mark)

    def _context(self, file: Optional[str], folder: Optional[str]) -> ssl.SSLContext:
        with self._lock:
            if (file, folder) not in self._contexts:
                context: ssl.SSLContext = _tls.create_urllib3_context()
                context.load_verify_locations(file, folder)
                self._contexts[file, folder] = context
            return self._contexts[file, folder]

    def request_url(self, request: Any, proxies: Optional[Mapping[str, str]]) -> str:
        """The path and query; with a proxy, what requests says (12 µs)."""
        if any((proxies or {}).values()):
            parent: Any = super()
            url: str = parent.request_url(request, proxies)
            return url
        return str(request.url[len(_origin(request.url)) :])

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Without looking for cookies where there are none, and with a look at the charset only (15 µs)."""
        parent: Any = super()
        if "Set-Cookie" in resp.headers:
            response: requests.Response = parent.build_response(req, resp)
            return response
        response = requests.Response()
        response.status_code, response.reason, response.url = resp.status, resp.reason, req.url
        response.headers = CaseInsensitiveDict(resp.headers.itermerged())
        response.encoding = _utils.get_encoding_from_headers(response.headers)
        response.raw, response.request = resp, req
        vars(response)["connection"] = self
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        parent: Any = super()
        parent.init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        parent: Any = super()
        manager = parent.proxy_manager_for(*args, **kwargs)
        # Managers for SOCKS have connections of their own.
        if manager.pool_classes_by_scheme == _urllib3.pool_classes_by_scheme:
            manager.pool_classes_by_scheme = POOLS
        return manager


def _origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    return url[: url.index("/", len("https://"))]


class _NoCookies(RequestsCookieJar):
    """Keeps nothing: users share the session, and must not share what a server sets for one of them."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass


def new_session() -> requests.Session:
    """A session with our adapter and name, that retries nothing and, as our requests have an auth, reads no .netrc."""
    session = requests.Session()
    session.cookies = _NoCookies()
    session.headers["User-Agent"] = f"integry-requests/{__version__} {default_user_agent()}"
    adapter = Adapter(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
