"""Apps, and the accounts that users connected."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Union

import requests

from .. import errors
from .._arguments import as_list, optional, required
from .._generated import models
from .._generated.api.apps import get_app, list_apps
from .._generated.api.connected_accounts import disconnect_account
from .._generated.models import PageRequest
from .._hints import Unpack, UserID
from .._http.body import decode_json
from .._http.request import build
from .._results.apps import App, AppPage, AppPageBody, ConnectedAccount
from .._results.pages import Cursor
from .._results.parsing import parse_items, parse_object
from .._settings import NOT_GIVEN, NotGiven, RequestOptions
from ._base import UserResource, add_fields, checked_id, checked_name, start_cursor
from ._polling import PollTimer, check_times

#: Minimum deadline in seconds of a request that polls for an account.
MIN_POLL_TIMEOUT = 1.0

_OLDEST = datetime.min.replace(tzinfo=timezone.utc)


class Apps(UserResource):
    """The apps, and the accounts that users connected. All methods raise `errors.IntegryError` if they fail."""

    def list(
        self,
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        connected_only: Optional[bool] = None,
        search: Optional[str] = None,
        page_size: Optional[int] = None,
        cursor: Any = None,
        cursor_name: str = "_cursor",
        **options: Unpack[RequestOptions],
    ) -> AppPage:
        """Return a page of apps (operation `list_apps`).

        Example:
            ```python
            for app in integry.apps.list(connected_only=True):
                print(app.name, app.connected_accounts)
            ```

        Args:
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            connected_only: True to list only apps that the user has connected.
            search: Words that the apps must match.
            page_size: Maximum number of apps per page. The server's default is 50.
            cursor: The `cursor` of a page, to resume after it. Default: the first page.
            cursor_name: The `cursor_name` of that page.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            A page. Iterating over it fetches all next pages when needed.
        """
        start = start_cursor(cursor, cursor_name)
        fetch = partial(
            self.list, user_id, connected_only=connected_only, search=search, page_size=page_size, **options
        )
        request = build(
            list_apps.build,
            body=add_fields(PageRequest(), start.fields()),
            connected_only=optional("connected_only", connected_only, bool),
            search=optional("search", search, str),
            page_size=optional("page_size", page_size, int),
        )
        parse = partial(self._parse_page, user_id, start, fetch)
        return self._client.send(request, parse, user_id=user_id, **options)

    def _parse_page(
        self,
        user_id: Union[UserID, NotGiven],
        start: Cursor,
        fetch: Callable[..., AppPage],
        response: requests.Response,
    ) -> AppPage:
        page = parse_object(decode_json(response), AppPageBody)
        page.apps = parse_items(page.apps, App)
        self._login_urls.remember(self._user(user_id), {app.name: app.login_url for app in page.apps})
        return AppPage(page.apps, *Cursor.after(page.cursor, page.additional_properties.get("next_page")), start, fetch)

    def get(
        self,
        name: Union[str, models.App],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Return an app with the user's accounts (operation `get_app`).

        Example:
            ```python
            app = integry.apps.get("slack")
            print(app.title, app.connected_accounts)
            ```

        Args:
            name: The app, or its name, for example `slack`.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Raises:
            errors.NotFound: If the app does not exist.
        """
        request = build(get_app.build, checked_name("name", name, models.App))
        return self._client.send(request, partial(self._parse_app, user_id), user_id=user_id, **options)

    def _parse_app(self, user_id: Union[UserID, NotGiven], response: requests.Response) -> App:
        app = parse_object(decode_json(response), App)
        self._login_urls.remember(self._user(user_id), {app.name: app.login_url})
        return app

    def connected_accounts(
        self,
        name: Union[str, models.App],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> List[ConnectedAccount]:
        """Return the user's accounts in an app, the newest first. This method takes the same arguments as `get`."""
        accounts = self.get(name, user_id, **options).connected_accounts
        return sorted(accounts, key=_modified_at, reverse=True)

    def is_connected(
        self,
        name: Union[str, models.App],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> bool:
        """Return True if the user has an account in an app. This method takes the same arguments as `get`."""
        return bool(self.get(name, user_id, **options).connected_accounts)

    def connect_url(
        self,
        name: Union[str, models.App],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        **options: Unpack[RequestOptions],
    ) -> str:
        """Return the URL of the page where the user connects an account. This method takes the same arguments as `get`.

        Example:
            ```python
            print("Connect your account:", integry.apps.connect_url("slack"))
            ```

        Raises:
            errors.UnusableResult: If users cannot connect accounts of this app.
        """
        app = self.get(name, user_id, **options)
        if not app.login_url:
            message = f"{app.name} cannot be connected: the server sent no login_url for it"
            raise errors.UnusableResult(message)
        return app.login_url

    def wait_until_connected(
        self,
        name: Union[str, models.App],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        timeout: float = 300.0,
        poll: float = 2.0,
        known: Optional[Iterable[Union[str, int, ConnectedAccount]]] = None,
    ) -> ConnectedAccount:
        """Wait until the user has connected a new account, by polling (operation `get_app`).

        Without `known`, an account that was connected again counts as new too, if its `modified_at` has changed. If a
        request fails because of the server or the network, polling continues.

        Example:
            ```python
            before = integry.apps.connected_accounts("slack")
            print("Connect your account:", integry.apps.connect_url("slack"))
            account = integry.apps.wait_until_connected("slack", timeout=600, known=before)
            ```

        Args:
            name: The app, or its name.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            timeout: Maximum seconds to wait. The last request may take a second longer.
            poll: Seconds between two requests.
            known: The accounts that the user had before, or their ids. By default, the accounts are read when this
                method starts. Pass `known` if you showed the link before this call.

        Returns:
            The new account.

        Raises:
            errors.APITimeoutError: If there is no new account within the timeout.
        """
        name = checked_name("name", name, models.App)
        check_times(timeout, poll)
        before, timer, failure = None if known is None else _known_ids(known), PollTimer(timeout), None
        while True:
            try:
                deadline = max(timer.remaining(), MIN_POLL_TIMEOUT)
                deadline = min(deadline, self._client.settings.deadline or deadline)
                accounts = self.connected_accounts(name, user_id, deadline=deadline)
            except (errors.APIConnectionError, errors.ServerError, errors.RateLimited) as error:
                if before is None:
                    raise
                accounts, failure = [], error
            if before is None:
                before = {str(account.id): account.modified_at for account in accounts}
            for account in accounts:
                if _is_new(account, before):
                    return account
            if timer.remaining() <= 0:
                message = f"No account was connected to {name} within {timeout:g} s"
                raise errors.APITimeoutError(message) from failure
            timer.pause(poll)

    def disconnect(
        self,
        name: Union[str, models.App],
        user_id: Union[UserID, NotGiven] = NOT_GIVEN,
        *,
        connected_account_id: Union[str, int, ConnectedAccount, None] = None,
        force: bool = False,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Disconnect an account of the user (operation `disconnect_account` of the browser SDK).

        Args:
            name: The app, or its name.
            user_id: The user's id; the client's user by default. None raises InvalidRequest.
            connected_account_id: The account, or its id. Required if the user has several accounts in the app.
            force: True to disconnect even if integrations use the account.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Raises:
            errors.UnusableResult: If `connected_account_id` is missing, and the user has no account or several.
        """
        name = checked_name("name", name, models.App)
        if connected_account_id is None:
            connected_account_id = self._only_account(name, user_id, **options)
        account = checked_id("connected_account_id", connected_account_id, models.ConnectedAccount)
        request = build(disconnect_account.build, account, force=required("force", force, bool))
        self._client.send(request, _check_json, user_id=user_id, **options)

    def _only_account(
        self, name: Union[str, models.App], user_id: Union[UserID, NotGiven], **options: Unpack[RequestOptions]
    ) -> Union[str, int]:
        accounts = self.connected_accounts(name, user_id, **options)
        if len(accounts) == 1:
            return accounts[0].id
        listed = ", ".join(f"{account.id} ({account.display_name})" for account in accounts)
        message = (
            f"The user has several {name} accounts. Pass one of them as connected_account_id=: {listed}"
            if accounts
            else f"The user has no {name} account to disconnect"
        )
        raise errors.UnusableResult(message)


def _check_json(response: requests.Response) -> None:
    """Check that a response is JSON. An HTML page comes from a proxy, not from the API."""
    decode_json(response)


def _modified_at(account: ConnectedAccount) -> datetime:
    when = account.modified_at
    return when if isinstance(when, datetime) else _OLDEST


def _known_ids(known: Iterable[Any]) -> Dict[str, Any]:
    """Return the ids of accounts as the keys of a dict.

    Args:
        known: A list of accounts or ids.

    Raises:
        errors.InvalidRequest: If `known` is something else. A str is an error too: each character would be an id.
    """
    ids = as_list("known", "a list of accounts or ids", known)
    return {checked_id("known", each, models.ConnectedAccount): None for each in ids}


def _is_new(account: ConnectedAccount, before: Mapping[str, Any]) -> bool:
    """Return True if an account is new, or was connected again.

    Args:
        account: The account.
        before: The `modified_at` of each account that existed before, by id; None if the time is not known.
    """
    known = str(account.id) in before
    return not known or before[str(account.id)] not in (None, account.modified_at)
