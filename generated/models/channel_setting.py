# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

import datetime
from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class ChannelSetting(Model):
    """A setting of an integration in one channel.

    Attributes:
        id: The id of the setting, usually a UUID.
        org_id: The id of the organisation.
        integration_id: The id of the integration.
        form_field_label: The name of the setting.
        form_field_value: The value of the setting.
        created_at: A date and time, RFC 3339. Undocumented; servers send up to seven digits after the seconds, and
            dates in the year 1.
        updated_at: A date and time, RFC 3339. Undocumented; servers send up to seven digits after the seconds, and
            dates in the year 1.
        channel_id: The id of the channel.
    """

    id: Union[str, Unset] = UNSET
    org_id: Union[str, None, Unset] = UNSET
    integration_id: Union[str, None, Unset] = UNSET
    form_field_label: Union[str, None, Unset] = UNSET
    form_field_value: Union[str, None, Unset] = UNSET
    created_at: Union[datetime.datetime, str, None, Unset] = UNSET
    updated_at: Union[datetime.datetime, str, None, Unset] = UNSET
    channel_id: Union[str, None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
