"""Clients that are configured by the settings of the project."""

from __future__ import annotations

import threading
from inspect import isawaitable, iscoroutinefunction
from typing import Any, Dict, Optional, Union
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.http import HttpRequest

from .._arguments import required_id
from .._client import Integry
from .._hints import UserID
from .._lazy import at_fork
from .._organisation import Organisation
from ..errors import InvalidRequest
from . import _settings
from ._guard import guarded, refuse_event_loop

#: Maximum number of organisations whose clients are kept.
MAX_ORGANISATIONS = 256
#: Held while a client is made. os.fork() waits for it, so that no child finds it locked.
_lock = threading.RLock()
at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)
#: The client of this process, by the empty string, and the clients of organisations, by their ids.
_clients: Dict[str, Integry] = {}
_organisations: Dict[str, Organisation] = {}


def get_client() -> Integry:
    """Return the client of this process, which has no user.

    The first call makes the client, with the function CLIENT of the settings if there is one. A change of the settings
    in a test drops it.

    Example:
        ```python
        from integry.django import get_client

        client = get_client().for_user("123456")
        client.functions.call("slack-post-message", {"channel": "general", "text": "Hello"})
        ```

    Raises:
        ImproperlyConfigured: If a key of INTEGRY is unknown, or a function cannot be imported.
        ConfigurationError: If the app key or the app secret is missing, or a value is invalid.
    """
    client = _clients.get("")
    if client is None:
        with _lock:
            client = _clients[""] = _clients.get("") or _make_client()
    return client


def _make_client() -> Integry:
    factory = _settings.function("CLIENT")
    if factory is not None:
        return _for_user(factory(None), None)
    options = _settings.read_all(base_url="BASE_URL", timeout="TIMEOUT", deadline="DEADLINE", max_retries="MAX_RETRIES")
    key, secret = _settings.read("APP_KEY"), _settings.read("APP_SECRET")
    # INTEGRY_USER_ID of the environment is not used: anonymous visitors would act as that user.
    return Integry(key, secret, user_id=None, on_request=refuse_event_loop, **options)


def _for_user(client: Any, user_id: Optional[UserID]) -> Integry:
    """Return a copy of a client for a user, which refuses event loops."""
    if not isinstance(client, Integry):
        message = f"INTEGRY['CLIENT'] must return an Integry client, got {type(client).__name__}"
        raise ImproperlyConfigured(message)
    return client.with_options(user_id=user_id, on_request=guarded(client.settings.on_request))


def client_for(request: HttpRequest) -> Integry:
    """Return a client for the user of a request. It shares the connections of the process.

    Calls of a client without a user, as that of an anonymous visitor, raise ConfigurationError.

    Example:
        ```python
        from integry.django import client_for


        def post(request):
            client_for(request).functions.call("slack-post-message", {"channel": "general", "text": "Hello"})
        ```

    Raises:
        InvalidRequest: If the user's id cannot be sent in a header.
    """
    find_user, make = _settings.function("USER_ID") or _user_id, _settings.function("CLIENT")
    return _for_user(make(request) if make else get_client(), find_user(request))


def _user_id(request: HttpRequest) -> Optional[str]:
    """Return the id of the user of a request; None for an anonymous visitor."""
    return _id_of(getattr(request, "user", None))


def _id_of(user: Any) -> Optional[str]:
    if user is None or not user.is_authenticated or user.pk is None:
        return None
    return str(user.pk)


async def aclient_for(request: HttpRequest) -> Integry:
    """Return a client for the user of a request, in an async view. Use its methods with `sync_to_async`.

    Example:
        ```python
        from asgiref.sync import sync_to_async
        from integry.django import aclient_for


        async def post(request):
            client = await aclient_for(request)
            await sync_to_async(client.functions.call)("slack-post-message", {"channel": "general", "text": "Hello"})
        ```

    Raises:
        InvalidRequest: If the user's id cannot be sent in a header.
    """
    find_user, make = _settings.function("USER_ID") or _auser_id, _settings.function("CLIENT")
    client = await _call(make, request) if make else get_client()
    return _for_user(client, await _call(find_user, request))


async def _auser_id(request: HttpRequest) -> Optional[str]:
    """Return the id of the user of a request. Django < 5.0 has no `request.auser`."""
    if hasattr(request, "auser"):
        return _id_of(await request.auser())
    return await sync_to_async(_user_id)(request)


async def _call(function: Any, request: HttpRequest) -> Any:
    """Return the result of a function of the settings, which may be async. Others may use the database."""
    found = function(request) if iscoroutinefunction(function) else await sync_to_async(function)(request)
    return await found if isawaitable(found) else found


def get_organisation(organisation_id: Union[str, UUID]) -> Organisation:
    """Return the client of an organisation, one per process, with ORGANISATION_TOKEN and ORGANISATION_BASE_URL.

    Args:
        organisation_id: The id of the organisation, usually a UUID.

    Raises:
        InvalidRequest: If the id cannot be part of a URL.
        ConfigurationError: If the token is missing, or a value is invalid.
    """
    key = required_id("organisation_id", organisation_id, InvalidRequest)
    client = _organisations.get(key)
    if client is None:
        with _lock:
            if len(_organisations) >= MAX_ORGANISATIONS:
                _drop(_organisations)
            client = _organisations[key] = _organisations.get(key) or _make_organisation(key)
    return client


def _make_organisation(organisation_id: str) -> Organisation:
    options = _settings.read_all(timeout="TIMEOUT", deadline="DEADLINE", max_retries="MAX_RETRIES")
    base_url, token = _settings.read("ORGANISATION_BASE_URL"), _settings.read("ORGANISATION_TOKEN")
    return Organisation(organisation_id, token, base_url=base_url, on_request=refuse_event_loop, **options)


def _drop(clients: Dict[str, Any]) -> None:
    """Close and forget clients. A client of the function CLIENT is a copy, whose original stays open."""
    while clients:
        clients.popitem()[1].close()


def _on_setting_changed(*, setting: str, **_: Any) -> None:
    """Drop all clients when a test changes INTEGRY."""
    if setting == "INTEGRY":
        with _lock:
            _drop(_clients)
            _drop(_organisations)


setting_changed.connect(_on_setting_changed)
