# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class App(Model):
    """An app, and the user's connected accounts.

    Attributes:
        name: The name of the app in requests.
        id: The id of the app.
        connected_accounts: The user's connected accounts; empty if the app is not connected.
        title: The display name.
        icon_url: The URL of the app's logo.
        docs_url: The URL of the app's documentation.
        login_url: The URL where the user connects an account; absent if accounts cannot be connected. Undocumented,
            used by the vendor's browser SDK.
        allow_multiple_connected_accounts: True if a user may connect several accounts. Undocumented, used by the
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


# These imports are at the end of the module, because models may import each other.
from .connected_account import ConnectedAccount
