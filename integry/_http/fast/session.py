"""A session that prepares simple requests faster than requests does, and uses the fast adapter."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from ..session import Session
from .adapter import FastAdapter
from .internals import can_prepare

#: Arguments of Session.request that FastSession.prepare() supports.
_PLAIN = frozenset({"method", "url", "params", "headers", "data"})
#: URLs that requests would not change: a simple host, no character to quote, no dot segment to resolve.
_PLAIN_URL = re.compile(
    r"https?://([a-z0-9][a-z0-9._-]*|\[[0-9a-f:]+\])(:[1-9][0-9]*)?(/(?!\.)[A-Za-z0-9_.~-]*)+", re.ASCII
)


class FastSession(Session):
    """A session that uses `FastAdapter`. Its method `prepare` prepares simple requests."""

    def __init__(self) -> None:
        super().__init__(FastAdapter)
        self._default_headers = dict(self.headers)

    def prepare(self, kwargs: Mapping[str, Any], auth: AuthBase) -> Optional[requests.PreparedRequest]:
        """Return the same request as `Session.prepare_request`, without checks of URL and headers (saves 150 µs).

        Args:
            kwargs: The request, as keyword arguments of `requests.Session.request`.
            auth: The credentials of the request.

        Returns:
            The prepared request. None if the request is not simple or requests is monkeypatched, so that
            `Session.request` must prepare the request.
        """
        if not (can_prepare() and is_plain(kwargs)):
            return None
        request = self._prepare_unsigned(kwargs)
        body = request.body
        request = auth(request)
        if request.body is not body:
            request.prepare_content_length(request.body)
        return request

    def _prepare_unsigned(self, kwargs: Mapping[str, Any]) -> requests.PreparedRequest:
        request = requests.PreparedRequest()
        params, body = kwargs.get("params"), kwargs.get("data")
        request.method, request.body = kwargs["method"], body
        request.url = f"{kwargs['url']}?{urlencode(params)}" if params else kwargs["url"]
        headers: Dict[str, Any] = {**self._default_headers, **kwargs.get("headers", {})}
        if body is not None or kwargs["method"] not in ("GET", "HEAD"):
            headers["Content-Length"] = str(len(body or b""))
        request.headers = CaseInsensitiveDict(headers)
        # PreparedRequest.copy() needs a cookie jar.
        vars(request)["_cookies"] = self.cookies
        return request


def is_plain(kwargs: Mapping[str, Any]) -> bool:
    """Return True if requests would send the URL and the body unchanged."""
    return bool(
        _PLAIN.issuperset(kwargs)
        and isinstance(kwargs.get("data"), (bytes, type(None)))
        and _PLAIN_URL.fullmatch(kwargs["url"])
    )
