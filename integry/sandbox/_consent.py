"""The consent page, where a user connects an app or declines, and the redirect after it."""

from __future__ import annotations

import hmac
import re
from typing import Any, Collection, Iterable, Mapping, Optional

from ..errors import ConfigurationError
from ._guard import check_method, check_origin
from ._html import button, document, element, headers, join, redirect
from ._http import HTTPError, Request, Response
from ._integry import IntegryAPI

#: An origin that all URL parsers read alike: no user info, no backslash, and no percent-encoding in the host.
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443"}
#: The characters of URLs, without the backslash, which browsers treat as a slash.
_URL = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)


def origin_of(url: str) -> str:
    """Return the origin of an absolute http URL (scheme, host and port); empty if URL parsers may disagree on it."""
    found = _ORIGIN.match(url) if _URL.fullmatch(url) else None
    if found is None:
        return ""
    scheme, host, port = (part or "" for part in found.groups())
    return f"{scheme.lower()}://{host.lower()}:{int(port or _PORTS[scheme.lower()])}"


def origins_of(urls: Iterable[str]) -> Collection[str]:
    """Return the origins that the consent page may redirect to.

    Raises:
        ConfigurationError: If a URL is not an absolute http URL.
    """
    found = {url: origin_of(url) for url in urls}
    wrong = [url for url, origin in found.items() if not origin]
    if wrong:
        message = f"allow_return must be an absolute URL such as http://127.0.0.1:8000, got {wrong[0]!r}"
        raise ConfigurationError(message)
    return frozenset(found.values())


class Consent:
    """The handler of the consent page.

    Args:
        integry: The Integry API, whose apps users connect.
        returns: The origins that the parameter `next` may redirect to.
    """

    def __init__(self, integry: IntegryAPI, returns: Collection[str]) -> None:
        self._integry, self._returns = integry, returns

    def answer(self, request: Request, name: str) -> Response:
        """Show the consent page, or handle its form: connect the app, or cancel.

        Args:
            request: The request.
            name: The name of the app.

        Raises:
            HTTPError: If the signature of the link is wrong, or `next` is not on an allowed origin.
        """
        check_method(request, "GET", "HEAD", "POST")
        user, given = (request.query.get(field, "") for field in ("user_id", "signature"))
        right = self._integry.login_signature(user, name) if user else ""
        is_right = bool(right) and hmac.compare_digest(given.encode(), right.encode())
        if name not in self._integry.catalogue.apps or not is_right:
            raise HTTPError(403, {"detail": "The link has no valid signature of this sandbox."})
        app, back = self._integry.catalogue.apps[name], self._return_url(request)
        if request.method == "POST":
            check_origin(request)
            return self._finish(request, app, user, back)
        return _page(f"Connect {app['title']}", app, self._question(app, user), origin_of(back))

    def _return_url(self, request: Request) -> str:
        """Return the URL to redirect to; empty without `next`, or if no origins are allowed."""
        wanted = request.query.get("next", "")
        if not (wanted and self._returns):
            return ""
        if origin_of(wanted) not in self._returns:
            message = "The parameter next is not on an allowed origin: start the sandbox with --allow-return."
            raise HTTPError(403, {"detail": message})
        return wanted

    def _finish(self, request: Request, app: Mapping[str, Any], user: str, back: str) -> Response:
        # A POST without a form comes from a script, and means consent.
        allowed = not (request.is_form and request.body().get("answer") == "cancel")
        account = self._integry.connect(user, app["name"]) if allowed else None
        if back:
            return redirect(back)
        if account is None:
            title, text = f"{app['title']} is not connected", "Nothing was connected."
        else:
            title, text = f"{app['title']} is connected", f"Account {account.id} is connected."
        note = "The sandbox ignored next=: start it with --allow-return." if request.query.get("next") else None
        close = element("p", text, " You can close this page.")
        return _page(title, app, [close, element("p", note, class_="hint") if note else None])

    def _question(self, app: Mapping[str, Any], user: str) -> Any:
        functions = self._integry.catalogue.find(app=app["name"])
        ask = ("Let the sandbox use a ", app["title"], " account of the user ", element("b", user), "?")
        scopes = element(
            "ul",
            (element("li", each.description.partition(". ")[0] or each.name) for each in functions),
            class_="scopes",
        )
        buttons = (button("Allow", name="answer", value="allow"), button("Cancel", name="answer", value="cancel"))
        return [
            element("p", *ask),
            element("p", "It will be able to:", class_="hint"),
            scopes,
            element("form", element("div", *buttons, class_="answers"), method="post"),
            element("p", "This is a test: no account of a real service is used.", class_="hint"),
        ]


def _page(title: str, app: Mapping[str, Any], body: Any, back: Optional[str] = None) -> Response:
    """Return a consent page.

    Args:
        title: The title.
        app: The app.
        body: The content below the title.
        back: The origin that the form may redirect to. Browsers apply the CSP's `form-action` to redirects too.
    """
    logo = element("div", app["title"][:1].upper(), class_="logo", aria_hidden="true")
    card = element("main", logo, element("h1", title), join([body]))
    return Response(200, str(document(title, card, kind="consent")), headers(back or ""))
