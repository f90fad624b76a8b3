"""Custom integrations, which an organisation describes in a JSON document, and their settings."""

from __future__ import annotations

from functools import partial
from typing import Any, List, Mapping, Union

from .._base import BaseClient
from .._generated.api.custom_integrations import (
    create_custom_integration,
    delete_custom_integration,
    get_custom_integration_settings,
    list_custom_integrations,
    update_custom_integration,
    update_custom_integration_settings,
)
from .._generated.models import CustomIntegrationRequest, CustomSetting, CustomSettingsRequest
from .._hints import Unpack
from .._http.request import build, json_object
from .._results.integrations import Acknowledgement, Integration
from .._settings import RequestOptions
from ._base import OrganisationResource, checked_id
from ._parse import parse_acknowledgement, parse_list


class CustomIntegrations(OrganisationResource):
    """The custom integrations of an organisation. All methods raise `errors.IntegryError` if they fail."""

    def create(self, json_url: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Create a custom integration (operation `create_custom_integration`).

        The request is retried only if the server did not process it.

        Args:
            json_url: The URL of a JSON document that describes the integration. The server fetches it.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            An acknowledgement. The API reference shows no id in it: find the new integration with `list`.
        """
        body = CustomIntegrationRequest(json_url)
        request = build(create_custom_integration.build, self._organisation_id, body=body)
        return self._client.send(request, parse_acknowledgement, **options)

    def list(self, **options: Unpack[RequestOptions]) -> List[Integration]:
        """Return the custom integrations (operation `list_custom_integrations`).

        Args:
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            All custom integrations. This operation of the API has no pages.
        """
        request = build(list_custom_integrations.build, self._organisation_id)
        return self._client.send(request, parse_list(Integration), **options)

    def update(
        self, integration_id: Union[str, Integration], json_url: str, **options: Unpack[RequestOptions]
    ) -> Acknowledgement:
        """Replace the description of a custom integration (operation `update_custom_integration`).

        Args:
            integration_id: The integration, or its id.
            json_url: The URL of a JSON document that describes the integration.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        body = CustomIntegrationRequest(json_url)
        request = build(
            update_custom_integration.build,
            self._organisation_id,
            checked_id("integration_id", integration_id, Integration),
            body=body,
        )
        return self._client.send(request, parse_acknowledgement, **options)

    def delete(self, integration_id: Union[str, Integration], **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Delete a custom integration (operation `delete_custom_integration`).

        Args:
            integration_id: The integration, or its id.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        request = build(
            delete_custom_integration.build,
            self._organisation_id,
            checked_id("integration_id", integration_id, Integration),
        )
        return self._client.send(request, parse_acknowledgement, **options)

    def settings(self, integration_id: Union[str, Integration]) -> CustomSettings:
        """Return the resource for the settings of a custom integration. No request is sent.

        Args:
            integration_id: The integration, or its id.
        """
        id_ = checked_id("integration_id", integration_id, Integration)
        return self._cached(("settings", id_), partial(CustomSettings, self._client, self._organisation_id, id_))


class CustomSettings(OrganisationResource):
    """The settings of a custom integration. All methods raise `errors.IntegryError` if they fail."""

    def __init__(self, client: BaseClient, organisation_id: str, integration_id: str) -> None:
        super().__init__(client, organisation_id)
        self._integration_id = integration_id

    def get(self, **options: Unpack[RequestOptions]) -> List[CustomSetting]:
        """Return the settings (operation `get_custom_integration_settings`).

        Args:
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            A list, even if the server sends a single setting.
        """
        request = build(get_custom_integration_settings.build, self._organisation_id, self._integration_id)
        return self._client.send(request, parse_list(CustomSetting), **options)

    def update(self, setting_entry: Mapping[str, Any], **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Change the settings (operation `update_custom_integration_settings`).

        Args:
            setting_entry: The setting, a dict with `field_name` and `value`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        body = CustomSettingsRequest(json_object("setting_entry", setting_entry))
        request = build(
            update_custom_integration_settings.build, self._organisation_id, self._integration_id, body=body
        )
        return self._client.send(request, parse_acknowledgement, **options)
