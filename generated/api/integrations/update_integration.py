# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.integration_answer import IntegrationAnswer
from ...models.organisation_error import OrganisationError
from ...models.update_integration_request import UpdateIntegrationRequest
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import Response

OPERATION = Operation(
    name="update_integration",
    method="PATCH",
    path="/organisations/{organisation_id}/integrations/{integration_id}",
    tag="integrations",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=(Security("bearer", "header", "Authorization"),),
    bodies=(Body("json", "application/json", UpdateIntegrationRequest),),
    responses={
        "200": ResponseSpec("json", IntegrationAnswer),
        "2XX": ResponseSpec("json", IntegrationAnswer),
        "400": ResponseSpec("json", OrganisationError),
        "401": ResponseSpec("json", OrganisationError),
        "404": ResponseSpec("json", OrganisationError),
        "422": ResponseSpec("json", OrganisationError),
        "500": ResponseSpec("json", OrganisationError),
    },
)


def build(
    organisation_id: str, integration_id: str, *, body: UpdateIntegrationRequest
) -> Request[Union[IntegrationAnswer, OrganisationError]]:
    """Update an integration of the organisation.

    In the documentation's sample, the request has one field, and the response the whole integration.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        integration_id: The id of the integration, usually a UUID.
        body: The fields to update.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(path={"organisation_id": organisation_id, "integration_id": integration_id}, body=body)


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    organisation_id: str, integration_id: str, *, client: AuthenticatedClient, body: UpdateIntegrationRequest
) -> Response[Union[IntegrationAnswer, OrganisationError]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(organisation_id, integration_id, body=body))


def sync(
    organisation_id: str, integration_id: str, *, client: AuthenticatedClient, body: UpdateIntegrationRequest
) -> Optional[Union[IntegrationAnswer, OrganisationError]]:
    """Update an integration of the organisation.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (IntegrationAnswer): The updated integration.
        - 2XX (IntegrationAnswer): Any other success, with or without a body. The vendor does not document it, but
          servers send other statuses than documented.
        - 400 (OrganisationError): An id in the path, or the body, is not valid.
        - 401 (OrganisationError): The token is missing or not valid. Documented for Slack, with the message
          "Invalid request body", and for custom integrations; undocumented for other operations.
        - 404 (OrganisationError): The organisation or the integration does not exist.
        - 422 (OrganisationError): The body is not valid. Undocumented.
        - 500 (OrganisationError): The server failed. Documented for the Slack operations only.

    Raises:
        errors.DocumentedError: For 400, 401, 404, 422 and 500, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(organisation_id, integration_id, client=client, body=body).parsed
