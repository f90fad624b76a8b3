"""The integrations that an organisation described itself, and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Mapping

from .._generated.api.custom_integrations import (
    create_custom_integration,
    delete_custom_integration,
    get_custom_integration_settings,
    list_custom_integrations,
    update_custom_integration,
    update_custom_integration_settings,
)
from .._generated.models import CustomIntegrationRequest, CustomSetting, CustomSettingsRequest
from .._results.integrations import Acknowledgement, Integration
from ._base import OrganisationResource
from ._parse import acknowledged, many

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._organisation import Organisation
    from ._base import RequestOptions


class CustomIntegrations(OrganisationResource):
    """The custom integrations of an organisation. All methods raise `errors.IntegryError`."""

    def create(self, json_url: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Add a custom integration (operation `create_custom_integration`). It is sent once.

        Args:
            json_url: Where the JSON document is that describes it; the server fetches it.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            The server's word; its documentation promises no id, so look for the new integration with `list`.
        """
        body = CustomIntegrationRequest(json_url)
        return self._client.call(create_custom_integration, options, acknowledged, body=body)

    def list(self, **options: Unpack[RequestOptions]) -> List[Integration]:
        """List the custom integrations (operation `list_custom_integrations`).

        Args:
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        return self._client.call(list_custom_integrations, options, many(Integration))

    def update(self, integration_id: str, json_url: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Describe a custom integration anew (operation `update_custom_integration`).

        Args:
            integration_id: The id of the integration.
            json_url: Where the JSON document is that describes it.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        body = CustomIntegrationRequest(json_url)
        return self._client.call(update_custom_integration, options, acknowledged, integration_id, body=body)

    def delete(self, integration_id: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Delete a custom integration (operation `delete_custom_integration`).

        Args:
            integration_id: The id of the integration.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        return self._client.call(delete_custom_integration, options, acknowledged, integration_id)

    def settings(self, integration_id: str) -> CustomSettings:
        """The settings of a custom integration. Nothing is sent yet.

        Args:
            integration_id: The id of the integration.
        """
        return CustomSettings(self._client, integration_id)


class CustomSettings(OrganisationResource):
    """The settings of a custom integration. All methods raise `errors.IntegryError`."""

    def __init__(self, client: Organisation, integration_id: str) -> None:
        super().__init__(client)
        self._integration_id = integration_id

    def get(self, **options: Unpack[RequestOptions]) -> List[CustomSetting]:
        """Get the settings (operation `get_custom_integration_settings`).

        Args:
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            A list, also where the server sends one setting alone.
        """
        convert = many(CustomSetting)
        return self._client.call(get_custom_integration_settings, options, convert, self._integration_id)

    def update(self, setting_entry: Mapping[str, Any], **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Change the settings (operation `update_custom_integration_settings`).

        Args:
            setting_entry: The setting: `field_name` and `value`.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        body = CustomSettingsRequest(dict(setting_entry))
        return self._client.call(
            update_custom_integration_settings, options, acknowledged, self._integration_id, body=body
        )
