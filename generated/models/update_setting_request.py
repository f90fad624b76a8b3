# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class UpdateSettingRequest(Model):
    """The fields of a setting to update.

    Attributes:
        form_field_label: The name of the setting.
        form_field_value: The value of the setting.
    """

    form_field_label: Union[str, Unset] = UNSET
    form_field_value: Union[str, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
