# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...operation import Answer, Operation
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="disconnect_account",
    method="DELETE",
    path="/connected-accounts/{connected_account_id}",
    tag="connected_accounts",
    idempotent=True,
    server="https://app.integry.io",
    security=(
        "app_key_query",
        "user_id_query",
        "hash_query",
    ),
    responses={
        "2XX": Answer("none", Any),
        "4XX": Answer("json", Error),
    },
)


def _get_kwargs(
    connected_account_id: Union[int, str],
    *,
    force: Union[bool, Unset] = UNSET,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "connected_account_id": connected_account_id,
        },
        query={
            "force": force,
        },
    )


def sync_detailed(
    connected_account_id: Union[int, str],
    *,
    client: AuthenticatedClient,
    force: Union[bool, Unset] = UNSET,
) -> Response[Error]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            connected_account_id,
            force=force,
        ),
    )


def sync(
    connected_account_id: Union[int, str],
    *,
    client: AuthenticatedClient,
    force: Union[bool, Unset] = UNSET,
) -> Optional[Error]:
    """Disconnect an account of the user from its app.

    Undocumented as an operation: this is the request that the vendor's browser SDK sends for `disconnectApp`. It
    goes to another server than the rest, and carries the signature as query parameters.

    Args:
        connected_account_id: The id of the connected account, as the app lists it.
        client: Sends the request.
        force: Whether to disconnect although integrations use the account. Undocumented; the browser SDK sends
            false.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        connected_account_id,
        client=client,
        force=force,
    ).parsed
