"""An adapter that looks up and configures a connection pool once, instead of in each request."""

from __future__ import annotations

import re
import ssl
import threading
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

import requests
from requests import cookies
from requests.structures import CaseInsensitiveDict
from urllib3.util import ssl_

from ..._lazy import load
from ..session import Adapter
from .body import read_at_once

# Typed as Any: old versions have no stubs for these modules.
_tls: Any = ssl_
_cookies: Any = cookies

_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")


class FastAdapter(Adapter):
    """An adapter that sends requests through the connection pools of this folder, with or without a proxy.

    The adapter overrides only methods that `HTTPAdapter.send` calls. So tools can still patch `send`, and a version of
    requests that calls other methods uses the original methods.
    """

    read_at_once = staticmethod(read_at_once)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pools: Dict[Tuple[Any, ...], Any] = {}
        self._contexts: Dict[Tuple[Optional[str], ...], Optional[_SharedContext]] = {}
        self._lock = threading.Lock()

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Optional[Mapping[str, str]] = None, cert: Any = None
    ) -> Any:
        """Return the pool for a request, cached by origin (saves 25 µs). requests >= 2.32 calls it."""
        parent: Any = super()
        key = (_origin(request.url), verify, cert, *(proxies or {}).items())
        return self._pool(key, lambda: parent.get_connection_with_tls_context(request, verify, proxies, cert))

    def get_connection(self, url: Any, proxies: Optional[Mapping[str, str]] = None) -> Any:
        """Return the pool for a URL, cached by origin. requests < 2.32 calls it."""
        parent: Any = super()
        return self._pool((_origin(url), *(proxies or {}).items()), lambda: parent.get_connection(url, proxies))

    def _pool(self, key: Tuple[Any, ...], find: Callable[[], Any]) -> Any:
        pool = self._pools.get(key)
        if pool is None or pool.pool is None:  # urllib3 sets the attribute to None when it closes a pool
            pool = self._pools[key] = find()
        return pool

    def close(self) -> None:
        """Close all pools and forget them, because a running call may still put a connection into a closed pool."""
        super().close()
        self._pools.clear()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Configure TLS for a pool once instead of in each request (saves 8 µs).

        All connections of the pool share one TLS context, because loading a CA bundle takes 20 ms. With a client
        certificate or through a proxy, each connection has its own context, as in urllib3.
        """
        wanted = (verify, cert)
        if conn.is_set_up_for == wanted:
            return
        with self._lock:
            # Only one thread configures a pool: a second one would briefly reset its CA bundle.
            if conn.is_set_up_for != wanted:
                self._set_up(conn, url, verify, cert)
                conn.is_set_up_for = wanted

    def _set_up(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        parent: Any = super()
        parent.cert_verify(conn, url, verify, cert)
        if isinstance(conn.conn_kw.get("ssl_context"), _SharedContext):
            del conn.conn_kw["ssl_context"]
        # requests 2.32.0 to 2.32.4 do not set ca_certs: their connections share a TLS context of requests.
        bundle = conn.ca_certs, conn.ca_cert_dir
        if verify and any(bundle) and conn.scheme == "https" and conn.proxy is None and cert is None:
            context = self._context(*bundle)
            if context is not None:
                conn.conn_kw["ssl_context"] = context
                # The context has loaded the CA bundle. urllib3 would load the bundle again for each connection.
                conn.ca_certs = conn.ca_cert_dir = None

    def _context(self, *bundle: Optional[str]) -> Optional[_SharedContext]:
        """Return a TLS context that trusts a CA file or folder. If it is unreadable, return None: urllib3 raises."""
        if bundle not in self._contexts:
            try:
                self._contexts[bundle] = _SharedContext(*bundle)
            except OSError:
                self._contexts[bundle] = None
        return self._contexts[bundle]

    def request_url(self, request: Any, proxies: Optional[Mapping[str, str]]) -> str:
        """Return path and query of the URL (saves 12 µs). For proxies and unusual URLs, call the inherited method."""
        path = str(request.url[len(_origin(request.url)) :])
        if any((proxies or {}).values()) or path[:1] != "/" or path[:2] == "//" or "#" in path:
            parent: Any = super()
            path = parent.request_url(request, proxies)
        return path

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Return the response (saves 20 µs). Parse cookies only if there are any. `read_body` sets `encoding` later."""
        response = requests.Response()
        response.status_code, response.reason, response.url = resp.status, resp.reason, req.url
        response.headers = CaseInsensitiveDict(resp.headers.itermerged())
        response.raw, response.request = resp, req
        if "Set-Cookie" in resp.headers:
            _cookies.extract_cookies_to_jar(response.cookies, req, resp)
        vars(response)["connection"] = self
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        parent: Any = super()
        parent.init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = load("_http.fast.pools").POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        parent: Any = super()
        manager = parent.proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = load("_http.fast.pools").POOLS
        return manager


class _SharedContext:
    """A TLS context that connections of all threads share, and that they cannot change.

    urllib3 changes the context for each connection, even if the context was passed to it. That is not thread-safe:
    another thread may use the context for a handshake at the same time.
    """

    # Ignore changes of verify_mode: urllib3 sets the attribute for each connection, in HTTPSConnection.connect or
    # _ssl_wrap_socket_and_match_hostname.
    verify_mode = property(lambda self: self._context.verify_mode, lambda self, mode: None)  # noqa: ARG005 (see above)

    def __init__(self, file: Optional[str], folder: Optional[str]) -> None:
        context = _tls.create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
        context.load_verify_locations(file, folder)
        context.set_alpn_protocols(["http/1.1"])
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def set_alpn_protocols(self, protocols: Any) -> None:
        """Do nothing: the protocols are already set. urllib3's ssl_wrap_socket calls this for each connection."""


def _origin(url: str) -> str:
    """Return scheme, host and port of a URL."""
    match = _ORIGIN.match(url)
    return match.group() if match else url
