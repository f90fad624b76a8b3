"""How a client behaves: one object that does not change, built once from arguments and environment.

A NamedTuple, as attrs would take a tenth of the time that `import requests` does.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from typing import Any, Callable, FrozenSet, Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import SplitResult, urlsplit

import requests

from .errors import ConfigurationError

#: Seconds for connecting and for each wait for data, or (connect, read).
Timeout = Union[float, Tuple[float, float]]

#: Seconds: a hundred years. Operating systems refuse to wait much longer.
LONGEST_WAIT = 3.2e9

#: Bytes: more than any answer needs, and less than a process should hold because a server said so.
LONGEST_RESPONSE = 1 << 26

RequestHook = Callable[[requests.PreparedRequest], None]
ResponseHook = Callable[[requests.Response], None]


class Settings(NamedTuple):
    """What all requests of a client have in common.

    Attributes:
        base_url: Where all requests go; None for the servers of the API's document.
        user_id: The user for whom requests are made, unless a call says otherwise.
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no such bound.
        max_retries: How often a failed request is sent again, at the most.
        max_response_bytes: So many bytes a response's body has at the most, decompressed; None for no such bound.
        strict_tags: Whether a call with tags that have no variable is refused.
        log_bodies: Whether the log has bodies too.
        on_request: Called with each request before it is sent.
        on_response: Called with each response.
    """

    base_url: Optional[str] = None
    user_id: Optional[str] = None
    timeout: Timeout = 30.0
    deadline: Optional[float] = None
    max_retries: int = 2
    max_response_bytes: Optional[int] = LONGEST_RESPONSE
    strict_tags: bool = False
    log_bodies: bool = False
    on_request: Optional[RequestHook] = None
    on_response: Optional[ResponseHook] = None

    def timeouts(self) -> Tuple[float, float]:
        """The timeout as (connect, read)."""
        return self.timeout if isinstance(self.timeout, tuple) else (self.timeout, self.timeout)


def build(*, allow_insecure: bool, **values: Any) -> Settings:
    """Settings, checked.

    Raises:
        ConfigurationError: If a value makes no sense, or the URL is not safe.
    """
    settings = Settings(**values)
    if settings.base_url is not None:
        parts = _parts(settings.base_url)
        if parts.scheme not in ("http", "https") or not re.fullmatch(r"[^\s/\\]+", parts.hostname or ""):
            message = "base_url must begin with https:// (or http:// for this machine) and a host"
            raise ConfigurationError(message)
        if "@" in parts.netloc or parts.query or parts.fragment:
            # Not shown: it may have a password.
            message = "base_url must be scheme, host and path alone: no user or password, no query, no fragment"
            raise ConfigurationError(message)
        if not (allow_insecure or is_secure(settings.base_url)):
            message = (
                f"base_url {settings.base_url!r} is not https: credentials would travel in the clear. "
                "Use https, or allow_insecure=True if you must."
            )
            raise ConfigurationError(message)
    return checked(settings)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        # Not shown: it may have a password.
        message = "base_url is no URL: its host or port cannot be read"
        raise ConfigurationError(message) from None


def changed(settings: Settings, options: Mapping[str, Any], allowed: FrozenSet[str]) -> Settings:
    """Settings with others of the options that are allowed.

    Raises:
        ConfigurationError: If an option makes no sense, or is none of those.
    """
    unknown = sorted(set(options) - allowed)
    if unknown:
        message = f"There is no option {', '.join(unknown)} here, but {', '.join(sorted(allowed))}"
        raise ConfigurationError(message)
    return checked(settings._replace(**options))


def checked(settings: Settings) -> Settings:
    """Settings, if their numbers make sense.

    Raises:
        ConfigurationError: If they do not.
    """
    retries, timeout, deadline = settings.max_retries, settings.timeout, settings.deadline
    if not isinstance(retries, int) or retries < 0:
        message = f"max_retries must be a whole number, 0 or more, got {retries!r}"
        raise ConfigurationError(message)
    longest = settings.max_response_bytes
    if not (longest is None or (isinstance(longest, int) and longest > 0)):
        message = f"max_response_bytes must be a whole number, more than 0, or None, got {longest!r}"
        raise ConfigurationError(message)
    pair = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    if len(pair) != len(("connect", "read")) or not all(map(_are_seconds, pair)):
        message = f"timeout must be seconds, more than 0, or such a pair (connect, read), got {timeout!r}"
        raise ConfigurationError(message)
    if not (deadline is None or _are_seconds(deadline)):
        message = f"deadline must be seconds, more than 0, or None, got {deadline!r}"
        raise ConfigurationError(message)
    return settings


def _are_seconds(value: Any) -> bool:
    """Whether a value is a time that sockets can wait."""
    return isinstance(value, (int, float)) and 0 < value <= LONGEST_WAIT


def is_secure(url: str) -> bool:
    """Whether credentials may be sent to a URL: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def required(owner: str, values: Mapping[str, Tuple[Optional[str], str]]) -> Tuple[str, ...]:
    """Values from arguments or else from the environment.

    Args:
        owner: What needs them, for the message.
        values: For each argument what was given, and the name of its environment variable.

    Raises:
        ConfigurationError: If any is missing; it names all that are.
    """
    found = {name: given or os.environ.get(variable) for name, (given, variable) in values.items()}
    absent = [f"{name}= (or {values[name][1]} in the environment)" for name in values if not found[name]]
    if absent:
        message = f"{owner} needs {' and '.join(absent)}"
        raise ConfigurationError(message)
    check_secrets(owner, found)
    return tuple(str(value) for value in found.values())


def check_secrets(owner: str, values: Mapping[str, Optional[str]]) -> None:
    """See that headers can carry secrets.

    Raises:
        ConfigurationError: If they cannot.
    """
    for name, value in values.items():
        text = str(value)
        if text != text.strip() or not (text.isascii() and text.isprintable()):
            # Not shown: it may be a secret but for a line break at its end.
            message = f"{owner}: {name} has a space or line break at its ends, or characters that no header can carry"
            raise ConfigurationError(message)
