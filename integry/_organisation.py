"""The client of the organisation-integrations API."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple, Union
from uuid import UUID

import requests
from requests.auth import AuthBase

from . import _http, _resources, _results, _settings
from ._arguments import required_id
from ._auth import BearerToken
from ._base import BaseClient
from ._base_url import URL
from ._headers import hide_values
from ._hints import Unpack, UserID
from ._lazy import load
from ._secrets import Secret, SecretText
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

SERVER = "https://api.telex.im/api/v1"


class Organisation(BaseClient):
    """A client of the organisation-integrations API: integrations, their settings, and access to Slack.

    Arguments that are not given are read from the environment variables in parentheses. Creating a client sends no
    request. The client is thread-safe, and can be used after a fork.

    Example:
        ```python
        from integry import Organisation

        with Organisation("0192202e-5d3d-7a2f-8c4b-2f6a1e0b9d71") as org:  # the token is in the environment
            for integration in org.integrations.list():
                print(integration.display_name)
        ```

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        token: The access token (INTEGRY_ORGANISATION_TOKEN).
        base_url: The base URL of all requests, instead of the API's server (INTEGRY_ORGANISATION_BASE_URL).
        timeout: Seconds for connecting and for each wait for data, or a tuple (connect, read). Default: 30.
        deadline: Seconds for a whole call, including its retries; None for no limit. The deadline is exact with the
            client's own session, directly or through a proxy with an http:// URL. With `session=`, or another kind of
            proxy, the deadline is checked only between two reads of a body.
        max_retries: Maximum number of retries after the first attempt. Default: 2.
        max_response_bytes: Maximum size of a response body in bytes, after decompression; None for no limit. Default:
            64 MiB.
        session: A requests.Session to use instead of the client's own. The client does not close it.
        allow_insecure: True to allow a base_url that is plain http on another machine.
        default_headers: Further headers of all requests, such as those of a gateway. They cannot replace headers that
            this package sets.
        proxies: Proxy URLs by scheme, as in requests. By default the environment is read, and loopback addresses are
            reached without a proxy.
        verify: The path of a CA bundle, or False to skip verification, as in requests.
        cert: The path of a client certificate, or a tuple (certificate, key), as in requests.
        log_bodies: True to write bodies to the log (logger `integry`, level DEBUG). Secrets are masked.
        on_request: A function that is called with each prepared request before it is sent, including its credentials.
        on_response: A function that is called with each response.

    Attributes:
        integrations: The integrations of the organisation, and their settings.
        custom_integrations: The custom integrations, which the organisation described itself.
        slack: The organisation's access to Slack.

    Raises:
        ConfigurationError: If a credential is missing, or an option is invalid.
    """

    # A class attribute, so that repr() works if the constructor fails: error reporters call repr() then.
    organisation_id = ""

    def __init__(
        self,
        organisation_id: Union[str, UUID],
        token: Optional[SecretText] = None,
        *,
        base_url: Union[str, URL, None] = None,
        timeout: Timeout = 30.0,
        deadline: Optional[float] = None,
        max_retries: int = 2,
        max_response_bytes: Optional[int] = _settings.MAX_RESPONSE_BYTES,
        session: Optional[requests.Session] = None,
        allow_insecure: bool = False,
        default_headers: Optional[Mapping[str, SecretText]] = None,
        proxies: Optional[Mapping[str, str]] = None,
        verify: Union[bool, str, None] = None,
        cert: Union[str, Tuple[str, str], None] = None,
        log_bodies: bool = False,
        on_request: Optional[RequestHook] = None,
        on_response: Optional[ResponseHook] = None,
    ) -> None:
        # Hide the secrets first: error reporters such as Sentry show the arguments of functions in tracebacks.
        secret, headers = Secret(token), hide_values(default_headers)
        token = default_headers = None
        self.organisation_id = required_id("Organisation: organisation_id", organisation_id, ConfigurationError)
        (secret,) = _settings.require_credentials("Organisation", {"token": (secret, "INTEGRY_ORGANISATION_TOKEN")})
        settings = _settings.from_arguments(
            allow_insecure=allow_insecure,
            base_url=from_environment(base_url, "INTEGRY_ORGANISATION_BASE_URL"),
            default_headers=headers,
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            max_response_bytes=max_response_bytes,
            log_bodies=log_bodies,
            on_request=on_request,
            on_response=on_response,
        )
        self._bearer = BearerToken(secret)
        transport = {"proxies": proxies, "verify": verify, "cert": cert}
        super().__init__(settings, (secret,), session, (SERVER,), transport)

    def __repr__(self) -> str:
        return f"Organisation({self.organisation_id!r}, base_url={self.settings.base_url or SERVER!r})"

    @property
    def integrations(self) -> _resources.integrations.Integrations:
        """The integrations of the organisation, and their settings."""
        integrations: _resources.integrations.Integrations = self._resource("_resources.integrations", "Integrations")
        return integrations

    @property
    def custom_integrations(self) -> _resources.custom_integrations.CustomIntegrations:
        """The custom integrations, which the organisation described itself."""
        found: _resources.custom_integrations.CustomIntegrations = self._resource(
            "_resources.custom_integrations", "CustomIntegrations"
        )
        return found

    @property
    def slack(self) -> _resources.slack.Slack:
        """The organisation's access to Slack."""
        slack: _resources.slack.Slack = self._resource("_resources.slack", "Slack")
        return slack

    @property
    def with_raw_response(self) -> RawOrganisation:
        """The client with methods that return a `RawResponse`: status, headers, body and the parsed result."""
        return RawOrganisation(self)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Optional[Mapping[str, Any]] = None,
        json: Any = None,
        **options: Unpack[RequestOptions],
    ) -> _results.raw.RawResponse[Any]:
        """Send a request with the token to an endpoint that this package does not support yet.

        Args:
            method: The HTTP method. Requests with GET, HEAD, OPTIONS, PUT and DELETE are retried, because these methods
                are idempotent. Requests with other methods are retried only if the server did not process them.
            path: The path, relative to the base URL, for example `/organisations/…/new/`.
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
        return self._request(method, path, SERVER, NOT_GIVEN, options, params, json)

    def _auth(self, operation: _http.Operation, user_id: Union[UserID, NotGiven]) -> AuthBase:  # noqa: ARG002 (the API has no users)
        if operation.security and all(each.parameter != "Authorization" for each in operation.security):
            message = f"{operation.name} is not an operation of the organisation-integrations API: it takes no token"
            raise InvalidRequest(message)
        return self._bearer

    def _resource_arguments(self) -> Tuple[Any, ...]:
        return (self.organisation_id,)


class RawOrganisation:
    """An Organisation client whose methods return a `RawResponse`."""

    def __init__(self, client: Organisation) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<RawOrganisation of {self._client!r}>"

    @property
    def integrations(self) -> _resources.raw.RawIntegrations:
        """The integrations of the organisation, and their settings."""
        integrations: _resources.raw.RawIntegrations = load("_resources.raw").RawIntegrations(self._client.integrations)
        return integrations

    @property
    def custom_integrations(self) -> _resources.raw.RawCustomIntegrations:
        """The custom integrations, which the organisation described itself."""
        found: _resources.raw.RawCustomIntegrations = load("_resources.raw").RawCustomIntegrations(
            self._client.custom_integrations
        )
        return found

    @property
    def slack(self) -> _resources.raw.RawSlack:
        """The organisation's access to Slack."""
        slack: _resources.raw.RawSlack = load("_resources.raw").RawSlack(self._client.slack)
        return slack
