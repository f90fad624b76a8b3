"""The client of the Integry API."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import _settings
from ._auth import HeaderSignature, QuerySignature, Signer, checked_user_id
from ._base import BaseClient
from ._lazy import importing
from ._secretly import secretly
from .errors import AppNotConnected, ConfigurationError

if TYPE_CHECKING:
    import requests
    from typing_extensions import Unpack

    from ._auth import UserID
    from ._base import Reply
    from ._resources._base import RequestOptions
    from ._resources.apps import Apps
    from ._resources.functions import Functions
    from ._resources.raw import RawIntegry
    from ._results.raw import RawResponse
    from ._settings import RequestHook, ResponseHook, Timeout

T = TypeVar("T")

SERVER = "https://api.integry.io"
#: All of the API: the second is the one that the browser uses.
SERVERS = (SERVER, "https://app.integry.io")
#: So many of the pages where users connect apps are remembered.
KNOWN_LOGIN_URLS = 1024


# When they are asked for: a client is made in a tenth of the time that the models take. An import that finds its module
# takes longer than a cache.


@lru_cache(maxsize=None)
def _apps() -> Type[Apps]:
    with importing:
        from ._resources.apps import Apps

    return Apps


@lru_cache(maxsize=None)
def _functions() -> Type[Functions]:
    with importing:
        from ._resources.functions import Functions

    return Functions


class Integry(BaseClient):
    """The Integry API: apps, and functions of apps.

    Arguments come first, then the environment. Nothing is sent until a method is called.

    Args:
        app_key: The app key (INTEGRY_APP_KEY).
        app_secret: The app secret (INTEGRY_APP_SECRET). It signs requests, and is never sent.
        user_id: The user for whom requests are made, unless a call says otherwise (INTEGRY_USER_ID).
        base_url: Where all requests go, if not to Integry's own servers (INTEGRY_BASE_URL).
        timeout: Seconds for connecting and for each wait for data, or (connect, read).
        deadline: Seconds for a whole call, its retries included; None for no such bound. It holds to the point with
            our own session, straight or through a proxy that is asked by http; else, and with a session of yours, it is
            looked at between two reads of a body.
        max_retries: How often a failed request is sent again, at the most.
        max_response_bytes: A response whose body is longer, once decompressed, is refused; None for no such bound.
        session: A session of requests to send with, as it is; it is not closed.
        strict_tags: Whether a call with tags that have no variable is refused.
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

    @secretly
    def __init__(
        self,
        app_key: Optional[str] = None,
        app_secret: Optional[str] = None,
        *,
        user_id: Optional[UserID] = None,
        base_url: Optional[str] = None,
        timeout: Timeout = 30.0,
        deadline: Optional[float] = None,
        max_retries: int = 2,
        max_response_bytes: Optional[int] = _settings.LONGEST_RESPONSE,
        session: Optional[requests.Session] = None,
        strict_tags: bool = False,
        allow_insecure: bool = False,
        proxies: Optional[Mapping[str, str]] = None,
        verify: Union[bool, str, None] = None,
        cert: Union[str, Tuple[str, str], None] = None,
        log_bodies: bool = False,
        on_request: Optional[RequestHook] = None,
        on_response: Optional[ResponseHook] = None,
    ) -> None:
        key, secret = _settings.required(
            "Integry",
            {"app_key": (app_key, "INTEGRY_APP_KEY"), "app_secret": (app_secret, "INTEGRY_APP_SECRET")},
        )
        user = os.environ.get("INTEGRY_USER_ID") if user_id is None else user_id
        settings = _settings.build(
            allow_insecure=allow_insecure,
            base_url=base_url or os.environ.get("INTEGRY_BASE_URL") or None,
            user_id=None if user is None or user == "" else checked_user_id(user),
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            max_response_bytes=max_response_bytes,
            strict_tags=strict_tags,
            log_bodies=log_bodies,
            on_request=on_request,
            on_response=on_response,
        )
        self._signer = Signer(key, secret)
        self._login_urls: Dict[Tuple[str, str], Any] = {}
        transport = {"proxies": proxies, "verify": verify, "cert": cert}
        super().__init__(settings, (secret, key), session, SERVERS, transport)

    def __repr__(self) -> str:
        return f"Integry(base_url={self.settings.base_url or SERVER!r}, user_id={self.settings.user_id!r})"

    @property
    def apps(self) -> Apps:
        """Apps, and a user's accounts in them."""
        return _apps()(self)

    @property
    def functions(self) -> Functions:
        """What apps can do."""
        return _functions()(self)

    @property
    def with_raw_response(self) -> RawIntegry:
        """The same methods, giving a `RawResponse`: status, headers and body beside what they give otherwise."""
        with importing:
            from ._resources.raw import RawIntegry

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
        user_id: Optional[UserID] = None,
        params: Optional[Mapping[str, Any]] = None,
        json: Any = None,
        **options: Unpack[RequestOptions],
    ) -> RawResponse[Any]:
        """Sign and send a request that this package does not know yet.

        Args:
            method: The HTTP method. GET, HEAD, OPTIONS, PUT and DELETE may be repeated, others as function calls.
            path: The path, for example `/new/endpoint/`.
            user_id: For whom; the client's user if there is one.
            params: The query.
            json: The body.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            Status, headers and body; the decoded JSON body is `parsed`, None if it is none.
        """
        auth = HeaderSignature(self._signer, self._user(user_id))
        return self._request(method, path, SERVER, auth, options, params, json)

    def _user(self, user_id: Optional[UserID]) -> str:
        if user_id is None and self.settings.user_id is None:
            message = (
                "No user to make the request for: pass user_id=, here or to Integry(...), use for_user(...), "
                "or set INTEGRY_USER_ID"
            )
            raise ConfigurationError(message)
        return checked_user_id(user_id) if user_id is not None else str(self.settings.user_id)

    def call(
        self,
        operation: Any,
        user_id: Optional[UserID],
        options: Mapping[str, Any],
        convert: Callable[[Reply], T],
        *args: Any,
        **kwargs: Any,
    ) -> T:
        """Call a generated operation for a user. The resources do all their calls here.

        Args:
            operation: The module of the operation.
            user_id: For whom; the client's user if it is None.
            options: `timeout`, `max_retries`, `deadline` of this call.
            convert: Makes the result.
            *args: The operation's path arguments.
            **kwargs: The operation's other arguments; None leaves one out.
        """
        user = self._user(user_id)
        in_query = any(credential.place == "query" for credential in operation.OPERATION.security)
        signature = QuerySignature if in_query else HeaderSignature
        given: Dict[str, Any] = {name: value for name, value in kwargs.items() if value is not None}
        try:
            return self._call(operation, signature(self._signer, user), user, options, convert, args, given)
        except AppNotConnected as error:
            url = self._login_urls.get((user, error.app))
            error.connect_url = None if url is None else str(url)
            raise

    def note_login_urls(self, user_id: str, urls: Mapping[str, Any]) -> None:
        """Remember where a user connects apps, by name, for the error that says that one is not connected."""
        if len(self._login_urls) + len(urls) > KNOWN_LOGIN_URLS:
            self._login_urls.clear()
        self._login_urls.update({(user_id, app): url for app, url in urls.items() if url})
