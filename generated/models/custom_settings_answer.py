# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class CustomSettingsAnswer(Model):
    """The settings of a custom integration.

    Attributes:
        status: In a word, `success` or `error`.
        status_code: A copy of the HTTP status, which may differ from it.
        message: What happened, in words.
        data: The setting, or a list of them.
    """

    status: Union[str, Unset] = UNSET
    status_code: Union[int, Unset] = UNSET
    message: Union[str, Unset] = UNSET
    data: Union[CustomSetting, List[CustomSetting], None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# At the end of the module, so that models may refer to each other in a circle.
from .custom_setting import CustomSetting
