# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class SlackToken(Model):
    """A token for an organisation's Slack workspace.

    Attributes:
        access_token: The access token for Slack.
        incoming_webhook: An incoming webhook for messages.
    """

    access_token: Union[str, None, Unset] = _field(default=UNSET, repr=False)
    incoming_webhook: Union[SlackWebhook, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# These imports are at the end of the module, because models may import each other.
from .slack_webhook import SlackWebhook
