"""Apps and connected accounts: the generated models, with defaults for fields that a server leaves out."""

# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false
# The line above disables two rules of pyright, because the classes below narrow the types of inherited fields: to the
# documented types, or to the types that the fields have after __attrs_post_init__.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, List, Tuple, Union

from attrs import define

from .._generated import models
from .._generated._display import short
from .._generated.errors import DecodeError
from .._generated.types import UNSET, Unset
from .pages import Page
from .parsing import NO_NAME


@define(auto_attribs=False, repr=False)
class ConnectedAccount(models.ConnectedAccount):
    """A user's account in an app.

    Attributes:
        id: The id: an int, or a str in some responses. UNSET if the server leaves the id out.
        display_name: The name of the account in the app.
        modified_at: The time when the account was connected or last refreshed.
        additional_properties: The fields that are not documented.
    """

    if TYPE_CHECKING:
        # The documented type. At run time the value may be UNSET, because a server may leave the field out.
        id: Union[int, str]


@define(auto_attribs=False, repr=False)
class App(models.App):
    """An app, and the accounts that the user has connected to it.

    Attributes:
        name: The name to pass to methods, for example `slack`.
        id: The id. UNSET if the server leaves the id out.
        connected_accounts: The user's accounts. The list is empty if the app is not connected.
        title: The name to display, for example `Slack`.
        icon_url: The URL of the logo.
        docs_url: The URL of the documentation, if there is one.
        login_url: The URL of the page where the user connects an account, if accounts can be connected.
        allow_multiple_connected_accounts: True if a user can connect several accounts.
        additional_properties: The fields that are not documented.
    """

    if TYPE_CHECKING:
        # The documented type of the id, and the type of the accounts after `__attrs_post_init__`.
        id: int
        connected_accounts: List[ConnectedAccount]  # type: ignore[assignment]  # a list of a subclass
    else:
        connected_accounts: Union[List[ConnectedAccount], Unset, None]

    def __attrs_post_init__(self) -> None:
        # No function calls here, for speed: a page may have hundreds of apps. bool(UNSET) would call a Python method.
        sent: Any = self
        if sent.name is None:
            raise DecodeError(NO_NAME)
        accounts = sent.connected_accounts
        if accounts is UNSET or accounts is None:
            sent.connected_accounts = []
            return
        for account in accounts:
            if account is None:
                sent.connected_accounts = [each for each in accounts if each is not None]
                return

    def __repr__(self) -> str:
        number = len(self.connected_accounts or ())
        accounts = f"{number} connected account{'' if number == 1 else 's'}" if number else "not connected"
        title = f", title={short(self.title)}" if self.title else ""
        return f"App({short(self.name)}{title}, {accounts})"


@define(auto_attribs=False)
class AppPageBody(models.AppPage):
    """The body of a page of apps, with `App` of this module instead of the generated model."""

    apps: List[App]  # type: ignore[assignment]  # a list of a subclass


@define(repr=False)
class AppPage(Page[App]):
    """A page of apps."""

    _name: ClassVar[str] = "apps"
    _columns: ClassVar[Tuple[str, ...]] = ("name", "title", "connected accounts")

    @property
    def apps(self) -> List[App]:
        """The apps of this page, the same as `items`."""
        return self.items

    def _rows(self) -> List[Any]:
        return [(app.name, app.title or "", len(app.connected_accounts)) for app in self.items]
