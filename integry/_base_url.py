"""Checks of a client's base URL. The client sends its credentials to this URL."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any, Optional, Protocol
from urllib.parse import SplitResult, urlsplit

from ._arguments import plain_text, refuse
from .errors import ConfigurationError


class URL(Protocol):
    """A URL object of another library: pydantic, yarl, httpx or urllib.parse."""

    @property
    def scheme(self) -> Any:
        """The scheme, such as `https`."""
        ...


def url_text(url: Any) -> str:
    """Return a base URL as a string.

    Args:
        url: A str, or a URL object of pydantic, yarl, httpx or urllib.parse.

    Raises:
        ConfigurationError: If the argument is something else, such as a path.
    """
    if isinstance(url, str):
        return plain_text(url)
    if callable(getattr(url, "geturl", None)):
        return str(url.geturl())
    if not (hasattr(url, "scheme") and (hasattr(url, "host") or hasattr(url, "hostname"))):
        refuse("base_url", "a str, or a URL of pydantic, yarl or httpx", url, ConfigurationError)
    return str(url)


def check_url(url: str, *, allow_insecure: bool) -> None:
    """Check that a base URL is valid, and that credentials can be sent to it safely.

    Raises:
        ConfigurationError: If the URL is not valid, or credentials would be sent unencrypted.
    """
    parts = _parts(url)
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[^\s/\\]+", parts.hostname or ""):
        message = "base_url must begin with https:// (or http:// for this machine) and a host"
        raise ConfigurationError(message)
    if "@" in parts.netloc or parts.query or parts.fragment:
        # Do not show the URL: it may contain a password.
        message = "base_url must have only scheme, host, port and path: no user or password, no query, no fragment"
        raise ConfigurationError(message)
    if not (allow_insecure or is_secure(url)):
        message = (
            f"base_url {url!r} is not https: credentials would be sent unencrypted. "
            "Use https, or pass allow_insecure=True if you must."
        )
        raise ConfigurationError(message)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        # Do not show the URL: it may contain a password.
        message = "base_url is not a valid URL: its host or port cannot be parsed"
        raise ConfigurationError(message) from None


def is_secure(url: str) -> bool:
    """Return True if credentials can be sent to a URL safely: with https, or to this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def is_loopback(host: str) -> bool:
    """Return True if a host is a loopback address or localhost."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_loopback_url(url: Optional[str]) -> bool:
    """Return True if a URL is on this machine. Proxies are not used for such URLs."""
    return is_loopback(urlsplit(url or "").hostname or "")
