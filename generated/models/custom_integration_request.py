# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict

from attrs import define as _define
from attrs import field as _field

from ..types import Model


@_define(repr=False)
class CustomIntegrationRequest(Model):
    """The description of a custom integration.

    Attributes:
        json_url: The URL of the JSON document that describes the integration.
    """

    json_url: str
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
