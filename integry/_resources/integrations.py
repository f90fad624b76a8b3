"""Integrations of an organisation, and their settings."""

from __future__ import annotations

from functools import partial
from typing import List, Optional, Union

from .._base import BaseClient
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
    CreateIntegrationRequest,
    UpdateIntegrationRequest,
    UpdateSettingRequest,
)
from .._hints import Unpack
from .._http.request import build
from .._results.integrations import Acknowledgement, ChannelSetting, Integration, IntegrationSetting
from .._settings import RequestOptions
from ._base import OrganisationResource, checked_id, unset_if_none
from ._parse import parse_acknowledgement, parse_list, parse_optional


class Integrations(OrganisationResource):
    """The integrations of an organisation. All methods raise `errors.IntegryError` if they fail."""

    def create(
        self,
        name: str,
        json_url: str,
        auth_credential: Optional[str] = None,
        integration_type: Optional[str] = None,
        **options: Unpack[RequestOptions],
    ) -> Optional[Integration]:
        """Create an integration (operation `create_integration`).

        The request is retried only if the server did not process it.

        Args:
            name: The name of the integration.
            json_url: The URL of a JSON document that describes the integration.
            auth_credential: The credential with which the integration authenticates.
            integration_type: The type, for example `filter`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            The new integration, or None if the server does not send it.
        """
        body = CreateIntegrationRequest(
            name,
            json_url,
            auth_credential=unset_if_none(auth_credential),
            integration_type=unset_if_none(integration_type),
        )
        request = build(create_integration.build, self._organisation_id, body=body)
        return self._client.send(request, parse_optional(Integration), **options)

    def list(self, **options: Unpack[RequestOptions]) -> List[Integration]:
        """Return the integrations (operation `list_integrations`).

        Args:
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            All integrations. This operation of the API has no pages.
        """
        request = build(list_integrations.build, self._organisation_id)
        return self._client.send(request, parse_list(Integration), **options)

    def update(
        self,
        integration_id: Union[str, Integration],
        *,
        name: Optional[str] = None,
        json_url: Optional[str] = None,
        auth_credential: Optional[str] = None,
        integration_type: Optional[str] = None,
        **options: Unpack[RequestOptions],
    ) -> Optional[Integration]:
        """Update an integration (operation `update_integration`). Arguments that are None leave a field unchanged.

        Args:
            integration_id: The integration, or its id.
            name: The name of the integration.
            json_url: The URL of a JSON document that describes the integration.
            auth_credential: The credential with which the integration authenticates.
            integration_type: The type, for example `filter`.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            The updated integration, or None if the server does not send it.
        """
        body = UpdateIntegrationRequest(
            name=unset_if_none(name),
            json_url=unset_if_none(json_url),
            auth_credential=unset_if_none(auth_credential),
            integration_type=unset_if_none(integration_type),
        )
        request = build(
            update_integration.build,
            self._organisation_id,
            checked_id("integration_id", integration_id, Integration),
            body=body,
        )
        return self._client.send(request, parse_optional(Integration), **options)

    def delete(
        self, integration_id: Union[str, Integration], **options: Unpack[RequestOptions]
    ) -> Optional[Integration]:
        """Delete an integration (operation `delete_integration`).

        Args:
            integration_id: The integration, or its id.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Returns:
            The deleted integration, or None if the server does not send it.
        """
        request = build(
            delete_integration.build, self._organisation_id, checked_id("integration_id", integration_id, Integration)
        )
        return self._client.send(request, parse_optional(Integration), **options)

    def settings(self, integration_id: Union[str, Integration]) -> IntegrationSettings:
        """Return the resource for the settings of an integration in the whole organisation. No request is sent.

        Args:
            integration_id: The integration, or its id.
        """
        id_ = checked_id("integration_id", integration_id, Integration)
        return self._cached(("settings", id_), partial(IntegrationSettings, self._client, self._organisation_id, id_))

    def channel(self, integration_id: Union[str, Integration], channel_id: str) -> Channel:
        """Return the resource for an integration in one channel. No request is sent.

        Args:
            integration_id: The integration, or its id.
            channel_id: The id of the channel.
        """
        ids = checked_id("integration_id", integration_id, Integration), checked_id("channel_id", channel_id)
        make = partial(ChannelSettings, self._client, self._organisation_id, *ids)
        settings = self._cached(("channel settings", *ids), make)
        return self._cached(("channel", *ids), partial(Channel, settings))


