# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class Function(Model):
    """A function of an app.

    Attributes:
        name: The name of the function in requests.
        parameters: The JSON schema of the arguments.
        description: The description of the function.
        arguments: Predicted arguments, with tags such as `{first_name}` for variables.
        meta: Metadata to render a form for the function; with `include=meta` only.
    """

    name: str
    parameters: Union[Dict[str, Any], None, Unset] = UNSET
    description: Union[str, None, Unset] = UNSET
    arguments: Union[Dict[str, Any], None, Unset] = UNSET
    meta: Union[Dict[str, Any], None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
