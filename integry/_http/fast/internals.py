"""The internals of requests, urllib3 and the standard library that the fast path uses, and checks for patches."""

from __future__ import annotations

import http.client
import socket
from functools import lru_cache
from io import BytesIO
from types import FunctionType, ModuleType
from typing import Any, Tuple

import requests
import urllib3
from requests import adapters, sessions
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, connection
from urllib3.util import connection as _util
from urllib3.util import ssl_

_tls: Any = ssl_  # typed as Any: urllib3 1 has no stubs

#: The module of urllib3's connection classes. VCR.py and other tools replace these classes with classes of their own.
_URLLIB3_MODULE = "urllib3.connection"


class _NoSocket:
    """A socket for an http.client.HTTPResponse that is never read."""

    makefile = staticmethod(lambda _: BytesIO())


#: Private and undocumented names that this folder uses, by owner. An owner is a class, a module, or an instance for
#: attributes that only instances have. If a name is missing, the fast path is disabled.
_REQUIRED_INTERNALS: Tuple[Tuple[Any, Tuple[str, ...]], ...] = (
    (HTTPAdapter, ("build_response", "cert_verify", "init_poolmanager", "proxy_manager_for", "request_url")),
    (requests.Response(), ("_content", "_content_consumed")),
    (requests.PreparedRequest(), ("_cookies",)),
    (CaseInsensitiveDict(), ("_store",)),
    (urllib3.PoolManager(), ("pool_classes_by_scheme",)),
    (HTTPSConnectionPool("localhost"), ("ConnectionCls", "QueueCls", "conn_kw", "pool", "urlopen")),
    (connection.HTTPConnection("localhost"), ("_dns_host", "_new_conn", "connect")),
    (http.client.HTTPConnection("localhost"), ("_output", "_tunnel", "putheader", "response_class", "sock")),
    (
        http.client.HTTPResponse(_NoSocket()),  # type: ignore[arg-type]  # only makefile() is called
        (
            "_check_close",
            "_method",
            "_read_status",
            "begin",
            "chunk_left",
            "chunked",
            "fp",
            "length",
            "msg",
            "will_close",
        ),
    ),
    (http.client.HTTPMessage(), ("_headers",)),
    (http.client, ("_MAXHEADERS",)),
    (_tls, ("create_urllib3_context",)),
    (_util, ("allowed_gai_family",)),
    (socket, ("SocketIO",)),
    (socket.socket, ("_io_refs",)),
)


def can_use_fast_adapter() -> bool:
    """Return True if the fast adapter can be used.

    The fast adapter is disabled if an internal that it uses is missing, or patched by VCR.py, a tracer or pyOpenSSL.
    """
    return (
        HTTPConnectionPool.ConnectionCls.__module__ == _URLLIB3_MODULE
        and HTTPSConnectionPool.ConnectionCls.__module__ == _URLLIB3_MODULE
        and not getattr(_tls, "IS_PYOPENSSL", False)
        and not getattr(_tls, "IS_SECURETRANSPORT", False)
        and _is_unpatched(http.client.HTTPConnection.putheader, http.client)
        and _is_unpatched(http.client.HTTPResponse.begin, http.client)
        and _is_unpatched(HTTPAdapter.build_response, adapters)
        and _has_internals()
    )


def can_prepare() -> bool:
    """Return True if Session.request and Session.prepare_request are not monkeypatched."""
    return _is_unpatched(requests.Session.request, sessions) and _is_unpatched(
        requests.Session.prepare_request, sessions
    )


def _is_unpatched(function: Any, module: ModuleType) -> bool:
    return type(function) is FunctionType and function.__globals__ is vars(module)


@lru_cache(maxsize=None)
def _has_internals() -> bool:
    is_derived = issubclass(connection.HTTPConnection, http.client.HTTPConnection)
    return is_derived and all(hasattr(owner, name) for owner, names in _REQUIRED_INTERNALS for name in names)
