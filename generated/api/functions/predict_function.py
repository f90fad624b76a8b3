# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Any, Dict, Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...models.function_page import FunctionPage
from ...models.include import Include
from ...models.predict_request import PredictRequest
from ...operation import Answer, Body, Operation
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="predict_function",
    method="POST",
    path="/functions/predict/",
    tag="functions",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        "app_key",
        "user_id",
        "hash",
    ),
    bodies=(Body("json", "application/json", PredictRequest),),
    responses={
        "200": Answer("json", FunctionPage),
        "400": Answer("json", Error),
        "403": Answer("json", Error),
    },
)


def _get_kwargs(
    *,
    body: PredictRequest,
    predict_arguments: Union[bool, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
) -> Dict[str, Any]:
    return OPERATION.kwargs(
        query={
            "predict_arguments": predict_arguments,
            "include": include,
            "connected_only": connected_only,
        },
        body=body,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PredictRequest,
    predict_arguments: Union[bool, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
) -> Response[Union[FunctionPage, Error]]:
    """As `sync`, with status, headers and content beside the parsed body."""
    return client.send(
        OPERATION,
        _get_kwargs(
            body=body,
            predict_arguments=predict_arguments,
            include=include,
            connected_only=connected_only,
        ),
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: PredictRequest,
    predict_arguments: Union[bool, Unset] = UNSET,
    include: Union[Include, str, Unset] = UNSET,
    connected_only: Union[bool, Unset] = UNSET,
) -> Optional[Union[FunctionPage, Error]]:
    """Find the function that fits a prompt best.

    Gives one function, or none when nothing fits. With `predict_arguments=true` it also fills in `arguments` from
    the prompt, and from the variables, which then stand in the arguments as tags such as `{first_name}`.

    Args:
        client: Sends the request.
        body: What the function should do.
        predict_arguments: Whether to predict the arguments of the function too.
        include: More to include, `meta` to render a form for the function.
        connected_only: Only functions of apps that the user has connected. Undocumented here, sent by the vendor's
            Python SDK.

    Raises:
        errors.UnexpectedStatus: If the status is not documented, unless the client says otherwise.
        errors.DecodeError: If the body is not what is documented.
        errors.InvalidRequest: If an argument cannot be sent as it is.
        requests.RequestException: If no response came.
    """
    return sync_detailed(
        client=client,
        body=body,
        predict_arguments=predict_arguments,
        include=include,
        connected_only=connected_only,
    ).parsed
