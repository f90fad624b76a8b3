# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class App(Model):
    """An app, and the accounts that the user has connected to it.

    Attributes:
        name: The name by which the app is asked for.
        id: The id.
        connected_accounts: The user's accounts; none if the app is not connected.
        title: The name for people.
        icon_url: The app's logo.
        docs_url: The app's documentation, if there is any.
        login_url: The page where the user connects an account; none if that cannot be done. Undocumented, used by
            the vendor's browser SDK.
        allow_multiple_connected_accounts: Whether a user may connect several accounts. Undocumented, used by the
            vendor's browser SDK.
    """

    name: str
    id: Union[int, Unset] = UNSET
    connected_accounts: Union[List[ConnectedAccount], None, Unset] = UNSET
    title: Union[str, None, Unset] = UNSET
    icon_url: Union[str, None, Unset] = UNSET
    docs_url: Union[str, None, Unset] = UNSET
    login_url: Union[str, None, Unset] = UNSET
    allow_multiple_connected_accounts: Union[bool, None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# At the end of the module, so that models may refer to each other in a circle.
from .connected_account import ConnectedAccount
