# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

import datetime
from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class SlackInfo(Model):
    """An organisation's access to its Slack workspace.

    Attributes:
        id: The id of the access to Slack.
        user_id: The id of the user who granted the access.
        organisation_id: The id of the organisation.
        access_token: The access token for Slack.
        team_id: The id of the Slack workspace.
        team_name: The name of the Slack workspace.
        channel: The name of the channel.
        channel_id: The id of the channel.
        configuration_url: The URL of the webhook's configuration.
        url: The URL to post messages to. The URL is a secret, because requests to it need no other credentials.
        created_at: A date and time, RFC 3339. Undocumented; servers send up to seven digits after the seconds, and
            dates in the year 1.
        updated_at: A date and time, RFC 3339. Undocumented; servers send up to seven digits after the seconds, and
            dates in the year 1.
    """

    id: Union[str, Unset] = UNSET
    user_id: Union[str, None, Unset] = UNSET
    organisation_id: Union[str, None, Unset] = UNSET
    access_token: Union[str, None, Unset] = _field(default=UNSET, repr=False)
    team_id: Union[str, None, Unset] = UNSET
    team_name: Union[str, None, Unset] = UNSET
    channel: Union[str, None, Unset] = UNSET
    channel_id: Union[str, None, Unset] = UNSET
    configuration_url: Union[str, None, Unset] = UNSET
    url: Union[str, None, Unset] = _field(default=UNSET, repr=False)
    created_at: Union[datetime.datetime, str, None, Unset] = UNSET
    updated_at: Union[datetime.datetime, str, None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
