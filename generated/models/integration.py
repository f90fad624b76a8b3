# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from __future__ import annotations

import datetime
from typing import Any, Dict, Union

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset


@_define(repr=False)
class Integration(Model):
    """An integration of an organisation. Which fields are there depends on the operation.

    Attributes:
        id: The id, usually a UUID.
        name: The name, where it was created or changed.
        app_name: The name, where integrations are listed.
        json_url: Where the JSON document is that describes it.
        json_schema: The JSON schema of its events.
        app_url: The website of its app.
        app_logo: The logo of its app.
        app_description: What its app is.
        auth_credential: What it authenticates with.
        integration_type: The kind; `filter` in the documentation, elsewhere also `modifier`, `interval`, `output`,
            or empty.
        is_system_integration: Whether the system brings it.
        is_active: Whether it is on.
        created_at: A date and time, RFC 3339. Undocumented, but it comes; seven fraction digits, and dates of the
            year 1.
        updated_at: A date and time, RFC 3339. Undocumented, but it comes; seven fraction digits, and dates of the
            year 1.
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
