"""The settings of a client: an immutable object, created once from arguments and environment.

The class is a NamedTuple instead of an attrs class, because importing attrs takes a tenth of the time of
`import requests`.
"""

from __future__ import annotations

import os
from enum import Enum
from typing import (
    AbstractSet,
    Any,
    Callable,
    Dict,
    Iterable,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

import requests

from ._arguments import optional_id, refuse, required
from ._base_url import check_url, url_text
from ._headers import Headers, checked_headers, hide_values, merge_headers, sensitive_values
from ._hints import TypedDict, UserID
from ._secrets import Secret, SecretText
from .errors import ConfigurationError, InvalidRequest

#: Seconds for connecting and for each wait for data, or a tuple (connect, read).
Timeout = Union[float, Tuple[float, float]]

#: Maximum timeout and deadline in seconds: a hundred years. Operating systems do not support much longer waits.
MAX_SECONDS = 3.2e9

_CERT = "the path of a client certificate, or a pair of paths (certificate, key)"

#: Default of the maximum size of a response body, in bytes: 64 MiB.
MAX_RESPONSE_BYTES = 1 << 26


class NotGiven(Enum):
    """The type of `NOT_GIVEN`, the default of parameters for which None has a meaning of its own."""

    NOT_GIVEN = "not given"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


#: The default of the parameter user_id of methods: the client's user. None is not the default but raises an error,
#: because web frameworks use None as the id of an anonymous user.
NOT_GIVEN = NotGiven.NOT_GIVEN

RequestHook = Callable[[requests.PreparedRequest], None]
ResponseHook = Callable[[requests.Response], None]


class RequestOptions(TypedDict, total=False):
    """The options of each call, which override the client's settings."""

    timeout: Timeout
    max_retries: int
    deadline: Optional[float]
    headers: Mapping[str, SecretText]


class ClientOptions(TypedDict, total=False):
    """The options of `with_options`, which override the client's settings."""

    timeout: Timeout
    max_retries: int
    deadline: Optional[float]
    default_headers: Optional[Mapping[str, SecretText]]
    user_id: Optional[UserID]
    max_response_bytes: Optional[int]
    strict_tags: bool
    allow_workspace_connected_accounts: bool
    integration_id: Union[str, int, None]
    log_bodies: bool
    on_request: Optional[RequestHook]
    on_response: Optional[ResponseHook]


#: The names of `RequestOptions`.
REQUEST_OPTIONS = frozenset({"timeout", "max_retries", "deadline", "headers"})
#: The names of `ClientOptions`.
CLIENT_OPTIONS = frozenset(
    {
        *("timeout", "max_retries", "deadline", "default_headers", "user_id", "max_response_bytes", "strict_tags"),
        *("allow_workspace_connected_accounts", "integration_id", "log_bodies", "on_request", "on_response"),
    }
)


class Settings(NamedTuple):
    """The settings of a client.

    Attributes:
        base_url: The base URL of all requests; None for the servers in openapi.yaml.
        user_id: The default user of requests; None if there is no default.
        timeout: Seconds for connecting and for each wait for data, or a tuple (connect, read).
        deadline: Seconds for a whole call, including its retries; None for no limit.
        max_retries: Maximum number of retries after the first attempt.
        max_response_bytes: Maximum size of a response body in bytes, after decompression; None for no limit.
        strict_tags: True to raise InvalidRequest if a tag such as `{name}` in the arguments of a call has no variable.
        allow_workspace_connected_accounts: True to let calls use accounts that other users of the workspace connected.
        integration_id: The integration that calls belong to; None to send no integration.
        headers: Further headers of all requests.
        log_bodies: True to write bodies to the log.
        on_request: A function that is called with each request before it is sent.
        on_response: A function that is called with each response.
    """

    base_url: Optional[str] = None
    user_id: Optional[str] = None
    timeout: Timeout = 30.0
    deadline: Optional[float] = None
    max_retries: int = 2
    max_response_bytes: Optional[int] = MAX_RESPONSE_BYTES
    strict_tags: bool = False
    allow_workspace_connected_accounts: bool = False
    integration_id: Optional[str] = None
    headers: Headers = ()
    log_bodies: bool = False
    on_request: Optional[RequestHook] = None
    on_response: Optional[ResponseHook] = None

    def timeouts(self) -> Tuple[float, float]:
        """Return the timeout as (connect, read)."""
        return self.timeout if isinstance(self.timeout, tuple) else (self.timeout, self.timeout)

    def secrets(self) -> Tuple[Secret, ...]:
        """Return the values of headers that must be masked in messages and logs."""
        return sensitive_values(self.headers)


def from_arguments(*, base_url: Any, allow_insecure: bool, default_headers: Any, **values: Any) -> Settings:
    """Return settings from the arguments of a client's constructor, after validation.

    Raises:
        ConfigurationError: If a value is invalid, or requests to the URL would expose credentials.
    """
    required("allow_insecure", allow_insecure, bool, ConfigurationError)
    url = None if base_url is None else url_text(base_url)
    if url:
        check_url(url, allow_insecure=allow_insecure)
    headers = checked_headers("default_headers", default_headers, ConfigurationError)
    return validate(Settings(base_url=url or None, headers=headers, **values))


def from_environment(value: Any, variable: str) -> Any:
    """Return an argument. If it is None or empty, return the value of an environment variable, or None."""
    return os.environ.get(variable) or None if value is None or (isinstance(value, str) and not value) else value


def replace(settings: Settings, options: Mapping[str, Any], allowed: AbstractSet[str]) -> Settings:
    """Return a copy of the settings with options replaced.

    Args:
        settings: The settings.
        options: The options by name. `headers` are added to the headers of the settings.
        allowed: The names of the options that are allowed.

    Raises:
        ConfigurationError: If an option is unknown or invalid.
        InvalidRequest: If one of the `headers` cannot be sent.
    """
    unknown = sorted(set(options) - allowed)
    if unknown:
        message = f"Unknown options: {', '.join(unknown)}. Options are {', '.join(sorted(allowed))}."
        raise ConfigurationError(message)
    changed: Dict[str, Any] = dict(options)
    if "headers" in changed:
        further = checked_headers("headers", hide_values(changed["headers"]), InvalidRequest)
        changed["headers"] = merge_headers(settings.headers, further)
    if "default_headers" in changed:
        given = hide_values(changed.pop("default_headers"))
        changed["headers"] = checked_headers("default_headers", given, ConfigurationError)
    if "integration_id" in changed:
        changed["integration_id"] = optional_id("integration_id", changed["integration_id"], ConfigurationError)
    return validate(settings._replace(**changed))


def validate(settings: Settings) -> Settings:
    """Check the values of settings, and return the settings.

    Raises:
        ConfigurationError: If a value is invalid.
    """
    for name in ("strict_tags", "allow_workspace_connected_accounts", "log_bodies"):
        required(name, getattr(settings, name), bool, ConfigurationError)
    for name in ("on_request", "on_response"):
        hook = getattr(settings, name)
        if not (hook is None or callable(hook)):
            refuse(name, "a function of one argument, or None", hook, ConfigurationError)
    _check_numbers(settings)
    return settings


def _check_numbers(settings: Settings) -> None:
    retries, timeout, max_bytes = settings.max_retries, settings.timeout, settings.max_response_bytes
    if required("max_retries", retries, int, ConfigurationError) < 0:
        refuse("max_retries", "an int of 0 or more", retries, ConfigurationError)
    if not (max_bytes is None or required("max_response_bytes", max_bytes, int, ConfigurationError) > 0):
        refuse("max_response_bytes", "an int of 1 or more, or None", max_bytes, ConfigurationError)
    pair = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    if len(pair) != len(("connect", "read")) or not all(map(is_duration, pair)):
        refuse("timeout", "seconds above 0, or a tuple (connect, read) of them", timeout, ConfigurationError)
    if not (settings.deadline is None or is_duration(settings.deadline)):
        refuse("deadline", "seconds above 0, or None", settings.deadline, ConfigurationError)


def transport_options(options: Mapping[str, Any]) -> Dict[str, Any]:
    """Return those of `proxies`, `verify` and `cert` that are not None, with paths as strings.

    Raises:
        ConfigurationError: If requests does not accept the type of a value.
    """
    given = {name: value for name, value in options.items() if value is not None}
    proxies, verify, cert = (given.get(name) for name in ("proxies", "verify", "cert"))
    if proxies is not None and not _are_strings(proxies.items() if isinstance(proxies, Mapping) else [proxies]):
        # Do not show the value: it may contain a password.
        message = "proxies must be a dict of URLs by scheme, such as {'https': 'http://proxy:3128'}"
        raise ConfigurationError(message)
    if verify is not None and not isinstance(verify, bool):
        given["verify"] = _path("verify", verify, "True, False or the path of a CA bundle")
    if cert is not None:
        paths = cert if isinstance(cert, tuple) else (cert,)
        if len(paths) not in (1, 2):
            refuse("cert", _CERT, cert, ConfigurationError)
        texts = tuple(_path("cert", path, _CERT) for path in paths)
        given["cert"] = texts if isinstance(cert, tuple) else texts[0]
    return given


def _are_strings(pairs: Iterable[Any]) -> bool:
    return all(isinstance(pair, tuple) and all(isinstance(text, str) for text in pair) for pair in pairs)


def _path(parameter: str, value: Any, expected: str) -> str:
    """Return a path as a string.

    Raises:
        ConfigurationError: If the value is not a path.
    """
    # Refuse an empty path too: requests treats it as verify=False.
    if not (isinstance(value, (str, os.PathLike)) and os.fspath(value)):
        refuse(parameter, expected, value, ConfigurationError)
    return os.fsdecode(value)


def is_duration(value: Any) -> bool:
    """Return True if a value is a number of seconds that sockets and threads can wait."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= MAX_SECONDS


def require_credentials(owner: str, values: Mapping[str, Tuple[Secret, str]]) -> Tuple[Secret, ...]:
    """Return credentials from arguments, or from the environment if an argument is empty.

    Args:
        owner: The name of the class that needs the credentials, for the message.
        values: The value and the environment variable of each argument, by the name of the argument.

    Raises:
        ConfigurationError: If credentials are missing. The message names all of them.
    """
    found = {name: given or Secret(os.environ.get(variable, "")) for name, (given, variable) in values.items()}
    missing = [f"{name}= (or {values[name][1]} in the environment)" for name in values if not found[name]]
    if missing:
        message = f"{owner} needs {' and '.join(missing)}"
        raise ConfigurationError(message)
    check_secrets(owner, found)
    return tuple(found.values())


def check_secrets(owner: str, values: Mapping[str, Secret]) -> None:
    """Check that secrets are strings that can be sent in a header.

    Args:
        owner: The name of the class that takes the secrets, for the message.
        values: The secrets by name of the argument.

    Raises:
        ConfigurationError: If a secret cannot be sent.
    """
    for name, value in values.items():
        if value.header_error():
            message = f"{owner}: {name} {value.header_error()}"
            raise ConfigurationError(message)
