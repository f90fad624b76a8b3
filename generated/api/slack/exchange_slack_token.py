# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.organisation_error import OrganisationError
from ...models.slack_token_answer import SlackTokenAnswer
from ...models.slack_token_request import SlackTokenRequest
from ...operation import Answer, Body, Operation
from ...types import Response

OPERATION = Operation(
    name="exchange_slack_token",
    method="POST",
    path="/slack/organisations/{organisation_id}/token-exchg",
    tag="slack",
    idempotent=False,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    bodies=(Body("json", "application/json", SlackTokenRequest),),
    responses={
        "200": Answer("json", SlackTokenAnswer),
        "2XX": Answer("json", SlackTokenAnswer),
        "401": Answer("json", OrganisationError),
        "409": Answer("json", OrganisationError),
        "422": Answer("json", OrganisationError),
        "500": Answer("json", OrganisationError),
    },
)


def _get_kwargs(
    organisation_id: str,
    *,
    body: SlackTokenRequest,
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
    body: SlackTokenRequest,
) -> Response[Union[SlackTokenAnswer, OrganisationError]]:
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
    body: SlackTokenRequest,
) -> Optional[Union[SlackTokenAnswer, OrganisationError]]:
    """Exchange Slack's OAuth code for an access token.

    The code is the one that Slack's OAuth gave. The answer carries the token and an incoming webhook.

    Args:
        organisation_id: The id of the organisation, usually a UUID.
        client: Sends the request.
        body: Slack's code.

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
