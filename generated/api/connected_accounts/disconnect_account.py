# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...operation import Operation, Request, ResponseSpec, Security
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="disconnect_account",
    method="DELETE",
    path="/connected-accounts/{connected_account_id}",
    tag="connected_accounts",
    idempotent=True,
    server="https://app.integry.io",
    security=(
        Security("app_key_query", "query", "app_key"),
        Security("user_id_query", "query", "user_id"),
        Security("hash_query", "query", "hash"),
    ),
    responses={"2XX": ResponseSpec("none", Any), "4XX": ResponseSpec("json", Error)},
)


def build(connected_account_id: Union[int, str], *, force: Union[bool, None, Unset] = UNSET) -> Request[Error]:
    """Disconnect an account of the user from its app.

    Undocumented: the vendor's browser SDK sends this request for `disconnectApp`. The operation has another
    server than the other operations, and its signature is in query parameters.

    Args:
        connected_account_id: The id of the connected account, as in `connected_accounts` of the app.
        force: Disconnect the account even if integrations use it. Undocumented; the browser SDK sends false.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(path={"connected_account_id": connected_account_id}, query={"force": force})


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    connected_account_id: Union[int, str], *, client: AuthenticatedClient, force: Union[bool, None, Unset] = UNSET
) -> Response[Error]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(connected_account_id, force=force))


def sync(
    connected_account_id: Union[int, str], *, client: AuthenticatedClient, force: Union[bool, None, Unset] = UNSET
) -> Optional[Error]:
    """Disconnect an account of the user from its app.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 2XX (None): The account is disconnected.
        - 4XX (Error): The account is not disconnected. The statuses and their reasons are undocumented.

    Raises:
        errors.DocumentedError: For 4XX, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(connected_account_id, client=client, force=force).parsed
