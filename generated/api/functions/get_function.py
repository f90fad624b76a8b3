# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...models.function import Function
from ...models.get_function_request import GetFunctionRequest
from ...models.include import Include
from ...operation import Answer, Body, Operation
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="get_function",
    method="POST",
    path="/functions/{function_name}/get/",
    tag="functions",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        "app_key",
        "user_id",
        "hash",
    ),
    bodies=(Body("json", "application/json", GetFunctionRequest),),
    responses={
        "200": Answer("json", Function),
        "403": Answer("json", Error),
        "404": Answer("json", Error),
    },
)


def _get_kwargs(
    function_name: str,
    *,
    body: Union[GetFunctionRequest, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, Unset] = UNSET,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        path={
            "function_name": function_name,
        },
        query={
            "include": include,
            "allow_workspace_connected_accounts": allow_workspace_connected_accounts,
        },
        body=body,
    )


def sync_detailed(
    function_name: str,
    *,
    client: AuthenticatedClient,
    body: Union[GetFunctionRequest, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, Unset] = UNSET,
) -> Response[Union[Function, Error]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            function_name,
            body=body,
            include=include,
            allow_workspace_connected_accounts=allow_workspace_connected_accounts,
        ),
    )


def sync(
    function_name: str,
    *,
    client: AuthenticatedClient,
    body: Union[GetFunctionRequest, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    allow_workspace_connected_accounts: Union[bool, Unset] = UNSET,
) -> Optional[Union[Function, Error]]:
    """Get a function, with the JSON schema of its parameters.

    With a `prompt` it predicts `arguments`. With `_variables` it maps them to parameters, as tags such as
    `{first_name}` in the arguments. With both it uses both.

    Args:
        function_name: The name of the function, as listed.
        client: Sends the request.
        body: What to predict arguments from.
        include: More to include, `meta` to render a form for the function.
        allow_workspace_connected_accounts: Whether accounts that others in the workspace have connected may be
            used. Undocumented, sent by the vendor's clients.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        function_name,
        client=client,
        body=body,
        include=include,
        allow_workspace_connected_accounts=allow_workspace_connected_accounts,
    ).parsed
