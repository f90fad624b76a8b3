# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict

from attrs import define as _define
from attrs import field as _field

from ..types import Model


@_define(repr=False)
class CustomIntegrationRequest(Model):
    """Where a custom integration is described.

    Attributes:
        json_url: Where the JSON document is that describes it.
    """

    json_url: str
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
