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
    """A client of the Integry API, with the resources `apps` and `functions`.

    Arguments that are not given are read from the environment variables in parentheses. Creating a client sends no
    request. The client is thread-safe, and can be used after a fork.

    Example:
        ```python
        from integry import Integry

        with Integry(user_id="123456") as integry:  # app key and secret are in the environment
            result = integry.functions.call("slack-post-message", {"channel": "general", "text": "Hello"})
            print(result.output)
        ```

    Args:
        app_key: The app key (INTEGRY_APP_KEY).
        app_secret: The app secret (INTEGRY_APP_SECRET). It signs requests, and is never sent.
        user_id: The id of the default user of requests (INTEGRY_USER_ID). Without a default user, each call needs a
            user_id.
        base_url: The base URL of all requests, instead of Integry's servers (INTEGRY_BASE_URL).
        timeout: Seconds for connecting and for each wait for data, or a tuple (connect, read). Default: 30.
        deadline: Seconds for a whole call, including its retries; None for no limit. The deadline is exact with the
            client's own session, directly or through a proxy with an http:// URL. With `session=`, or another kind of
            proxy, the deadline is checked only between two reads of a body.
        max_retries: Maximum number of retries after the first attempt. Default: 2.
        max_response_bytes: Maximum size of a response body in bytes, after decompression; None for no limit. Default:
            64 MiB.
        session: A requests.Session to use instead of the client's own. The client does not close it.
        strict_tags: True to raise InvalidRequest if a tag such as `{name}` in the arguments of a call has no variable.
        allow_workspace_connected_accounts: True to let calls use accounts that other users of the workspace connected.
            The API reference does not document this parameter, but the vendor's clients send it.
        integration_id: The id of the integration that calls belong to (INTEGRY_INTEGRATION_ID). The API reference does
            not document this parameter, but the vendor's clients send it.
        default_headers: Further headers of all requests, such as those of a gateway. They cannot replace headers that
            this package sets.
        allow_insecure: True to allow a base_url that is plain http on another machine.
        proxies: Proxy URLs by scheme, as in requests. By default the environment is read, and loopback addresses are
            reached without a proxy.
        verify: The path of a CA bundle, or False to skip verification, as in requests.
        cert: The path of a client certificate, or a tuple (certificate, key), as in requests.
        log_bodies: True to write bodies to the log (logger `integry`, level DEBUG). Secrets are masked.
        on_request: A function that is called with each prepared request before it is sent, including its credentials.
        on_response: A function that is called with each response.

    Attributes:
        apps: The apps, and the accounts that users connected.
        functions: The functions of apps.

    Raises:
        ConfigurationError: If a credential is missing, or an option is invalid.
    """

    def __init__(
        self,
        app_key: Optional[SecretText] = None,
        app_secret: Optional[SecretText] = None,
        *,
        user_id: Union[UserID, NotGiven, None] = NOT_GIVEN,
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
        # Hide the secrets first: error reporters such as Sentry show the arguments of functions in tracebacks.
        key, secret, headers = Secret(app_key), Secret(app_secret), hide_values(default_headers)
        app_key = app_secret = default_headers = None
        key, secret = _settings.require_credentials(
            "Integry", {"app_key": (key, "INTEGRY_APP_KEY"), "app_secret": (secret, "INTEGRY_APP_SECRET")}
        )
        user = from_environment(None, "INTEGRY_USER_ID") if user_id is NOT_GIVEN else user_id
        integration = from_environment(integration_id, "INTEGRY_INTEGRATION_ID")
        settings = _settings.from_arguments(
            allow_insecure=allow_insecure,
            base_url=from_environment(base_url, "INTEGRY_BASE_URL"),
            default_headers=headers,
            user_id=None if user is None else checked_user_id(user),
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
        """The app key, which a web page needs to initialise Integry's browser SDK."""
        return self._signer.app_key

    def sign(self, user_id: Union[UserID, NotGiven] = NOT_GIVEN) -> str:
        """Return the hash of a user, which a web page needs to initialise Integry's browser SDK.

        Example:
            ```python
            page = {"appKey": integry.app_key, "userId": "123456", "hash": integry.sign("123456")}
            ```

        Args:
            user_id: The user's id; the client's user by default. None raises InvalidRequest.

        Returns:
            The HMAC-SHA256 of the id, as 64 hexadecimal digits; see `integry.sign`.

        Raises:
            InvalidRequest: If the id cannot be sent in a header.
            ConfigurationError: If neither the call nor the client has a user.
        """
        return self._signer.sign(self._user(user_id))

    @property
    def apps(self) -> _resources.apps.Apps:
        """The apps, and the accounts that users connected."""
        apps: _resources.apps.Apps = self._resource("_resources.apps", "Apps")
        return apps

    @property
    def functions(self) -> _resources.functions.Functions:
        """The functions of apps."""
        functions: _resources.functions.Functions = self._resource("_resources.functions", "Functions")
        return functions

    @property
    def with_raw_response(self) -> RawIntegry:
        """The client with methods that return a `RawResponse`: status, headers, body and the parsed result."""
        return RawIntegry(self)

    def for_user(self, user_id: UserID) -> Integry:
        """Return a copy of the client that sends requests for a user by default. The copy shares the session.

        Args:
            user_id: The user's id in your app. An int or a UUID is converted to a string.

        Raises:
            InvalidRequest: If the id cannot be sent in a header.
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
        """Sign and send a request to an endpoint that this package does not support yet.

        Args:
            method: The HTTP method. Requests with GET, HEAD, OPTIONS, PUT and DELETE are retried, because these methods
                are idempotent. Requests with other methods are retried only if the server did not process them.
            path: The path, for example `/new/endpoint/`.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            params: The query parameters.
            json: The JSON body.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            A response with status, headers and body. Its `parsed` is the decoded JSON body, or None if the body is not
            JSON.

        Raises:
            InvalidRequest: If an argument cannot be sent, or the path is a URL on another server.
            IntegryError: If the request fails.
        """
        return self._request(method, path, SERVER, user_id, options, params, json)

    def _user(self, user_id: Union[UserID, NotGiven]) -> str:
        if user_id is not NOT_GIVEN:
            return checked_user_id(user_id)
        if self.settings.user_id is None:
            message = (
                "The request has no user: pass user_id= to the method or to Integry(...), use for_user(...), "
                "or set INTEGRY_USER_ID"
            )
            raise ConfigurationError(message, needs_user=True)
        return self.settings.user_id

    def _auth(self, operation: _http.Operation, user_id: Union[UserID, NotGiven]) -> AuthBase:
        places = {each.place for each in operation.security if each.parameter.lower() == "hash"}
        if operation.security and not places:
            message = f"{operation.name} is not an operation of the Integry API: it is not signed with a hash"
            raise InvalidRequest(message)
        return (QuerySignature if "query" in places else HeaderSignature)(self._signer, self._user(user_id))

    def _resource_arguments(self) -> Tuple[Any, ...]:
        return self._login_urls, Mask((*self._secrets, *self.settings.secrets()))


class RawIntegry:
    """An Integry client whose methods return a `RawResponse`."""

    def __init__(self, client: Integry) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<RawIntegry of {self._client!r}>"

    def for_user(self, user_id: UserID) -> RawIntegry:
        """Return a copy that sends requests for a user by default, like `Integry.for_user`."""
        return RawIntegry(self._client.for_user(user_id))

    @property
    def apps(self) -> _resources.raw.RawApps:
        """The apps, and the accounts that users connected."""
        apps: _resources.raw.RawApps = load("_resources.raw").RawApps(self._client.apps)
        return apps

    @property
    def functions(self) -> _resources.raw.RawFunctions:
        """The functions of apps."""
        functions: _resources.raw.RawFunctions = load("_resources.raw").RawFunctions(self._client.functions)
        return functions
