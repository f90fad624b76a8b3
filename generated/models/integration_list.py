# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class IntegrationList(Model):
    """A list of integrations.

    Attributes:
        status: The outcome, `success` or `error`.
        status_code: The status of the request, which may differ from the HTTP status.
        message: The text of the outcome, for people.
        data: The integrations. Undocumented; null instead of an empty list.
        pagination: The pagination of a list. Undocumented.
    """

    status: Union[str, Unset] = UNSET
    status_code: Union[int, Unset] = UNSET
    message: Union[str, Unset] = UNSET
    data: Union[List[Integration], None, Unset] = UNSET
    pagination: Union[Dict[str, Any], List[Dict[str, Any]], None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# These imports are at the end of the module, because models may import each other.
from .integration import Integration
