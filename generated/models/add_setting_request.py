# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict

from attrs import define as _define
from attrs import field as _field

from ..types import Model


@_define(repr=False)
class AddSettingRequest(Model):
    """A new setting.

    Attributes:
        form_field_label: The name of the setting.
        form_field_value: The value of the setting.
    """

    form_field_label: str
    form_field_value: str
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
