# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class SlackWebhook(Model):
    """An incoming webhook for messages.

    Attributes:
        channel: The name of the channel.
        channel_id: The id of the channel.
        configuration_url: The URL of the webhook's configuration.
        url: The URL to post messages to. The URL is a secret, because requests to it need no other credentials.
    """

    channel: Union[str, None, Unset] = UNSET
    channel_id: Union[str, None, Unset] = UNSET
    configuration_url: Union[str, None, Unset] = UNSET
    url: Union[str, None, Unset] = _field(default=UNSET, repr=False)
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
