# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.acknowledgement import Acknowledgement
from ...models.add_setting_request import AddSettingRequest
from ...models.organisation_error import OrganisationError
from ...operation import Answer, Body, Operation
from ...types import Response

OPERATION = Operation(
    name="add_channel_setting",
    method="POST",
    path="/organisations/{organisation_id}/integrations/{integration_id}/channels/{channel_id}/settings",
    tag="channel_settings",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    bodies=(Body("json", "application/json", AddSettingRequest),),
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
    *,
    body: AddSettingRequest,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "organisation_id": organisation_id,
            "integration_id": integration_id,
            "channel_id": channel_id,
        },
        body=body,
    )


def sync_detailed(
    organisation_id: str,
    integration_id: str,
    channel_id: str,
    *,
    client: AuthenticatedClient,
    body: AddSettingRequest,
) -> Response[Union[Acknowledgement, OrganisationError]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            organisation_id,
            integration_id,
            channel_id,
            body=body,
        ),
    )


def sync(
    organisation_id: str,
    integration_id: str,
    channel_id: str,
    *,
    client: AuthenticatedClient,
    body: AddSettingRequest,
) -> Optional[Union[Acknowledgement, OrganisationError]]:
    """Add a setting to an integration in a channel.

    The documented answer is 200, and does not carry the new setting or its id.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        integration_id: The id of the integration, usually a UUID.
        channel_id: The id of the channel, usually a UUID.
        client: Sends the request.
        body: The setting.

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
        client=client,
        body=body,
    ).parsed