class IntegrationSettings(OrganisationResource):
    """The settings of an integration. All methods raise `errors.IntegryError` if they fail."""

    def __init__(self, client: BaseClient, organisation_id: str, integration_id: str) -> None:
        super().__init__(client, organisation_id)
        self._integration_id = integration_id

    def add(self, label: str, value: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Add a setting (operation `add_integration_setting`).

        The request is retried only if the server did not process it.

        Args:
            label: The label of the setting.
            value: The value of the setting.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        body = AddSettingRequest(label, value)
        request = build(add_integration_setting.build, self._organisation_id, self._integration_id, body=body)
        return self._client.send(request, parse_acknowledgement, **options)

    def list(self, **options: Unpack[RequestOptions]) -> List[IntegrationSetting]:
        """Return the settings (operation `list_integration_settings`).

        Args:
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        request = build(list_integration_settings.build, self._organisation_id, self._integration_id)
        return self._client.send(request, parse_list(IntegrationSetting), **options)

    def update(
        self, label: Optional[str] = None, value: Optional[str] = None, **options: Unpack[RequestOptions]
    ) -> Acknowledgement:
        """Update the setting (operation `update_integration_settings`).

        The API reference has no parameter that selects one of several settings.

        Args:
            label: The label of the setting.
            value: The value of the setting.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        body = UpdateSettingRequest(form_field_label=unset_if_none(label), form_field_value=unset_if_none(value))
        request = build(update_integration_settings.build, self._organisation_id, self._integration_id, body=body)
        return self._client.send(request, parse_acknowledgement, **options)


class Channel:
    """An integration in one channel."""

    def __init__(self, settings: ChannelSettings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return f"<Channel with {self._settings!r}>"

    @property
    def settings(self) -> ChannelSettings:
        """The settings of the integration in this channel."""
        return self._settings


class ChannelSettings(OrganisationResource):
    """The settings of an integration in one channel. All methods raise `errors.IntegryError` if they fail."""

    def __init__(self, client: BaseClient, organisation_id: str, integration_id: str, channel_id: str) -> None:
        super().__init__(client, organisation_id)
        self._integration_id, self._channel_id = integration_id, channel_id

    def add(self, label: str, value: str, **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Add a setting (operation `add_channel_setting`).

        The request is retried only if the server did not process it.

        Args:
            label: The label of the setting.
            value: The value of the setting.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        body = AddSettingRequest(label, value)
        request = build(
            add_channel_setting.build, self._organisation_id, self._integration_id, self._channel_id, body=body
        )
        return self._client.send(request, parse_acknowledgement, **options)

    def list(self, **options: Unpack[RequestOptions]) -> List[ChannelSetting]:
        """Return the settings (operation `list_channel_settings`).

        Args:
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        request = build(list_channel_settings.build, self._organisation_id, self._integration_id, self._channel_id)
        return self._client.send(request, parse_list(ChannelSetting), **options)

    def update(
        self,
        setting_id: Union[str, ChannelSetting],
        label: Optional[str] = None,
        value: Optional[str] = None,
        **options: Unpack[RequestOptions],
    ) -> Acknowledgement:
        """Update a setting (operation `update_channel_setting`). Arguments that are None leave a field unchanged.

        Args:
            setting_id: The setting, or its id.
            label: The label of the setting.
            value: The value of the setting.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        body = UpdateSettingRequest(form_field_label=unset_if_none(label), form_field_value=unset_if_none(value))
        request = build(
            update_channel_setting.build,
            self._organisation_id,
            self._integration_id,
            self._channel_id,
            checked_id("setting_id", setting_id, ChannelSetting),
            body=body,
        )
        return self._client.send(request, parse_acknowledgement, **options)

    def delete(self, setting_id: Union[str, ChannelSetting], **options: Unpack[RequestOptions]) -> Acknowledgement:
        """Delete a setting (operation `delete_channel_setting`).

        Args:
            setting_id: The setting, or its id.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        request = build(
            delete_channel_setting.build,
            self._organisation_id,
            self._integration_id,
            self._channel_id,
            checked_id("setting_id", setting_id, ChannelSetting),
        )
        return self._client.send(request, parse_acknowledgement, **options)
