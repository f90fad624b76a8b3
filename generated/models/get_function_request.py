# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class GetFunctionRequest(Model):
    """A prompt to predict the arguments of a function.

    Attributes:
        prompt: The description of the task.
        variables: Values of variables by name, for tags in arguments.
    """

    prompt: Union[str, Unset] = UNSET
    variables: Union[Dict[str, Any], Unset] = _field(default=UNSET, metadata={"name": "_variables"})
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
