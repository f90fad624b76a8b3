# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class GetFunctionRequest(Model):
    """What to predict the arguments of a function from.

    Attributes:
        prompt: What the function should do, in words.
        variables: Values by name, for the tags in arguments.
    """

    prompt: Union[str, Unset] = UNSET
    variables: Union[Dict[str, Any], Unset] = _field(default=UNSET, metadata={"name": "_variables"})
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
