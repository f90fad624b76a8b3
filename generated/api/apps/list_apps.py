# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.app_page import AppPage
from ...models.error import Error
from ...models.page_request import PageRequest
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="list_apps",
    method="POST",
    path="/apps/list/",
    tag="apps",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        Security("app_key", "header", "App-Key"),
        Security("user_id", "header", "User-ID"),
        Security("hash", "header", "Hash"),
    ),
    bodies=(Body("json", "application/json", PageRequest),),
    responses={"200": ResponseSpec("json", AppPage), "400": ResponseSpec("json", Error)},
)


def build(
    *,
    body: Union[PageRequest, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
    search: Union[str, None, Unset] = UNSET,
    page_size: Union[int, None, Unset] = UNSET,
) -> Request[Union[AppPage, Error]]:
    """List apps, page by page.

    Returns the apps that Integry supports, each with the user's connected accounts. A page has 50 apps by default.
    To get the next page, send the `_cursor` of the previous one.

    Args:
        body: The page to fetch.
        connected_only: Return only connected apps, or only functions of connected apps.
        search: Return only apps or functions that match these words. Undocumented, sent by the vendor's clients.
        page_size: Number of apps on a page. Undocumented, sent by the vendor's browser SDK.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(
        query={"connected_only": connected_only, "search": search, "page_size": page_size}, body=body
    )


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
    search: Union[str, None, Unset] = UNSET,
    page_size: Union[int, None, Unset] = UNSET,
) -> Response[Union[AppPage, Error]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(body=body, connected_only=connected_only, search=search, page_size=page_size))


def sync(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
    search: Union[str, None, Unset] = UNSET,
    page_size: Union[int, None, Unset] = UNSET,
) -> Optional[Union[AppPage, Error]]:
    """List apps, page by page.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (AppPage): A page of apps.
        - 400 (Error): The credentials are missing. The status for wrong credentials is undocumented.

    Raises:
        errors.DocumentedError: For 400, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(
        client=client, body=body, connected_only=connected_only, search=search, page_size=page_size
    ).parsed
