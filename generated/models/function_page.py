# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, List, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class FunctionPage(Model):
    """A page of functions.

    Attributes:
        functions: The functions.
        cursor: The cursor of the next page, an opaque value; null, empty or absent on the last page.
    """

    functions: List[Function]
    cursor: Union[str, float, Dict[str, Any], None, Unset] = _field(default=UNSET, metadata={"name": "_cursor"})
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)


# These imports are at the end of the module, because models may import each other.
from .function import Function
