"""Sessions of requests that a client makes: the fast one, and the ordinary one where that would not do."""

from __future__ import annotations

import re
import ssl
import threading
from functools import lru_cache
from http import client
from http.client import HTTPConnection, HTTPResponse
from types import FunctionType, ModuleType
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

import requests
from requests import adapters, cookies, sessions, utils
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, connection
from urllib3.util import ssl_

from ..._version import __version__
from .body import read_at_once

#: Connections that are kept for further requests, to each host.
POOL_SIZE = 64

#: Of what has no types in old versions.
_tls: Any = ssl_
_utils: Any = utils
_cookies: Any = cookies

#: What the fast session overrides or calls inside requests, urllib3 and the standard library.
_INSIDE: Tuple[Tuple[Any, str], ...] = (
    *((HTTPAdapter, name) for name in ("cert_verify", "request_url", "build_response")),
    *((HTTPAdapter, name) for name in ("init_poolmanager", "proxy_manager_for")),
    *((connection.HTTPConnection, name) for name in ("_new_conn", "connect", "_output", "putheader", "response_class")),
    *((HTTPSConnectionPool, name) for name in ("ConnectionCls", "urlopen")),
    *((HTTPResponse, name) for name in ("begin", "_read_status", "_check_close")),
    (_tls, "create_urllib3_context"),
)
#: The module of the connections of pools, as they come.
_GENUINE = "urllib3.connection"
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")


class Adapter(HTTPAdapter):
    """Pools of connections that keep the deadline, through proxies too, each looked up once.

    It only replaces what `HTTPAdapter.send` calls, so that whoever replaces that still does, and a version of requests
    that calls something else finds the original.
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
        """From requests 2.32 on. Saves 25 µs: its search for a proxy, and urllib3's for a pool."""
        parent: Any = super()
        key = (_origin(request.url), verify, cert, *(proxies or {}).items())
        return self._pool(key, lambda: parent.get_connection_with_tls_context(request, verify, proxies, cert))

    def get_connection(self, url: Any, proxies: Optional[Mapping[str, str]] = None) -> Any:
        """Before requests 2.32; later ones mean to drop it."""
        parent: Any = super()
        return self._pool((_origin(url), *(proxies or {}).items()), lambda: parent.get_connection(url, proxies))

    def _pool(self, key: Tuple[Any, ...], find: Callable[[], Any]) -> Any:
        pool = self._pools.get(key)
        if pool is None or pool.pool is None:  # as it is once it was closed
            pool = self._pools[key] = find()
        return pool

    def close(self) -> None:
        """Close the pools, and drop them: urllib3 2 does no more than the latter, and closes what nobody has."""
        for pool in list(self._pools.values()):
            pool.close()
        # A call that ends just now may still put a connection into a closed pool; it goes with that.
        self._pools.clear()
        parent: Any = super()
        parent.close()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Set up a pool once, not for each request (8 µs), and let its connections share a TLS context (20 ms each).

        Those with a client certificate, and those through a proxy, get one each, as urllib3 makes it.
        """
        wanted = (verify, cert)
        if getattr(conn, "_set_up_for", None) == wanted:
            return
        with self._lock:
            # Of threads that come first together only one: a second would undo for a moment what the first did.
            if getattr(conn, "_set_up_for", None) != wanted:
                self._set_up(conn, url, verify, cert)
                conn._set_up_for = wanted

    def _set_up(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        parent: Any = super()
        parent.cert_verify(conn, url, verify, cert)
        if isinstance(conn.conn_kw.get("ssl_context"), _SharedContext):
            del conn.conn_kw["ssl_context"]
        # Where requests names no bundle (2.32.0 to 2.32.4), connections share a context of its own.
        bundle = conn.ca_certs, conn.ca_cert_dir
        if verify and any(bundle) and conn.scheme == "https" and conn.proxy is None and cert is None:
            context = self._context(*bundle)
            if context is not None:
                conn.conn_kw["ssl_context"] = context
                # They are in the context: urllib3 would load them for each connection again.
                conn.ca_certs = conn.ca_cert_dir = None

    def _context(self, *bundle: Optional[str]) -> Optional[_SharedContext]:
        """The context that trusts a file or folder; None if it cannot be read, as urllib3 will say in its words."""
        if bundle not in self._contexts:
            try:
                self._contexts[bundle] = _SharedContext(*bundle)
            except OSError:
                self._contexts[bundle] = None
        return self._contexts[bundle]

    def request_url(self, request: Any, proxies: Optional[Mapping[str, str]]) -> str:
        """The path and query; with a proxy, or where that is odd, what requests says (12 µs)."""
        path = str(request.url[len(_origin(request.url)) :])
        if any((proxies or {}).values()) or path[:1] != "/" or path[:2] == "//" or "#" in path:
            parent: Any = super()
            path = parent.request_url(request, proxies)
        return path

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Without looking for cookies where there are none, nor for a charset: what reads the body does (20 µs)."""
        response = requests.Response()
        response.status_code, response.reason, response.url = resp.status, resp.reason, req.url
        response.headers = CaseInsensitiveDict(resp.headers.itermerged())
        response.raw, response.request = resp, req
        if "Set-Cookie" in resp.headers:
            _cookies.extract_cookies_to_jar(response.cookies, req, resp)
        vars(response)["connection"] = self
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        from .pools import POOLS

        parent: Any = super()
        parent.init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        from .pools import POOLS

        parent: Any = super()
        manager = parent.proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager


