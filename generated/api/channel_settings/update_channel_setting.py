# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.acknowledgement import Acknowledgement
from ...models.organisation_error import OrganisationError
from ...models.update_setting_request import UpdateSettingRequest
from ...operation import Answer, Body, Operation
from ...types import Response

OPERATION = Operation(
    name="update_channel_setting",
    method="PATCH",
    path="/organisations/{organisation_id}/integrations/{integration_id}/channels/{channel_id}/settings/{setting_id}",
    tag="channel_settings",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    bodies=(Body("json", "application/json", UpdateSettingRequest),),
    responses={
        "200": Answer("json", Acknowledgement),
        "2XX": Answer("json", Acknowledgement),
        "401": Answer("json", OrganisationError),
        "422": Answer("json", OrganisationError),
        "500": Answer("json", OrganisationError),
    },
)


def _get_kwargs(
    organisation_id: str,
    integration_id: str,
    channel_id: str,
    setting_id: str,
    *,
    body: UpdateSettingRequest,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "organisation_id": organisation_id,
            "integration_id": integration_id,
            "channel_id": channel_id,
            "setting_id": setting_id,
        },
        body=body,
    )


def sync_detailed(
    organisation_id: str,
    integration_id: str,
    channel_id: str,
    setting_id: str,
    *,
    client: AuthenticatedClient,
    body: UpdateSettingRequest,
) -> Response[Union[Acknowledgement, OrganisationError]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            organisation_id,
            integration_id,
            channel_id,
            setting_id,
            body=body,
        ),
    )


def sync(
    organisation_id: str,
    integration_id: str,
    channel_id: str,
    setting_id: str,
    *,
    client: AuthenticatedClient,
    body: UpdateSettingRequest,
) -> Optional[Union[Acknowledgement, OrganisationError]]:
    """Change a setting of an integration in a channel.

    The documentation's sample sends one field.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        integration_id: The id of the integration, usually a UUID.
        channel_id: The id of the channel, usually a UUID.
        setting_id: The id of the setting, usually a UUID.
        client: Sends the request.
        body: The fields to change.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        organisation_id,
        integration_id,
        channel_id,
        setting_id,
        client=client,
        body=body,
    ).parsed
