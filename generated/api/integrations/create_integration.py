# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.create_integration_request import CreateIntegrationRequest
from ...models.integration_answer import IntegrationAnswer
from ...models.organisation_error import OrganisationError
from ...operation import Answer, Body, Operation
from ...types import Response

OPERATION = Operation(
    name="create_integration",
    method="POST",
    path="/organisations/{organisation_id}/integrations",
    tag="integrations",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    bodies=(Body("json", "application/json", CreateIntegrationRequest),),
    responses={
        "201": Answer("json", IntegrationAnswer),
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
    *,
    body: CreateIntegrationRequest,
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
    body: CreateIntegrationRequest,
) -> Response[Union[IntegrationAnswer, OrganisationError]]:
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
    body: CreateIntegrationRequest,
) -> Optional[Union[IntegrationAnswer, OrganisationError]]:
    """Add an integration to the organisation.

    The integration describes itself in a JSON document at `json_url`.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        client: Sends the request.
        body: The integration.

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
