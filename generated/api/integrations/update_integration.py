# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.integration_answer import IntegrationAnswer
from ...models.organisation_error import OrganisationError
from ...models.update_integration_request import UpdateIntegrationRequest
from ...operation import Answer, Body, Operation
from ...types import Response

OPERATION = Operation(
    name="update_integration",
    method="PATCH",
    path="/organisations/{organisation_id}/integrations/{integration_id}",
    tag="integrations",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    bodies=(Body("json", "application/json", UpdateIntegrationRequest),),
    responses={
        "200": Answer("json", IntegrationAnswer),
        "2XX": Answer("json", IntegrationAnswer),
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
    *,
    body: UpdateIntegrationRequest,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "organisation_id": organisation_id,
            "integration_id": integration_id,
        },
        body=body,
    )


def sync_detailed(
    organisation_id: str,
    integration_id: str,
    *,
    client: AuthenticatedClient,
    body: UpdateIntegrationRequest,
) -> Response[Union[IntegrationAnswer, OrganisationError]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            organisation_id,
            integration_id,
            body=body,
        ),
    )


def sync(
    organisation_id: str,
    integration_id: str,
    *,
    client: AuthenticatedClient,
    body: UpdateIntegrationRequest,
) -> Optional[Union[IntegrationAnswer, OrganisationError]]:
    """Change an integration of the organisation.

    The documentation's sample sends one field, and gets the whole integration back.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        integration_id: The id of the integration, usually a UUID.
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
        client=client,
        body=body,
    ).parsed
