# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict

from attrs import define as _define
from attrs import field as _field

from ..types import Model


@_define(repr=False)
class SlackTokenRequest(Model):
    """The code to exchange.

    Attributes:
        oauth_code: The code from Slack's OAuth flow.
    """

    oauth_code: str = _field(repr=False)
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
