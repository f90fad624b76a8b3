# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...models.function_page import FunctionPage
from ...models.function_type import FunctionType
from ...models.include import Include
from ...models.page_request import PageRequest
from ...operation import Answer, Body, Operation
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="list_functions",
    method="POST",
    path="/functions/list/",
    tag="functions",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        "app_key",
        "user_id",
        "hash",
    ),
    bodies=(Body("json", "application/json", PageRequest),),
    responses={
        "200": Answer("json", FunctionPage),
        "403": Answer("json", Error),
    },
)


def _get_kwargs(
    *,
    body: Union[PageRequest, Unset] = UNSET,
    app: Union[str, Unset] = UNSET,
    type_: Union[FunctionType, str, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    search: Union[str, Unset] = UNSET,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        query={
            "app": app,
            "type": type_,
            "connected_only": connected_only,
            "include": include,
            "search": search,
        },
        body=body,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    app: Union[str, Unset] = UNSET,
    type_: Union[FunctionType, str, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    search: Union[str, Unset] = UNSET,
) -> Response[Union[FunctionPage, Error]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            body=body,
            app=app,
            type_=type_,
            connected_only=connected_only,
            include=include,
            search=search,
        ),
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    app: Union[str, Unset] = UNSET,
    type_: Union[FunctionType, str, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    search: Union[str, Unset] = UNSET,
) -> Optional[Union[FunctionPage, Error]]:
    """List functions, page by page.

    Gives the functions that match all that is asked for, 50 on a page. To get the next page, send the `_cursor`
    of the previous one. Passthrough request functions are listed with `type=PASSTHROUGH`.

    Args:
        client: Sends the request.
        body: The page to fetch.
        app: Only functions of this app, its name in any case.
        type_: Only functions of this type.
        connected_only: Only apps that the user has connected, or functions of them.
        include: More to include, `meta` to render a form for the function.
        search: Only what matches these words. Undocumented, sent by the vendor's clients.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        client=client,
        body=body,
        app=app,
        type_=type_,
        connected_only=connected_only,
        include=include,
        search=search,
    ).parsed
