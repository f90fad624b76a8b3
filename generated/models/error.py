# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class Error(Model):
    """The reason for an error. The field with the reason depends on the operation, and may have the name of an
    argument, such as `prompt`.

    Attributes:
        detail: The reason.
        error: The summary of the reasons why a function was not called.
        error_details: The reasons by argument, or a list if the app is not connected.
    """

    detail: Union[str, Unset] = UNSET
    error: Union[str, Unset] = UNSET
    error_details: Union[Dict[str, Any], List[str], str, None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
