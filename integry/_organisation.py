"""The client of the organisation-integrations API."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Tuple, TypeVar, Union

from . import _settings
from ._auth import BearerToken
from ._base import BaseClient
from ._lazy import importing
from ._secretly import secretly

if TYPE_CHECKING:
    import requests
    from typing_extensions import Unpack

    from ._base import Reply
    from ._resources._base import RequestOptions
    from ._resources.custom_integrations import CustomIntegrations
    from ._resources.integrations import Integrations
    from ._resources.raw import RawOrganisation
    from ._resources.slack import Slack
    from ._results.raw import RawResponse
    from ._settings import RequestHook, ResponseHook, Timeout

T = TypeVar("T")

SERVER = "https://api.telex.im/api/v1"


class Organisation(BaseClient):
    """The integrations of an organisation, their settings, and its Slack access.

    Arguments come first, then the environment. Nothing is sent until a method is called.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        token: The access token (INTEGRY_ORGANISATION_TOKEN).
        base_url: Where all requests go, if not to the API's own server (INTEGRY_ORGANISATION_BASE_URL).
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no such bound. It holds to the point with
            our own session, straight or through a proxy that is asked by http; else, and with a session of yours, it is
            looked at between two reads of a body.
        max_retries: How often a failed request is sent again, at the most.
        max_response_bytes: A response whose body is longer, once decompressed, is refused; None for no such bound.
        session: A session of requests to send with, as it is; it is not closed.
        allow_insecure: Whether base_url may be plain http at another machine.
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

    @secretly
    def __init__(
        self,
        organisation_id: str,
        token: Optional[str] = None,
        *,
        base_url: Optional[str] = None,
        timeout: Timeout = 30.0,
        deadline: Optional[float] = None,
        max_retries: int = 2,
        max_response_bytes: Optional[int] = _settings.LONGEST_RESPONSE,
        session: Optional[requests.Session] = None,
        allow_insecure: bool = False,
        proxies: Optional[Mapping[str, str]] = None,
        verify: Union[bool, str, None] = None,
        cert: Union[str, Tuple[str, str], None] = None,
        log_bodies: bool = False,
        on_request: Optional[RequestHook] = None,
        on_response: Optional[ResponseHook] = None,
    ) -> None:
        (bearer,) = _settings.required("Organisation", {"token": (token, "INTEGRY_ORGANISATION_TOKEN")})
        settings = _settings.build(
            allow_insecure=allow_insecure,
            base_url=base_url or os.environ.get("INTEGRY_ORGANISATION_BASE_URL") or None,
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            max_response_bytes=max_response_bytes,
            log_bodies=log_bodies,
            on_request=on_request,
            on_response=on_response,
        )
        self.organisation_id = organisation_id
        self._auth = BearerToken(bearer)
        transport = {"proxies": proxies, "verify": verify, "cert": cert}
        super().__init__(settings, (bearer,), session, (SERVER,), transport)

    def __repr__(self) -> str:
        return f"Organisation({self.organisation_id!r}, base_url={self.settings.base_url or SERVER!r})"

    @property
    def integrations(self) -> Integrations:
        """Its integrations, and their settings."""
        # When it is asked for: see `Integry.apps`.
        with importing:
            from ._resources.integrations import Integrations

        return Integrations(self)

    @property
    def custom_integrations(self) -> CustomIntegrations:
        """The integrations that it described itself."""
        with importing:
            from ._resources.custom_integrations import CustomIntegrations

        return CustomIntegrations(self)

    @property
    def slack(self) -> Slack:
        """Its Slack access."""
        with importing:
            from ._resources.slack import Slack

        return Slack(self)

    @property
    def with_raw_response(self) -> RawOrganisation:
        """The same methods, giving a `RawResponse`: status, headers and body beside what they give otherwise."""
        with importing:
            from ._resources.raw import RawOrganisation

        return RawOrganisation(self)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Optional[Mapping[str, Any]] = None,
        json: Any = None,
        **options: Unpack[RequestOptions],
    ) -> RawResponse[Any]:
        """Send a request that this package does not know yet, with the token.

        Args:
            method: The HTTP method. GET, HEAD, OPTIONS, PUT and DELETE may be repeated, others not.
            path: The path below the server's, for example `/organisations/…/new/`.
            params: The query.
            json: The body.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            Status, headers and body; the decoded JSON body is `parsed`, None if it is none.
        """
        return self._request(method, path, SERVER, self._auth, options, params, json)

    def call(
        self, operation: Any, options: Mapping[str, Any], convert: Callable[[Reply], T], *args: Any, **kwargs: Any
    ) -> T:
        """Call a generated operation on this organisation. The resources do all their calls here.

        Args:
            operation: The module of the operation.
            options: `timeout`, `max_retries`, `deadline` of this call.
            convert: Makes the result.
            *args: The operation's path arguments after the organisation's id.
            **kwargs: The operation's other arguments.
        """
        return self._call(operation, self._auth, "", options, convert, (self.organisation_id, *args), kwargs)
