# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.integration_list import IntegrationList
from ...models.organisation_error import OrganisationError
from ...operation import Answer, Operation
from ...types import Response

OPERATION = Operation(
    name="list_custom_integrations",
    method="GET",
    path="/organisations/{organisation_id}/integrations/custom",
    tag="custom_integrations",
    idempotent=True,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    responses={
        "200": Answer("json", IntegrationList),
        "400": Answer("json", OrganisationError),
        "401": Answer("json", OrganisationError),
        "404": Answer("json", OrganisationError),
        "422": Answer("json", OrganisationError),
        "500": Answer("json", OrganisationError),
    },
)


def _get_kwargs(
    organisation_id: str,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "organisation_id": organisation_id,
        },
    )


def sync_detailed(
    organisation_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Union[IntegrationList, OrganisationError]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            organisation_id,
        ),
    )


def sync(
    organisation_id: str,
    *,
    client: AuthenticatedClient,
) -> Optional[Union[IntegrationList, OrganisationError]]:
    """List the organisation's custom integrations.

    Has the fields of other integrations, but for the mark of system integrations.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        client: Sends the request.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        organisation_id,
        client=client,
    ).parsed
