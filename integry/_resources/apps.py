"""Apps, and a user's accounts in them."""

from __future__ import annotations

from datetime import datetime, timezone
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Union

from .. import errors
from .._generated import models
from .._generated.api.apps import get_app, list_apps
from .._generated.api.connected_accounts import disconnect_account
from .._generated.converter import structure
from .._generated.models import App, ConnectedAccount, PageRequest
from .._generated.types import UNSET
from .._pagination import cursor_of
from .._results import AppPage
from ._base import UserResource

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._base import Reply
    from ._base import RequestOptions

_OLDEST = datetime.min.replace(tzinfo=timezone.utc)


class Apps(UserResource):
    """Apps, and the accounts that users have connected to them."""

    def list(
        self,
        user_id: Union[str, int, None] = None,
        *,
        connected_only: Optional[bool] = None,
        search: Optional[str] = None,
        page_size: Optional[int] = None,
        cursor: Any = None,
        **options: Unpack[RequestOptions],
    ) -> AppPage:
        """List apps (operation `list_apps`).

        Args:
            user_id: For whom; the client's user if there is one.
            connected_only: Only apps that the user has connected.
            search: Only what matches these words.
            page_size: How many apps a page has, 50 unless given.
            cursor: Where to begin, the `cursor` of a page.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            A page; iterating it walks on through all further pages.

        Raises:
            errors.IntegryError: See `errors`.
        """

        def fetch(at: Any) -> AppPage:
            return self._client.call(
                list_apps,
                user_id,
                options,
                lambda reply: self._page(reply, fetch),
                body=PageRequest(UNSET if at is None else at),
                connected_only=connected_only,
                search=search,
                page_size=page_size,
            )

        return fetch(cursor)

    def _page(self, reply: Reply, fetch: Callable[[Any], AppPage]) -> AppPage:
        page = structure(reply.body, models.AppPage)
        for app in page.apps:
            self._client.note_login_url(reply.user_id, app)
        return AppPage(page.apps, cursor_of(page.cursor), fetch)

    def _app(self, reply: Reply) -> App:
        app: App = structure(reply.body, App)
        self._client.note_login_url(reply.user_id, app)
        return app

    def get(self, name: str, user_id: Union[str, int, None] = None, **options: Unpack[RequestOptions]) -> App:
        """Get an app, with the user's accounts (operation `get_app`).

        Args:
            name: The name of the app, for example `slack`.
            user_id: For whom; the client's user if there is one.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Raises:
            errors.NotFound: If there is no such app.
        """
        return self._client.call(get_app, user_id, options, self._app, name)

    def connected_accounts(
        self, name: str, user_id: Union[str, int, None] = None, **options: Unpack[RequestOptions]
    ) -> List[ConnectedAccount]:
        """The user's accounts in an app, the newest first. Arguments and errors as `get`."""
        accounts = self.get(name, user_id, **options).connected_accounts
        return sorted(accounts, key=_modified_at, reverse=True)

    def is_connected(self, name: str, user_id: Union[str, int, None] = None, **options: Unpack[RequestOptions]) -> bool:
        """Whether the user has an account in an app. Arguments and errors as `get`."""
        return bool(self.get(name, user_id, **options).connected_accounts)

    def connect_url(self, name: str, user_id: Union[str, int, None] = None, **options: Unpack[RequestOptions]) -> str:
        """The page where the user connects an account. Arguments as `get`.

        Raises:
            errors.InvalidRequest: If accounts of this app cannot be connected.
        """
        url = self.get(name, user_id, **options).login_url
        if not url:
            message = f"{name} cannot be connected: the server names no page for it"
            raise errors.InvalidRequest(message)
        return url

    def wait_until_connected(
        self,
        name: str,
        user_id: Union[str, int, None] = None,
        *,
        timeout: float = 300.0,
        poll: float = 2.0,
    ) -> ConnectedAccount:
        """Wait until the user has connected another account than those there are now.

        Args:
            name: The name of the app.
            user_id: For whom; the client's user if there is one.
            timeout: Seconds to wait at the most.
            poll: Seconds between two looks.

        Returns:
            The new account.

        Raises:
            errors.APITimeoutError: If it takes longer.
        """
        end = monotonic() + timeout
        before = {str(account.id): account.modified_at for account in self.connected_accounts(name, user_id)}
        while monotonic() + poll <= end:
            sleep(poll)
            for account in self.connected_accounts(name, user_id):
                if str(account.id) not in before or account.modified_at != before[str(account.id)]:
                    return account
        message = f"No account was connected to {name} within {timeout:g} s"
        raise errors.APITimeoutError(message)

    def disconnect(
        self,
        name: str,
        user_id: Union[str, int, None] = None,
        *,
        connected_account_id: Union[str, int, None] = None,
        force: bool = False,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Disconnect an account from an app (operation `disconnect_account`, as the browser SDK does it).

        Args:
            name: The name of the app.
            user_id: For whom; the client's user if there is one.
            connected_account_id: Which account; needed if the user has several.
            force: Whether to disconnect although integrations use the account.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Raises:
            errors.InvalidRequest: If no id is given and the user has no account, or several.
        """
        if connected_account_id is None:
            connected_account_id = self._only_account(name, user_id, **options)
        self._client.call(disconnect_account, user_id, options, lambda _: None, connected_account_id, force=force)

    def _only_account(
        self, name: str, user_id: Union[str, int, None], **options: Unpack[RequestOptions]
    ) -> Union[str, int]:
        accounts = self.connected_accounts(name, user_id, **options)
        if len(accounts) == 1:
            return accounts[0].id
        listed = ", ".join(f"{account.id} ({account.display_name})" for account in accounts)
        message = (
            f"The user has several {name} accounts; say which with connected_account_id=: {listed}"
            if accounts
            else f"The user has no {name} account to disconnect"
        )
        raise errors.InvalidRequest(message)


def _modified_at(account: ConnectedAccount) -> datetime:
    when = account.modified_at
    return when if isinstance(when, datetime) else _OLDEST
