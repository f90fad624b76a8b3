# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class SlackWebhook(Model):
    """Where to post messages to.

    Attributes:
        channel: The name of the channel.
        channel_id: The id of the channel.
        configuration_url: Where the webhook is configured.
        url: The URL to post to; who knows it can post.
    """

    channel: Union[str, None, Unset] = UNSET
    channel_id: Union[str, None, Unset] = UNSET
    configuration_url: Union[str, None, Unset] = UNSET
    url: Union[str, None, Unset] = _field(default=UNSET, repr=False)
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
