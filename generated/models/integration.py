# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

import datetime
from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class Integration(Model):
    """An integration of an organisation. Its fields depend on the operation.

    Attributes:
        id: The id of the integration, usually a UUID.
        name: The name of the integration, in responses to its creation or update.
        app_name: The name of the integration, in lists.
        json_url: The URL of the JSON document that describes the integration.
        json_schema: The JSON schema of the integration's events.
        app_url: The URL of the app's website.
        app_logo: The URL of the app's logo.
        app_description: The description of the app.
        auth_credential: The credential of the integration.
        integration_type: The type of the integration. It is `filter` in the documentation, and may be `modifier`,
            `interval`, `output` or empty.
        is_system_integration: True for a system integration.
        is_active: True if the integration is active.
        created_at: A date and time, RFC 3339. Undocumented; servers send up to seven digits after the seconds, and
            dates in the year 1.
        updated_at: A date and time, RFC 3339. Undocumented; servers send up to seven digits after the seconds, and
            dates in the year 1.
    """

    id: Union[str, Unset] = UNSET
    name: Union[str, None, Unset] = UNSET
    app_name: Union[str, None, Unset] = UNSET
    json_url: Union[str, None, Unset] = UNSET
    json_schema: Union[Dict[str, Any], None, Unset] = UNSET
    app_url: Union[str, None, Unset] = UNSET
    app_logo: Union[str, None, Unset] = UNSET
    app_description: Union[str, None, Unset] = UNSET
    auth_credential: Union[str, None, Unset] = _field(default=UNSET, repr=False)
    integration_type: Union[str, None, Unset] = UNSET
    is_system_integration: Union[bool, None, Unset] = UNSET
    is_active: Union[bool, None, Unset] = UNSET
    created_at: Union[datetime.datetime, str, None, Unset] = UNSET
    updated_at: Union[datetime.datetime, str, None, Unset] = UNSET
    additional_properties: Dict[str, Any] = _field(init=False, factory=dict)
