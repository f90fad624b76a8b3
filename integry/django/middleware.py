"""The middleware: a client at each request, and responses for errors of calls."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject, empty

from .._client import Integry
from ._answers import answer
from ._clients import client_for

if TYPE_CHECKING:
    _LazyObject = SimpleLazyObject[Integry]
else:
    _LazyObject = SimpleLazyObject

#: The attribute of a request whose page has the hash of a user. The template tag integry_config sets it.
PRIVATE = "_integry_private"


class LazyClient(_LazyObject):
    """A client for the user of a request, which is made on first use.

    Most requests do not use it, so this sets the two attributes of SimpleLazyObject directly: its own methods for
    attributes take twice as long.
    """

    def __init__(self, request: HttpRequest) -> None:
        object.__setattr__(self, "_setupfunc", partial(client_for, request))
        object.__setattr__(self, "_wrapped", empty)


class IntegryMiddleware:
    """Sets `request.integry` to a lazy `client_for(request)`, and answers errors of calls that no view caught.

    List it after AuthenticationMiddleware. It works under WSGI and ASGI. In an async view, use `aclient_for(request)`.

    | error | response |
    | --- | --- |
    | AppNotConnected | a redirect to the page that connects the app; 409 for scripts that read JSON |
    | InvalidRequest | 400 |
    | ConfigurationError because the request has no user | 403 |
    | RateLimited | 503 with Retry-After |
    | APITimeoutError | 504 |
    | other errors of connection, server or app | 502 |
    | these 5xx, if a call may have run | the page says so; 500 for a GET, which proxies repeat after 502 to 504 |

    Other errors are faults of the site, such as a missing app secret: Django shows or reports them.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        """Return the response, or under ASGI an awaitable of it."""
        request.integry = LazyClient(request)
        if self._is_async:
            return self._acall(request)
        response = self.get_response(request)
        return _private(response) if PRIVATE in request.__dict__ else response

    async def _acall(self, request: Any) -> Any:
        response = await self.get_response(request)
        return _private(response) if PRIVATE in request.__dict__ else response

    def process_exception(self, request: HttpRequest, exception: BaseException) -> Optional[HttpResponse]:
        """Return the response for an error of a call; None for other exceptions."""
        return answer(request, exception)


def _private(response: HttpResponse) -> HttpResponse:
    """Forbid shared caches to keep a page that has the hash of a user."""
    patch_cache_control(response, private=True)
    patch_vary_headers(response, ("Cookie",))
    return response
