# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class Function(Model):
    """Something that an app can do.

    Attributes:
        name: The name by which the function is called.
        parameters: The JSON schema of its arguments.
        description: What it does.
        arguments: Arguments that were predicted, with tags such as `{first_name}` for variables.
        meta: What a form for the function needs; with `include=meta` only.
    """

    name: str
    parameters: Union[Dict[str, Any], None, Unset] = UNSET
    description: Union[str, None, Unset] = UNSET
    arguments: Union[Dict[str, Any], None, Unset] = UNSET
    meta: Union[Dict[str, Any], None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
