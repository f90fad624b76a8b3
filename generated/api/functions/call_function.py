# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.call_request import CallRequest
from ...models.error import Error
from ...models.function_result import FunctionResult
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="call_function",
    method="POST",
    path="/functions/{function_name}/call/",
    tag="functions",
    idempotent=False,
    server="https://api.integry.io",
    security=(
        Security("app_key", "header", "App-Key"),
        Security("user_id", "header", "User-ID"),
        Security("hash", "header", "Hash"),
    ),
    bodies=(Body("json", "application/json", CallRequest),),
    responses={
        "200": ResponseSpec("json", FunctionResult),
        "400": ResponseSpec("json", Error),
        "403": ResponseSpec("json", Error),
        "404": ResponseSpec("json", Error),
    },
)


def build(
    function_name: str,
    *,
    body: Union[CallRequest, Unset] = UNSET,
    connected_account_id: Union[int, str, None, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, None, Unset] = UNSET,
    integration_id: Union[int, str, None, Unset] = UNSET,
) -> Request[Union[FunctionResult, Error]]:
    """Call a function with the user's connected account.

    Integry adds the user's credentials, calls the app, and responds with 200 and the app's status in
    `network_code`: `"400"` means that the app refused the request. It responds with 400, without a call of the app,
    if the app is not connected, or an argument is missing or wrong.

    The body has the arguments, `_variables` for their tags, and `_cursor` for the next page of functions that
    return pages. In rare cases the last page has a `_cursor`; the next page is then empty, with a null `_cursor`.
    In the browser SDK, the cursor is named `next_page` in arguments and results.

    A passthrough request is a call of `{app}-passthrough-request` with the arguments `method`, `url` and
    optionally `body`. Integry sends that request to the app with the user's credentials.

    Args:
        function_name: The name of the function, as in the list of functions.
        body: The arguments. A call without arguments needs no body.
        connected_account_id: The id of the connected account to use. Required if the user has several.
        allow_workspace_connected_accounts: Also use accounts that other users of the workspace have connected.
            Undocumented, sent by the vendor's clients.
        integration_id: The id of the integration that the call belongs to. Undocumented, sent by the vendor's
            clients.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(
        path={"function_name": function_name},
        query={
            "connected_account_id": connected_account_id,
            "allow_workspace_connected_accounts": allow_workspace_connected_accounts,
            "integration_id": integration_id,
        },
        body=body,
    )


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    function_name: str,
    *,
    client: AuthenticatedClient,
    body: Union[CallRequest, Unset] = UNSET,
    connected_account_id: Union[int, str, None, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, None, Unset] = UNSET,
    integration_id: Union[int, str, None, Unset] = UNSET,
) -> Response[Union[FunctionResult, Error]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(
        build(
            function_name,
            body=body,
            connected_account_id=connected_account_id,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
            integration_id=integration_id,
        )
    )


def sync(
    function_name: str,
    *,
    client: AuthenticatedClient,
    body: Union[CallRequest, Unset] = UNSET,
    connected_account_id: Union[int, str, None, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, None, Unset] = UNSET,
    integration_id: Union[int, str, None, Unset] = UNSET,
) -> Optional[Union[FunctionResult, Error]]:
    """Call a function with the user's connected account.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (FunctionResult): The app was called. Its status, which may be an error, is in `network_code`.
        - 400 (Error): The function was not called, because the app is not connected or an argument is missing or
          wrong.
        - 403 (Error): The credentials are missing. The status for wrong credentials is undocumented.
        - 404 (Error): No function has this name.

    Raises:
        errors.DocumentedError: For 400, 403 and 404, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(
        function_name,
        client=client,
        body=body,
        connected_account_id=connected_account_id,
        allow_workspace_connected_accounts=allow_workspace_connected_accounts,
        integration_id=integration_id,
    ).parsed
