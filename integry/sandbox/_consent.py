"""The page where a user connects an app, or does not, and the way back from it."""

from __future__ import annotations

import hmac
import re
from typing import Any, Collection, Iterable, Mapping, Optional

from ..errors import ConfigurationError
from ._guard import check_method, check_origin
from ._html import button, document, element, headers, joined, see_other
from ._http import Answer, Refused, Request
from ._integry import IntegryAPI

#: An origin at the begin of a URL that all readers read alike: no user, no backslash, nothing encoded in the host.
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443"}
#: All that a URL can be written with, but for the backslash, which browsers take for a slash.
_URL = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)


def origin_of(url: str) -> str:
    """Return the origin of an absolute http URL: scheme, host and port; empty if readers may not agree on it."""
    found = _ORIGIN.match(url) if _URL.fullmatch(url) else None
    if found is None:
        return ""
    scheme, host, port = (part or "" for part in found.groups())
    return f"{scheme.lower()}://{host.lower()}:{int(port or _PORTS[scheme.lower()])}"


def origins_of(urls: Iterable[str]) -> Collection[str]:
    """Return the origins that the consent page may lead back to.

    Raises:
        ConfigurationError: If a URL has none.
    """
    found = {url: origin_of(url) for url in urls}
    wrong = [url for url, origin in found.items() if not origin]
    if wrong:
        message = f"allow_return takes URLs such as http://127.0.0.1:8000, got {wrong[0]!r}"
        raise ConfigurationError(message)
    return frozenset(found.values())


class Consent:
    """Answers requests for the page.

    Args:
        integry: The API whose apps are connected.
        returns: The origins that the parameter `next` may lead to.
    """

    def __init__(self, integry: IntegryAPI, returns: Collection[str]) -> None:
        self._integry, self._returns = integry, returns

    def answer(self, request: Request, name: str) -> Answer:
        """Ask whether to connect an app; connect it, or do not.

        Args:
            request: The request.
            name: The name of the app.

        Raises:
            Refused: If the link was not made here, or leads to a site that is not allowed.
        """
        check_method(request, "GET", "HEAD", "POST")
        user, given = (request.query.get(field, "") for field in ("user_id", "signature"))
        right = self._integry.login_signature(user, name)
        if name not in self._integry.catalogue.apps or not hmac.compare_digest(given.encode(), right.encode()):
            raise Refused(403, {"detail": "This link was not made by this sandbox."})
        app, back = self._integry.catalogue.apps[name], self._way_back(request)
        if request.method == "POST":
            check_origin(request)
            return self._done(request, app, user, back)
        return _page(f"Connect {app['title']}", app, self._question(app, user), origin_of(back))

    def _way_back(self, request: Request) -> str:
        """Return the page to go to afterwards; empty if there is none, or no page was ever allowed."""
        wanted = request.query.get("next", "")
        if not (wanted and self._returns):
            return ""
        if origin_of(wanted) not in self._returns:
            message = "The parameter next leads to a site that is not allowed: start the sandbox with --allow-return."
            raise Refused(403, {"detail": message})
        return wanted

    def _done(self, request: Request, app: Mapping[str, Any], user: str, back: str) -> Answer:
        # Scripts send no form.
        allowed = not (request.is_form and request.body().get("answer") == "cancel")
        account = self._integry.connect(user, app["name"]) if allowed else None
        if back:
            return see_other(back)
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
        scopes = element("ul", (element("li", each.description or each.name) for each in functions), class_="scopes")
        buttons = (button("Allow", name="answer", value="allow"), button("Cancel", name="answer", value="cancel"))
        return [
            element("p", *ask),
            element("p", "It will be able to:", class_="hint"),
            scopes,
            element("form", element("div", *buttons, class_="answers"), method="post"),
            element("p", "This is a test: no account of a real service is used.", class_="hint"),
        ]


def _page(title: str, app: Mapping[str, Any], body: Any, back: Optional[str] = None) -> Answer:
    """Return the page of an app.

    Args:
        title: Its title.
        app: The app.
        body: What is below the title.
        back: The origin that the form may lead to: browsers check redirects after forms, too.
    """
    logo = element("div", app["title"][:1].upper(), class_="logo", aria_hidden="true")
    card = element("main", logo, element("h1", title), joined([body]))
    return Answer(200, str(document(title, card, kind="consent")), headers(back or ""))
