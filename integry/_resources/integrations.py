"""An organisation's integrations, and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from .._generated.api.channel_settings import (
    add_channel_setting,
    delete_channel_setting,
    list_channel_settings,
    update_channel_setting,
)
from .._generated.api.integration_settings import (
    add_integration_setting,
    list_integration_settings,
    update_integration_settings,
)
from .._generated.api.integrations import (
    create_integration,
    delete_integration,
    list_integrations,
    update_integration,
)
from .._generated.models import (
    AddSettingRequest,
    ChannelSetting,
    CreateIntegrationRequest,
    IntegrationSetting,
    UpdateIntegrationRequest,
    UpdateSettingRequest,
)
from .._results.integrations import Acknowledgement, Integration
from ._base import OrganisationResource, fields
from ._parse import acknowledged, many, perhaps

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._organisation import Organisation
    from ._base import RequestOptions


class Integrations(OrganisationResource):
    """The integrations of an organisation. All methods raise `errors.IntegryError`."""

    def create(
        self,
        name: str,
        json_url: str,
        auth_credential: Optional[str] = None,
        integration_type: Optional[str] = None,
        **options: Unpack[RequestOptions],
    ) -> Optional[Integration]:
        """Add an integration (operation `create_integration`). It is sent once.

        Args:
            name: Its name.
            json_url: Where the JSON document is that describes it.
            auth_credential: What it authenticates with.
            integration_type: The kind, for example `filter`.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            The integration, if the server sends it.
        """
        body = CreateIntegrationRequest(
            name, json_url, **fields(auth_credential=auth_credential, integration_type=integration_type)
        )
        return self._client.call(create_integration, options, perhaps(Integration), body=body)

    def list(self, **options: Unpack[RequestOptions]) -> List[Integration]:
        """List the integrations (operation `list_integrations`).

        Args:
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            All of them; the API has no pages here.
        """
        return self._client.call(list_integrations, options, many(Integration))

    def update(
        self,
        integration_id: str,
        *,
        name: Optional[str] = None,
        json_url: Optional[str] = None,
        auth_credential: Optional[str] = None,
        integration_type: Optional[str] = None,
        **options: Unpack[RequestOptions],
    ) -> Optional[Integration]:
        """Change an integration (operation `update_integration`). Only what is given changes.

        Args:
            integration_id: The id of the integration.
            name: Its name.
            json_url: Where the JSON document is that describes it.
            auth_credential: What it authenticates with.
            integration_type: The kind, for example `filter`.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            The integration, if the server sends it.
        """
        body = UpdateIntegrationRequest(
            **fields(name=name, json_url=json_url, auth_credential=auth_credential, integration_type=integration_type)
        )
        return self._client.call(update_integration, options, perhaps(Integration), integration_id, body=body)

    def delete(self, integration_id: str, **options: Unpack[RequestOptions]) -> Optional[Integration]:
        """Delete an integration (operation `delete_integration`).

        Args:
            integration_id: The id of the integration.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Returns:
            The integration as it was, if the server sends it.
        """
        return self._client.call(delete_integration, options, perhaps(Integration), integration_id)

    def settings(self, integration_id: str) -> IntegrationSettings:
        """The settings of an integration, in the whole organisation. Nothing is sent yet.

        Args:
            integration_id: The id of the integration.
        """
        return IntegrationSettings(self._client, integration_id)

    def channel(self, integration_id: str, channel_id: str) -> Channel:
        """An integration in one channel. Nothing is sent yet.

        Args:
            integration_id: The id of the integration.
            channel_id: The id of the channel.
        """
        return Channel(self._client, integration_id, channel_id)


class IntegrationSettings(OrganisationResource):
    """The settings of an integration. All methods raise `errors.IntegryError`."""

    def __init__(self, client: Organisation, integration_id: str) -> None:
        super().__init__(client)
        self._integration_id = integration_id

    def add(self, label: str, value: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Add a setting (operation `add_integration_setting`). It is sent once.

        Args:
            label: What to set.
            value: What to set it to.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        body = AddSettingRequest(label, value)
        return self._client.call(add_integration_setting, options, acknowledged, self._integration_id, body=body)

    def list(self, **options: Unpack[RequestOptions]) -> List[IntegrationSetting]:
        """List the settings (operation `list_integration_settings`).

        Args:
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        return self._client.call(list_integration_settings, options, many(IntegrationSetting), self._integration_id)

    def update(
        self, label: Optional[str] = None, value: Optional[str] = None, **options: Unpack[RequestOptions]
    ) -> Acknowledgement:
        """Change the setting (operation `update_integration_settings`, which takes no setting's id).

        Args:
            label: What is set.
            value: What to set it to.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        body = UpdateSettingRequest(**fields(form_field_label=label, form_field_value=value))
        return self._client.call(update_integration_settings, options, acknowledged, self._integration_id, body=body)


class Channel(OrganisationResource):
    """An integration in one channel."""

    def __init__(self, client: Organisation, integration_id: str, channel_id: str) -> None:
        super().__init__(client)
        self._ids = (integration_id, channel_id)

    @property
    def settings(self) -> ChannelSettings:
        """The settings of the integration in this channel."""
        return ChannelSettings(self._client, *self._ids)


class ChannelSettings(OrganisationResource):
    """The settings of an integration in one channel. All methods raise `errors.IntegryError`."""

    def __init__(self, client: Organisation, integration_id: str, channel_id: str) -> None:
        super().__init__(client)
        self._ids = (integration_id, channel_id)

    def add(self, label: str, value: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Add a setting (operation `add_channel_setting`). It is sent once.

        Args:
            label: What to set.
            value: What to set it to.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        body = AddSettingRequest(label, value)
        return self._client.call(add_channel_setting, options, acknowledged, *self._ids, body=body)

    def list(self, **options: Unpack[RequestOptions]) -> List[ChannelSetting]:
        """List the settings (operation `list_channel_settings`).

        Args:
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        return self._client.call(list_channel_settings, options, many(ChannelSetting), *self._ids)

    def update(
        self,
        setting_id: str,
        label: Optional[str] = None,
        value: Optional[str] = None,
        **options: Unpack[RequestOptions],
    ) -> Acknowledgement:
        """Change a setting (operation `update_channel_setting`). Only what is given changes.

        Args:
            setting_id: The id of the setting.
            label: What is set.
            value: What to set it to.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        body = UpdateSettingRequest(**fields(form_field_label=label, form_field_value=value))
        return self._client.call(update_channel_setting, options, acknowledged, *self._ids, setting_id, body=body)

    def delete(self, setting_id: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Delete a setting (operation `delete_channel_setting`).

        Args:
            setting_id: The id of the setting.
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        return self._client.call(delete_channel_setting, options, acknowledged, *self._ids, setting_id)
