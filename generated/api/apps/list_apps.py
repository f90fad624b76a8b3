# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.app_page import AppPage
from ...models.error import Error
from ...models.page_request import PageRequest
from ...operation import Answer, Body, Operation
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="list_apps",
    method="POST",
    path="/apps/list/",
    tag="apps",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        "app_key",
        "user_id",
        "hash",
    ),
    bodies=(Body("json", "application/json", PageRequest),),
    responses={
        "200": Answer("json", AppPage),
        "400": Answer("json", Error),
    },
)


def _get_kwargs(
    *,
    body: Union[PageRequest, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
    search: Union[str, Unset] = UNSET,
    page_size: Union[int, Unset] = UNSET,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        query={
            "connected_only": connected_only,
            "search": search,
            "page_size": page_size,
        },
        body=body,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
    search: Union[str, Unset] = UNSET,
    page_size: Union[int, Unset] = UNSET,
) -> Response[Union[AppPage, Error]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            body=body,
            connected_only=connected_only,
            search=search,
            page_size=page_size,
        ),
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
    search: Union[str, Unset] = UNSET,
    page_size: Union[int, Unset] = UNSET,
) -> Optional[Union[AppPage, Error]]:
    """List apps, page by page.

    Gives the apps that Integry supports, 50 on a page unless asked otherwise, each with the accounts that the
    user has connected. To get the next page, send the `_cursor` of the previous one.

    Args:
        client: Sends the request.
        body: The page to fetch.
        connected_only: Only apps that the user has connected, or functions of them.
        search: Only what matches these words. Undocumented, sent by the vendor's clients.
        page_size: How many apps a page has. Undocumented, sent by the vendor's browser SDK.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        client=client,
        body=body,
        connected_only=connected_only,
        search=search,
        page_size=page_size,
    ).parsed
