# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.app import App
from ...models.error import Error
from ...operation import Answer, Operation
from ...types import Response

OPERATION = Operation(
    name="get_app",
    method="POST",
    path="/apps/{app_name}/get/",
    tag="apps",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        "app_key",
        "user_id",
        "hash",
    ),
    responses={
        "200": Answer("json", App),
        "400": Answer("json", Error),
        "404": Answer("json", Error),
    },
)


def _get_kwargs(
    app_name: str,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "app_name": app_name,
        },
    )


def sync_detailed(
    app_name: str,
    *,
    client: AuthenticatedClient,
) -> Response[Union[App, Error]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            app_name,
        ),
    )


def sync(
    app_name: str,
    *,
    client: AuthenticatedClient,
) -> Optional[Union[App, Error]]:
    """Get an app, with the accounts that the user has connected to it.

    An app without connected accounts is not connected. Undocumented: the vendor's browser SDK opens `login_url` for
    the user to connect one.

    Args:
        app_name: The name of the app, as listed.
        client: Sends the request.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        app_name,
        client=client,
    ).parsed
