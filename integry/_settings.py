"""Settings of a client: one immutable object, built once from arguments and environment.

A NamedTuple, as importing attrs would take a tenth of the time that `import requests` takes.
"""

from __future__ import annotations

import os
import re
from enum import Enum
from ipaddress import ip_address
from typing import TYPE_CHECKING, AbstractSet, Any, Callable, Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import SplitResult, urlsplit

import requests

from ._secrets import Secret
from .errors import ConfigurationError

#: The id of a user: a string, or a value that is sent as its string.
UserID = Union[str, int, "UUID"]
#: Seconds for connecting and for each wait for data, or (connect, read).
Timeout = Union[float, Tuple[float, float]]

#: Maximum timeout and deadline in seconds: a hundred years. Operating systems refuse to wait much longer.
MAX_SECONDS = 3.2e9

#: Maximum size of a response body in bytes, by default.
MAX_RESPONSE_BYTES = 1 << 26


class NotGiven(Enum):
    """The type of `NOT_GIVEN`: an argument that was left out, which is something else than None."""

    NOT_GIVEN = "not given"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


#: The default of a call's user_id: the client's user. None is an error there, as an anonymous user has no id.
NOT_GIVEN = NotGiven.NOT_GIVEN

RequestHook = Callable[[requests.PreparedRequest], None]
ResponseHook = Callable[[requests.Response], None]

if TYPE_CHECKING:
    from uuid import UUID

    from typing_extensions import TypedDict

    class RequestOptions(TypedDict, total=False):
        """The settings that each call can override."""

        timeout: Timeout
        max_retries: int
        deadline: Optional[float]

    class ClientOptions(RequestOptions, total=False):
        """The settings that a copy of a client can override."""

        user_id: Optional[UserID]
        max_response_bytes: Optional[int]
        strict_tags: bool
        log_bodies: bool
        on_request: Optional[RequestHook]
        on_response: Optional[ResponseHook]


#: The names of `RequestOptions`.
REQUEST_OPTIONS = frozenset({"timeout", "max_retries", "deadline"})
#: The names of `ClientOptions`.
CLIENT_OPTIONS = REQUEST_OPTIONS | {
    *("user_id", "max_response_bytes", "strict_tags", "log_bodies", "on_request", "on_response"),
}


class Settings(NamedTuple):
    """The settings of a client.

    Attributes:
        base_url: The base URL of all requests; None for the servers of the API's document.
        user_id: The default user of requests.
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no limit.
        max_retries: Maximum number of retries after the first attempt.
        max_response_bytes: Maximum size of a response body in bytes, after decompression; None for no limit.
        strict_tags: Whether a call fails if a tag in its arguments has no variable.
        log_bodies: Whether the log contains bodies.
        on_request: Called with each request before it is sent.
        on_response: Called with each response.
    """

    base_url: Optional[str] = None
    user_id: Optional[str] = None
    timeout: Timeout = 30.0
    deadline: Optional[float] = None
    max_retries: int = 2
    max_response_bytes: Optional[int] = MAX_RESPONSE_BYTES
    strict_tags: bool = False
    log_bodies: bool = False
    on_request: Optional[RequestHook] = None
    on_response: Optional[ResponseHook] = None

    def timeouts(self) -> Tuple[float, float]:
        """Return the timeout as (connect, read)."""
        return self.timeout if isinstance(self.timeout, tuple) else (self.timeout, self.timeout)


def from_arguments(*, allow_insecure: bool, **values: Any) -> Settings:
    """Return validated settings.

    Raises:
        ConfigurationError: If a value is invalid, or the URL would expose credentials.
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
                f"base_url {settings.base_url!r} is not https: credentials would be sent unencrypted. "
                "Use https, or allow_insecure=True if you must."
            )
            raise ConfigurationError(message)
    return validate(settings)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        # Not shown: it may have a password.
        message = "base_url is not a valid URL: its host or port cannot be parsed"
        raise ConfigurationError(message) from None


def replace(settings: Settings, options: Mapping[str, Any], allowed: AbstractSet[str]) -> Settings:
    """Return a copy of the settings with options replaced.

    Raises:
        ConfigurationError: If an option is unknown or invalid.
    """
    unknown = sorted(set(options) - allowed)
    if unknown:
        message = f"There is no option {', '.join(unknown)} here, but {', '.join(sorted(allowed))}"
        raise ConfigurationError(message)
    return validate(settings._replace(**options))


def validate(settings: Settings) -> Settings:
    """Return the settings if their numbers are valid.

    Raises:
        ConfigurationError: If they are not.
    """
    retries, timeout, deadline = settings.max_retries, settings.timeout, settings.deadline
    if not isinstance(retries, int) or retries < 0:
        message = f"max_retries must be a whole number, 0 or more, got {retries!r}"
        raise ConfigurationError(message)
    max_bytes = settings.max_response_bytes
    if not (max_bytes is None or (isinstance(max_bytes, int) and max_bytes > 0)):
        message = f"max_response_bytes must be a whole number, more than 0, or None, got {max_bytes!r}"
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
    """Return True if a value is a time that sockets can wait."""
    return isinstance(value, (int, float)) and 0 < value <= MAX_SECONDS


def is_secure(url: str) -> bool:
    """Return True if credentials can be sent to a URL: https, or a loopback address."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def is_loopback(host: str) -> bool:
    """Return True if a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_credentials(owner: str, values: Mapping[str, Tuple[Secret, str]]) -> Tuple[Secret, ...]:
    """Return credentials from arguments, or else from the environment.

    Args:
        owner: The class that needs them, for the message.
        values: For each argument its value, and the name of its environment variable.

    Raises:
        ConfigurationError: If any is missing; the message names all that are.
    """
    found = {name: given or Secret(os.environ.get(variable, "")) for name, (given, variable) in values.items()}
    missing = [f"{name}= (or {values[name][1]} in the environment)" for name in values if not found[name]]
    if missing:
        message = f"{owner} needs {' and '.join(missing)}"
        raise ConfigurationError(message)
    check_secrets(owner, found)
    return tuple(found.values())


def check_secrets(owner: str, values: Mapping[str, Secret]) -> None:
    """Check that secrets are text that can be sent in a header.

    Raises:
        ConfigurationError: If one is not.
    """
    for name, value in values.items():
        if value.type_error():
            message = f"{owner}: {name} {value.type_error()}"
            raise ConfigurationError(message)
        if not _fits_header(value):
            # Not shown: it may be a secret but for a line break at its end.
            message = f"{owner}: {name} has a space or line break at its ends, or characters that no header can carry"
            raise ConfigurationError(message)


def _fits_header(value: Secret) -> bool:
    text = value.get_secret_value()
    return text == text.strip() and text.isascii() and text.isprintable()
