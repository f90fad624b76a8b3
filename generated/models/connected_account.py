# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

import datetime
from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class ConnectedAccount(Model):
    """A user's account in an app.

    Attributes:
        id: The id of the connected account, a number in the documentation and a string in some clients.
        display_name: The name of the account in the app.
        modified_at: The time when the account was connected or last refreshed.
    """

    id: Union[int, str, Unset] = UNSET
    display_name: Union[str, None, Unset] = UNSET
    modified_at: Union[datetime.datetime, str, None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
