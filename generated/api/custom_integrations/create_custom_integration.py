# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.acknowledgement import Acknowledgement
from ...models.custom_integration_request import CustomIntegrationRequest
from ...models.organisation_error import OrganisationError
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import Response

OPERATION = Operation(
    name="create_custom_integration",
    method="POST",
    path="/organisations/{organisation_id}/integrations/custom",
    tag="custom_integrations",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=(Security("bearer", "header", "Authorization"),),
    bodies=(Body("json", "application/json", CustomIntegrationRequest),),
    responses={
        "201": ResponseSpec("json", Acknowledgement),
        "2XX": ResponseSpec("json", Acknowledgement),
        "400": ResponseSpec("json", OrganisationError),
        "401": ResponseSpec("json", OrganisationError),
        "422": ResponseSpec("json", OrganisationError),
        "500": ResponseSpec("json", OrganisationError),
    },
)


def build(
    organisation_id: str, *, body: CustomIntegrationRequest
) -> Request[Union[Acknowledgement, OrganisationError]]:
    """Add a custom integration to the organisation.

    The body has the URL of a JSON document. The status is 400 if the document is not valid. The documented response
    has neither the new integration nor its id.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        body: The URL of the integration's description.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(path={"organisation_id": organisation_id}, body=body)


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    organisation_id: str, *, client: AuthenticatedClient, body: CustomIntegrationRequest
) -> Response[Union[Acknowledgement, OrganisationError]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(organisation_id, body=body))


def sync(
    organisation_id: str, *, client: AuthenticatedClient, body: CustomIntegrationRequest
) -> Optional[Union[Acknowledgement, OrganisationError]]:
    """Add a custom integration to the organisation.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 201 (Acknowledgement): The integration is added.
        - 2XX (Acknowledgement): Any other success, with or without a body. The vendor does not document it, but
          servers send other statuses than documented.
        - 400 (OrganisationError): An id in the path, or the body, is not valid.
        - 401 (OrganisationError): The token is missing or not valid. Documented for Slack, with the message
          "Invalid request body", and for custom integrations; undocumented for other operations.
        - 422 (OrganisationError): The body is not valid. Undocumented.
        - 500 (OrganisationError): The server failed. Documented for the Slack operations only.

    Raises:
        errors.DocumentedError: For 400, 401, 422 and 500, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(organisation_id, client=client, body=body).parsed
