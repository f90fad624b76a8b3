# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.organisation_error import OrganisationError
from ...models.slack_info_answer import SlackInfoAnswer
from ...operation import Operation, Request, ResponseSpec, Security
from ...types import Response

OPERATION = Operation(
    name="get_slack_info",
    method="GET",
    path="/slack/organisations/{organisation_id}",
    tag="slack",
    idempotent=True,
    server="https://api.telex.im/api/v1",
    security=(Security("bearer", "header", "Authorization"),),
    responses={
        "200": ResponseSpec("json", SlackInfoAnswer),
        "401": ResponseSpec("json", OrganisationError),
        "409": ResponseSpec("json", OrganisationError),
        "422": ResponseSpec("json", OrganisationError),
        "500": ResponseSpec("json", OrganisationError),
    },
)


def build(organisation_id: str) -> Request[Union[SlackInfoAnswer, OrganisationError]]:
    """Get the organisation's Slack access.

    Returns the workspace, the channel and the webhook. The documentation also lists the status 409 for this
    operation, with the same message as for the token exchange.

    Args:
        organisation_id: The id of the organisation, usually a UUID.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(path={"organisation_id": organisation_id})


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    organisation_id: str, *, client: AuthenticatedClient
) -> Response[Union[SlackInfoAnswer, OrganisationError]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(organisation_id))


def sync(organisation_id: str, *, client: AuthenticatedClient) -> Optional[Union[SlackInfoAnswer, OrganisationError]]:
    """Get the organisation's Slack access.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (SlackInfoAnswer): The Slack access.
        - 401 (OrganisationError): The token is missing or not valid. Documented for Slack, with the message
          "Invalid request body", and for custom integrations; undocumented for other operations.
        - 409 (OrganisationError): The organisation has this integration already. Documented for the two Slack
          operations, but not explained for the operation that only reads.
        - 422 (OrganisationError): The body is not valid. Undocumented.
        - 500 (OrganisationError): The server failed. Documented for the Slack operations only.

    Raises:
        errors.DocumentedError: For 401, 409, 422 and 500, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(organisation_id, client=client).parsed
