"""The base class of both clients: settings, session, and the method that sends all requests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Mapping, Optional, Tuple, TypeVar, Union

import requests
from requests.auth import AuthBase

from . import _http, _results, _settings
from ._arguments import refuse
from ._auth import checked_user_id
from ._base_url import is_loopback_url
from ._generated.retry import RetryQuota
from ._headers import with_headers
from ._hints import Unpack, UserID
from ._http.transport import OwnedSession, UserSession
from ._lazy import load
from ._secrets import Secret
from ._settings import (
    CLIENT_OPTIONS,
    NOT_GIVEN,
    REQUEST_OPTIONS,
    ClientOptions,
    NotGiven,
    RequestOptions,
    Settings,
)
from .errors import ConfigurationError, InvalidRequest

if TYPE_CHECKING:
    from ._http.requester import Requester

#: A value of `proxies` without proxies: with empty URLs, requests does not read proxies from the environment.
NO_PROXIES = {"http": "", "https": ""}

T = TypeVar("T")
C = TypeVar("C", bound="BaseClient")


class BaseClient(ABC):
    """The base class of the clients. A client is thread-safe, and can be used after a fork.

    A client cannot be pickled, because it holds credentials. `copy.copy(client)` is the same as
    `client.with_options()`.

    Attributes:
        settings: The settings, which are immutable. `with_options` returns a copy of the client with other settings.
    """

    # A class attribute, so that repr() works if the constructor fails: error reporters call repr() then.
    settings = Settings()

    def __init__(
        self,
        settings: Settings,
        secrets: Tuple[Secret, ...],
        session: Optional[requests.Session],
        servers: Iterable[str],
        transport: Mapping[str, Any],
    ) -> None:
        given = _settings.transport_options(transport)
        if session is not None and given:
            message = f"{', '.join(given)} cannot be combined with session=: set this on the session"
            raise ConfigurationError(message)
        if is_loopback_url(settings.base_url):
            given.setdefault("proxies", NO_PROXIES)
        # Set the secrets before other attributes: pickle serializes attributes in order, and a Secret raises an error
        # that says why a client cannot be pickled.
        self._secrets = secrets
        self._servers = frozenset([settings.base_url.rstrip("/")] if settings.base_url else servers)
        self._transport = OwnedSession(self._servers, given) if session is None else UserSession(session)
        self._quota = RetryQuota()
        self._set_up(settings, is_copy=False)

    def _set_up(self, settings: Settings, *, is_copy: bool) -> None:
        """Set the attributes that a copy does not share with its original."""
        self.settings = settings
        self._is_copy = is_copy
        self._requester: Optional[Requester] = None
        self._resources: Dict[str, Any] = {}

    def _copy(self: C, settings: Settings) -> C:
        """Return a copy of the client with other settings.

        The copy shares the session, the credentials, the retry quota, and all attributes of a subclass. `_set_up` sets
        the attributes that are not shared.
        """
        copy = object.__new__(type(self))
        vars(copy).update(vars(self))
        copy._set_up(settings, is_copy=True)
        return copy

    def with_options(self: C, **options: Unpack[ClientOptions]) -> C:
        """Return a copy of the client with other settings. The copy shares the session.

        Args:
            **options: `user_id`, `timeout`, `deadline`, `max_retries`, `max_response_bytes`, `strict_tags`,
                `allow_workspace_connected_accounts`, `integration_id`, `default_headers`, `log_bodies`, `on_request`,
                `on_response`, as in the constructor. `default_headers` replaces the previous ones.

        Raises:
            ConfigurationError: If an option is unknown or invalid.
        """
        given: Dict[str, Any] = dict(options)
        if given.get("user_id") is not None:
            given["user_id"] = checked_user_id(given["user_id"])
        return self._copy(_settings.replace(self.settings, given, CLIENT_OPTIONS))

    def send(
        self,
        request: _http.Request[Any],
        parse: Callable[[requests.Response], T],
        *,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> T:
        """Sign and send a request that `build` of a generated operation returned. All methods of resources call `send`.

        Example:
            ```python
            from integry._generated.api.apps import get_app

            app = integry.send(get_app.build("slack"), lambda response: response.json(), user_id="123456")
            ```

        Args:
            request: The request, from `build` of a generated operation.
            parse: A function that returns the result of a successful response. The body has been read already.
            user_id: The user's id, if the API has users; the client's user by default. None raises InvalidRequest.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            The result of `parse`.

        Raises:
            errors.InvalidRequest: If the request is for another server, or needs credentials of another API.
            errors.IntegryError: If the request fails, or `parse` cannot read the response.
        """
        if not hasattr(request, "operation"):
            message = "send() needs a Request, from build() of a generated operation"
            raise InvalidRequest(message)
        if not callable(parse):
            refuse("parse", "a function of one argument, the response", parse)
        settings = _settings.replace(self.settings, options, REQUEST_OPTIONS) if options else self.settings
        if settings.headers:
            request = with_headers(request, settings.headers)
        # A requester masks secrets in errors and logs. A call with the option `headers` needs a requester of its own,
        # because the values of these headers may be secrets too.
        kept = None if "headers" in options else self._requester or self._new_requester()
        requester = kept or self._make_requester(settings)
        auth = self._auth(request.operation, user_id)
        # Do not store the response in a variable: its request has the credentials, and error reporters
        # show local variables.
        return requester.parse(request, auth, requester.send(request, auth, settings), parse)

    @abstractmethod
    def _auth(self, operation: _http.Operation, user_id: Union[UserID, NotGiven]) -> AuthBase:
        """Return the credentials for a request."""

    def _new_requester(self) -> Requester:
        # The first call creates the requester, not the constructor, because the import of the models and their
        # converter takes time.
        self._requester = self._make_requester(self.settings)
        return self._requester

    def _make_requester(self, settings: Settings) -> Requester:
        secrets = (*self._secrets, *settings.secrets())
        requester: Requester = load("_http.requester").Requester(self._transport, self._servers, secrets, self._quota)
        return requester

    def _resource(self, module: str, name: str) -> Any:
        """Return a resource, such as `client.apps`. It is created on first access, and then always the same object."""
        found = self._resources.get(name)
        if found is None:
            made = getattr(load(module), name)(self, *self._resource_arguments())
            # setdefault() is atomic: threads that come here at the same time get the same resource.
            found = self._resources.setdefault(name, made)
        return found

    @abstractmethod
    def _resource_arguments(self) -> Tuple[Any, ...]:
        """Return the arguments with which a resource is created, except for the client."""

    def _request(
        self,
        method: str,
        path: str,
        server: str,
        user_id: Union[UserID, NotGiven],
        options: RequestOptions,
        params: Optional[Mapping[str, Any]],
        json: Any,
    ) -> _results.raw.RawResponse[Any]:
        """Send a request to an endpoint that openapi.yaml does not describe."""
        base = (self.settings.base_url or server).rstrip("/")
        request = load("_http.request").custom_request(method, path, base, params, json)
        raw: _results.raw.RawResponse[Any] = self.send(request, load("_results.raw").parse, user_id=user_id, **options)
        return raw

    def close(self) -> None:
        """Close the connections. A session that you passed stays open, and a copy does not close its original."""
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
