# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.organisation_error import OrganisationError
from ...models.slack_token_answer import SlackTokenAnswer
from ...models.slack_token_request import SlackTokenRequest
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import Response

OPERATION = Operation(
    name="exchange_slack_token",
    method="POST",
    path="/slack/organisations/{organisation_id}/token-exchg",
    tag="slack",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=(Security("bearer", "header", "Authorization"),),
    bodies=(Body("json", "application/json", SlackTokenRequest),),
    responses={
        "200": ResponseSpec("json", SlackTokenAnswer),
        "2XX": ResponseSpec("json", SlackTokenAnswer),
        "401": ResponseSpec("json", OrganisationError),
        "409": ResponseSpec("json", OrganisationError),
        "422": ResponseSpec("json", OrganisationError),
        "500": ResponseSpec("json", OrganisationError),
    },
)


def build(organisation_id: str, *, body: SlackTokenRequest) -> Request[Union[SlackTokenAnswer, OrganisationError]]:
    """Exchange Slack's OAuth code for an access token.

    The code is from Slack's OAuth flow. The response has the token and an incoming webhook.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        body: The code from Slack.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(path={"organisation_id": organisation_id}, body=body)


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    organisation_id: str, *, client: AuthenticatedClient, body: SlackTokenRequest
) -> Response[Union[SlackTokenAnswer, OrganisationError]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(organisation_id, body=body))


def sync(
    organisation_id: str, *, client: AuthenticatedClient, body: SlackTokenRequest
) -> Optional[Union[SlackTokenAnswer, OrganisationError]]:
    """Exchange Slack's OAuth code for an access token.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (SlackTokenAnswer): The token and the webhook.
        - 2XX (SlackTokenAnswer): Any other success, with or without a body. The vendor does not document it, but
          servers send other statuses than documented.
        - 401 (OrganisationError): The token is missing or not valid. Documented for Slack, with the message
          "Invalid request body", and for custom integrations; undocumented for other operations.
        - 409 (OrganisationError): The organisation has this integration already. Documented for the two Slack
          operations, but not explained for the operation that only reads.
        - 422 (OrganisationError): The body is not valid. Undocumented.
        - 500 (OrganisationError): The server failed. Documented for the Slack operations only.

    Raises:
        errors.DocumentedError: For 401, 409, 422 and 500, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(organisation_id, client=client, body=body).parsed
