# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class OrganisationError(Model):
    """Why a request was refused.

    Attributes:
        status: In a word, `success` or `error`.
        status_code: A copy of the HTTP status, which may differ from it.
        message: What happened, in words.
        error: More about it; text, a list, or an object by field. Undocumented, but it comes.
    """

    status: Union[str, Unset] = UNSET
    status_code: Union[int, Unset] = UNSET
    message: Union[str, Unset] = UNSET
    error: Any = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
