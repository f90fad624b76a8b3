"""Apps and accounts: the generated models, with what a server leaves out filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, List, Union

from attrs import define

from .._generated import models
from .._generated._display import short
from .._generated.types import Unset
from .pages import Page


@define(auto_attribs=False, repr=False)
class ConnectedAccount(models.ConnectedAccount):
    """A user's account in an app.

    Attributes:
        id: The id: a number, or text in some answers; UNSET if the server leaves it out.
        display_name: The name of the account in the app.
        modified_at: When it was connected or last refreshed.
        additional_properties: Fields that are not documented.
    """

    if TYPE_CHECKING:
        # As documented. A server may leave it out all the same.
        id: Union[int, str]  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]


@define(auto_attribs=False, repr=False)
class App(models.App):
    """An app, and the accounts that the user has connected to it.

    Attributes:
        name: The name by which the app is asked for.
        id: The id; UNSET if the server leaves it out.
        connected_accounts: The user's accounts; empty if the app is not connected.
        title: The name for people.
        icon_url: The app's logo.
        docs_url: The app's documentation, if there is any.
        login_url: The page where the user connects an account, if accounts can be connected.
        allow_multiple_connected_accounts: True if a user may connect several accounts.
        additional_properties: Fields that are not documented.
    """

    if TYPE_CHECKING:
        # The id as documented, and the accounts as `__attrs_post_init__` leaves them.
        id: int  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
        connected_accounts: List[ConnectedAccount]  # type: ignore[assignment]  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    else:
        connected_accounts: Union[List[ConnectedAccount], Unset, None]

    def __attrs_post_init__(self) -> None:
        # Without calls, as there may be hundreds of apps on a page.
        sent: Any = self
        accounts = sent.connected_accounts
        sent.connected_accounts = [account for account in accounts if account is not None] if accounts else []

    def __repr__(self) -> str:
        number = len(self.connected_accounts or ())
        accounts = f"{number} connected account{'' if number == 1 else 's'}" if number else "not connected"
        title = f", title={short(self.title)}" if self.title else ""
        return f"App({short(self.name)}{title}, {accounts})"


@define(auto_attribs=False)
class AppPageBody(models.AppPage):
    """The body of a page of apps, with the facade's class of apps."""

    apps: List[App]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]


@define(repr=False)
class AppPage(Page[App]):
    """A page of apps."""

    _name: ClassVar[str] = "apps"
    _columns: ClassVar = ("name", "title", "connected accounts")

    @property
    def apps(self) -> List[App]:
        """The apps of this page, the same as `items`."""
        return self.items

    def _rows(self) -> List[Any]:
        return [(app.name, app.title or "", len(app.connected_accounts)) for app in self.items]
