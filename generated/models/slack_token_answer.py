# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class SlackTokenAnswer(Model):
    """A token for an organisation's Slack workspace.

    Attributes:
        status: The outcome, `success` or `error`.
        status_code: The status of the request, which may differ from the HTTP status.
        message: The text of the outcome, for people.
        data: A token for an organisation's Slack workspace.
    """

    status: Union[str, Unset] = UNSET
    status_code: Union[int, Unset] = UNSET
    message: Union[str, Unset] = UNSET
    data: Union[SlackToken, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# These imports are at the end of the module, because models may import each other.
from .slack_token import SlackToken
