# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class FunctionResult(Model):
    """The response of the app.

    Attributes:
        network_code: The HTTP status of the app's response, a string in the documentation.
        output: The body of the app's response, any JSON value.
        cursor: The cursor of the next page, an opaque value; null, empty or absent on the last page.
        next_page: The cursor of the next page. It has this name in the browser SDK's documentation.
    """

    network_code: Union[str, int]
    output: Any = UNSET
    cursor: Union[str, float, Dict[str, Any], None, Unset] = _field(default=UNSET, metadata={"name": "_cursor"})
    next_page: Union[str, float, Dict[str, Any], None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
