# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class IntegrationAnswer(Model):
    """An integration.

    Attributes:
        status: The outcome, `success` or `error`.
        status_code: The status of the request, which may differ from the HTTP status.
        message: The text of the outcome, for people.
        data: An integration of an organisation. Its fields depend on the operation.
    """

    status: Union[str, Unset] = UNSET
    status_code: Union[int, Unset] = UNSET
    message: Union[str, Unset] = UNSET
    data: Union[Integration, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# These imports are at the end of the module, because models may import each other.
from .integration import Integration
