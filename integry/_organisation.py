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
    """The integrations of an organisation, their settings, and its Slack access.

    Arguments come first, then the environment. Nothing is sent until a method is called.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        token: The access token (INTEGRY_ORGANISATION_TOKEN).
        base_url: Where all requests go, if not to the API's own server (INTEGRY_ORGANISATION_BASE_URL).
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no limit. It is kept exactly with
            our own session, straight or through a proxy that is asked by http; else, and with a session of yours, it is
            looked at between two reads of a body.
        max_retries: Maximum number of retries after the first attempt.
        max_response_bytes: Maximum size of a response body in bytes, after decompression; None for no limit.
        session: A session of requests to send with, as it is; it is not closed.
        allow_insecure: Whether base_url may be plain http at another machine.
        default_headers: Further headers of all requests, such as those of a gateway; none that this package sets.
        proxies: Proxies by scheme, as requests takes them. Without it the environment says, but for base_urls on this
            machine.
        verify: A CA bundle's path, or False, as requests takes it.
        cert: A client certificate, as requests takes it.
        log_bodies: Whether the log (`integry`, level DEBUG) has bodies too; secrets are masked.
        on_request: Called with each request before it is sent, credentials and all.
        on_response: Called with each response.

    Attributes:
        integrations: Its integrations, and their settings.
        custom_integrations: Those that it described itself.
        slack: Its Slack access.

    Raises:
        ConfigurationError: If something is missing or contradictory.
    """

    # For the repr of a client whose constructor fails: error reporters show it.
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
        # First of all: tracebacks show the arguments of a function.
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
        """Its integrations, and their settings."""
        integrations: _resources.integrations.Integrations = self._resource("_resources.integrations", "Integrations")
        return integrations

    @property
    def custom_integrations(self) -> _resources.custom_integrations.CustomIntegrations:
        """Its custom integrations, which it described itself."""
        found: _resources.custom_integrations.CustomIntegrations = self._resource(
            "_resources.custom_integrations", "CustomIntegrations"
        )
        return found

    @property
    def slack(self) -> _resources.slack.Slack:
        """Its Slack access."""
        slack: _resources.slack.Slack = self._resource("_resources.slack", "Slack")
        return slack

    @property
    def with_raw_response(self) -> RawOrganisation:
        """The same methods, which return a `RawResponse`: status, headers and body beside the result."""
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
        """Send a request that this package does not know yet, with the token.

        Args:
            method: The HTTP method. GET, HEAD, OPTIONS, PUT and DELETE may be repeated, others not.
            path: The path below the server's, for example `/organisations/…/new/`.
            params: The query.
            json: The body.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            Status, headers and body; the decoded JSON body is `parsed`, None if it is none.
        """
        return self._request(method, path, SERVER, NOT_GIVEN, options, params, json)

    def _auth(self, operation: _http.Operation, user_id: Union[UserID, NotGiven]) -> AuthBase:  # noqa: ARG002 (the API has no users)
        if operation.security and all(each.parameter != "Authorization" for each in operation.security):
            message = f"{operation.name} takes no token: it is no operation of the organisation-integrations API"
            raise InvalidRequest(message)
        return self._bearer

    def _resource_arguments(self) -> Tuple[Any, ...]:
        return (self.organisation_id,)


class RawOrganisation:
    """An organisation client whose methods return raw responses."""

    def __init__(self, client: Organisation) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<RawOrganisation of {self._client!r}>"

    @property
    def integrations(self) -> _resources.raw.RawIntegrations:
        """Its integrations, and their settings."""
        integrations: _resources.raw.RawIntegrations = load("_resources.raw").RawIntegrations(self._client.integrations)
        return integrations

    @property
    def custom_integrations(self) -> _resources.raw.RawCustomIntegrations:
        """Its custom integrations."""
        found: _resources.raw.RawCustomIntegrations = load("_resources.raw").RawCustomIntegrations(
            self._client.custom_integrations
        )
        return found

    @property
    def slack(self) -> _resources.raw.RawSlack:
        """Its Slack access."""
        slack: _resources.raw.RawSlack = load("_resources.raw").RawSlack(self._client.slack)
        return slack
