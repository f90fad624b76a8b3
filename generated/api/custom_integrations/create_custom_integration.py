# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.acknowledgement import Acknowledgement
from ...models.custom_integration_request import CustomIntegrationRequest
from ...models.organisation_error import OrganisationError
from ...operation import Answer, Body, Operation
from ...types import Response

OPERATION = Operation(
    name="create_custom_integration",
    method="POST",
    path="/organisations/{organisation_id}/integrations/custom",
    tag="custom_integrations",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    bodies=(Body("json", "application/json", CustomIntegrationRequest),),
    responses={
        "201": Answer("json", Acknowledgement),
        "2XX": Answer("json", Acknowledgement),
        "400": Answer("json", OrganisationError),
        "401": Answer("json", OrganisationError),
        "422": Answer("json", OrganisationError),
        "500": Answer("json", OrganisationError),
    },
)


def _get_kwargs(
    organisation_id: str,
    *,
    body: CustomIntegrationRequest,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "organisation_id": organisation_id,
        },
        body=body,
    )


def sync_detailed(
    organisation_id: str,
    *,
    client: AuthenticatedClient,
    body: CustomIntegrationRequest,
) -> Response[Union[Acknowledgement, OrganisationError]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            organisation_id,
            body=body,
        ),
    )


def sync(
    organisation_id: str,
    *,
    client: AuthenticatedClient,
    body: CustomIntegrationRequest,
) -> Optional[Union[Acknowledgement, OrganisationError]]:
    """Add a custom integration to the organisation.

    Takes the URL of a JSON document; one that is not valid is answered with 400. The documented answer does not
    carry the new integration or its id.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        client: Sends the request.
        body: Where the integration is described.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        organisation_id,
        client=client,
        body=body,
    ).parsed
