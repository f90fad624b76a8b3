"""What both clients are: settings, a session, and calls of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple, TypeVar
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from . import _settings
from ._auth import UserID, checked_user_id
from ._http.budget import Budget
from ._http.transport import GivenSession, OwnSession
from ._lazy import importing
from ._settings import Settings
from .errors import ConfigurationError, InvalidRequest

if TYPE_CHECKING:
    from typing_extensions import TypedDict, Unpack

    from ._http.requester import Requester
    from ._results.raw import RawResponse
    from ._secrets import Mask

    class ClientOptions(TypedDict, total=False):
        """What a copy of a client can have otherwise: see `Settings`."""

        user_id: Optional[UserID]
        timeout: _settings.Timeout
        deadline: Optional[float]
        max_retries: int
        max_response_bytes: Optional[int]
        strict_tags: bool
        log_bodies: bool
        on_request: Optional[_settings.RequestHook]
        on_response: Optional[_settings.ResponseHook]


#: What each call can have otherwise.
CALL_OPTIONS = frozenset({"timeout", "deadline", "max_retries"})
#: What a copy of a client can have otherwise.
CLIENT_OPTIONS = CALL_OPTIONS | {
    *("user_id", "max_response_bytes", "strict_tags", "log_bodies", "on_request", "on_response"),
}

#: So much of a path is shown in a message.
EXCERPT = 300
#: What keeps requests from asking the environment.
NO_PROXIES = {"http": "", "https": ""}

T = TypeVar("T")
C = TypeVar("C", bound="BaseClient")


def proxies_do_not_lead_to(url: Optional[str]) -> bool:
    """Whether a server is on this machine, which no proxy finds."""
    return _settings.is_loopback(urlsplit(url or "").hostname or "")


class Reply(NamedTuple):
    """What a call's result is made of.

    Attributes:
        body: The decoded JSON body; None if there is none.
        response: The response.
        user_id: The user for whom it was asked, of Integry.
    """

    body: Any
    response: requests.Response
    user_id: str = ""


class BaseClient:
    """A client of one API. Threads may share it, and it survives a fork.

    Copies by `copy.copy` share the session, as `with_options` does. A client cannot be pickled: it knows secrets.
    """

    def __init__(
        self,
        settings: Settings,
        secrets: Tuple[str, ...],
        session: Optional[requests.Session],
        servers: Iterable[str],
        transport: Mapping[str, Any],
    ) -> None:
        given = {name: value for name, value in transport.items() if value is not None}
        if session is not None and given:
            message = f"{', '.join(given)}: set this on the session that you pass"
            raise ConfigurationError(message)
        self.settings = settings
        if proxies_do_not_lead_to(settings.base_url):
            given.setdefault("proxies", NO_PROXIES)
        where = [settings.base_url.rstrip("/")] if settings.base_url else servers
        self._transport = OwnSession(where, given) if session is None else GivenSession(session)
        # A function, which shows nothing of them.
        self._secrets: Callable[[], Tuple[str, ...]] = lambda: secrets
        self._mask: Optional[Mask] = None
        self._own_requester: Optional[Requester] = None
        self._budget = Budget()
        self._is_copy = False

    def with_options(self: C, **options: Unpack[ClientOptions]) -> C:
        """A copy with other settings, sharing the session.

        Args:
            **options: `user_id`, `timeout`, `deadline`, `max_retries`, `max_response_bytes`, `strict_tags`,
                `log_bodies`, `on_request`, `on_response`, as at construction.

        Raises:
            ConfigurationError: If one makes no sense, or is none.
        """
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, _is_copy=True, _own_requester=None)
        given: Dict[str, Any] = dict(options)
        if given.get("user_id") is not None:
            given["user_id"] = checked_user_id(given["user_id"])
        copy.settings = _settings.changed(self.settings, given, CLIENT_OPTIONS)
        return copy

    @property
    def mask(self) -> Mask:
        """What hides the client's secrets."""
        if self._mask is None:
            with importing:
                from ._secrets import Mask

            self._mask = Mask(self._secrets())
        return self._mask

    def close(self) -> None:
        """Close the connections. A session that was handed in stays open, and a copy leaves them to its original."""
        if not self._is_copy:
            self._transport.close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __copy__(self: C) -> C:
        return self.with_options()

    def __deepcopy__(self: C, _: Any) -> C:
        return self.with_options()

    def __reduce__(self) -> Any:
        message = f"{type(self).__name__} cannot be pickled: it knows secrets. Make it anew where it is needed."
        raise TypeError(message)

    def _requester(self, options: Mapping[str, Any]) -> Requester:
        if self._own_requester is None:
            # With the first call, not with the client: it needs models and their converter.
            with importing:
                from ._http.requester import Requester

            self._own_requester = Requester(self.settings, self._transport, self.mask, self._budget)
        if not options:
            return self._own_requester
        return self._own_requester.having(_settings.changed(self.settings, options, CALL_OPTIONS))

    def _call(
        self,
        operation: Any,
        auth: AuthBase,
        user_id: str,
        options: Mapping[str, Any],
        convert: Callable[[Reply], T],
        args: Tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> T:
        """Call an operation, given as its generated module."""
        return self._requester(options).call(
            operation, args, kwargs, auth, lambda body, response: convert(Reply(body, response, user_id))
        )

    def _request(
        self,
        method: str,
        path: str,
        default_url: str,
        auth: AuthBase,
        options: Mapping[str, Any],
        params: Optional[Mapping[str, Any]],
        json: Any,
    ) -> RawResponse[Any]:
        """Send a request that no operation describes."""
        base = (self.settings.base_url or default_url).rstrip("/")
        try:
            path.encode()
            url = path if urlsplit(path).scheme else f"{base}/{path.lstrip('/')}"
            is_there = urlsplit(url)[:2] == urlsplit(base)[:2]
        except ValueError as error:
            message = f"{path[:EXCERPT]!r} cannot stand in a URL: {error}"
            raise InvalidRequest(message) from error
        if not is_there:
            message = f"{url} is not at {base}: credentials are sent there only"
            raise InvalidRequest(message)
        return self._requester(options).request(method, path, base, url, auth, params, json)
