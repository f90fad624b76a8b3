# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class OrganisationError(Model):
    """The reason for an error.

    Attributes:
        status: The outcome, `success` or `error`.
        status_code: The status of the request, which may differ from the HTTP status.
        message: The text of the outcome, for people.
        error: Details of the error; a string, a list, or an object by field. Undocumented.
    """

    status: Union[str, Unset] = UNSET
    status_code: Union[int, Unset] = UNSET
    message: Union[str, Unset] = UNSET
    error: Any = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
