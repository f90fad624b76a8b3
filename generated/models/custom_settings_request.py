# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict

from attrs import define as _define
from attrs import field as _field

from ..types import Model


@_define(repr=False)
class CustomSettingsRequest(Model):
    """The new setting of a custom integration.

    Attributes:
        setting_entry: The setting, an object with `field_name` and `value` in the documentation.
    """

    setting_entry: Dict[str, Any]
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
