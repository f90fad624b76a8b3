"""Pages for people: the console at `/`, and the page where a user connects an app."""

from __future__ import annotations

import hmac
import json
from html import escape
from typing import Any, Iterable, List, Optional, Sequence
from urllib.parse import unquote, urlsplit

from .._base_url import is_loopback
from .._secrets import Mask
from ._http import Answer, Refused, Request
from ._integry import IntegryAPI
from ._store import Store

#: So many calls are shown, the newest first.
CALLS = 50
#: Of arguments and answers so many characters are shown.
SHOWN = 10_000

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }} th, td {{ text-align: left; padding: .4rem; vertical-align: top; }}
tr + tr {{ border-top: 1px solid #ccc; }} pre {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""
# Nothing of the pages comes from elsewhere, and no other page may frame the consent.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def _page(title: str, body: str) -> Answer:
    return Answer(200, _PAGE.format(title=escape(title), body=body), dict(_HEADERS))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are HTML."""
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
    if not lines:
        return "<p>None yet.</p>"
    return f"<table><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>{''.join(lines)}</table>"


class Console:
    """Answers requests for pages.

    Args:
        integry: The API whose apps and accounts are shown.
        store: Where calls and integrations are.
        mask: Hides secrets in what was called and answered.
        user: The user whose accounts are shown, unless the query says otherwise.
    """

    def __init__(self, integry: IntegryAPI, store: Store, mask: Mask, user: str) -> None:
        self._integry, self._store, self._mask, self._user = integry, store, mask, user

    def answer(self, request: Request) -> Optional[Answer]:
        """A page; None if the request is for none.

        Raises:
            Refused: If it may not be shown.
        """
        first, _, app = request.path[1:].partition("/")
        if first not in ("", "connect"):
            return None
        try:
            host = urlsplit(request.url).hostname or ""
        except ValueError as error:
            raise Refused(400, {"detail": f"Host: {error}"}) from error
        if is_loopback(request.server) and not is_loopback(host):
            # Another site's name that leads here must not read the pages.
            raise Refused(403, {"detail": f"{host} is not where the sandbox is."})
        return self._consent(request, unquote(app).rstrip("/")) if first else self._overview(request)

    def _consent(self, request: Request, app: str) -> Answer:
        """Ask whether to connect an app, and connect it."""
        user, given = (request.query.get(name, "") for name in ("user_id", "signature"))
        right = self._integry.login_signature(user, app)
        if app not in self._integry.catalogue.apps or not hmac.compare_digest(given.encode(), right.encode()):
            raise Refused(403, {"detail": "This link was not made by this sandbox."})
        title = self._integry.catalogue.apps[app]["title"]
        if request.method == "POST":
            account = self._integry.connect(user, app)
            done = f"<p>Account {account.id} is connected. You can close this page.</p>"
            return _page(f"{title} is connected", done)
        ask = f"Let the sandbox use a {escape(title)} account of the user <b>{escape(user)}</b>?"
        return _page(
            f"Connect {title}", f'<form method="post"><p>{ask}</p><button>Connect {escape(title)}</button></form>'
        )

    def _overview(self, request: Request) -> Answer:
        user = request.query.get("user_id") or self._user
        parts = [
            f'<form><p>The user <input name="user_id" value="{escape(user)}"> <button>Show</button></p></form>',
            "<h2>Apps</h2>",
            _table(("App", "Accounts", ""), self._apps(request, user)),
            "<h2>Calls</h2>",
            _table(("At", "User", "Function", "Arguments", "Answer"), self._calls()),
            "<h2>Integrations of organisations</h2>",
            _table(("Organisation", "Name", "Document"), self._integrations()),
        ]
        return _page("Integry sandbox", "\n".join(parts))

    def _apps(self, request: Request, user: str) -> Iterable[List[str]]:
        for name, app in self._integry.catalogue.apps.items():
            accounts = (
                f"{each.id} {escape(each.value['display_name'])}" for each in self._integry.accounts(user, name)
            )
            url = escape(self._integry.login_url(request, user, name))
            yield [escape(app["title"]), "<br>".join(accounts), f'<a href="{url}">Connect {escape(app["title"])}</a>']

    def _calls(self) -> Iterable[List[str]]:
        for record in self._store.find("call")[: -CALLS - 1 : -1]:
            call = record.value
            answer = {name: call[name] for name in ("network_code", "output")}
            texts = (call["at"], record.scope, call["function"])
            yield [*map(escape, texts), self._code(call["arguments"]), self._code(answer)]

    def _integrations(self) -> Iterable[List[str]]:
        for kind in ("integration", "custom_integration"):
            for record in self._store.find(kind):
                texts = (record.scope, record.value["app_name"], record.value["json_url"])
                yield [escape(self._mask.text(str(text))) for text in texts]

    def _code(self, value: Any) -> str:
        """A value as JSON, without what is named like a secret."""
        text = self._mask.text(json.dumps(value, indent=2, ensure_ascii=False))
        return f"<pre>{escape(text[:SHOWN])}{' …' * (len(text) > SHOWN)}</pre>"
