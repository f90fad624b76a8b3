"""The accounts that a user had before connecting an app, kept in the session, so that a new account is noticed."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme

from .._results.apps import App, ConnectedAccount
from .signals import app_connected, app_disconnected

#: Seconds after which no second tab can still be about to notice the same new account.
NO_REPEAT = 60


class Memory:
    """The memory of a session about an app that its user connects.

    Args:
        request: The request.
        user_id: The id of the user.
        app: The app.
    """

    def __init__(self, request: HttpRequest, user_id: str, app: App) -> None:
        self.request, self.user_id, self.app = request, user_id, app
        self._session: Any = getattr(request, "session", {})
        self._key = f"integry:{user_id}:{app.name}"

    @property
    def is_pending(self) -> bool:
        """Return True if the user was sent to connect the app, and no new account was seen since then."""
        return "known" in self._session.get(self._key, {})

    def start(self, back: Optional[str]) -> None:
        """Remember the accounts that the user has now, and the page to go back to."""
        known = _times(self.app.connected_accounts)
        self._session[self._key] = {"known": known, "back": self._safe(back), "token": get_random_string(22)}

    def _safe(self, url: Optional[str]) -> Optional[str]:
        """Return the URL of a page, if it is on this site."""
        host, is_secure = self.request.get_host(), self.request.is_secure()
        return url if url_has_allowed_host_and_scheme(url, {host}, require_https=is_secure) else None

    def take_back_url(self) -> Optional[str]:
        """Return the page to go back to once the app is connected, and forget it."""
        if self.is_pending or self._key not in self._session:
            return None
        back: Optional[str] = self._session.pop(self._key)["back"]
        return back

    def notice(self) -> None:
        """Send the signal app_connected for accounts that are new since `start`."""
        if not self.is_pending:
            return
        kept, seen = self._session[self._key], _times(self.app.connected_accounts)
        new = [each for each in self.app.connected_accounts if kept["known"].get(str(each.id)) != seen[str(each.id)]]
        if not new:
            return
        self._session[self._key] = {"back": kept["back"]}
        # Two tabs may notice the account at the same moment, each with the session as it was before.
        if cache.add(f"integry-{kept['token']}", 1, NO_REPEAT):
            for account in new:
                self._send(app_connected, account)

    def disconnected(self, account: ConnectedAccount) -> None:
        """Send the signal app_disconnected for an account."""
        self._send(app_disconnected, account)

    def _send(self, signal: Any, account: ConnectedAccount) -> None:
        # A receiver that fails must not make the page fail, because then the session would not be saved.
        signal.send_robust(type(self), request=self.request, user_id=self.user_id, app=self.app, account=account)


def _times(accounts: Iterable[ConnectedAccount]) -> Dict[str, str]:
    """Return the time when each account was connected, by id. A user may connect the same account again."""
    return {str(account.id): str(account.modified_at) for account in accounts}


def choices(accounts: List[ConnectedAccount], wanted: Optional[str]) -> List[ConnectedAccount]:
    """Return the accounts to choose from: those with the wanted id, or all."""
    return [account for account in accounts if wanted is None or str(account.id) == wanted]
