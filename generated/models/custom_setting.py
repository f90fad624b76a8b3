# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class CustomSetting(Model):
    """A setting of a custom integration.

    Attributes:
        field_name: The name of the setting.
        value: The value of the setting, any JSON value.
    """

    field_name: Union[str, None, Unset] = UNSET
    value: Any = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
