# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.organisation_error import OrganisationError
from ...models.slack_info_answer import SlackInfoAnswer
from ...operation import Answer, Operation
from ...types import Response

OPERATION = Operation(
    name="get_slack_info",
    method="GET",
    path="/slack/organisations/{organisation_id}",
    tag="slack",
    idempotent=True,
    server="https://api.telex.im/api/v1",
    security=("bearer",),
    responses={
        "200": Answer("json", SlackInfoAnswer),
        "401": Answer("json", OrganisationError),
        "409": Answer("json", OrganisationError),
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
) -> Response[Union[SlackInfoAnswer, OrganisationError]]:
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
) -> Optional[Union[SlackInfoAnswer, OrganisationError]]:
    """Get what is known of the organisation's Slack access.

    Gives the workspace, the channel and the webhook. The documentation lists 409 here too, with the words of the
    token exchange.

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