class _SharedContext:
    """A TLS context that the connections of all threads use, and none changes.

    urllib3 sets up a context for each connection, also one that it was given: beside the handshakes of other threads,
    which OpenSSL does not bear.
    """

    # urllib3 sets it for each connection (`HTTPSConnection.connect`, and `_ssl_wrap_socket_and_match_hostname`).
    verify_mode = property(lambda self: self._context.verify_mode, lambda self, mode: None)  # noqa: ARG005 (see above)

    def __init__(self, file: Optional[str], folder: Optional[str]) -> None:
        context = _tls.create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
        context.load_verify_locations(file, folder)
        context.set_alpn_protocols(["http/1.1"])
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def set_alpn_protocols(self, protocols: Any) -> None:
        """They are set; `ssl_wrap_socket` of urllib3 does it for each connection."""


def _origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    match = _ORIGIN.match(url)
    return match.group() if match else url


class _NoCookies(RequestsCookieJar):
    """Keeps nothing: users share the session, and must not share what a server sets for one of them."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass


def may_be_fast() -> bool:
    """Whether requests and urllib3 are as we know them, and nobody put something in the place of what is overridden.

    That may be a recorder, what traces calls, or another TLS library.
    """
    return (
        HTTPConnectionPool.ConnectionCls.__module__ == _GENUINE
        and HTTPSConnectionPool.ConnectionCls.__module__ == _GENUINE
        and not getattr(_tls, "IS_PYOPENSSL", False)
        and not getattr(_tls, "IS_SECURETRANSPORT", False)
        and _is_own(HTTPConnection.putheader, client)
        and _is_own(HTTPResponse.begin, client)
        and _is_own(HTTPAdapter.build_response, adapters)
        and _is_known()
    )


def may_be_prepared() -> bool:
    """Whether nobody put something in the place of what prepares requests."""
    return _is_own(requests.Session.request, sessions) and _is_own(requests.Session.prepare_request, sessions)


def _is_own(function: Any, module: ModuleType) -> bool:
    return type(function) is FunctionType and function.__globals__ is vars(module)


@lru_cache(maxsize=None)
def _is_known() -> bool:
    stacked = issubclass(connection.HTTPConnection, HTTPConnection)
    return stacked and all(hasattr(owner, name) for owner, name in _INSIDE)


class _Session(requests.Session):
    """Does not look where a redirect leads. requests does, also where it follows none, and fails on what is no URL."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""


def new_session(*, fast: bool) -> requests.Session:
    """A session with our name, that retries nothing and, as our requests have an auth, reads no .netrc.

    Args:
        fast: Whether with our adapter, or with that of requests.
    """
    session = _Session()
    # It was asked already, when the client was made.
    session.trust_env = False
    session.cookies = _NoCookies()
    # A redirect is not followed, so its body need not be read to the end, however long.
    vars(session)["get_redirect_target"] = lambda _: None
    session.headers["User-Agent"] = f"integry-requests/{__version__} {_utils.default_user_agent()}"
    adapter = (Adapter if fast else HTTPAdapter)(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
