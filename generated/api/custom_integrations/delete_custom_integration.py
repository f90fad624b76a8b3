# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.acknowledgement import Acknowledgement
from ...models.organisation_error import OrganisationError
from ...operation import Answer, Operation
from ...types import Response

OPERATION = Operation(
    name="delete_custom_integration",
    method="DELETE",
    path="/organisations/{organisation_id}/integrations/custom/{integration_id}",
    tag="custom_integrations",
    idempotent=True,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    responses={
        "200": Answer("json", Acknowledgement),
        "2XX": Answer("json", Acknowledgement),
        "400": Answer("json", OrganisationError),
        "401": Answer("json", OrganisationError),
        "404": Answer("json", OrganisationError),
        "422": Answer("json", OrganisationError),
        "500": Answer("json", OrganisationError),
    },
)


def _get_kwargs(
    organisation_id: str,
    integration_id: str,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "organisation_id": organisation_id,
            "integration_id": integration_id,
        },
    )


def sync_detailed(
    organisation_id: str,
    integration_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Union[Acknowledgement, OrganisationError]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            organisation_id,
            integration_id,
        ),
    )


def sync(
    organisation_id: str,
    integration_id: str,
    *,
    client: AuthenticatedClient,
) -> Optional[Union[Acknowledgement, OrganisationError]]:
    """Delete a custom integration.

    The documented answer does not carry the integration.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        integration_id: The id of the integration, usually a UUID.
        client: Sends the request.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        organisation_id,
        integration_id,
        client=client,
    ).parsed
