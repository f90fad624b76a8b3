# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...models.function import Function
from ...models.get_function_request import GetFunctionRequest
from ...models.include import Include
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="get_function",
    method="POST",
    path="/functions/{function_name}/get/",
    tag="functions",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        Security("app_key", "header", "App-Key"),
        Security("user_id", "header", "User-ID"),
        Security("hash", "header", "Hash"),
    ),
    bodies=(Body("json", "application/json", GetFunctionRequest),),
    responses={
        "200": ResponseSpec("json", Function),
        "403": ResponseSpec("json", Error),
        "404": ResponseSpec("json", Error),
    },
)


def build(
    function_name: str,
    *,
    body: Union[GetFunctionRequest, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, None, Unset] = UNSET,
) -> Request[Union[Function, Error]]:
    """Get a function, with the JSON schema of its parameters.

    With a `prompt`, `_variables` or both, it also returns predicted `arguments`. Variables are inserted as tags
    such
    as `{first_name}`.

    Args:
        function_name: The name of the function, as in the list of functions.
        body: The prompt, and the variables, to predict arguments from.
        include: Additional fields to return. `meta` is for rendering a form for the function.
        allow_workspace_connected_accounts: Also use accounts that other users of the workspace have connected.
            Undocumented, sent by the vendor's clients.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(
        path={"function_name": function_name},
        query={"include": include, "allow_workspace_connected_accounts": allow_workspace_connected_accounts},
        body=body,
    )


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    function_name: str,
    *,
    client: AuthenticatedClient,
    body: Union[GetFunctionRequest, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, None, Unset] = UNSET,
) -> Response[Union[Function, Error]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(
        build(
            function_name,
            body=body,
            include=include,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
        )
    )


def sync(
    function_name: str,
    *,
    client: AuthenticatedClient,
    body: Union[GetFunctionRequest, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, None, Unset] = UNSET,
) -> Optional[Union[Function, Error]]:
    """Get a function, with the JSON schema of its parameters.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (Function): The function.
        - 403 (Error): The credentials are missing. The status for wrong credentials is undocumented.
        - 404 (Error): No function has this name.

    Raises:
        errors.DocumentedError: For 403 and 404, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(
        function_name,
        client=client,
        body=body,
        include=include,
        allow_workspace_connected_accounts=allow_workspace_connected_accounts,
    ).parsed
