"""Access checks of the pages and the control interface: this machine only, and no page of another site."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from .._base_url import is_loopback
from ._html import Markup, element
from ._http import Refused, Request


def check_host(request: Request) -> None:
    """Refuse a request for another host than this machine: a name of another site may lead here (DNS rebinding).

    Raises:
        Refused: If the header Host names one, and the sandbox listens on the loopback interface.
    """
    host = _host(request)
    if is_loopback(request.server) and not is_loopback(host):
        raise Refused(403, {"detail": f"{host} is not where the sandbox is."})


def check_local(request: Request) -> None:
    """Refuse what would change something, unless it comes from this machine and from no page of another site.

    Raises:
        Refused: If the client, or the host that it asked for, is another machine; or the page that sent the request is
            of another origin.
    """
    host = _host(request)
    if not (is_loopback(request.peer) and (is_loopback(host) or host == request.server)):
        raise Refused(403, {"detail": "Only this machine may do that: ask for 127.0.0.1 or localhost."})
    check_origin(request)


def check_origin(request: Request) -> None:
    """Refuse a request that a page of another origin sent.

    Raises:
        Refused: If the header Origin says so. Other clients than browsers send none.
    """
    if request.header("Origin") not in ("", request.url):
        raise Refused(403, {"detail": "A page of another site may not do that."})


def check_method(request: Request, *methods: str) -> None:
    """Refuse other methods.

    Raises:
        Refused: With the status 405.
    """
    if request.method not in methods:
        raise Refused(405, {"detail": f'Method "{request.method}" not allowed.'}, Allow=", ".join(methods))


def _host(request: Request) -> str:
    try:
        return urlsplit(request.url).hostname or ""
    except ValueError as error:
        raise Refused(400, {"detail": f"Host: {error}"}) from error


class FormToken:
    """A random value in each form of the console: another site's page does not know it (CSRF)."""

    def __init__(self) -> None:
        self._value = secrets.token_urlsafe(16)

    def field(self) -> Markup:
        """Return the hidden field of a form."""
        return element("input", type="hidden", name="form_token", value=self._value)

    def check(self, request: Request) -> None:
        """Refuse a form that is not the console's own.

        Raises:
            Refused: If it has another value, or none.
        """
        check_local(request)
        given = request.body().get("form_token", "") if request.is_form else ""
        if not hmac.compare_digest(given.encode(errors="replace"), self._value.encode()):
            raise Refused(403, {"detail": "This form is not of this sandbox: reload its page."})
