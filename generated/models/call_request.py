# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class CallRequest(Model):
    """The arguments of a function, and the fields `_variables` and `_cursor`.

    Attributes:
        variables: Values of variables by name, for tags in arguments.
        cursor: The cursor of the page to fetch, which is the `_cursor` of the previous page; absent for the first
            page.
    """

    variables: Union[Dict[str, Any], Unset] = _field(default=UNSET, metadata={"name": "_variables"})
    cursor: Union[str, float, Dict[str, Any], None, Unset] = _field(default=UNSET, metadata={"name": "_cursor"})
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
