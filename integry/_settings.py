"""How a client behaves: one frozen object, built once from arguments and environment."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import Any, Callable, Mapping, Optional, Tuple, Union
from urllib.parse import urlsplit

import requests
from attrs import define, field

from .errors import ConfigurationError

#: Seconds for connecting and for each wait for data, or (connect, read).
Timeout = Union[float, Tuple[float, float]]

RequestHook = Callable[[requests.PreparedRequest], None]
ResponseHook = Callable[[requests.Response], None]


@define(frozen=True)
class Settings:
    """What all requests of a client have in common.

    Attributes:
        base_url: Where all requests go; None for the servers of the API's document.
        user_id: The user for whom requests are made, unless a call says otherwise.
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no such bound.
        max_retries: How often a failed request is sent again, at the most.
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
    strict_tags: bool = False
    log_bodies: bool = False
    on_request: Optional[RequestHook] = field(default=None, repr=False)
    on_response: Optional[ResponseHook] = field(default=None, repr=False)

    def timeouts(self) -> Tuple[float, float]:
        """The timeout as (connect, read)."""
        return self.timeout if isinstance(self.timeout, tuple) else (self.timeout, self.timeout)


def build(*, allow_insecure: bool, **values: Any) -> Settings:
    """Settings, checked.

    Raises:
        ConfigurationError: If a value makes no sense, or the URL is not safe.
    """
    settings = Settings(**values)
    if settings.base_url is not None and not (allow_insecure or is_secure(settings.base_url)):
        message = (
            f"base_url {settings.base_url!r} is not https: credentials would travel in the clear. "
            "Use https, or allow_insecure=True if you must."
        )
        raise ConfigurationError(message)
    return checked(settings)


def checked(settings: Settings) -> Settings:
    """Settings, if their numbers make sense.

    Raises:
        ConfigurationError: If they do not.
    """
    if settings.max_retries < 0:
        message = f"max_retries must be 0 or more, got {settings.max_retries}"
        raise ConfigurationError(message)
    for seconds in (*settings.timeouts(), settings.deadline):
        if seconds is not None and not seconds > 0:
            message = f"timeout and deadline must be more than 0 seconds, got {seconds}"
            raise ConfigurationError(message)
    return settings


def is_secure(url: str) -> bool:
    """Whether credentials may be sent to a URL: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
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
    for name, value in found.items():
        text = str(value)
        if text != text.strip() or not (text.isascii() and text.isprintable()):
            # Not shown: it may be a secret but for a line break at its end.
            message = f"{owner}: {name} has a space or line break at its ends, or characters that no header can carry"
            raise ConfigurationError(message)
    return tuple(str(value) for value in found.values())
