# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...models.function_page import FunctionPage
from ...models.function_type import FunctionType
from ...models.include import Include
from ...models.page_request import PageRequest
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="list_functions",
    method="POST",
    path="/functions/list/",
    tag="functions",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        Security("app_key", "header", "App-Key"),
        Security("user_id", "header", "User-ID"),
        Security("hash", "header", "Hash"),
    ),
    bodies=(Body("json", "application/json", PageRequest),),
    responses={"200": ResponseSpec("json", FunctionPage), "403": ResponseSpec("json", Error)},
)


def build(
    *,
    body: Union[PageRequest, Unset] = UNSET,
    app: Union[str, None, Unset] = UNSET,
    type_: Union[FunctionType, str, None, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    search: Union[str, None, Unset] = UNSET,
) -> Request[Union[FunctionPage, Error]]:
    """List functions, page by page.

    Returns the functions that match all parameters, 50 on a page. To get the next page, send the `_cursor` of the
    previous one. Passthrough request functions are listed with `type=PASSTHROUGH`.

    Args:
        body: The page to fetch.
        app: Return only functions of the app with this name. The name is case-insensitive.
        type_: Return only functions of this type.
        connected_only: Return only connected apps, or only functions of connected apps.
        include: Additional fields to return. `meta` is for rendering a form for the function.
        search: Return only apps or functions that match these words. Undocumented, sent by the vendor's clients.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(
        query={"app": app, "type": type_, "connected_only": connected_only, "include": include, "search": search},
        body=body,
    )


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    app: Union[str, None, Unset] = UNSET,
    type_: Union[FunctionType, str, None, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    search: Union[str, None, Unset] = UNSET,
) -> Response[Union[FunctionPage, Error]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(
        build(body=body, app=app, type_=type_, connected_only=connected_only, include=include, search=search)
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: Union[PageRequest, Unset] = UNSET,
    app: Union[str, None, Unset] = UNSET,
    type_: Union[FunctionType, str, None, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    search: Union[str, None, Unset] = UNSET,
) -> Optional[Union[FunctionPage, Error]]:
    """List functions, page by page.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (FunctionPage): A page of functions; empty if no function matches.
        - 403 (Error): The credentials are missing. The status for wrong credentials is undocumented.

    Raises:
        errors.DocumentedError: For 403, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(
        client=client, body=body, app=app, type_=type_, connected_only=connected_only, include=include, search=search
    ).parsed
