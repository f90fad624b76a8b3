"""Access checks of the console and the control interface: loopback only, and no cross-origin requests."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from .._base_url import is_loopback
from ._html import Markup, element
from ._http import HTTPError, Request


def check_host(request: Request) -> None:
    """Refuse a request whose Host is not this machine, to prevent DNS rebinding.

    Raises:
        HTTPError: If the sandbox listens on the loopback interface, and the header Host names another machine.
    """
    host = _host(request)
    if is_loopback(request.server) and not is_loopback(host):
        raise HTTPError(403, {"detail": f"{host} is not the sandbox's host: use 127.0.0.1 or localhost."})


def check_local(request: Request) -> None:
    """Refuse a request that may change state, unless it comes from this machine and is not cross-origin.

    Raises:
        HTTPError: If the client or the requested host is another machine, or a page of another origin sent the request.
    """
    host = _host(request)
    if not (is_loopback(request.peer) and (is_loopback(host) or host == request.server)):
        raise HTTPError(403, {"detail": "Only this machine may send this request: use 127.0.0.1 or localhost."})
    check_origin(request)


def check_origin(request: Request) -> None:
    """Refuse a request that a page of another origin sent.

    Raises:
        HTTPError: If the header Origin names another origin. Only browsers send this header.
    """
    if request.header("Origin") not in ("", request.url):
        raise HTTPError(403, {"detail": "Pages of other origins may not send this request."})


def check_method(request: Request, *methods: str) -> None:
    """Refuse a request whose method is not one of these.

    Raises:
        HTTPError: With the status 405.
    """
    if request.method not in methods:
        raise HTTPError(405, {"detail": f'Method "{request.method}" not allowed.'}, Allow=", ".join(methods))


def _host(request: Request) -> str:
    try:
        return urlsplit(request.url).hostname or ""
    except ValueError as error:
        raise HTTPError(400, {"detail": f"Host: {error}"}) from error


class FormToken:
    """A random token in each form of the console, which other sites do not know (CSRF protection)."""

    def __init__(self) -> None:
        self._value = secrets.token_urlsafe(16)

    def field(self) -> Markup:
        """Return the hidden field with the token."""
        return element("input", type="hidden", name="form_token", value=self._value)

    def check(self, request: Request) -> None:
        """Refuse a form without the token.

        Raises:
            HTTPError: If the token is missing or wrong, or the request is not local.
        """
        check_local(request)
        given = request.body().get("form_token", "") if request.is_form else ""
        if not hmac.compare_digest(given.encode(errors="replace"), self._value.encode()):
            raise HTTPError(403, {"detail": "The form has no valid token of this sandbox: reload its page."})
