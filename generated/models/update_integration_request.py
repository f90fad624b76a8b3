# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class UpdateIntegrationRequest(Model):
    """The fields of an integration to update.

    Attributes:
        name: The name of the integration.
        json_url: The URL of the JSON document that describes the integration.
        auth_credential: The credential of the integration.
        integration_type: The type of the integration, for example `filter`.
    """

    name: Union[str, Unset] = UNSET
    json_url: Union[str, Unset] = UNSET
    auth_credential: Union[str, Unset] = _field(default=UNSET, repr=False)
    integration_type: Union[str, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
