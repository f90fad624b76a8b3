"""The client of the Integry API."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple, Union

import requests
from requests.auth import AuthBase

from . import _http, _resources, _results, _settings
from ._arguments import optional_id
from ._auth import HeaderSignature, QuerySignature, Signer, checked_user_id
from ._base import BaseClient
from ._base_url import URL
from ._headers import hide_values
from ._hints import Unpack, UserID
from ._lazy import load
from ._resources._login_urls import LoginURLs
from ._secrets import Mask, Secret, SecretText
from ._settings import (
    NOT_GIVEN,
    NotGiven,
    RequestHook,
    RequestOptions,
    ResponseHook,
    Timeout,
    from_environment,
)
from .errors import ConfigurationError, InvalidRequest

SERVER = "https://api.integry.io"
#: Base URLs of the API. The second one serves the browser SDK's endpoints.
SERVERS = (SERVER, "https://app.integry.io")


class Integry(BaseClient):
    """The Integry API: apps, and functions of apps.

    Arguments come first, then the environment. Nothing is sent until a method is called.

    Args:
        app_key: The app key (INTEGRY_APP_KEY).
        app_secret: The app secret (INTEGRY_APP_SECRET). It signs requests, and is never sent.
        user_id: The default user of requests (INTEGRY_USER_ID).
        base_url: The base URL of all requests, instead of Integry's own servers (INTEGRY_BASE_URL).
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no limit. It is kept exactly with
            our own session, straight or through a proxy that is asked by http; else, and with a session of yours, it is
            looked at between two reads of a body.
        max_retries: Maximum number of retries after the first attempt.
        max_response_bytes: Maximum size of a response body in bytes, after decompression; None for no limit.
        session: A session of requests to send with, as it is; it is not closed.
        strict_tags: Whether a call fails if a tag in its arguments has no variable.
        allow_workspace_connected_accounts: Whether calls may use accounts that others in the workspace connected. The
            API's reference does not document it; the vendor's clients send it.
        integration_id: The integration that calls belong to (INTEGRY_INTEGRATION_ID). Undocumented, as before.
        default_headers: Further headers of all requests, such as those of a gateway; none that this package sets.
        allow_insecure: Whether base_url may be plain http at another machine.
        proxies: Proxies by scheme, as requests takes them. Without it the environment says, but for base_urls on this
            machine.
        verify: A CA bundle's path, or False, as requests takes it.
        cert: A client certificate, as requests takes it.
        log_bodies: Whether the log (`integry`, level DEBUG) has bodies too; secrets are masked.
        on_request: Called with each request before it is sent, credentials and all.
        on_response: Called with each response.

    Attributes:
        apps: Apps, and a user's accounts in them.
        functions: What apps can do.

    Raises:
        ConfigurationError: If something is missing or contradictory.
    """

    def __init__(
        self,
        app_key: Optional[SecretText] = None,
        app_secret: Optional[SecretText] = None,
        *,
        user_id: Optional[UserID] = None,
        base_url: Union[str, URL, None] = None,
        timeout: Timeout = 30.0,
        deadline: Optional[float] = None,
        max_retries: int = 2,
        max_response_bytes: Optional[int] = _settings.MAX_RESPONSE_BYTES,
        session: Optional[requests.Session] = None,
        strict_tags: bool = False,
        allow_workspace_connected_accounts: bool = False,
        integration_id: Union[str, int, None] = None,
        default_headers: Optional[Mapping[str, SecretText]] = None,
        allow_insecure: bool = False,
        proxies: Optional[Mapping[str, str]] = None,
        verify: Union[bool, str, None] = None,
        cert: Union[str, Tuple[str, str], None] = None,
        log_bodies: bool = False,
        on_request: Optional[RequestHook] = None,
        on_response: Optional[ResponseHook] = None,
    ) -> None:
        # First of all: tracebacks show the arguments of a function.
        key, secret, headers = Secret(app_key), Secret(app_secret), hide_values(default_headers)
        app_key = app_secret = default_headers = None
        key, secret = _settings.require_credentials(
            "Integry", {"app_key": (key, "INTEGRY_APP_KEY"), "app_secret": (secret, "INTEGRY_APP_SECRET")}
        )
        user = from_environment(None, "INTEGRY_USER_ID") if user_id is None else user_id
        integration = from_environment(integration_id, "INTEGRY_INTEGRATION_ID")
        settings = _settings.from_arguments(
            allow_insecure=allow_insecure,
            base_url=from_environment(base_url, "INTEGRY_BASE_URL"),
            default_headers=headers,
            user_id=None if user is None or (isinstance(user, str) and not user) else checked_user_id(user),
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            max_response_bytes=max_response_bytes,
            strict_tags=strict_tags,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
            integration_id=optional_id("integration_id", integration, ConfigurationError),
            log_bodies=log_bodies,
            on_request=on_request,
            on_response=on_response,
        )
        self._signer = Signer(key, secret)
        self._login_urls = LoginURLs()
        transport = {"proxies": proxies, "verify": verify, "cert": cert}
        super().__init__(settings, (secret, key), session, SERVERS, transport)

    def __repr__(self) -> str:
        return f"Integry(base_url={self.settings.base_url or SERVER!r}, user_id={self.settings.user_id!r})"

    @property
    def app_key(self) -> str:
        """The app key, for pages that initialise the browser SDK."""
        return self._signer.app_key

    def sign(self, user_id: Union[UserID, NotGiven] = NOT_GIVEN) -> str:
        """Return the hash of a user, for pages that initialise the browser SDK.

        Args:
            user_id: The user's id; the client's user by default. None raises InvalidRequest.

        Raises:
            InvalidRequest: If no request can be sent for the user.
            ConfigurationError: If neither the call nor the client has a user.
        """
        return self._signer.sign(self._user(user_id))

    @property
    def apps(self) -> _resources.apps.Apps:
        """Apps, and a user's accounts in them."""
        apps: _resources.apps.Apps = self._resource("_resources.apps", "Apps")
        return apps

    @property
    def functions(self) -> _resources.functions.Functions:
        """Functions of apps."""
        functions: _resources.functions.Functions = self._resource("_resources.functions", "Functions")
        return functions

    @property
    def with_raw_response(self) -> RawIntegry:
        """The same methods, which return a `RawResponse`: status, headers and body beside the result."""
        return RawIntegry(self)

    def for_user(self, user_id: UserID) -> Integry:
        """A copy that makes its requests for a user, sharing the session.

        Args:
            user_id: The user's id in your app. An int is taken as its text.

        Raises:
            InvalidRequest: If no header can carry the id as it is.
        """
        return self.with_options(user_id=checked_user_id(user_id))

    def request(
        self,
        method: str,
        path: str,
        *,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        params: Optional[Mapping[str, Any]] = None,
        json: Any = None,
        **options: Unpack[RequestOptions],
    ) -> _results.raw.RawResponse[Any]:
        """Sign and send a request that this package does not know yet.

        Args:
            method: The HTTP method. GET, HEAD, OPTIONS, PUT and DELETE may be repeated, others as function calls.
            path: The path, for example `/new/endpoint/`.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            params: The query.
            json: The body.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            Status, headers and body; the decoded JSON body is `parsed`, None if it is none.
        """
        return self._request(method, path, SERVER, user_id, options, params, json)

    def _user(self, user_id: Union[UserID, NotGiven]) -> str:
        if user_id is not NOT_GIVEN:
            return checked_user_id(user_id)
        if self.settings.user_id is None:
            message = (
                "No user to make the request for: pass user_id=, here or to Integry(...), use for_user(...), "
                "or set INTEGRY_USER_ID"
            )
            raise ConfigurationError(message)
        return self.settings.user_id

    def _auth(self, operation: _http.Operation, user_id: Union[UserID, NotGiven]) -> AuthBase:
        places = {each.place for each in operation.security if each.parameter.lower() == "hash"}
        if operation.security and not places:
            message = f"{operation.name} is not signed with a hash: it is no operation of the Integry API"
            raise InvalidRequest(message)
        return (QuerySignature if "query" in places else HeaderSignature)(self._signer, self._user(user_id))

    def _resource_arguments(self) -> Tuple[Any, ...]:
        return self._login_urls, Mask((*self._secrets, *self.settings.secrets()))


class RawIntegry:
    """An Integry client whose methods return raw responses."""

    def __init__(self, client: Integry) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<RawIntegry of {self._client!r}>"

    def for_user(self, user_id: UserID) -> RawIntegry:
        """Return a copy that makes its requests for a user, as `Integry.for_user` does."""
        return RawIntegry(self._client.for_user(user_id))

    @property
    def apps(self) -> _resources.raw.RawApps:
        """Apps, and a user's accounts in them."""
        apps: _resources.raw.RawApps = load("_resources.raw").RawApps(self._client.apps)
        return apps

    @property
    def functions(self) -> _resources.raw.RawFunctions:
        """Functions of apps."""
        functions: _resources.raw.RawFunctions = load("_resources.raw").RawFunctions(self._client.functions)
        return functions
